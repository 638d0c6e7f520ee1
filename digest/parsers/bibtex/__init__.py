"""The parts of a BibTeX file: entries, their fields, and the values of these."""
