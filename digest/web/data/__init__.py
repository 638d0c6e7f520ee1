"""Give programs what is published: feeds of one's own, and the API.

own_feed      /feed, and the page that makes its address
kept_feeds    feeds in memory, made one at a time
api           /api: papers and issues as JSON
parameters    what may be asked for
openapi       the description of the API
"""
