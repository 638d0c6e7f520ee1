"""Split lists of arXiv's categories, written as codes or by their names."""

from __future__ import annotations

import re

_CODE = r"[a-z]{2,10}(?:-[a-z]{2,5})?(?:\.[A-Za-z][A-Za-z-]{1,16})?"
_IN_BRACKETS = re.compile(rf"\(({_CODE})\)")
_BETWEEN = re.compile(r"[\s,;]+")


def split(text: str) -> tuple[str, ...]:
    """Return the codes in a text such as ``cs.LG cs.AI`` or ``Machine Learning (cs.LG); ...``.

    A list of other words is split at blanks and commas.
    """
    codes = _IN_BRACKETS.findall(text)
    return tuple(dict.fromkeys(codes or filter(None, _BETWEEN.split(text))))
