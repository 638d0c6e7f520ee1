"""Measure the cost of the product, as ratios and with invented papers."""
