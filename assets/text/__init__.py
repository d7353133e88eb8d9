"""Text for people: progress, suggestions, keys struck out, cells that no spreadsheet runs."""
