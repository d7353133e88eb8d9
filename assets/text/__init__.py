"""Text: names of months, progress, suggestions, keys struck out, cells that no spreadsheet runs."""
