"""Raw extracts: content-addressed vintages, acceptance, quarantine, the HTTP client."""
