"""What an operator can do with a working folder: run it, look at it, save and restore it."""
