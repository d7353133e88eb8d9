"""ONS (England and Wales) extracts: catalogue, layouts, parsers, samples."""
