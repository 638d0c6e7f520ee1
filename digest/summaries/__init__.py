"""Ask a language model for the summary of a paper: one sentence, which is checked.

Imported only when a paper is to be asked for, or a question to be described.
"""
