"""Bring the output to where people read it, by the commands of ``[[publish]]``."""
