"""The steps of a run: take in what waits, make the issues, publish them; and what they share."""
