"""One look: its pages, its file, and what is remembered of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec
import pytest

from digest import parsers
from digest.errors import FetchError
from digest.model.fetching import Answer, Look, LookState, Request
from digest.model.limits import Limits
from digest.model.settings import Settings
from digest.pipeline.fetching import look as one_look
from tests.support.feed_server import atom
from tests.support.folders import page

DAY = date(2026, 11, 20)
URL = "https://example.org/feed"
SETTINGS = Settings(root=".")
KNOWN = LookState(etag='"1"', last_modified="Fri, 20 Nov 2026 08:00:00 GMT")


class Source:
    """Answers with ``answers``, one after the other; ``asked`` are the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers: Iterator[Answer] = iter(answers)
        self.asked = list[Request]()

    def __call__(self, request: Request) -> Answer:
        """Return the next answer."""
        self.asked.append(request)
        return next(self.answers)


def answer(body: bytes, status: int = 200, *, moved: bool = False, **headers: str) -> Answer:
    """Return an answer; underscores in the names of headers stand for hyphens."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, names, body, f"{URL}?moved" if moved else URL, moved)


def pages_of(count: int) -> Look:
    """Return a look at an answer of so many pages."""

    def next_page(pages: Sequence[Answer]) -> Request | None:
        return Request(f"{URL}?{len(pages)}") if len(pages) < count else None

    return Look("notes-2026-11-20", Request(URL), ".xml", ("feed",), next_page)


def test_one_page_becomes_a_file_of_its_bytes() -> None:
    """Its validators are remembered, and no address that did not change."""
    source = Source(answer(atom([1]), etag='"2"', last_modified="yesterday"))
    seen = one_look.make(SETTINGS, pages_of(1), source, DAY)
    assert (atom([1]), ".xml", 1, '"2"', "yesterday", None) == seen
    assert [Request(URL)] == source.asked


def test_several_pages_become_one_packed_file() -> None:
    """Its papers are those of all pages, and no validator stands for all of them."""
    source = Source(*(answer(atom([n]), etag='"2"') for n in (1, 2, 3)))
    seen = one_look.make(SETTINGS, pages_of(3), source, DAY)
    assert seen is not None
    assert (".zip", 3) == (seen.suffix, seen.papers)
    assert (None, None) == (seen.etag, seen.last_modified)
    dump = parsers.read_dump("notes.zip", io.BytesIO(seen.body), DAY)
    assert ["2611.00001", "2611.00002", "2611.00003"] == [one.arxiv_id for one in dump.sightings]
    assert () == dump.rejects
    with zipfile.ZipFile(io.BytesIO(seen.body)) as container:
        assert [f"notes-2026-11-20.p0{n}.xml" for n in (1, 2, 3)] == container.namelist()
        assert atom([2]) == container.read("notes-2026-11-20.p02.xml")


def test_the_same_pages_give_the_same_bytes() -> None:
    """On every machine: neither a time nor a compression is in them."""
    packed = one_look.pack([b"one", b"two"], pages_of(2))
    assert packed == one_look.pack([b"one", b"two"], pages_of(2))
    assert b"one" in packed
    with zipfile.ZipFile(io.BytesIO(packed)) as container:
        first = container.infolist()[0]
        assert ((1980, 1, 1, 0, 0, 0), 3, 0) == (
            first.date_time,
            first.create_system,
            first.compress_type,
        )


def test_a_packed_page_is_dated_by_its_file_and_not_by_the_year_1980() -> None:
    """The time in the zip stands for none."""
    undated = [page("2026-11-18", [number]) for number in (1, 2)]
    assert b"2026" not in b"".join(undated)
    packed = one_look.pack(undated, Look("papers", Request(URL), ".txt"))
    dump = parsers.read_dump("notes.zip", io.BytesIO(packed), DAY)
    assert "2026-11-18" == dump.page_date


def test_validators_are_sent_if_they_may_be() -> None:
    """An answer that nothing changed gives no file."""
    source = Source(answer(b"", 304))
    assert one_look.make(SETTINGS, pages_of(1), source, DAY, KNOWN) is None
    assert (
        ("If-None-Match", '"1"'),
        ("If-Modified-Since", "Fri, 20 Nov 2026 08:00:00 GMT"),
    ) == source.asked[0].headers


@pytest.mark.parametrize("known", [None, LookState()])
def test_nothing_changed_is_no_answer_to_who_did_not_ask_so(known: LookState | None) -> None:
    """Else an old answer that was lost would count as given."""
    with pytest.raises(FetchError, match="304"):
        one_look.make(SETTINGS, pages_of(1), Source(answer(b"", 304)), DAY, known)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body><h1>Log in to the network</h1></body></html>", "not a listing"),
        (b'{"error": "too many requests"}', "an error answer"),
        (b"[]", "daily-papers-api"),
        (b"", "empty"),
        (b"\x00\x01\x02" * 99, "text"),
    ],
)
def test_only_the_own_form_of_a_source_becomes_a_file(body: bytes, reason: str) -> None:
    """Whatever its status says, on any page."""
    good, other = answer(atom([1])), answer(body)
    for answers in ((other, good), (good, other)):
        with pytest.raises(FetchError, match=f"answered with something else: .*{reason}"):
            one_look.make(SETTINGS, pages_of(2), Source(*answers), DAY)


def test_a_listing_of_no_papers_is_a_file() -> None:
    """On a day of rest the source has none."""
    empty = Look("hf-2026-11-21", Request(URL), ".json", ("daily-papers-api",))
    seen = one_look.make(SETTINGS, empty, Source(answer(b"[]")), DAY)
    assert seen is not None
    assert b"[]" == seen.body


@pytest.mark.parametrize("status", [204, 206, 404, 500])
def test_another_status_is_a_failure(status: int) -> None:
    """Also one with a good page behind it."""
    with pytest.raises(FetchError, match=f"answered {status}"):
        one_look.make(SETTINGS, pages_of(1), Source(answer(atom([1]), status)), DAY)


def expiring(times: int) -> Look:
    """Return a look at two pages whose token has expired so many times."""
    left = [times]

    def next_page(pages: Sequence[Answer]) -> Request | None:
        if len(pages) == 2:
            return None
        if left[0]:
            left[0] -= 1
            raise FetchError("its token has expired", start_again=True)
        return Request(f"{URL}?2")

    return Look("notes", Request(URL), ".xml", ("feed",), next_page)


def test_a_look_whose_pages_expire_begins_again_once() -> None:
    """Nothing of the first try is kept."""
    source = Source(*(answer(atom([n])) for n in (1, 2, 3)))
    seen = one_look.make(SETTINGS, expiring(1), source, DAY)
    assert seen is not None
    assert one_look.pack([atom([2]), atom([3])], expiring(0)) == seen.body
    assert [URL, URL, f"{URL}?2"] == [request.url for request in source.asked]
    with pytest.raises(FetchError, match="expired"):
        one_look.make(SETTINGS, expiring(2), Source(*(answer(atom([1])) for _ in range(3))), DAY)


def test_pages_without_an_end_end() -> None:
    """By the number of files that may be in a packed one, and by their size."""
    few = msgspec.structs.replace(SETTINGS, limits=Limits(members=5))
    source = Source(*(answer(atom([1])) for _ in range(99)))
    with pytest.raises(FetchError, match=r"limits\.members"):
        one_look.make(few, pages_of(99), source, DAY)
    assert 6 == len(source.asked)
    small = msgspec.structs.replace(SETTINGS, limits=Limits(unpacked_mb=1))
    large = atom([1]) + b" " * 400_000
    with pytest.raises(FetchError, match=r"limits\.unpacked_mb"):
        one_look.make(small, pages_of(99), Source(*(answer(large) for _ in range(9))), DAY)


def test_a_validator_that_no_header_can_carry_is_not_remembered() -> None:
    """It would make each later request fail."""
    seen = one_look.make(SETTINGS, pages_of(1), Source(answer(atom([1]), etag="\u2192")), DAY)
    assert seen is not None
    assert seen.etag is None


def test_a_validator_that_no_header_can_carry_is_not_sent() -> None:
    """Somebody has edited the state."""
    source, known = Source(answer(atom([1]))), LookState(etag="1\r\nCookie: x")
    assert one_look.make(SETTINGS, pages_of(1), source, DAY, known) is not None
    assert [Request(URL)] == source.asked


def test_a_permanent_redirect_is_told() -> None:
    """With the address that gave the good answer."""
    seen = one_look.make(SETTINGS, pages_of(1), Source(answer(atom([1]), moved=True)), DAY)
    assert seen is not None
    assert f"{URL}?moved" == seen.moved_to
