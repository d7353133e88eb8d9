"""``explore.html`` of a release: every area's own profile, in one file that opens from a folder."""
