"""Bring the issues to people and channels: who gets them, what they get, and each delivery."""
