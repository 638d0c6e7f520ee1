"""Terms of the week on the front page: what stands there, and what it costs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from digest import settings
from digest.model.issues import Issue, IssueLink
from digest.pipeline import trending_terms
from digest.pipeline.context import RunContext
from digest.storage.ledger import database
from tests.support.folders import SHORE, Folder, answer, paper

NEWEST = date(2026, 11, 22)
A_DAY = 8  # papers
TERM = "Harbour Seal"


def entry(number: int) -> dict[str, Any]:
    """A paper; every other one of the last days is about the same thing."""
    made = paper(number)
    about = f"{TERM}s near " if number // A_DAY in (5, 6) and number % 2 else ""
    return {"id": f"2611.{number:05}", "title": about + made.title, "summary": made.abstract}


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Seven issues: one too old to count, four of the weeks before, two of the week."""
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


def said(folder: Folder, path: str) -> list[str]:
    """The text, or the attribute, of what a path finds on the front page."""
    root: Any = html.document_fromstring((folder.output / "index.html").read_text("utf-8"))
    found = root.xpath(path)
    return [
        " ".join((one if isinstance(one, str) else one.text_content()).split()) for one in found
    ]


TERMS = "//section[h2/@id='terms']/ul/li"


def test_the_front_page_tells_the_terms_of_the_week(weeks: Folder) -> None:
    """Each leads to a search for it, and to papers that use it; the others are counted."""
    assert [f"{TERM}s"] == said(weeks, f"{TERMS}/a")
    assert ["search.html#q=Harbour%20Seals"] == said(weeks, f"{TERMS}/a/@href")
    assert ["8 papers"] == said(weeks, f"{TERMS}/span")
    *named, more = said(weeks, f"{TERMS}/ul/li")
    assert "and 5 more" == more
    assert all(title.startswith(f"{TERM}s near ") for title in named)
    for href in said(weeks, f"{TERMS}/ul/li/a/@href"):
        name, _, anchor = href.partition("#")
        assert f'id="{anchor}"' in (weeks.output / name).read_text("utf-8")


def test_terms_are_a_function_of_the_stored_issues(weeks: Folder, folder: Folder) -> None:
    """A rebuild tells the same; a withdrawn paper is counted no longer, and stays so."""
    folder = weeks.copy(folder.root.with_name("copy"))
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now="2027-01-01T00:00").status
    assert before == folder.tree()
    number = 6 * A_DAY + 1
    assert 0 == folder.digest("withdraw", f"arxiv:2611.{number:05}").status
    assert ["7 papers"] == said(folder, f"{TERMS}/span")
    after = folder.tree()
    assert 0 == folder.digest("rebuild", now="2027-01-01T00:00").status
    assert after == folder.tree()


def test_they_end_with_their_week(weeks: Folder, folder: Folder) -> None:
    """A week later there is nothing to tell, and no empty heading."""
    folder = weeks.copy(folder.root.with_name("copy"))
    day = NEWEST + timedelta(days=7)
    folder.drop("later.json", answer(day.isoformat(), map(entry, range(9000, 9000 + 4, 2))))
    folder.run(f"{day}T08:00")
    assert [] == said(folder, "//section[h2/@id='terms']")


def test_only_the_week_is_read(weeks: Folder) -> None:
    """However long the archive is: of the weeks before, only what the ledger counts."""
    read: list[str] = []
    with database.opened(weeks.root / "state") as ledger:
        state = RunContext(settings.load(weeks.root), ledger, datetime.now(UTC))
        links = ledger.issues.list_links()

        def stored(link: IssueLink) -> Issue:
            read.append(link.date)
            return ledger.issues.load_issue(link.edition, link.number)

        assert 1 == len(trending_terms.of_week(state, links, stored))
        assert ["2026-11-19", "2026-11-22"] == read
        kept = [one.date for one in ledger.title_phrases.phrases_since("daily", "2026-10-19")]
        assert 6 == len(kept)


def test_before_the_first_issue_there_is_nothing(tmp_path: Path) -> None:
    """Neither to tell nor to count."""
    with database.opened(tmp_path / "state") as ledger:
        state = RunContext(settings.load(tmp_path), ledger, datetime.now(UTC))
        assert () == trending_terms.of_week(state, [], _never)
        trending_terms.recount(state, [], _never)


def _never(link: IssueLink) -> Issue:
    raise AssertionError(link)
