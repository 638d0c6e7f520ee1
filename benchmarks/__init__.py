"""What the product costs, as ratios, and the invented papers to measure it with."""
