"""Following the pages of a counted answer ends, and loses no record."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.sources import paging
from digest.sources.paging import MOST_PAGES, TRIES, PageContent


def page(start: int, count: int, total: int | None = 250) -> PageContent:
    """Return a page of numbered records."""
    return PageContent(tuple(map(str, range(start, start + count))), total)


def test_pages_follow_one_another_until_the_total_is_reached() -> None:
    """The page after the last is never asked for."""
    pages = [page(0, 100), page(100, 100), page(200, 50)]
    assert [100, 200, None] == [paging.next_start(pages[:count]) for count in (1, 2, 3)]


def test_a_short_page_is_followed_by_what_it_left_out() -> None:
    """The next page begins behind the records that came, not a page's size further."""
    assert paging.next_start([page(0, 60)]) == 60


def test_a_total_that_grows_is_followed() -> None:
    """Records that were added meanwhile are asked for."""
    assert paging.next_start([page(0, 100, 100), page(0, 0)]) == 100
    assert paging.next_start([page(0, 100), page(100, 150, 251)]) == 250


def test_a_total_that_falls_has_records_asked_once_more() -> None:
    """Two records less: two may have moved up over the border between the pages."""
    assert paging.next_start([page(0, 100), page(102, 100, 248)]) == 98


def test_nothing_at_all_is_an_answer() -> None:
    """A query may have no result, and an answer no total."""
    assert paging.next_start([PageContent((), 0)]) is None
    assert paging.next_start([PageContent((), None)]) is None
    assert paging.next_start([page(0, 3, None)]) is None


@pytest.mark.parametrize(
    ("before", "stated"),
    [([], 250), ([page(0, 100)], 250), ([page(0, 100)], 0), ([page(0, 100)], None)],
)
def test_an_empty_page_is_asked_again_a_few_times(
    before: list[PageContent], stated: int | None
) -> None:
    """Then the answer is given up, and a later run asks again: no part of it is taken."""
    start, empty = 100 * len(before), PageContent((), stated)
    pages = [*before, *(empty,) * TRIES]
    assert paging.next_start(pages) == start
    assert paging.next_start([*pages, page(start, 50)]) == start + 50
    with pytest.raises(FetchError, match="nothing new after") as raised:
        paging.next_start([*pages, empty])
    assert raised.value.again


def test_a_server_that_gives_the_same_page_for_ever_is_given_up() -> None:
    """It takes no notice of where the page shall begin."""
    pages = [page(0, 10)] * TRIES
    assert paging.next_start(pages) is not None
    with pytest.raises(FetchError):
        paging.next_start([*pages, *pages])


def test_an_answer_without_an_end_is_given_up() -> None:
    """The total grows with each page."""
    pages = [PageContent((str(number),), number + 2) for number in range(MOST_PAGES)]
    assert paging.next_start(pages[:-1]) == MOST_PAGES - 1
    with pytest.raises(FetchError, match="more than 1,000 pages"):
        paging.next_start(pages)


class Server:
    """A list of records that changes between its answers."""

    def __init__(self, size: int, *, shrinks: bool) -> None:
        self.records = [str(number) for number in range(size)]
        self.added = (f"new {number}" for number in itertools.count())
        self.shrinks = shrinks

    def change(self, place: int) -> None:
        """Add a record, or take one away."""
        at = place % (len(self.records) + 1)
        if self.shrinks:
            del self.records[at : at + 1]
        else:
            self.records.insert(at, next(self.added))

    def answer(self, start: int, size: int) -> PageContent:
        """Return a page of at most so many records."""
        return PageContent(tuple(self.records[start : start + size]), len(self.records))


@given(
    st.integers(0, 60),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 10), st.lists(st.integers(0, 60), max_size=2)), max_size=40),
)
def test_no_record_is_lost_when_pages_shift(
    count: int, shrinks: bool, answers: list[tuple[int, list[int]]]
) -> None:
    """What was there all the time is in the pages, or the whole answer is given up."""
    server = Server(count, shrinks=shrinks)
    pages = [server.answer(0, 10)]
    wishes = iter(answers)
    try:
        while (start := paging.next_start(pages)) is not None:
            size, changes = next(wishes, (10, []))
            for place in changes:
                server.change(place)
            pages.append(server.answer(start, size))
    except FetchError:
        return
    got = {one for content in pages for one in content.ids}
    there_all_the_time = {str(number) for number in range(count)} & set(server.records)
    assert there_all_the_time <= got


@given(st.integers(0, 300), st.lists(st.integers(0, 10), max_size=60))
def test_records_of_a_list_at_rest_come_once(count: int, sizes: list[int]) -> None:
    """Whatever pages come, short ones and empty ones in between: none is asked for twice."""
    server = Server(count, shrinks=False)
    pages, wishes = [server.answer(0, 10)], iter(sizes)
    try:
        while (start := paging.next_start(pages)) is not None:
            pages.append(server.answer(start, next(wishes, 10)))
    except FetchError:
        tries = [
            len(list(run))
            for is_empty, run in itertools.groupby(pages, lambda one: not one.ids)
            if is_empty
        ]
        assert max(tries) > TRIES
        return
    assert server.records == [one for content in pages for one in content.ids]


@given(
    st.lists(
        st.builds(
            PageContent,
            st.lists(st.sampled_from("abcdefgh"), max_size=3).map(tuple),
            st.none() | st.integers(0, 9),
        )
    )
)
def test_any_sequence_of_pages_ends(contents: list[PageContent]) -> None:
    """A server may answer what it likes."""
    pages = [PageContent(("x",), 9)]
    endless = itertools.chain(contents, itertools.repeat(PageContent(("a",), 10**9)))
    try:
        while paging.next_start(pages) is not None:
            pages.append(next(endless))
    except FetchError:
        pass
    assert len(pages) <= len(contents) + TRIES + 3
