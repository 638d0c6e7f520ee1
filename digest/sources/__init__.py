"""Ask the sources: their requests, their pages, and the pauses between them.

Knows no parser and no ledger: whether an answer is its source's own form is judged in the
pipeline.
"""
