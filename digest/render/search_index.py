"""Write the index that the search page loads: one script for each month, with its papers.

A script calls ``papersDigest`` with titles, authors and places as pages show them, and with
the words of the abstracts as sorted terms, each with the papers that hold it. It is a script
and not data, because a page opened from a disk may load no other kind of file.

Pagefind was tried with 4,085 papers and rejected: it needs a server and WebAssembly, writes
6.2 MB in one file for each paper, and builds the whole index anew each time. These scripts
take 0.8 MB, and a month that is over is not written again.
"""

from __future__ import annotations

import binascii
import functools
import itertools
import operator
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from digest.model.files import Page
from digest.model.issues import Issue, Item
from digest.model.papers import Organization
from digest.render import escape, paths

_NAMES = 3  # authors shown with a paper

# Frequent words of abstracts, useless to search for; the search page gets the same list.
STOP = frozenset(
    b"about achieve achieved achieves achieving across additionally address advancements advances"
    b" after all allows along also among an and any applied approach approaches are art as at"
    b" available based be been better between both but by can com compared comprehensive"
    b" consistently could current demonstrate demonstrates demonstrating despite different diverse"
    b" do due during each effective effectively effectiveness enable enables enabling enhance"
    b" enhancing especially et even existing experimental experiments extensive finally find first"
    b" for from further furthermore github given has have high how however https if improve"
    b" improved improvement improvements improves improving in including increasing insights into"
    b" introduce introduced introduces introducing io is issue issues it its key lack leading"
    b" leveraging like limitations limited main make makes many may method methods more moreover"
    b" most multiple need new no not novel number of often on one only or other our out outperform"
    b" outperforming outperforms over overall paper particularly performance potential present"
    b" presents previous problem problems promising propose proposed proposes provide provides"
    b" providing real recent recently remain remains respectively results reveal reveals same"
    b" several show showing shows significant significantly since specifically state still strong"
    b" study such superior than that the their them then there these they this those through thus"
    b" to toward towards two under up use used using various via was we well were what when where"
    b" whether which while who will with within without work yet you".split()
)
# Maps each byte to its lower case, and ASCII punctuation to a blank.
_WORD_BYTES = bytes(
    code if chr(code).isalnum() or code >= 0x80 else ord(" ") for code in range(256)
).lower()
_ACCENTS = re.compile("[\u0300-\u036f]+")
_PUNCTUATION = re.compile(r"[^\w\s\x00-\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_HEAD, _TAIL = b"papersDigest(", b")\n"

# Numbers are written as characters that JSON does not escape: "#" is 0, "~" before one adds _STEP.
_STEP = 80
_DIGITS = [chr(number) for number in range(ord("#"), ord("~")) if chr(number) != "\\"][:_STEP]


class MonthIndex(msgspec.Struct, frozen=True):
    """The papers of a month, issue by issue, as parallel lists with one value for each paper.

    ``counts`` has the number of papers of each issue, ``topic`` the paper's place in ``topics``.
    Both and ``votes`` are written by `_write_numbers`; ``issues`` (paths of their pages) and
    ``addresses`` (empty without one) by `_write_terms`, ``terms`` and ``papers`` by `_terms`.
    """

    month: str
    issues: str
    counts: str
    topics: list[str]
    topic: str
    titles: list[str]
    by: list[str]
    votes: str
    addresses: str
    anchors: str  # base64: eight characters for the twelve digits of each
    terms: str
    papers: str


def build_month(month: str, issues: Sequence[Issue]) -> Page:
    """Return the script of a month; the search page lists issues in the order given."""
    rows = [
        (section.name, item)
        for issue in issues
        for section in issue.sections
        for item in section.papers
    ]
    topics = sorted({name for name, _ in rows})
    places = {name: place for place, name in enumerate(topics)}
    items = [item for _, item in rows]
    anchors = bytes.fromhex("".join(paths.anchor(item.guid)[2:] for item in items))
    terms, papers = _terms(items)
    index = MonthIndex(
        month=month,
        issues=_write_terms(paths.issue(issue.edition, issue.key, "html") for issue in issues),
        counts=_write_numbers(len(issue.papers) for issue in issues),
        topics=topics,
        topic=_write_numbers(places[name] for name, _ in rows),
        titles=[item.title for item in items],
        by=[byline(item.organization, item.authors) for item in items],
        votes=_write_numbers(max(item.upvotes or 0, 0) for item in items),
        addresses=_write_terms(escape.address(item.url) for item in items),
        anchors=binascii.b2a_base64(anchors, newline=False).decode(),
        terms=terms,
        papers=papers,
    )
    return Page(paths.search(month), _HEAD + msgspec.json.encode(index) + _TAIL)


def split_words(text: str) -> list[bytes]:
    """Return the words of a text for comparison: without case and accents, in UTF-8."""
    if not text.isascii():
        text = _NOT_ASCII.sub(lambda match: _without_accents(match[0]), text)
    words = text.encode().translate(_WORD_BYTES)
    # The table lowers ASCII only.
    return (words if words.isascii() else words.decode().lower().encode()).split()


@functools.lru_cache
def _without_accents(text: str) -> str:
    """Return characters beyond ASCII without accents, and with a blank for each punctuation."""
    return _PUNCTUATION.sub(" ", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


def byline(organization: Organization | None, authors: Sequence[str]) -> str:
    """Return an organization and the first authors, with "…" for more, as results show them."""
    names = [*([organization.name] if organization else []), *authors[:_NAMES]]
    return ", ".join(names) + (" …" if len(authors) > _NAMES else "")


def _terms(items: Sequence[Item]) -> tuple[str, str]:
    """Return the sorted words of abstracts that are not in the title, and the papers of each.

    A word is written as the number of characters it shares with the word before, and the
    rest; its papers as the gaps between them. Leaves out numbers and single letters.
    """
    papers_of = _papers_by_word(items)
    terms = sorted(
        [
            word
            for word, papers in papers_of.items()
            # A word that sorts before ":" begins with a digit. A list of one number holds only
            # the -1 with which each begins, and no paper.
            if word > b":" and len(word) > 1 and len(papers) > 1 and word not in STOP
        ]
    )
    gaps = _write_gaps(map(papers_of.__getitem__, terms), len(items))
    return _write_terms(map(bytes.decode, terms)), gaps


def _papers_by_word(items: Sequence[Item]) -> dict[bytes, list[int]]:
    """Return for each word -1, then the papers with it in the abstract but not in the title."""
    papers_of = defaultdict[bytes, list[int]]([-1].copy)
    for number, item in enumerate(items):
        # A paper is listed as often as its abstract has the word, and `_write_gaps` skips the
        # repetitions: a set of the words of each paper would take twice the time.
        for word in split_words(item.abstract or item.summary or ""):
            papers_of[word].append(number)
        for word in split_words(item.title):
            papers = papers_of[word]
            while papers[-1] == number:
                papers.pop()
    return papers_of


def _write_gaps(lists: Iterable[Sequence[int]], papers: int) -> str:
    """Return the gaps between the numbers of each list of `_papers_by_word`, blank-separated."""
    # All lists are joined, and each step from number to number looks its text up: 0 is the
    # same paper again and writes nothing; a negative one leads to the -1 of the next list and,
    # as a negative index, finds a blank at the end of the table.
    ahead = [_write_numbers([gap]) for gap in range(papers)]
    steps = ["", *ahead, *[" "] * papers]
    numbers = list(itertools.chain.from_iterable(lists))
    return "".join(map(steps.__getitem__, map(operator.sub, numbers[1:], numbers)))


def _write_numbers(numbers: Iterable[int]) -> str:
    """Return each number as one character, after a "~" for each `_STEP` in it."""
    return "".join(["~" * (number // _STEP) + _DIGITS[number % _STEP] for number in numbers])


def _write_terms(terms: Iterable[str]) -> str:
    """Return each term as the number of characters it shares with the one before, and the rest.

    Terms hold no blanks.
    """
    shortened, before = [], ""
    for term in terms:
        shared = 0
        for char, other in zip(before, term):  # noqa: B905 - naming strict= doubles the time
            if char != other:
                break
            shared += 1
        shortened.append(_DIGITS[shared] + term[shared:])
        before = term[: _STEP - 1]  # one character can state no larger number
    return " ".join(shortened)
