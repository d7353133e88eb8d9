"""Releases over HTTP and as static files: what a site shows, a server, an export."""
