"""Everything on the disk of a working folder: ledger, inbox, output, run history, lock."""
