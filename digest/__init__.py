"""Papers Digest: dropped copies of paper listings in, a dated newsletter and its feeds out."""

__version__ = "0.1.0"
