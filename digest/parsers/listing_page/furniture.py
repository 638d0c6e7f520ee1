"""The words the listing page puts around its papers, whatever form it was copied in."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from digest.parsers.fields import ids

SOURCE = "huggingface.co/papers"
TRENDING = "huggingface.co/papers/trending"

ANCHOR = "and the research community"
MENU = frozenset(
    "new|Daily Papers|Trending Papers|Subscribe|Daily|Weekly|Monthly|by|AK|Log In|Sign Up|"
    "Get trending papers in your email inbox!|Get trending papers in your email inbox once a day!|"
    "Previous|Next|TOS|Privacy|About|Careers|Website|Models|Datasets|Spaces|Pricing|Docs|Submit|"
    "Hugging Face|Daily Papers - Hugging Face|Buckets new|Buckets|Enterprise|Tasks|HuggingChat|"
    "Collections|Languages|Organizations|Community|Blog|Posts|Learn|Discord|Forum|GitHub|"
    "Solutions|Team & Enterprise|Hugging Face PRO|Enterprise Support|Inference Providers|"
    "Inference Endpoints|Storage Buckets|Resources".split("|")
)
FOOTER = frozenset({"Company", "System theme"})
_BLANK = "[ \\t\xa0\u2009\u202f\u200b\u2060\ufeff]"
METADATA = re.compile(
    rf"(?m)^{_BLANK}*[•*-]{_BLANK}?\d+{_BLANK}authors?{_BLANK}*$"
    rf"|^{_BLANK}*·{_BLANK}*\r?\n{_BLANK}*[A-Z][a-z]{{2}}{_BLANK}\d"
)
CLOSING = tuple(".!?)]}\"'”’»…。！？")  # what a whole abstract ends with
LONGEST = 20_000  # characters; ten times the longest abstract arXiv takes


_COUNT = re.compile(r"(\d{1,9}|\d{1,6}\.\d{1,3}(?=k))(k?)")


def count(written: str) -> int | None:
    """``101`` or ``3.29k`` as a number; ``-`` says nothing."""
    if not (match := _COUNT.fullmatch(written)):
        return None
    return round(float(match[1]) * 1000) if match[2] else int(match[1])


def joined(rows: Iterable[str]) -> str:
    """Wrapped lines as one: with a blank between, after a hyphen without one."""
    words: list[str] = []
    for row in rows:
        if words and not (words[-1].endswith("-") and not words[-1].endswith(" -")):
            words.append(" ")
        words.append(row)
    return "".join(words)


def goes_on(paragraph: str) -> bool:
    """Whether it goes on with the abstract above: no title is that long and ends like that."""
    return len(paragraph) > 160 and paragraph.endswith(".")


_LABEL = re.compile(
    r"(?:Published on )?[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?(?: \d+)?|\d+ authors?|-|\d+(?:\.\d+)?k?"
    r"|Submitted by|Upvote|GitHub(?: \S+)?|arXiv Page"
)


def is_label(text: str) -> bool:
    """Whether a line says something about a record, or is a menu's: never running text."""
    return len(text) < 60 and (text in MENU or _LABEL.fullmatch(text) is not None)


class Target(NamedTuple):
    """What an address on the listing leads to, and of which paper or owner."""

    kind: Literal["paper", "votes", "comments", "owner", "code"]
    of: str


_SITE = r"(?:https?://(?:www\.)?(?:huggingface|hf)\.co)?"
_VOTES = re.compile(rf"{_SITE}/login\?next=(?:%2F|/)papers(?:%2F|/)([^&#]+)")
_OWNER = re.compile(rf"{_SITE}/([A-Za-z0-9][\w.-]*)/?")
_CODE = re.compile(r"https?://(?:www\.)?git(?:hub|lab)\.com/([\w.-]+/[\w.-]+)/?")
_PAGES = frozenset(
    "blog chat collections datasets docs enterprise huggingface inference join languages learn "
    "login models new organizations papers posts pricing privacy settings spaces storage tasks "
    "terms-of-service".split()
)


def target(href: str) -> Target | None:
    """What the address is to the listing, or None where it means nothing to it."""
    return _target_again(href) if len(href) < _ORDINARY else _target(href)


def _target(href: str) -> Target | None:
    if match := _VOTES.fullmatch(href):
        voted = ids.arxiv_id(match[1])
        return Target("votes", voted) if voted else None
    if href.startswith("/papers/"):
        href = "https://huggingface.co" + href
    if paper := ids.arxiv_id(href):
        return Target("comments" if href.endswith("#community") else "paper", paper)
    if match := _OWNER.fullmatch(href):
        return None if match[1].lower() in _PAGES else Target("owner", match[1])
    match = _CODE.fullmatch(href)
    return Target("code", match[1]) if match else None


# A card bears its paper's address several times. Longer ones than any of the listing's are not
# worth the memory.
_ORDINARY = 200
_target_again = functools.lru_cache(maxsize=1024)(_target)
