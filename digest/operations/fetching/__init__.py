"""Ask the sources: those that are due, those that are named, and for ranges of days."""
