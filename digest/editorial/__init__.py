"""Rules about issues and dates that do no I/O: which papers, where, in which order, and when."""
