"""Nations on one definition: what is compared, and what still differs."""
