"""Turns issues into files: each module takes records and returns `Page`s, and writes none."""
