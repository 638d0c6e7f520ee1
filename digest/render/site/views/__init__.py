"""Views: the values a template prints, made from a stored issue."""
