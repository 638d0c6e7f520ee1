"""Read single fields of a record: ids, dates, markup, JSON values, references, sources."""
