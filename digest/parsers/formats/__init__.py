"""The forms a dump comes in: one module each, with its detection and its reading."""
