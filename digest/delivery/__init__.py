"""Everything that goes out to other machines: calls to monitors."""
