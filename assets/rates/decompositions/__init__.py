"""Why two rates differ: which part lies in who is born, which in the risk of each group."""
