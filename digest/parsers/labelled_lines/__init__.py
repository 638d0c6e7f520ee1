"""Records of labelled lines: their labels, their layout, and where each record ends."""
