"""What may be shown: suppression and its audit."""
