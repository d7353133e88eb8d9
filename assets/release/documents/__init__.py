"""What a release says of itself: README, data package, pages, changes in words, licences."""
