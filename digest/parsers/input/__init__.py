"""Input before it has a format: lines, containers, mail, limits, rejects, spilling to disk."""
