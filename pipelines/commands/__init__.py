"""Subcommands of ``imr``, one module each; heavy imports stay inside the functions."""
