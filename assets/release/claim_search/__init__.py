"""Search what makes a stated number true: every figure of the releases, read in every usual way."""
