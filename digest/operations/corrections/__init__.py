"""Corrections by an operator: papers taken out or moved, and issues taken back."""
