"""Everything that goes out over HTTP: one request, one whole answer."""
