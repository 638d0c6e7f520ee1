"""Ask the sources that are due, and turn each look at one into a file in the inbox.

This is the step before the intake. It writes to the inbox and never to the ledger, so a fetched
file is taken in like one that was dropped.
"""
