"""Add, change, list and remove subscribers: what `digest subscribers` does.

Addresses are given as an operator types them, bare or as "Name <address>".
"""
