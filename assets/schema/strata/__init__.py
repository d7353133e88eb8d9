"""By which characteristics figures are split: dimensions, their groups, and how groups add up."""
