"""Answer with what is published: tagged, packed, and not sent to whom has it already.

static_files    the files of the output
file_cache      files in memory
documents       what is made for a request, and how it is tagged and packed
"""
