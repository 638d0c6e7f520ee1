"""Rules that tell whether two records are one paper, and what changed in it."""
