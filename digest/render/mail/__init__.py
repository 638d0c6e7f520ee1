"""Make the messages that are mailed: an issue's, and short ones. Nothing here sends anything."""
