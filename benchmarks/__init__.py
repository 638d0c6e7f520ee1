"""Measure what the product costs, as ratios, with invented papers."""
