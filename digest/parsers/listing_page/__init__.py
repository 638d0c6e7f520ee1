"""Parse copies of the listing page: the parts that plain text, Markdown and HTML share."""
