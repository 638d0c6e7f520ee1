"""Unpack files that contain others: gzip, zip, mail and web archives."""
