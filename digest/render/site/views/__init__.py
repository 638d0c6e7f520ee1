"""Views: the values that templates print, derived from stored issues."""
