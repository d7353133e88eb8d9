"""What is wanted of CDC WONDER, and how its request forms are filled in for it."""
