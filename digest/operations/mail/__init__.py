"""Bring published issues to people and channels, and what an operator can say about it."""
