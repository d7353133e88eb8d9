"""Text: progress, suggestions, keys struck out, spreadsheet cells, names of months, YAML."""
