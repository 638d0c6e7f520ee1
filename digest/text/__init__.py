"""Normalises and mends words; knows characters, not papers.

- `title_key`: what identifies a title, whoever wrote it down.
- `comparable`: what decides whether a text has changed.
- `mend`: the one sanitiser at the border, which also repairs what the page broke.
- `mend_each`: the same for names, at once where none has anything to mend.
- `tidy`: only blanks and entities, for text that must stay in the page's own words.

All are pure, deterministic and linear in the length of the text. None makes markup:
plain text comes in and plain text goes out, and the sink escapes it.
"""

from __future__ import annotations

from digest.text.cleaning import CleanedText as Mended
from digest.text.cleaning import tidy as tidy
from digest.text.keys import comparable as comparable
from digest.text.keys import title_key as title_key
from digest.text.mending import mend as mend
from digest.text.mending import mend_each as mend_each

__all__ = ["Mended", "comparable", "mend", "mend_each", "tidy", "title_key"]
