"""Search the papers in published issues for the words that somebody typed into a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest import text
from digest.editorial import compose
from digest.model.found_papers import FoundPaper, FoundPapers
from digest.model.papers import Paper
from digest.model.settings import Settings
from digest.render import search_index
from digest.storage.ledger import full_text

LONGEST = 200  # characters
MOST_WORDS = 10
PAGE = 25  # papers
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))  # as phones write them
_PHRASES = re.compile(r'"([^"]+)"|([^\s"]+)')
_WORDS = re.compile(r"[^\W_]+")


def read_phrases(typed: str) -> tuple[str, ...]:
    """Return the phrases of a search: words in quotes stand side by side, others anywhere.

    What has neither a letter nor a digit is left out. Raises `ValueError` with a sentence for
    whoever typed it: there is no word, or there are too many, or too many characters.
    """
    if len(typed) > LONGEST:
        raise ValueError(f"Write at most {LONGEST} characters.")
    # Half a character, or one that steers a terminal, is in no word.
    shown = "".join(char if char.isprintable() else " " for char in typed.translate(_QUOTES))
    found = [quoted or word for quoted, word in _PHRASES.findall(shown)]
    phrases = tuple(phrase for phrase in found if _WORDS.search(phrase))
    if not phrases:
        raise ValueError("Write a word, with letters or digits.")
    if sum(len(_WORDS.findall(phrase)) for phrase in phrases) > MOST_WORDS:
        raise ValueError(f"Write at most {MOST_WORDS} words.")
    return phrases


def search(
    settings: Settings, phrases: Sequence[str], page: int, topic: str | None = None
) -> FoundPapers:
    """Return a page of the papers that contain every phrase; pages count from 1.

    ``topic`` is the id of the only heading to look under. Raises `LedgerError` if there can be no
    index.
    """
    offset = (page - 1) * PAGE
    found = full_text.search_issued(settings.state_folder, phrases, PAGE, offset, topic)
    shown = [_shown(result.paper) for result in found.results]
    marked = full_text.highlight(phrases, shown)
    papers = tuple(
        _found_paper(result.paper, result.issue, texts)
        for result, texts in zip(found.results, marked, strict=True)
        if result.issue is not None  # as all here
    )
    reachable = min(found.total, full_text.COUNTED)
    return FoundPapers(
        papers=papers,
        total=found.total,
        counted=full_text.COUNTED,
        pages=-(-reachable // PAGE),
        is_complete=found.is_complete,
    )


def _shown(paper: Paper) -> tuple[str, str, str]:
    """Return title, authors and abstract as pages show them."""
    by = text.mend(search_index.byline(paper.organization, paper.authors)).text
    return text.mend(paper.title).text, by, text.mend_prose(paper.abstract or "").text


def _found_paper(
    paper: Paper, place: full_text.IndexPlace, marked: full_text.Highlighted
) -> FoundPaper:
    title = "".join(words for words, _ in marked.title)
    return FoundPaper(
        title=marked.title,
        by=marked.by,
        snippet=marked.snippet,
        address=compose.address(paper, title),
        upvotes=paper.upvotes,
        edition=place.edition,
        date=place.date,
        ordinal=place.ordinal,
        guid=place.guid,
        heading=place.heading,
    )
