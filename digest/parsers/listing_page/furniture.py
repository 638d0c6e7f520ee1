"""Recognise the words and addresses that the listing page puts around its papers."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from digest.parsers.fields import addresses, ids

SOURCE = "huggingface.co/papers"
TRENDING = "huggingface.co/papers/trending"

HEADER_PHRASE = "and the research community"
MENU_WORDS = frozenset(
    "new|Daily Papers|Trending Papers|Subscribe|Daily|Weekly|Monthly|by|AK|Log In|Sign Up|"
    "Get trending papers in your email inbox!|Get trending papers in your email inbox once a day!|"
    "Previous|Next|TOS|Privacy|About|Careers|Website|Models|Datasets|Spaces|Pricing|Docs|Submit|"
    "Hugging Face|Daily Papers - Hugging Face|Buckets new|Buckets|Enterprise|Tasks|HuggingChat|"
    "Collections|Languages|Organizations|Community|Blog|Posts|Learn|Discord|Forum|GitHub|"
    "Solutions|Team & Enterprise|Hugging Face PRO|Enterprise Support|Inference Providers|"
    "Inference Endpoints|Storage Buckets|Resources".split("|")
)
FOOTER_WORDS = frozenset({"Company", "System theme"})
_BLANK = "[ \\t\xa0\u2009\u202f\u200b\u2060\ufeff]"
BULLETS = "•*+–—‣◦▪▫●○∙⋅·・‧-"  # in Big5 there is only "‧"
DOTS = "·⋅∙•‧・･●◦⸱"  # before a date, as converters and fonts write the page's own "·"
# "authors" as browsers translate the page, beside a number and nothing else.
_AUTHOR_WORDS = (
    r"authors?|autor(?:es|en|i|e|ów|zy|ů|a)?|auteurs?|автор(?:ов|ы|а|ів|и)?|yazar(?:lar)?|författare"
    r"|forfattere?|tekijää|kirjoittajaa|szerző|συγγραφείς|συγγραφέας|مؤلفين|مؤلفون|نویسنده|מחברים|लेखक"
    r"|tác giả|penulis"
)
_AUTHOR_COUNT = (
    rf"(?:[{BULLETS}]|\d{{1,3}}[.)])?{_BLANK}{{0,9}}(?:(\d{{1,5}})(?:{_BLANK}(?:{_AUTHOR_WORDS})"
    rf"|{_BLANK}?(?:位|名|人の|人|명의|명)?{_BLANK}?(?:作者|著者|저자))"
    rf"|(?:作者|著者|저자|ผู้เขียน){_BLANK}?(\d{{1,5}}){_BLANK}?(?:名|人|位|명|คน)?)"
)
METADATA_LINE = re.compile(
    rf"(?m)^{_BLANK}*[{BULLETS}]{_BLANK}{{0,9}}\d{{1,5}}{_BLANK}(?:{_AUTHOR_WORDS}){_BLANK}*$"
    # Without a mark before it, only a date below shows that the line is not of a text.
    rf"|^{_BLANK}*{_AUTHOR_COUNT}{_BLANK}*\r?\n(?:{_BLANK}*\r?\n){{0,3}}"
    rf"{_BLANK}*(?:[{DOTS}]{_BLANK}*\r?\n|[A-Z][a-z]{{2}}{_BLANK}\d)"
    rf"|^{_BLANK}*[{DOTS}]{_BLANK}*\r?\n(?:{_BLANK}*\r?\n)?{_BLANK}*[A-Z][a-z]{{2}}{_BLANK}\d"
)
SENTENCE_ENDS = tuple(".!?)]}\"'”’»…。！？")  # the last character of a whole abstract
METADATA_CHARS = 60  # lines of metadata and menus are shorter
MAX_ABSTRACT_CHARS = 20_000  # ten times the longest abstract that arXiv accepts
LONG_PARAGRAPH_CHARS = 160  # longer than any title

_COUNT = re.compile(r"(\d{1,9}|\d{1,6}\.\d{1,3}(?=k))(k?)")


def parse_count(text: str) -> int | None:
    """Return ``101`` or ``3.29k`` as a number; None for ``-`` and any other text."""
    if not (match := _COUNT.fullmatch(text)):
        return None
    return round(float(match[1]) * 1000) if match[2] else int(match[1])


_AUTHORS = re.compile(_AUTHOR_COUNT, re.IGNORECASE)


@functools.lru_cache(maxsize=1024)  # a page repeats the same few lines
def parse_authors(text: str) -> int | None:
    """Return the number of a line such as ``6 authors``, with any bullet or none, or None.

    Takes the word also as browsers translate it (``6 autores``, ``6 位作者``).
    """
    match = _AUTHORS.fullmatch(text)
    return int(match[1] or match[2]) if match else None


_DAY = re.compile(r"([A-Z][a-z]{2} \d{1,2}(?:, \d{4})?)(?: (\d+))?")
# A day in another form than the page's own, which only the place below the dot shows.
_OTHER_DAY = re.compile(
    r"((?:\d{4}[年년] ?)?\d{1,2}[月월] ?\d{1,2}[日일]"
    r"|\d{1,2}\.? (?:de )?[^\W\d]{3,10}\.?(?:,? (?:de )?\d{4})?(?: г\.?)?"
    r"|[^\W\d]{3,10}\.? \d{1,2}(?:, \d{4})?|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
    r"(?: (\d{1,5}))?"
)


@functools.lru_cache(maxsize=4096)  # a page repeats the same few lines
def parse_day(line: str) -> tuple[str, int | None] | None:
    """Return the day and the comment count of a line such as ``Jun 20, 2024 3``, or None."""
    match = _DAY.fullmatch(line)
    return (match[1], int(match[2]) if match[2] else None) if match else None


def parse_other_day(line: str) -> tuple[str, int | None] | None:
    """Return the day of a translated page, and the comment count, or None."""
    match = _OTHER_DAY.fullmatch(line)
    return (match[1], int(match[2]) if match[2] else None) if match else None


def join_lines(rows: Iterable[str]) -> str:
    """Return wrapped lines as one; a word hyphenated at a line's end gets no blank after it."""
    words: list[str] = []
    for row in rows:
        if words and not (words[-1].endswith("-") and not words[-1].endswith(" -")):
            words.append(" ")
        words.append(row)
    return "".join(words)


def continues_abstract(paragraph: str) -> bool:
    """Return whether a paragraph continues the abstract above, and is no title.

    No title is that long and ends with a full stop.
    """
    return len(paragraph) > LONG_PARAGRAPH_CHARS and paragraph.endswith(".")


_LABEL = re.compile(
    r"(?:Published on )?[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?(?: \d+)?|\d+ authors?|-|\d+(?:\.\d+)?k?"
    r"|Submitted by|Upvote|GitHub(?: \S+)?|arXiv Page"
)


def is_label(text: str) -> bool:
    """Return whether a line is metadata or part of a menu, never running text."""
    return len(text) < METADATA_CHARS and (text in MENU_WORDS or _LABEL.fullmatch(text) is not None)


class LinkTarget(NamedTuple):
    """The destination of a link on the listing.

    ``subject`` is the paper's arXiv id, the owner's name or the repository.
    """

    kind: Literal["paper", "votes", "comments", "owner", "code"]
    subject: str


_SITE = r"(?:https?://(?:www\.)?(?:huggingface|hf)\.co)?"
_VOTES = re.compile(rf"{_SITE}/login\?next=(?:%2F|/)papers(?:%2F|/)([^&#]+)")
_OWNER = re.compile(rf"{_SITE}/([A-Za-z0-9][\w.-]*)/?")
_CODE = re.compile(r"https?://(?:www\.)?git(?:hub|lab)\.com/([\w.-]+/[\w.-]+)/?")
_SITE_PAGES = frozenset(
    "blog chat collections datasets docs enterprise huggingface inference join languages learn "
    "login models new organizations papers posts pricing privacy settings spaces storage tasks "
    "terms-of-service".split()
)


# A card links to its paper several times. Longer addresses than the listing's own are not
# worth the memory of the cache.
_MAX_CACHED_CHARS = 400


def link_target(href: str) -> LinkTarget | None:
    """Return the destination of an address if the listing uses such addresses, else None."""
    return _cached_target(href) if len(href) < _MAX_CACHED_CHARS else _parse_target(href)


def _parse_target(href: str) -> LinkTarget | None:
    href = addresses.unwrap(href)
    if match := _VOTES.fullmatch(href):
        arxiv_id = ids.arxiv_id(match[1])
        return LinkTarget("votes", arxiv_id) if arxiv_id else None
    if href.startswith("/papers/"):
        href = "https://huggingface.co" + href
    if arxiv_id := ids.arxiv_id(href):
        return LinkTarget("comments" if href.endswith("#community") else "paper", arxiv_id)
    if match := _OWNER.fullmatch(href):
        return None if match[1].lower() in _SITE_PAGES else LinkTarget("owner", match[1])
    match = _CODE.fullmatch(href)
    return LinkTarget("code", match[1]) if match else None


_cached_target = functools.lru_cache(maxsize=1024)(_parse_target)
