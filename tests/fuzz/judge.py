"""Judge how an input is read, by rules that hold for every format.

Conservation: the records that open are read or rejected. Belonging: nothing of one record is
attached to another. Locality: damage changes nothing in other records. Encoding: the same
words in whatever encoding. Bounds: a limit on memory and time. No other exception than
`Unreadable`, with a reason that can be printed.

What cannot be judged exactly: where the bytes alone do not say where a record opens
(`openings`), a damaged file may have more rejects than records, and must only have at least
those that still open. Of a file without marks, such as a real one, only as many records may
change as were damaged. Damage before or in the first record may change what the whole file is. A
record that is cut before its title has hardly opened. Where damage leaves more bytes that are not
UTF-8 than characters that are, nobody can know the encoding. In a page with links, a number at
the border of two records belongs to either.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers import formats
from tests.fuzz import baseline, layouts, openings
from tests.fuzz.baseline import comparable
from tests.fuzz.documents import HEAD, RECORD, Document
from tests.fuzz.inputs import Input
from tests.fuzz.papers import TITLE_END, marks

MEMORY = 64 << 20
SECONDS = 5  # of CPU for a file of a few kilobytes
_GRAMMARS = (
    "daily_papers_api",
    "json_feed",
    "scraped_json",
    "oai_pmh",
    "xml_feed",
    "pubmed_xml",
    "acl_anthology",
    "bibtex",
    "ris",
)

Reader = Callable[[bytes], Dump]


class Breach(NamedTuple):
    """A rule that does not hold. ``what`` is the same for all inputs that break it alike."""

    rule: str
    what: str
    detail: str = ""


class Outcome(NamedTuple):
    """What came of an input; ``refused`` is the reason, "" if it was read."""

    breaches: tuple[Breach, ...]
    read: int = 0
    rejected: int = 0
    refused: str = ""
    seconds: float = 0.0
    memory: int = 0  # bytes by which the peak of the process grew


class TooLong(Exception):
    """Reading took longer than the limit."""


def judge(item: Input, read: Reader = baseline.read) -> Outcome:
    """Read an input, and return what came of it with all rules that do not hold."""
    data = item.data
    before, start = _peak(), time.process_time()
    dump: Dump | None = None
    refused = ""
    breaches: list[Breach] = []
    try:
        with _limited_time():
            dump = read(data)
    except Unreadable as error:
        refused = str(error)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        breaches.append(_blocked(error))
    seconds, memory = time.process_time() - start, _peak() - before
    if seconds > SECONDS:
        breaches.append(Breach("bounds", "too slow", f"{seconds:.1f} s for {len(data):,} bytes"))
    if memory > MEMORY + 4 * len(data):
        breaches.append(Breach("bounds", "memory", f"{memory >> 20} MiB for {len(data):,} bytes"))
    reasons = [refused] if dump is None else [reject.reason for reject in dump.rejects]
    if any(not reason.isprintable() for reason in reasons):
        breaches.append(Breach("nobody blocks", "a reason with control characters", repr(reasons)))
    if not breaches:
        sightings = [] if dump is None else [comparable(paper) for paper in dump.sightings]
        rejected = 0 if dump is None else len(dump.rejects)
        rules = _exact if item.document.exact else _flat
        breaches += rules(item, sightings, rejected, refused)
    read_count = 0 if dump is None else len(dump.sightings)
    rejected = 0 if dump is None else len(dump.rejects)
    return Outcome(tuple(breaches), read_count, rejected, refused, seconds, memory)


def _blocked(error: BaseException) -> Breach:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/digest/" in frame.filename]
    place = own[-1].filename.partition("/digest/")[2] + f" {own[-1].name}" if own else "?"
    return Breach("nobody blocks", f"{type(error).__name__} in {place}", f"{error!r:.300}")


def _exact(item: Input, sightings: list[Sighting], rejected: int, refused: str) -> Iterator[Breach]:
    """Judge a file whose records have marks."""
    known = baseline.readings(item.seed, item.flavour)
    document = item.document
    if isinstance(known, str):
        yield Breach("the seed", known)
        return
    if item.encoding and item.encoding.unknown:
        if not refused:
            yield Breach("encoding", "an unknown label is read", item.encoding.label)
        elif item.encoding.label not in refused:
            yield Breach("encoding", "the reason does not name the label", refused)
        return
    yield from _belonging(item, sightings)
    layout = layouts.BY_NAME[item.seed]
    intact = Counter(document.intact())
    if document.frame_damaged(HEAD) or intact.total() < layout.least or _swallows(document, layout):
        return
    if document.damaged and _is_hardly_utf8(document.data):
        return
    rule = _rule_of_loss(item)
    if refused:
        if document.segments[document.records[0]].damaged:
            return
        yield Breach(rule, "a file with whole records is refused", refused)
        return
    if layout.merges:
        intact = Counter(set(intact))
    wanted = Counter({known[number]: count for number, count in intact.items()})
    if layout.name == "links in the page":
        wanted, sightings = _without_counts(wanted.elements()), [*_without_counts(sightings)]
    if lost := wanted - Counter(sightings):
        yield _loss(rule, next(iter(lost)), sightings)
        return
    if not refused:
        yield from _conservation(item, len(sightings), rejected)


def _swallows(document: Document, layout: layouts.Layout) -> bool:
    return bool(layout.opaque) and any(
        segment.damaged and layout.opaque in segment.data for segment in document.segments
    )


def _is_hardly_utf8(data: bytes) -> bool:
    text = data.decode(errors="replace")
    wrong = text.count("\ufffd")
    return wrong > sum(character > "\x7f" for character in text) - wrong


def _is_cut_before_title(document: Document) -> bool:
    last = document.segments[-1]
    return last.damaged and last.kind == RECORD and TITLE_END.encode() not in last.data


def _without_counts(papers: Iterable[Sighting]) -> Counter[Sighting]:
    return Counter(msgspec.structs.replace(paper, comments=None, upvotes=None) for paper in papers)


def _rule_of_loss(item: Input) -> str:
    if item.document.damaged:
        return "locality"
    if item.encoding or item.codec:
        return "encoding"
    return "belonging" if "swap fields" in item.steps and not item.packings else "conservation"


def _loss(rule: str, lost: Sighting, sightings: list[Sighting]) -> Breach:
    """Return the breach for a whole record that was not read as it was."""
    same = [paper for paper in sightings if _marks(paper) & _marks(lost)]
    near = min(same, key=lambda paper: len(_differences(paper, lost)), default=None)
    if near is None:
        return Breach(rule, "a whole record is lost", repr(lost.title))
    if near == lost:
        return Breach(rule, "of a record that stands twice, one is lost", repr(lost.title))
    name = _differences(near, lost)[0]
    detail = f"{getattr(near, name)!r:.200} in place of {getattr(lost, name)!r:.200}"
    return Breach(rule, f"a whole record has another {name}", detail)


def _differences(one: Sighting, other: Sighting) -> list[str]:
    return [
        name for name in Sighting.__struct_fields__ if getattr(one, name) != getattr(other, name)
    ]


def _belonging(item: Input, sightings: list[Sighting]) -> Iterator[Breach]:
    """Every mark in a sighting is of one record, or of those that the input spliced."""
    together = [segment.numbers for segment in item.document.segments if segment.kind == RECORD]
    for sighting in sightings:
        numbers = _marks(sighting)
        if len(numbers) > 1 and not any(numbers <= allowed for allowed in together):
            mixed = sorted(
                name for name in Sighting.__struct_fields__
                if not _marks_of(getattr(sighting, name)) <= _marks_of(sighting.title)
            )  # fmt: skip
            yield Breach("belonging", f"{', '.join(mixed)} of another record", repr(sighting)[:600])


def _marks(sighting: Sighting) -> frozenset[int]:
    return frozenset().union(
        *(_marks_of(getattr(sighting, name)) for name in Sighting.__struct_fields__)
    )


def _marks_of(value: Any) -> frozenset[int]:
    values = value if isinstance(value, tuple) else (value,)
    return marks(text for text in values if isinstance(text, str))


def _conservation(item: Input, read: int, rejected: int) -> Iterator[Breach]:
    document, layout = item.document, layouts.BY_NAME[item.seed]
    count, total = len(document.records), read + rejected
    what = ""
    if not document.damaged:
        if layout.merges:
            count = len(set(document.intact()))
        # A record that stands twice may be one only where it stands twice in a row.
        if rejected or not count <= read <= len(document.records):
            what = "an undamaged file has rejects" if rejected else "records too many"
    else:
        opened = (
            openings.find(formats.load(layout.format_name).NAME, document.data)
            if layout.format_name in _GRAMMARS
            else None
        )
        if opened is not None:
            count = len(opened)
            what = "" if total == count else "a damaged file whose grammar still holds"
        elif sum(segment.damaged for segment in document.segments) == 1:
            count = document.opened - _is_cut_before_title(document)
            what = "" if total >= count else "a damaged record vanished"
    if what:
        detail = f"{count} open, {read} read, {rejected} rejected"
        yield Breach("conservation", what, detail)


def _flat(item: Input, sightings: list[Sighting], rejected: int, refused: str) -> Iterator[Breach]:
    """Judge a file without marks, where its format shows in the bytes where records open."""
    document = item.document
    original = baseline.flat_reading(item.original)
    decided = not original.is_packed and openings.find(original.format_name, item.original)
    if not original.format_name or not decided or document.frame_damaged(HEAD):
        return
    total = len(sightings) + rejected
    if not document.damaged and not item.packings and total != len(decided):
        detail = f"{len(decided)} open, {len(sightings)} read, {rejected} rejected"
        yield Breach("conservation", "a seed as it is", detail)
        return
    lost = original.sightings - Counter(sightings)
    damaged = sum(segment.damaged for segment in document.segments) + _open_ends(item)
    if lost.total() > damaged:
        what = "refused" if refused else "records changed"
        detail = refused or f"{lost.total()} of {len(decided)} changed, {damaged} damaged"
        yield Breach("locality", f"{what} beside the damage", detail)
    ids = {paper.title: paper.arxiv_id for paper in original.sightings if paper.arxiv_id}
    for paper in sightings:
        own = ids.get(paper.title)
        if own and paper.arxiv_id != own and paper.arxiv_id in ids.values():
            yield Breach("belonging", "arxiv_id of another record", repr(paper)[:600])


def _open_ends(item: Input) -> int:
    """Return how many records lost their end, so that the next may not be known as one."""
    before = baseline.flat_document(item.original).segments
    after = item.document.segments
    return sum(was.data[-3:] != now.data[-3:] for was, now in zip(before, after, strict=True))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextlib.contextmanager
def _limited_time() -> Iterator[None]:
    """Raise `TooLong` inside the block after four times the limit."""

    def stop(*_: object) -> None:
        raise TooLong

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 4 * SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
