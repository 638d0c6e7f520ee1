"""The operations on a working folder: run, backfill, rebuild, status, backup and the others."""
