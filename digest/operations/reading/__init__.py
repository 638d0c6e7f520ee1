"""Read what is published, for requests: a feed of one's own, lists of papers and of issues.

shelf        the published issues of a folder, those that were read last in memory
own_feed     a feed of the papers that one person wishes for
papers       lists of papers, and a paper by its key
issues       lists of issues, and an issue by its name
"""
