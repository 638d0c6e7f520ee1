"""Work in the background: when it begins, that nothing that wakes it is lost, and how it ends."""

from __future__ import annotations

import threading
import time
from queue import SimpleQueue

from digest.errors import PeopleError
from digest.operations.serving.wakeful import Wakeful
from digest.pipeline.progress import no_log
from tests.support.folders import MINUTE


def test_it_begins_a_while_after_it_was_woken() -> None:
    """So that it slows down no answer to what woke it; what comes meanwhile is done with it."""
    woken, calls = threading.Event(), SimpleQueue[float]()

    def work(_: threading.Event) -> float:
        calls.put(time.monotonic())
        return MINUTE

    with Wakeful(work, woken, no_log, "letters", pause=0.2):
        calls.get(timeout=MINUTE)  # at the start it does not wait
        begun = time.monotonic()
        woken.set()
        time.sleep(0.05)
        woken.set()
        assert calls.get(timeout=MINUTE) - begun >= 0.2
        woken.set()
        calls.get(timeout=MINUTE)
    assert calls.empty()


def test_its_end_waits_for_no_pause() -> None:
    """Who stops the program waits for work alone."""
    woken, calls = threading.Event(), SimpleQueue[bool]()

    def work(stop: threading.Event) -> float:
        calls.put(stop.is_set())
        return MINUTE

    begun = time.monotonic()
    with Wakeful(work, woken, no_log, "letters", pause=MINUTE):
        assert not calls.get(timeout=MINUTE)
        woken.set()
        time.sleep(0.05)  # it is in its pause now
    assert time.monotonic() - begun < MINUTE / 2


def test_what_fails_is_logged_and_done_again() -> None:
    """A fault of the program without its words, which may hold an address."""
    woken, calls = threading.Event(), SimpleQueue[None]()
    failures = [PeopleError("people.sqlite3", "is locked"), ValueError("ada@example.org")]
    log: list[tuple[str, dict[str, object]]] = []

    def work(_: threading.Event) -> float:
        calls.put(None)
        if failures:
            raise failures.pop(0)
        return MINUTE

    def note(step: str, /, *, level: str = "info", **facts: object) -> None:
        log.append((step, {"level": level, **facts}))

    with Wakeful(work, woken, note, "letters"):
        for _ in range(3):
            calls.get(timeout=MINUTE)
            woken.set()
    assert [
        ("letters", {"level": "warning", "reason": "people.sqlite3: is locked"}),
        ("letters", {"level": "error", "reason": "a fault of the program: ValueError"}),
    ] == log
