"""CDC WONDER exports: header, rows and footer, and what proves that an export is whole."""
