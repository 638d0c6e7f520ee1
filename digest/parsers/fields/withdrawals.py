"""Recognise the notice that a paper was withdrawn by its authors, or retracted.

Sources: https://info.arxiv.org/help/withdraw.html for arXiv's comments and abstracts,
https://www.biorxiv.org/about/FAQ for bioRxiv's abstracts.
"""

from __future__ import annotations

import re

_PAPER = r"(?:paper|article|submission|manuscript|preprint|work|letter|note|report)"
_GONE = r"(?:withdrawn|retracted)(?![\w-])"
_IS = r"(?:has\s+been|is(?:\s+being)?|was|had\s+to\s+be)(?:\s+\w+ly)?"
_BY = (
    r"\s+by\s+(?:(?:the|its|our|all|both|corresponding|first)\s+){0,3}"
    r"(?:authors?|submitters?|arxiv(?:\s+admin\w*)?)\b"
)
# A paper that leaves a conference stays published where it is.
_ANYWHERE_ELSE = (
    r"(?!\s+from\s+(?!(?:the\s+)?(?:arxiv|publication|this\s+server))|\s+(?:papers?|articles?)\b)"
)
_OUR = rf"(?:this|their|our|the\s+present)\s+{_PAPER}\b"
_AUTHORS = r"(?:the|all)\s+authors?\s+(?:have|has|wish\s+to|would\s+like\s+to|request\s+to)|we|i"
_ENDS = r"\s*(?:[.;)!]|$|due\b|because\b|as\b|since\b|for\b|owing\b|until\b|pending\b|in\s+order\b)"
_ADMIN = r"(?:arxiv\s+admin(?:istrators?)?\s+note|comments?|note|notice)\s*:\s*"
# Strings, which `re` compiles on first use: few texts have a word that makes them worth asking.
# The whole text is a notice if it begins with one.
_BEGINS = (
    rf"(?i)[\s\[(*]*(?:{_ADMIN})?"
    rf"(?:(?:this|the|our)\s+{_PAPER}\s+{_IS}\s+{_GONE}{_ANYWHERE_ELSE}"
    rf"|(?:{_PAPER}\s+)?{_GONE}(?:{_BY})?{_ENDS}"
    rf"|(?:{_AUTHORS})\s+(?:hereby\s+)?(?:withdraw|withdrawn|retract|retracted)\s+{_OUR}{_ANYWHERE_ELSE})"
)
# After other words, only a notice that says who withdrew it: other sentences tell of papers
# that the paper is about.
_FOLLOWS = (
    rf"(?i)(?:[.;:!?)]\s+|\n\s*)(?:{_ADMIN})?"
    rf"(?:(?:this\s+{_PAPER}|(?:the\s+)?{_PAPER})\s+(?:{_IS}\s+)?|){_GONE}{_BY}{_ENDS}"
)
_TITLE = r"\s*(?:WITHDRAWN|RETRACTED)(?:\s+(?:ARTICLE|PAPER))?\s*[:.]\s"
_MAX_CHARS = 20_000


def is_withdrawal_notice(text: str) -> bool:
    """Return whether a comment, an abstract or a title says that its own paper is withdrawn.

    Recognises sentences such as "This paper has been withdrawn by the author" and publishers'
    titles ("RETRACTED: ..."). Returns False for a paper about withdrawn papers, and for one
    that was withdrawn from a conference.
    """
    text = text[:_MAX_CHARS]
    lower = text.lower()
    if "withdraw" not in lower and "retract" not in lower:  # most texts, and they are many
        return False
    return bool(re.match(_BEGINS, text) or re.match(_TITLE, text) or re.search(_FOLLOWS, text))
