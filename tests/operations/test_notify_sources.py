"""Notices about sources that do not answer: one for each outage, and one when it is over."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from digest import settings
from digest.model.fetching import FetchState, SourceState
from digest.pipeline.fetching import plan
from digest.storage import fetch_state, run_history
from tests.support.folders import Folder
from tests.support.monitors import Monitor, monitor

SOURCES = """
[fetch]
contact = "editor@example.org"
[[source]]
name = "hf"
kind = "hf-daily"
[[source]]
name = "arxiv"
kind = "arxiv-rss"
categories = ["cs.CL"]
"""
Report = tuple[list[str], list[str], list[str]]  # kinds, recovered, sources


@pytest.fixture
def listening() -> Iterator[Monitor]:
    """Run a webhook that answers 200."""
    with monitor() as server:
        yield server


def configure(folder: Folder, at: Monitor, notify: str = "", sources: str = SOURCES) -> None:
    """Configure the webhook and these sources."""
    (folder.root / "webhook").write_text(at.url("/hook"), encoding="utf-8")
    folder.configure(f'[notify]\nwebhook = "file:webhook"\n{notify}\n{sources}')


def remember(folder: Folder, **given: SourceState) -> None:
    """Write what a fetch has left behind; no source is due before the end of the month."""
    sources = {}
    for source in settings.load(folder.root).sources:
        sources[source.name] = msgspec.structs.replace(
            given.get(source.name, SourceState()),
            last_look="2026-11-01T07:00:00+00:00",
            next_look="2026-11-30T07:00:00+00:00",
            asked=plan.settings_mark(source),
        )
    file = folder.root / "state" / fetch_state.FILE
    file.write_bytes(msgspec.json.encode(FetchState(sources=sources)))


def failing(since: str, failures: int = 5, reason: str = "answered 503") -> SourceState:
    """Return the state of a source that has failed since 07:00 of a day of November."""
    return SourceState(
        last_answer="2026-11-01T07:00:00+00:00",
        failing_since=f"2026-11-{since}T07:00:00+00:00",
        failures=failures,
        reason=reason,
    )


ANSWERS = SourceState(last_answer="2026-11-20T07:00:00+00:00")


def run(folder: Folder, now: str) -> None:
    """Run; no source is asked, because none is due."""
    assert 0 == folder.digest("run", "--due", now=f"2026-11-{now}T07:00").status


def sent(at: Monitor) -> list[Report]:
    """Return kinds, recovered kinds and sources of each notice."""
    names = ("kinds", "recovered", "sources")
    return [tuple(request.data[name] for name in names) for request in at.asked]


def test_each_source_has_its_own_notice_and_its_own_end(folder: Folder, listening: Monitor) -> None:
    """Two that fail a week apart are two notices; a lasting outage is told once."""
    configure(folder, listening)
    remember(folder, hf=failing("10", failures=1))
    run(folder, "10")
    remember(folder, hf=failing("10"))
    for day in ("11", "12", "13"):
        run(folder, day)
    remember(folder, hf=failing("10", 9), arxiv=failing("17"))
    run(folder, "18")
    remember(folder, hf=ANSWERS, arxiv=failing("17", 9))
    run(folder, "19")
    remember(folder, hf=ANSWERS, arxiv=ANSWERS)
    run(folder, "20")
    remember(folder, hf=failing("20"), arxiv=ANSWERS)
    run(folder, "21")
    assert [
        (["source"], [], ["hf"]),
        (["source"], [], ["arxiv"]),
        ([], ["source"], ["hf"]),
        ([], ["source"], ["arxiv"]),
        (["source"], [], ["hf"]),
    ] == sent(listening)


def test_a_lost_record_is_no_recovery(folder: Folder, listening: Monitor) -> None:
    """Nobody knows then whether the source answers; when it does, that is told."""
    configure(folder, listening)
    remember(folder, hf=failing("10"))
    run(folder, "11")
    remember(folder, hf=SourceState())
    run(folder, "12")
    remember(folder, hf=ANSWERS)
    run(folder, "13")
    assert [(["source"], [], ["hf"]), ([], ["source"], ["hf"])] == sent(listening)


@pytest.mark.parametrize("sources", ["", SOURCES.replace('"hf"', '"hf"\nenabled = false')])
def test_a_source_that_is_asked_no_more_is_forgotten(
    folder: Folder, listening: Monitor, sources: str
) -> None:
    """That is no recovery, and if it comes back and fails, that is told again."""
    configure(folder, listening)
    remember(folder, hf=failing("10"))
    run(folder, "11")
    configure(folder, listening, sources=sources)
    run(folder, "12")
    assert {} == run_history.notices(folder.root / "state")
    configure(folder, listening)
    run(folder, "13")
    assert [(["source"], [], ["hf"])] * 2 == sent(listening)


def test_a_failed_run_tells_of_sources_and_ends_no_outage(
    folder: Folder, listening: Monitor
) -> None:
    """Sources are asked before the run, so its failure says nothing about them."""
    configure(folder, listening)
    remember(folder, hf=failing("10"), arxiv=failing("10"))
    run(folder, "11")
    template = folder.root / "templates" / "index.html"
    template.parent.mkdir()
    template.write_text("{% if %}")
    remember(folder, hf=ANSWERS, arxiv=ANSWERS)
    assert 2 == folder.digest("run", now="2026-11-12T07:00").status
    template.unlink()
    run(folder, "13")
    assert [
        (["source"], [], ["hf", "arxiv"]),
        (["failed"], [], []),
        ([], ["source", "failed"], ["hf", "arxiv"]),
    ] == sent(listening)


def test_a_notice_that_did_not_arrive_is_sent_again(folder: Folder, listening: Monitor) -> None:
    """It is recorded only when it was received."""
    configure(folder, listening)
    (folder.root / "webhook").unlink()
    remember(folder, hf=failing("10"))
    run(folder, "11")
    configure(folder, listening)
    run(folder, "12")
    assert [(["source"], [], ["hf"])] == sent(listening)


def test_no_notice_of_sources_if_on_does_not_name_them(folder: Folder, listening: Monitor) -> None:
    """As with every other kind."""
    configure(folder, listening, 'on = ["failed", "recovered"]')
    remember(folder, hf=failing("10"))
    run(folder, "11")
    assert [] == sent(listening)


def test_a_notice_holds_no_query_and_no_folder(folder: Folder, listening: Monitor) -> None:
    """A query may hold a key, and a path tells of this machine."""
    configure(folder, listening)
    reason = "https://me:pw@example.org/list?api_key=4f1c: 503; /home/me/lists/token: gone"
    remember(folder, hf=failing("10", reason=reason))
    run(folder, "11")
    (request,) = listening.asked
    assert "looks: https://example.org/list: 503; token: gone." in request.data["message"]
