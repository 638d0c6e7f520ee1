"""Issues to files: each module takes records and returns `Page`s, never writes one."""
