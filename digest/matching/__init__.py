"""Decide whether two records are the same paper, and what changed in it."""
