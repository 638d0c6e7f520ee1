"""The terms of the week on the front page, and the issues that are read for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from digest import settings
from digest.model.issue_links import IssueLink
from digest.model.issues import Issue
from digest.pipeline import publish, trending_terms
from digest.pipeline.context import RunContext
from digest.storage.ledger import database
from tests.support.folders import SHORE, Folder, answer, paper

NEWEST = date(2026, 11, 22)
A_DAY = 8  # papers
TERM = "Harbour Seal"


def entry(number: int) -> dict[str, Any]:
    """Return a paper; every other one of the last days is about the same thing."""
    new = paper(number)
    about = f"{TERM}s near " if number // A_DAY in (5, 6) and number % 2 else ""
    return {"id": f"2611.{number:05}", "title": about + new.title, "summary": new.abstract}


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder with seven issues: one too old, four of the weeks before, two of the week."""
    folder = Folder(tmp_path_factory.mktemp("weeks"))
    folder.sort_by(SHORE)
    folder.configure('[[edition]]\nname = "daily"\n')
    back = (60, 30, 25, 20, 10, 3, 0)
    for at, days in enumerate(back):
        day = NEWEST - timedelta(days=days)
        numbers = range(at * A_DAY, (at + 1) * A_DAY)
        more = range(1000 * at, 1000 * at + 20) if 0 < at < 5 else ()
        folder.drop(f"{day}.json", answer(day.isoformat(), map(entry, [*numbers, *more])))
        folder.run(f"{day}T08:00")
    return folder


def texts(folder: Folder, path: str) -> list[str]:
    """Return the texts or attributes at a path in the front page."""
    root: Any = html.document_fromstring((folder.output / "index.html").read_text("utf-8"))
    nodes = root.xpath(path)
    return [
        " ".join((node if isinstance(node, str) else node.text_content()).split()) for node in nodes
    ]


TERMS = "//section[h2/@id='terms']"


def test_the_front_page_lists_the_terms_of_the_week(weeks: Folder) -> None:
    """Each links to a search and to some papers that use it, and counts the others."""
    assert [f"{TERM}s"] == texts(weeks, f"{TERMS}/ul/li/a")
    assert ["search.html#q=Harbour%20Seals"] == texts(weeks, f"{TERMS}/ul/li/a/@href")
    assert ["8 papers"] == texts(weeks, f"{TERMS}/ul/li/span")
    *named, more = texts(weeks, f"{TERMS}/details/ul/li/ul/li")
    assert "and 5 more" == more
    assert all(title.startswith(f"{TERM}s near ") for title in named)
    for href in texts(weeks, f"{TERMS}/details/ul/li/ul/li/a/@href"):
        name, _, anchor = href.partition("#")
        assert f'id="{anchor}"' in (weeks.output / name).read_text("utf-8")


def test_a_rebuild_gives_the_same_terms(weeks: Folder, folder: Folder) -> None:
    """Also after a paper was withdrawn, which is not counted any more."""
    folder = weeks.copy(folder.root.with_name("copy"))
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now="2027-01-01T00:00").status
    assert before == folder.tree()
    number = 6 * A_DAY + 1
    assert 0 == folder.digest("withdraw", f"arxiv:2611.{number:05}").status
    assert ["7 papers"] == texts(folder, f"{TERMS}/ul/li/span")
    after = folder.tree()
    assert 0 == folder.digest("rebuild", now="2027-01-01T00:00").status
    assert after == folder.tree()


def test_an_update_counts_the_phrases_of_stored_issues_anew(
    weeks: Folder, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the week and the four before it: an older version counted by other rules."""
    folder = weeks.copy(folder.root.with_name("copy"))
    with database.opened(folder.root / "state") as ledger, ledger.transaction():
        fresh = list(ledger.title_phrases.phrases_since("daily", "2026-10-19"))
        for issue in fresh:
            old = issue._replace(phrases={"an old phrase": issue.papers})
            ledger.title_phrases.record_phrases("daily", old)
    monkeypatch.setattr(publish, "__version__", "0.0.0+next")
    folder.drop("new.json", answer("2026-11-22", [entry(7 * A_DAY)]))
    folder.run("2026-11-22T12:00")
    with database.opened(folder.root / "state") as ledger:
        counted = list(ledger.title_phrases.phrases_since("daily", "2026-10-19"))
    assert fresh == counted[: len(fresh)]
    assert [f"{TERM}s"] == texts(folder, f"{TERMS}/ul/li/a")


def test_a_week_without_terms_has_no_heading(weeks: Folder, folder: Folder) -> None:
    """A week later none of the papers use the term."""
    folder = weeks.copy(folder.root.with_name("copy"))
    day = NEWEST + timedelta(days=7)
    folder.drop("later.json", answer(day.isoformat(), map(entry, range(9000, 9000 + 4, 2))))
    folder.run(f"{day}T08:00")
    assert [] == texts(folder, "//section[h2/@id='terms']")


def test_only_the_issues_of_the_week_are_read(weeks: Folder) -> None:
    """For the weeks before, the counts in the ledger are enough."""
    dates_read: list[str] = []
    with database.opened(weeks.root / "state") as ledger:
        context = RunContext(settings.load(weeks.root), ledger, datetime.now(UTC))
        links = ledger.issues.list_links()

        def load(link: IssueLink) -> Issue:
            dates_read.append(link.date)
            return ledger.issues.load_issue(link.edition, link.number)

        assert 1 == len(trending_terms.list_week_terms(context, links, load))
        assert ["2026-11-22", "2026-11-19"] == dates_read
        counted = [
            issue.date for issue in ledger.title_phrases.phrases_since("daily", "2026-10-19")
        ]
        assert 6 == len(counted)


def test_before_the_first_issue_there_are_no_terms(tmp_path: Path) -> None:
    """No issue is read."""
    with database.opened(tmp_path / "state") as ledger:
        context = RunContext(settings.load(tmp_path), ledger, datetime.now(UTC))
        assert () == trending_terms.list_week_terms(context, [], _never)
        trending_terms.recount_phrases(context, [], _never)


def _never(link: IssueLink) -> Issue:
    raise AssertionError(link)
