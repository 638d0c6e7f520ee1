"""Pauses between requests, and what is asked again."""

from __future__ import annotations

import itertools
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.http_client.client import Client
from digest.model.fetching import Request
from tests.support.asking import START, FakeTime, ScriptedClient, asker
from tests.support.raw_server import http_answer, raw_server

A, B = Request("https://a.example/x?key=secret"), Request("https://b.example/")
ARXIV = [Request(f"https://{name}/") for name in ("export.arxiv.org", "arxiv.org", "rss.arxiv.org")]
DAY = 86_400


def failure(*, again: bool = True, wait: float | None = None) -> FetchError:
    """Return an error as the client raises it."""
    return FetchError("a.example: answered 503", again=again, wait=wait, status=503)


def test_a_host_is_asked_once_a_second() -> None:
    """From start to start: a slow answer is a pause in itself. Another host does not wait."""
    time = FakeTime()
    client = ScriptedClient(time, takes=0.25)
    asking = asker(client, time)
    for request in (A, B, A, A):
        asking.ask(request)
    starts = [(0, "a.example"), (0.25, "b.example"), (1, "a.example"), (2, "a.example")]
    assert (starts, 4) == (client.starts, asking.requests)


def test_all_hosts_of_arxiv_share_their_pause() -> None:
    """3.5 seconds. A host whose name only ends alike has its own."""
    time = FakeTime()
    client = ScriptedClient(time)
    asking = asker(client, time)
    for request in (*ARXIV, Request("https://notarxiv.org/")):
        asking.ask(request)
    assert [0, 3.5, 7, 7] == [moment for moment, _ in client.starts]
    assert {"arxiv.org", "notarxiv.org"} == set(asking.not_before)


@given(st.lists(st.tuples(st.sampled_from([A, B, *ARXIV]), st.floats(0, 9)), max_size=20))
def test_pauses_hold_in_any_order(requests: list[tuple[Request, float]]) -> None:
    """However long answers take."""
    time = FakeTime()
    client = ScriptedClient(time)
    asking = asker(client, time, seconds=1e6)
    for request, client.takes in requests:
        asking.ask(request)
    for end, pause in (("a.example", 1.0), ("b.example", 1.0), ("arxiv.org", 3.5)):
        moments = [moment for moment, host in client.starts if host.endswith(end)]
        gaps = [after - before for before, after in itertools.pairwise(moments)]
        assert all(gap >= pause - 1e-5 for gap in gaps)


def test_the_pause_is_kept_across_runs() -> None:
    """It is written before the request, so that a run that is killed has written it."""
    time, not_before = FakeTime(), dict[str, float]()
    client = ScriptedClient(time, RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        asker(client, time, not_before).ask(ARXIV[0])
    assert {"arxiv.org": START + 3.5} == not_before
    time.elapsed += 0.5
    later = ScriptedClient(time)
    asker(later, time, not_before).ask(ARXIV[1])
    assert [(3.5, "arxiv.org")] == later.starts


def test_a_clock_that_jumped_back_does_not_stop_a_source() -> None:
    """What it wrote while it was ahead is no pause that anybody asked for."""
    time = FakeTime()
    client = ScriptedClient(time)
    asker(client, time, {"a.example": START + 40 * DAY}).ask(A)
    assert [1] == time.slept


def test_a_clock_that_jumps_during_a_run_does_not_matter() -> None:
    """Neither forth nor back."""
    time = FakeTime()
    client = ScriptedClient(time)
    asking = asker(client, time)
    for time.clock_ahead in (0, -7 * DAY, 7 * DAY):
        asking.ask(A)
    assert [0, 1, 2] == [moment for moment, _ in client.starts]


def test_a_failure_is_tried_again_four_times_at_most() -> None:
    """With growing pauses; the last failure is told."""
    time = FakeTime()
    client = ScriptedClient(time, *[failure() for _ in range(9)])
    asking = asker(client, time)
    with pytest.raises(FetchError) as caught:
        asking.ask(A)
    assert "a.example: answered 503 (5 tries)" == str(caught.value)
    assert (True, 503) == (caught.value.again, caught.value.status)
    assert [0, 1, 5, 20, 80] == [moment for moment, _ in client.starts]
    assert 5 == asking.requests


def test_pauses_are_jittered() -> None:
    """By a quarter in both directions, so that they always grow."""
    for jitter, pauses in ((0.0, [0.75, 3, 11.25, 45]), (1.0, [1.25, 5, 18.75, 75])):
        time = FakeTime()
        client = ScriptedClient(time, *[failure() for _ in range(5)])
        with pytest.raises(FetchError):
            asker(client, time, jitter=lambda: jitter).ask(B)  # noqa: B023 - called at once
        moments = [moment for moment, _ in client.starts]
        gaps = [after - before for before, after in itertools.pairwise(moments)]
        assert [max(pause, 1) for pause in pauses] == gaps


def test_a_try_that_succeeds_ends_it() -> None:
    """The answer is given."""
    time = FakeTime()
    assert b"x" == asker(ScriptedClient(time, failure(), failure()), time).ask(A).body
    assert 5 == time.elapsed


@pytest.mark.parametrize("tries", [1, 2])
def test_fewer_tries_may_be_wanted(tries: int) -> None:
    """As for what is not worth a minute."""
    time = FakeTime()
    client = ScriptedClient(time, *[failure() for _ in range(9)])
    with pytest.raises(FetchError):
        asker(client, time).ask(A, tries=tries)
    assert tries == len(client.starts)


def test_a_final_answer_is_not_asked_for_again() -> None:
    """And the number of tries is told only if there were several."""
    time = FakeTime()
    client = ScriptedClient(time, failure(), failure(again=False))
    with pytest.raises(FetchError, match=r"^a.example: answered 503 \(2 tries\)$"):
        asker(client, time).ask(A)
    client = ScriptedClient(time, failure(again=False))
    with pytest.raises(FetchError, match="^a.example: answered 503$"):  # noqa: RUF043
        asker(client, time).ask(A)


def test_a_stated_wait_is_believed() -> None:
    """If it is longer than the pause; it holds for the whole host, and across runs."""
    time, not_before = FakeTime(), dict[str, float]()
    client = ScriptedClient(time, failure(wait=30), failure(wait=2))
    asking = asker(client, time, not_before)
    asking.ask(A)
    assert [0, 30, 34] == [moment for moment, _ in client.starts]
    assert {"a.example": START + 35} == not_before


@pytest.mark.parametrize(
    ("wait", "stored", "span", "rest"),
    [
        (121, 121, "3 minutes", "3 minutes"),
        (3600, 3600, "60 minutes", "60 minutes"),
        (9 * DAY, DAY, "216 hours", "24 hours"),
    ],
)
def test_a_long_wait_is_left_to_a_later_run(
    wait: float, stored: float, span: str, rest: str
) -> None:
    """Which does not ask before its time, at most a day; nor does this run."""
    time, not_before = FakeTime(), dict[str, float]()
    client = ScriptedClient(time, failure(wait=wait))
    asking = asker(client, time, not_before)
    with pytest.raises(FetchError) as caught:
        asking.ask(A)
    says = f"a.example: answered 503, and wants to be left alone for {span}"
    assert (says, wait) == (str(caught.value), caught.value.wait)
    assert {"a.example": START + stored} == not_before
    time.elapsed += 0.5
    for later in (asking, asker(client, time, not_before)):
        with pytest.raises(FetchError) as caught:
            later.ask(A)
        assert stored - 0.5 == caught.value.wait
        assert f"a.example wants to be left alone for {rest} more" == caught.value.reason
    assert 1 == len(client.starts)
    asking.ask(B)
    time.elapsed += stored
    asker(client, time, not_before).ask(A)
    assert [0.5, 0.5 + stored] == [moment for moment, _ in client.starts[1:]]


def test_a_wait_longer_than_what_is_left_is_left_to_a_later_run() -> None:
    """As is a pause of our own, which nobody has to keep later."""
    for wait, stored in ((50.0, 50.0), (None, 1.0)):
        time, not_before = FakeTime(), dict[str, float]()
        client = ScriptedClient(time, *[failure(wait=wait) for _ in range(9)])
        with pytest.raises(FetchError, match="answered 503") as caught:
            asker(client, time, not_before, seconds=40).ask(A)
        assert wait == caught.value.wait
        assert time.elapsed <= 40
        assert START + time.elapsed + stored == not_before["a.example"]


def test_a_request_gets_what_is_left() -> None:
    """At most two minutes; and when nothing is left nothing is asked."""
    time = FakeTime()
    client = ScriptedClient(time, takes=100)
    asking = asker(client, time)
    for _ in range(3):
        asking.ask(A)
    assert [120, 120, 100] == client.seconds
    with pytest.raises(FetchError) as caught:
        asking.ask(B)
    assert "b.example: the 300 s for all sources are over" == str(caught.value)
    assert (3, 3) == (asking.requests, len(client.starts))


def test_a_crawl_delay_makes_pauses_longer_and_never_shorter() -> None:
    """From now on, for one host."""
    time = FakeTime()
    client = ScriptedClient(time)
    asking = asker(client, time)
    asking.slow_down(A.url, 5)
    asking.slow_down(A.url, 0.1)
    asking.slow_down(ARXIV[0].url, 0.1)
    for request in (A, A, B, B, ARXIV[1], ARXIV[1]):
        asking.ask(request)
    assert [5, 10, 10, 11, 11, 14.5] == [moment for moment, _ in client.starts]


def test_redirects_wait_their_turn() -> None:
    """Each is a request, and counts as one."""
    time = FakeTime()

    replies = [http_answer(b"", "Location: /b", status=301), http_answer(b"here")]
    moments = list[float]()

    def answer(connection: socket.socket, _: bytes) -> None:
        moments.append(time.elapsed)
        connection.sendall(replies.pop(0))

    with raw_server(answer) as server:
        asking = asker(Client("x", private=["127.0.0.1"]), time)
        got = asking.ask(Request(server.url("/a")))
    assert (b"here", True, server.url("/b")) == (got.body, got.moved, got.url)
    assert ([0, 1], 2) == (moments, asking.requests)
