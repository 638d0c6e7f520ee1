"""`digest summarise`: what summaries would cost, asking for them early, one on trial."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.folders import Folder, page, paper
from tests.support.model_server import MODEL, ModelServer, content, model_server, sentence

DAY = "2026-11-20"
EARLY = f"{DAY}T06:00"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Run a good model."""
    with model_server() as running:
        yield running


@pytest.fixture
def waiting(folder: Folder, server: ModelServer) -> Folder:
    """Make a folder in which three papers wait for seven o'clock."""
    folder.configure(server.table())
    folder.drop(f"papers-{DAY}.txt", page(DAY, [1, 2, 3]))
    folder.run(EARLY, "--due")
    return folder


def test_a_dry_run_estimates_and_asks_nobody(waiting: Folder, server: ModelServer) -> None:
    """For the papers that wait."""
    said = waiting.digest("summarise", "--dry-run", now=EARLY)
    assert 0 == said.status
    papers, calls, tokens, seconds = said.out.splitlines()
    assert "papers   3 papers wait with an abstract" == papers
    assert f"calls    3 to {MODEL}, in English" == calls
    assert "estimated from the characters" in tokens
    assert "a run may use 100,000" in tokens
    assert "time     at most 120 s of a run" == seconds
    words = tokens.replace(",", "").split()
    assert 3 * 200 < int(words[2]) < 3 * 800
    assert 3 * 80 == int(words[5])
    assert not server.asked


def test_the_estimate_is_near_what_a_tokeniser_counts(waiting: Folder, server: ModelServer) -> None:
    """Within a fifth of the characters sent, at four to a token."""
    out = waiting.digest("summarise", "--dry-run", now=EARLY).out.replace(",", "")
    estimated = int(out.partition("about ")[2].split()[0])
    waiting.digest("summarise", now=EARLY)
    lengths = [int(asked.headers["content-length"]) for asked in server.asked]
    assert abs(sum(lengths) / 4 - estimated) < estimated / 5


def test_papers_that_wait_get_theirs_before_the_issue(waiting: Folder, server: ModelServer) -> None:
    """Then the issue shows them and asks nobody."""
    said = waiting.digest("summarise", now=EARLY)
    assert (0, f"Summaries: 3 of 3 papers by {MODEL}; 3 calls, 1,500 tokens\n") == said[:2]
    assert 3 == len(server.asked)
    out = waiting.digest("summarise", "--dry-run", now=EARLY).out
    assert f"stored   3 have a summary by {MODEL} already" in out
    assert "calls    0 to" in out
    report = waiting.run(f"{DAY}T07:00", "--due")
    assert (3, 0) == (report["summaries"]["stored"], report["summaries"]["calls"])
    assert 3 == len(server.asked)
    assert "No paper with an abstract waits" in waiting.digest("summarise", now=EARLY).out


def test_if_none_wait_the_newest_issue_is_estimated(waiting: Folder, server: ModelServer) -> None:
    """So that a folder whose runs are done shows what the next day would cost."""
    plain = server.table().replace(MODEL, "another")
    waiting.run(f"{DAY}T07:00", "--due")
    waiting.configure(plain)
    out = waiting.digest("summarise", "--dry-run", now=EARLY).out
    assert f"papers   none wait; daily {DAY} has 3 papers with an abstract" in out
    assert "calls    3 to another" in out


def test_before_the_first_run_none_wait(folder: Folder, server: ModelServer) -> None:
    """Nothing is asked and nothing fails."""
    folder.configure(server.table())
    assert "papers   none wait" in folder.digest("summarise", "--dry-run").out
    assert 0 == folder.digest("summarise").status
    assert "papers   none wait" in folder.digest("summarise", "--dry-run").out
    assert not server.asked


def test_without_a_model_it_says_what_to_write(folder: Folder) -> None:
    """With the status of a configuration that cannot be used."""
    for words in ((), ("--dry-run",), ("--paper", "2611.00001")):
        said = folder.digest("summarise", *words)
        assert 2 == said.status
        assert "summary: no language model is configured (set url and model" in said.err


def test_one_paper_on_trial_is_shown_and_not_stored(waiting: Folder, server: ModelServer) -> None:
    """With its teaser, and whether it passed."""
    said = waiting.digest("summarise", "--paper", paper(2).title)
    assert 0 == said.status
    assert f"summary  {sentence(server.asked[0])} ({MODEL}, 500 tokens)" in said.out
    assert "check    passed" in said.out
    assert [paper(2).title] == server.titles
    assert "stored" not in waiting.digest("summarise", "--dry-run", now=EARLY).out
    server.answer = lambda _: content("See https://evil.example, it is all about behave together.")
    said = waiting.digest("summarise", "--paper", paper(2).title)
    assert 1 == said.status
    assert "check    refused: an address" in said.out
    server.answer = lambda _: content("kelp " * 100_000)
    said = waiting.digest("summarise", "--paper", paper(2).title)
    assert "kelp  ... (" in said.out
    assert len(said.out) < 2000
    said = waiting.digest("summarise", "--paper", "Nobody has this title")
    assert (1, True) == (said.status, "no paper has the key or title" in said.err)


def test_an_endpoint_that_gives_nothing_is_status_1(
    waiting: Folder, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason; the papers go on waiting."""
    server.answer = lambda _: content("No.")
    said = waiting.digest("summarise", "--seconds", "20", now=EARLY)
    assert 1 == said.status
    assert "0 of 3 papers" in said.out
    assert "3 refused" in said.out
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    waiting.configure(server.table('key = "env:NO_SUCH_KEY"'))
    said = waiting.digest("summarise", now=EARLY)
    assert (1, True) == (said.status, "the key env:NO_SUCH_KEY is not set" in said.out)
    said = waiting.digest("summarise", "--paper", paper(2).title)
    assert "refused: the key env:NO_SUCH_KEY is not set" in said.out


def test_check_says_whether_a_model_is_asked(
    waiting: Folder, server: ModelServer, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whether its key can be read; a missing one is a warning, because a run does without."""
    host = server.url.split("/")[2]
    assert f"ok  summary: {MODEL} at {host}, without a key" in waiting.digest("check").out
    waiting.configure(server.table('key = "env:SUMMARY_KEY"'))
    said = waiting.digest("check")
    assert 0 == said.status
    assert "!   summary: the key env:SUMMARY_KEY is not set: papers keep their teasers" in said.out
    monkeypatch.setenv("SUMMARY_KEY", "sk-1")
    assert "with the key of env:SUMMARY_KEY" in waiting.digest("check").out
    assert '"summary.key"' in waiting.digest("config", "--json").out
    assert "sk-1" not in waiting.digest("config", "--json").out
    folder.configure("")
    assert "summary" not in folder.digest("check").out
    assert not server.asked
