"""Queries that only read, for people and programs that ask.

explain_queries     one paper: its keys, sightings and issues
status_queries      the state of the folder
published_issues    published issues, for requests of the web side
"""
