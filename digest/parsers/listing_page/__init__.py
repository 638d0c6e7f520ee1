"""Parts that the copies of the listing page share, whatever their format."""
