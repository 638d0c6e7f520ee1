"""Read texts, ids, dates and notices of withdrawal out of the values of a JSON record.

Services wrap a value in an object of their own (``{"value": ...}``, ``{"date-parts": ...}``) or
keep it in another form (OpenAlex's index of words). Knows no field names of records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from digest.parsers.fields import ids, json_values, markup, timestamps, withdrawals
from digest.parsers.fields.json_values import Json

# Keys of a text in an object of its own: S2's TLDR, INSPIRE's and DataCite's lists, alphaXiv.
_TEXT_KEYS = ("text", "value", "title", "description", "summary", "#text")
_ADDRESS_KEYS = ("value", "url", "href", "URL")
_HEADING = re.compile(r"(?:Abstract|ABSTRACT)(?:\s*[:.]\s+|[ \t]*\n\s*)")
_YEAR_FIRST = re.compile(r"(\d{4}) ([A-Z][a-z]{2})[a-z]* (\d{1,2})")  # PubMed: "2026 Nov 24"
_NOTHING = frozenset({"NA", "N/A"})  # bioRxiv's word for an empty field
_DIGIT = re.compile(r"\d")
_MAX_WORDS = 50_000  # of an abstract that is an index of words
_NOTE_LINE = re.compile(r"(?im)^\s*(arxiv:.{1,80})$")
# Of OpenReview's venues and invitations, PubMed's types of publication, bioRxiv's types.
_WITHDRAWN = re.compile(
    r"(?:.*[\s/])?(?:withdrawn|desk rejected) submission"
    r"|(?:withdrawn|retracted)(?: (?:publication|article|paper|preprint))?",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"retraction (?:of publication|notice)", re.IGNORECASE)
_RETRACTIONS = frozenset({"retraction", "withdrawal", "removal"})
_NOTICE_CHARS = 500  # a notice stands at the beginning or the end of an abstract
_PUBMED_ID = re.compile(r"\d{1,9}", re.ASCII)


def text(value: Any) -> str | None:
    """Return a text, the first text of a list, or the text in an object; None if there is none."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next((value[key] for key in _TEXT_KEYS if isinstance(value.get(key), str)), None)
    words = json_values.as_text(value)
    return None if words in _NOTHING else words


def texts(value: Any) -> Iterator[str]:
    """Yield the texts of a value, of a list, or of the objects in a list."""
    for item in value if isinstance(value, list) else (value,):
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from (inner for key in _ADDRESS_KEYS if isinstance(inner := item.get(key), str))


def abstract(field: str) -> str:
    """Return the text of an abstract without a heading "Abstract" before it."""
    plain = markup.to_text(field)
    heading = _HEADING.match(plain)
    return plain[heading.end() :] if heading else plain


def from_word_index(index: Any) -> str | None:
    """Return the text of an index that maps each word to its places (OpenAlex), else None.

    https://docs.openalex.org/api-entities/works/work-object#abstract_inverted_index
    """
    if not isinstance(index, dict):
        return None
    words: dict[int, str] = {}
    for word, places in index.items():
        for place in places if isinstance(places, list) else ():
            if type(place) is int and len(words) < _MAX_WORDS:
                words[place] = word
    return " ".join(words[place] for place in sorted(words)) or None


def arxiv_id(field: str) -> str | None:
    """Return the arXiv id of a field; DBLP writes it as the volume ``abs/2611.04101``."""
    return ids.arxiv_id(field.removeprefix("abs/"))


def noted_arxiv_id(field: str) -> str | None:
    """Return the arXiv id in a line of notes that begins with ``arXiv:``, as Zotero keeps it."""
    return next(
        (found for line in _NOTE_LINE.findall(field) if (found := ids.arxiv_id(line))), None
    )


def date(value: Any) -> tuple[str | None, str | None]:
    """Return the day of a date, and the date as written; each None if there is none.

    Takes texts, numbers, and the objects of CSL and Crossref. A text without a digit is no
    date: bioRxiv writes ``NA``.
    """
    if isinstance(value, str):
        return _written_date(value)
    if isinstance(value, dict):
        written = _date_parts(value.get("date-parts"))
        stamp = value.get("date-time") or value.get("raw")
        if (day := timestamps.day(written)) is None and isinstance(stamp, str):
            return _written_date(stamp)
        return day, written
    return timestamps.day(value), None


def _written_date(written: str) -> tuple[str | None, str | None]:
    if day := timestamps.day(written):
        return day, written
    if match := _YEAR_FIRST.fullmatch(written.strip()):
        return timestamps.day(f"{match[3]} {match[2]} {match[1]}"), written
    return None, written if _DIGIT.search(written) else None


def is_true(value: Any) -> bool:
    """Return whether a flag is set, as a truth value or as a word."""
    return value is True or (isinstance(value, str) and value.lower() in {"true", "yes", "1"})


def is_withdrawn(states: list[Any]) -> bool:
    """Return whether one of several states and types is that of a withdrawn paper."""
    return any(
        _WITHDRAWN.fullmatch(word.replace("_", " ").strip())
        for state in states
        for word in _words(state)
    )


def is_notice(states: list[Any]) -> bool:
    """Return whether one of several types is PubMed's of a notice that retracts another paper."""
    return any(_NOTICE.fullmatch(word) for state in states for word in _words(state))


def is_retraction(updates: Any) -> bool:
    """Return whether Crossref's ``update-to`` or ``updated-by`` holds a retraction.

    https://www.crossref.org/documentation/crossmark/participating-in-crossmark/
    """
    kinds = (update.get("type") for update in _items(updates) if isinstance(update, dict))
    return any(isinstance(kind, str) and kind.lower() in _RETRACTIONS for kind in kinds)


def says_withdrawn(first: str, second: str) -> bool:
    """Return whether one of two texts is a notice of withdrawal."""
    # Parts of the two words are looked for first, because this is asked of every abstract.
    ends = f"{first} {second[:_NOTICE_CHARS]} {second[-_NOTICE_CHARS:]}"
    if not ("ithdr" in ends or "etract" in ends or "ITHDR" in ends or "ETRACT" in ends):
        return False
    return withdrawals.is_withdrawal_notice(first) or withdrawals.is_withdrawal_notice(second)


def page(record: Json) -> str | None:
    """Return the address of a record that only has the number its service gave it."""
    if isinstance(forum := record.get("forum"), str) and record.keys() & {
        "invitation",
        "invitations",
    }:
        return ids.address(f"https://openreview.net/forum?id={forum}")
    uid = record.get("uid")
    if isinstance(uid, str) and "articleids" in record and _PUBMED_ID.fullmatch(uid):
        return f"https://pubmed.ncbi.nlm.nih.gov/{uid}/"
    return None


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _words(value: Any) -> Iterator[str]:
    """Yield the texts in a value, in a list, and in the list of an object around it."""
    if isinstance(value, dict):
        value = next((inner for inner in value.values() if isinstance(inner, list)), None)
    yield from (word for word in _items(value) if isinstance(word, str))


def _date_parts(parts: Any) -> str | None:
    """Return CSL's ``[[2026, 11, 24]]`` as ``2026-11-24``; month and day may be missing."""
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, list):
        return None
    written = [str(part) for part in first[:3] if isinstance(part, int | str)]
    # Of a text only digits: a damaged date could hold anything.
    if not written or not all(part.isdecimal() for part in written):
        return None
    return "-".join([written[0].zfill(4), *(part.zfill(2) for part in written[1:])])
