"""Rules for issues and due dates: which papers, where, in which order, and when. Does no I/O."""
