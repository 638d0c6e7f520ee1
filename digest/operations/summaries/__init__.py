"""Summaries by a language model: what they would cost, and asking for them before a run."""
