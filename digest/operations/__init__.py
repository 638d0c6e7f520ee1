"""Everything an operator can ask for: a run, a backfill, a rebuild, a backup, the status."""
