"""Regions that users declare in YAML; counts of their members are summed, rates never averaged."""
