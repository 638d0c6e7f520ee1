"""Handle a file before its format is known: lines, containers, mail, limits, spill files."""
