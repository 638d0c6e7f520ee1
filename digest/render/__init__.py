"""Turn issues into pages, feeds and exports, as `Page`s. No module here writes a file."""
