"""Generator of the bundled sample of the OHID."""
