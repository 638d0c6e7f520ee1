"""Normalise and repair text: its characters and its TeX. Nothing here depends on papers.

- `title_key`: the normal form of a title, equal for all spellings of it.
- `comparable`: the normal form of a text, equal if words and numbers are equal.
- `mend`: clean a text for every output, and repair what a page broke in it.
- `mend_prose`: the same for an abstract, without bold Markdown.
- `mend_each`: `mend` for a list of names, fast if no name needs it.
- `shown`: an identifier without characters that are not shown.
- `tidy`: decode entities and collapse blanks, nothing else.

All functions are pure, deterministic and linear in the length of the text. Input and output
are plain text, never markup: each output format escapes for itself.
"""

from __future__ import annotations

from digest.text.cleaning import CleanedText as CleanedText
from digest.text.cleaning import shown as shown
from digest.text.cleaning import tidy as tidy
from digest.text.keys import comparable as comparable
from digest.text.keys import title_key as title_key
from digest.text.mending import mend as mend
from digest.text.mending import mend_each as mend_each
from digest.text.mending import mend_prose as mend_prose

__all__ = [
    "CleanedText",
    "comparable",
    "mend",
    "mend_each",
    "mend_prose",
    "shown",
    "tidy",
    "title_key",
]
