"""Building blocks of the rules that a whole extract must pass on arrival."""
