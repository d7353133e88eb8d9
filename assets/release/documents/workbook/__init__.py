"""``infant_mortality.xlsx``: the newest figures as a spreadsheet that anybody can read."""
