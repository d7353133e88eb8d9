"""What a file is before any parser sees it: type, container, size, characters, active content."""
