"""Which phrases of a paper may be a term or a sub-heading, and the words that decide it."""
