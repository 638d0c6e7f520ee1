"""Pages and Markdown of a publication, from the templates."""
