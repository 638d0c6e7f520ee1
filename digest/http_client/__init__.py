"""Ask over HTTP: checked addresses, time limits, bounded answers.

Imported only when something is asked, because TLS and urllib3 are slow to load.
"""
