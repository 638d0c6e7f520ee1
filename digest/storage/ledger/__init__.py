"""The database: dumps, papers, keys, sightings, editions, issues, the output's manifest.

The only place with SQL; SQL never asks the time. `database` opens and migrates, each other
module holds the questions about one noun.
"""
