"""Corrections and history: papers taken out or moved, issues taken back, the output made again."""
