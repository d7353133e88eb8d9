"""NCHS (United States) extracts: catalogue, layouts, parsers, samples."""
