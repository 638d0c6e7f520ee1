"""What the search page loads: one script a month, with every paper and the words of it.

A script calls ``papersDigest`` with titles, authors and places as they are shown, and the
words of the abstracts as sorted terms with the papers that hold each. A script rather than
data, because a page opened from a disk may load no other kind of file. Pagefind was tried
for 4,085 papers: it needs a server and WebAssembly, writes a file a paper, 6.2 MB in all,
and makes its whole index anew each time; this takes 0.8 MB, and a month that is over stays.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from digest.model.issues import Issue, Item, Page
from digest.render import paths

_NAMES = 3

# Words that abstracts are full of and nobody looks for; the search page has the same list.
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
_PARTED = bytes(
    code if chr(code).isalnum() or code >= 0x80 else ord(" ") for code in range(256)
).lower()
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SIGNS = re.compile(r"[^\w\s\x00-\x7f]")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_HEAD, _TAIL = b"papersDigest(", b")\n"

# Numbers as characters that JSON leaves as they are: "#" is 0, and "~" adds _STEP.
_STEP = 80
_DIGITS = [chr(number) for number in range(ord("#"), ord("~")) if chr(number) != "\\"][:_STEP]


class MonthIndex(msgspec.Struct, frozen=True):
    """A month's papers; lists run side by side, places point into ``issues`` and ``topics``."""

    month: str
    issues: list[str]
    topics: list[str]
    titles: list[str]
    by: list[str]
    anchors: str  # twelve digits each
    issue: list[int]
    topic: list[int]
    terms: str
    papers: str


def build_month(month: str, issues: Sequence[Issue]) -> Page:
    """The script of a month, of its issues in the order in which they are listed."""
    found = [
        (number, section.name, item)
        for number, issue in enumerate(issues)
        for section in issue.sections
        for item in section.papers
    ]
    topics = sorted({name for _, name, _ in found})
    places = {name: place for place, name in enumerate(topics)}
    items = [item for *_, item in found]
    terms, papers = _terms(items)
    index = MonthIndex(
        month=month,
        issues=[paths.issue(issue.edition, issue.key, "html") for issue in issues],
        topics=topics,
        titles=[item.title for item in items],
        by=[_by(item) for item in items],
        anchors="".join(paths.anchor(item.guid)[2:] for item in items),
        issue=[number for number, _, _ in found],
        topic=[places[name] for _, name, _ in found],
        terms=terms,
        papers=papers,
    )
    return Page(paths.search(month), _HEAD + msgspec.json.encode(index) + _TAIL)


def split_words(text: str) -> list[bytes]:
    """The words of a text as they are compared: without case and accents, in UTF-8."""
    if not text.isascii():
        text = _FOREIGN.sub(lambda match: _plain(match[0]), text)
    parted = text.encode().translate(_PARTED)
    return (parted if parted.isascii() else parted.decode().lower().encode()).split()


@functools.lru_cache
def _plain(foreign: str) -> str:
    """Characters beyond ASCII without accents; their signs part words, as those of ASCII do."""
    return _SIGNS.sub(" ", _ACCENTS.sub("", unicodedata.normalize("NFKD", foreign)))


def _by(item: Item) -> str:
    shown = [*([item.organization.name] if item.organization else []), *item.authors[:_NAMES]]
    more = len(item.authors) > _NAMES
    return ", ".join(shown) + (" …" if more else "")


def _terms(items: Sequence[Item]) -> tuple[str, str]:
    """Sorted words of the abstracts that are not in the titles, and who holds each.

    A word is written as the number of characters it shares with the one before, and the
    rest; its papers as the gaps between them. Numbers and single letters are left out.
    """
    holders = _holders(items)
    terms = sorted(
        [
            word
            for word, held in holders.items()
            if word > b":" and len(word) > 1 and len(held) > 1 and word not in STOP
        ]
    )
    return _shortened(map(bytes.decode, terms)), _gaps(map(holders.__getitem__, terms), len(items))


def _holders(items: Sequence[Item]) -> dict[bytes, list[int]]:
    """Per word -1, and the papers that have it in the abstract and not in the title.

    A paper is there as often as its abstract has the word: to gather the words of each in
    a set first takes twice the time.
    """
    holders = defaultdict[bytes, list[int]]([-1].copy)
    for number, item in enumerate(items):
        for word in split_words(item.abstract or item.summary or ""):
            holders[word].append(number)
        for word in split_words(item.title):
            held = holders[word]
            while held[-1] == number:
                held.pop()
    return holders


def _gaps(holders: Iterable[Sequence[int]], papers: int) -> str:
    """The gaps between the papers of each list, as `_holders` gives them.

    All lists are taken as one, from number to number: a step of 0 is a paper again and says
    nothing, a step back to -1 is where the next list begins.
    """
    ahead = ["~" * (gap // _STEP) + _DIGITS[gap % _STEP] for gap in range(papers)]
    steps = ["", *ahead, *[" "] * papers]  # those back are found from the end
    numbers = list(itertools.chain.from_iterable(holders))
    return "".join(map(steps.__getitem__, map(operator.sub, numbers[1:], numbers)))


def _shortened(terms: Iterable[str]) -> str:
    shown, before = [], ""
    for term in terms:
        shared = 0
        for one, other in zip(before, term):  # noqa: B905 - to name strictness takes as long again
            if one != other:
                break
            shared += 1
        shown.append(_DIGITS[shared] + term[shared:])
        before = term[: _STEP - 1]
    return " ".join(shown)
