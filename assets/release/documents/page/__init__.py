"""``index.html`` of a release: the findings in words, then the pictures, then the numbers."""
