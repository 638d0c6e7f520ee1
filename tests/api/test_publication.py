"""A working folder as a `Publication`: what its methods return, raise and leave behind."""

from __future__ import annotations

import shutil
import threading
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from freezegun import freeze_time

import digest
from digest import settings
from digest.model.fetching import FetchReport
from digest.storage import lock
from tests.support.feed_server import configuration, feed_server, feed_source
from tests.support.folders import Folder, page, paper, tree

MOMENT = datetime(2026, 11, 18, 8, tzinfo=UTC)
LATER = MOMENT + timedelta(days=1)
EARLY = MOMENT.replace(hour=6)  # before the hour of the daily edition


@pytest.fixture
def publication(folder: Folder) -> digest.Publication:
    """Make a folder with an issue of three papers and one of two, and open it."""
    folder.drop("first.txt", page("2026-11-18", [1, 2, 3]))
    publication = digest.open(folder.root)
    publication.run(moment=MOMENT)
    folder.drop("second.txt", page("2026-11-19", [4, 5]))
    publication.run(moment=LATER)
    return publication


def test_opening_makes_nothing(tmp_path: Path) -> None:
    """A folder may even be missing; methods that only show leave it so."""
    root = tmp_path / "papers"
    publication = digest.open(root)
    assert (root, f"digest.open({str(root)!r})") == (publication.root, repr(publication))
    assert ((), ()) == (publication.issues(), publication.search("kelp"))
    assert "ok" == publication.status().health
    assert not root.exists()


def test_opening_reads_the_configuration(folder: Folder) -> None:
    """A wrong one is an error with file and key; a later change counts after opening again."""
    folder.configure("[site]\ntitel = 1\n")
    with pytest.raises(digest.SettingsError, match="did you mean title") as raised:
        digest.open(folder.root)
    assert "site.titel" == raised.value.key
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n')
    publication = digest.open(folder.root)
    folder.configure('[site]\ntimezone = "America/New_York"\n')
    assert "Europe/Berlin" == publication.status().timezone
    assert "America/New_York" == digest.open(folder.root).status().timezone


def test_a_run_returns_its_report(folder: Folder) -> None:
    """It counts entries and names issues, problems and files that were skipped."""
    folder.drop("page.txt", page("2026-11-18", [1, 2, 3]))
    folder.drop("letter.txt", b"Dear editor, thank you.")
    (folder.inbox / "folder").mkdir()
    report = digest.open(folder.root).run(moment=MOMENT)
    assert ("new", 3, 3) == (report.verdict, report.accounting.new, report.exit_status)
    (issue,) = report.issues
    assert ("daily", "2026-11-18", 1, 3) == (issue.edition, issue.date, issue.number, issue.papers)
    assert ["letter.txt"] == [problem.dump for problem in report.quarantined]
    assert all((folder.root / path).is_file() for path in issue.paths)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 18, 23, 30, tzinfo=UTC), "2026-11-19T00:30:00+01:00"),
        (datetime(2026, 11, 18, 23, 30), "2026-11-18T23:30:00+01:00"),  # noqa: DTZ001
        (
            datetime(2026, 11, 18, 23, 30, tzinfo=timezone(timedelta(hours=-5))),
            "2026-11-19T05:30:00+01:00",
        ),
        (None, "2026-11-18T13:00:00+01:00"),
    ],
)
def test_a_moment_is_in_the_sites_time_zone(
    folder: Folder, moment: datetime | None, expected: str
) -> None:
    """One with an offset is converted, one without has the site's, and none means now."""
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n')
    with freeze_time("2026-11-18 12:00:00"):
        assert expected == digest.open(folder.root).run(moment=moment).moment


def test_a_run_reports_progress_and_steps(folder: Folder) -> None:
    """`progress` counts up to the total, and `log` gets each step with its facts."""
    folder.drop("page.txt", page("2026-11-18", [1, 2, 3]))
    counts: list[tuple[str, int, int]] = []
    steps: dict[str, dict[str, object]] = {}

    def log(step: str, /, *, level: str = "info", **facts: object) -> None:
        steps[step] = {"level": level, **facts}

    digest.open(folder.root).run(
        moment=MOMENT, progress=lambda *count: counts.append(count), log=log
    )
    assert ("papers", 3, 3) in counts
    assert {"intake", "issue", "publish", "run", "backup"} >= steps.keys() >= {"intake", "run"}
    assert ("info", 3) == (steps["intake"]["level"], steps["intake"]["new"])


def test_a_due_run_makes_only_the_issues_of_the_schedule(
    publication: digest.Publication, folder: Folder
) -> None:
    """Before the hour of the first issue none is due; without `due` one is made at once."""
    folder.drop("third.txt", page("2026-11-19", [6]))
    report = publication.run(moment=EARLY, due=True)
    assert (1, ()) == (report.accounting.new, report.issues)
    assert 1 == len(publication.run(moment=LATER).issues)


def test_a_dry_run_changes_nothing(folder: Folder) -> None:
    """It returns the report of the run that would be."""
    folder.drop("page.txt", page("2026-11-18", [1, 2]))
    before = tree(folder.root)
    report = digest.open(folder.root).run(moment=MOMENT, dry_run=True)
    assert (2, 1) == (report.accounting.new, len(report.issues))
    assert before == tree(folder.root)


def test_a_dry_run_counts_the_pages_of_a_real_run(folder: Folder) -> None:
    """It sees the output and the notes, without which all pages, or none, would be new."""
    folder.drop("page.txt", page("2026-11-18", [1, 2]))
    publication = digest.open(folder.root)
    publication.run(moment=MOMENT)
    assert 0 == publication.run(moment=MOMENT, dry_run=True).pages_written
    (folder.root / "notes").mkdir()
    (folder.root / "notes" / "2026-11-18.md").write_text("A note.", encoding="utf-8")
    tried = publication.run(moment=MOMENT, dry_run=True)
    real = publication.run(moment=MOMENT)
    assert 0 < tried.pages_written == real.pages_written
    assert tried.republished == real.republished


def test_a_due_run_in_a_busy_folder_raises_at_once(publication: digest.Publication) -> None:
    """The error names the lock; afterwards the folder can be used again."""
    with (
        lock.hold(settings.load(publication.root), 0.0),
        pytest.raises(digest.Busy, match="another run is using this folder"),
    ):
        publication.run(moment=LATER, due=True)
    assert "quiet" == publication.run(moment=LATER).verdict


def test_the_status_has_runs_editions_and_counts(publication: digest.Publication) -> None:
    """Ages are those of the given moment."""
    status = publication.status(moment=LATER + timedelta(hours=2))
    assert ("ok", 2, 5) == (status.health, len(status.runs), status.counts["paper"])
    assert ["2026-11-19"] == [edition.newest for edition in status.editions]
    assert [7200] == [source.silent_for for source in status.sources]


def test_a_damaged_ledger_is_a_ledger_error(publication: digest.Publication) -> None:
    """It names the file, and each method that needs the ledger raises it."""
    file = publication.root / "state" / "ledger.sqlite3"
    file.write_bytes(b"not a database, but long enough to be looked at " * 40)
    for method in (
        publication.status,
        publication.issues,
        publication.rebuild,
        publication.run,
        lambda: publication.search("kelp"),
        lambda: publication.explain("kelp"),
        lambda: publication.withdraw("kelp"),
    ):
        with pytest.raises(digest.LedgerError) as raised:
            method()
        assert str(file) == raised.value.file


def test_issues_are_those_of_an_edition_and_a_range(publication: digest.Publication) -> None:
    """They come oldest first; both ends of a range belong to it."""
    assert ["2026-11-18", "2026-11-19"] == [issue.date for issue in publication.issues()]
    assert publication.issues() == publication.issues("daily")
    (first,) = publication.issues(until=date(2026, 11, 18))
    assert {paper(number).title for number in (1, 2, 3)} == {item.title for item in first.papers}
    (second,) = publication.issues("daily", since=date(2026, 11, 19))
    assert (2, 2) == (second.number, len(second.papers))
    assert () == publication.issues(since=date(2026, 11, 20))
    with pytest.raises(ValueError, match="no edition 'dialy'; there are: daily"):
        publication.issues("dialy")


def test_issues_of_a_removed_edition_can_still_be_had(folder: Folder) -> None:
    """They are in the ledger, though the configuration does not name their edition."""
    folder.configure('[[edition]]\nname = "old"\n')
    folder.drop("page.txt", page("2026-11-18", [1]))
    digest.open(folder.root).run(moment=MOMENT)
    folder.configure("")
    assert 1 == len(digest.open(folder.root).issues("old"))


def test_search_finds_papers_by_all_their_words(publication: digest.Publication) -> None:
    """A hit has the paper's names and the place of the paper in the output."""
    expected = paper(4)
    (hit,) = publication.search(*expected.title.split()[1:], expected.abstract.split(".")[0])
    assert (expected.title, expected.abstract) == (hit.title, hit.abstract)
    assert ("daily", "2026-11-19") == (hit.edition, hit.issue)
    path, anchor = str(hit.page).split("#")
    assert f'id="{anchor}"' in (publication.root / path).read_text("utf-8")
    assert hit.key == publication.explain(hit.key).papers[0].key
    assert 1 == len(publication.search("study", limit=1))
    assert () == publication.search("study", "qwxzy")
    assert (5, 0) == (publication.count_hits("study"), publication.count_hits("study", "qwxzy"))


def test_a_hit_has_heading_votes_and_address(publication: digest.Publication) -> None:
    """The heading is that of the newest issue that has the paper."""
    for hit in publication.search("study"):
        issue = publication.issues(hit.edition, since=date.fromisoformat(str(hit.issue)))[0]
        (section,) = [
            section for section in issue.sections if hit.guid in {i.guid for i in section.papers}
        ]
        (item,) = [item for item in section.papers if item.guid == hit.guid]
        assert (section.topic, section.name) == (hit.topic, hit.heading)
        assert (item.upvotes, item.url) == (hit.upvotes, hit.url)


def test_a_hit_in_no_issue_has_no_page(publication: digest.Publication, folder: Folder) -> None:
    """Edition, issue and page are None until an issue has the paper."""
    folder.drop("third.txt", page("2026-11-19", [6]))
    publication.run(moment=EARLY, due=True)
    (hit,) = publication.search(paper(6).title)
    assert (None, None, None) == (hit.edition, hit.issue, hit.page)
    assert (None, None) == (hit.topic, hit.heading)
    assert (19, True) == (hit.upvotes, hit.url.startswith("https://"))


def test_a_search_needs_a_phrase_and_a_limit(publication: digest.Publication) -> None:
    """Without them it is a `ValueError`."""
    with pytest.raises(ValueError, match="at least one phrase"):
        publication.search()
    with pytest.raises(ValueError, match="limit of at least 1"):
        publication.search("study", limit=0)
    with pytest.raises(ValueError, match="at least one phrase"):
        publication.count_hits()


def test_explain_names_a_paper_and_tells_about_it(publication: digest.Publication) -> None:
    """The lines have its sighting and its issue."""
    explanation = publication.explain(paper(4).title)
    (named,) = explanation.papers
    assert paper(4).title == named.title == explanation.lines[0]
    assert named.guid in "\n".join(explanation.lines)
    assert any("in second.txt, line " in line for line in explanation.lines)


def test_explain_of_words_of_several_titles_lists_those_papers(
    publication: digest.Publication,
) -> None:
    """Each has the key that names only it."""
    explanation = publication.explain(": ")
    assert 5 == explanation.total
    assert {paper(number).title for number in range(1, 6)} == {
        named.title for named in explanation.papers
    }
    for named in explanation.papers:
        assert (named,) == publication.explain(named.key).papers


def test_an_unknown_paper_is_an_error(publication: digest.Publication, tmp_path: Path) -> None:
    """`explain` and `withdraw` raise it, also before the first run."""
    for opened in (publication, digest.open(tmp_path / "new")):
        for method in (opened.explain, opened.withdraw):
            with pytest.raises(digest.UnknownPaper, match=r"2611\.99999") as raised:
                method("2611.99999")
            assert ("2611.99999", ()) == (raised.value.query, raised.value.matches)


def test_a_rebuild_writes_what_is_missing(publication: digest.Publication) -> None:
    """The same files come back, and a second rebuild writes none."""
    output = publication.root / "output"
    before = {name: body for name, body in tree(output).items() if not name.startswith("status.")}
    shutil.rmtree(output)
    result = publication.rebuild(moment=LATER)
    after = {name: body for name, body in tree(output).items() if not name.startswith("status.")}
    assert before == after
    assert set(after) == set(result.written)
    again = publication.rebuild(moment=LATER)
    assert ((), len(after), ()) == (again.written, again.same, again.removed)


def test_a_withdrawn_paper_is_in_no_issue_and_no_search(publication: digest.Publication) -> None:
    """The page of its issue is written again; the other issue keeps its papers."""
    withdrawal = publication.withdraw(paper(2).title, moment=LATER)
    assert paper(2).title == withdrawal.paper.title
    assert "daily/2026-11-18.html" in withdrawal.written
    assert [2, 2] == [len(issue.papers) for issue in publication.issues()]
    assert () == publication.search(paper(2).title)


def test_a_withdrawn_paper_is_brought_back(publication: digest.Publication) -> None:
    """By any of its names; the result has the paper and the pages that show it again."""
    publication.withdraw(paper(2).title, moment=LATER)
    withdrawal = publication.withdraw(paper(2).title.lower(), undo=True, moment=LATER)
    assert paper(2).title == withdrawal.paper.title
    assert "daily/2026-11-18.html" in withdrawal.written
    assert [3, 2] == [len(issue.papers) for issue in publication.issues()]
    (hit,) = publication.search(paper(2).title)
    assert withdrawal.paper.guid == hit.guid


def test_an_issue_is_taken_back(publication: digest.Publication) -> None:
    """The result tells of the issue, its papers, and the files of the output."""
    first, second = publication.issues()
    undone = publication.undo(moment=LATER)
    assert (second.edition, second.date, second.key, second.number, 2, second.moment, 2, ()) == (
        undone.edition, undone.date, undone.key, undone.number, undone.papers, undone.since,
        undone.waiting, undone.withdrawn,
    )  # fmt: skip
    assert f"daily/{second.key}.html" in undone.removed
    assert "feed.xml" in undone.written
    assert (first,) == publication.issues()
    dropped = publication.undo("daily", drop=True, moment=LATER)
    assert (0, 3) == (dropped.waiting, len(dropped.withdrawn))
    with pytest.raises(digest.CannotUndo, match="it has no issue") as raised:
        publication.undo(moment=LATER)
    assert "daily" == raised.value.edition
    with pytest.raises(ValueError, match="there is no edition 'weekly'"):
        publication.undo("weekly", moment=LATER)


def test_a_paper_is_moved_and_moved_back(publication: digest.Publication) -> None:
    """The pages of topics are written; the issue stays as it was."""
    before = publication.issues()
    move = publication.move(paper(2).title, "vision", moment=LATER)
    assert ("vision", "Computer vision & 3D perception") == (move.topic, move.heading)
    assert paper(2).title == move.paper.title
    assert "topics/vision/index.html" in move.written
    assert before == publication.issues()
    back = publication.move(move.paper.key, undo=True, moment=LATER)
    assert (None, None, move.paper) == (back.topic, back.heading, back.paper)
    assert back.written


def test_a_move_needs_one_topic_or_undo(publication: digest.Publication) -> None:
    """And the topic must be there."""
    for topic, undo in ((None, False), ("vision", True)):
        with pytest.raises(ValueError, match="give a topic, or undo without one"):
            publication.move(paper(2).title, topic, undo=undo, moment=LATER)
    with pytest.raises(ValueError, match="there is no topic 'visions'; did you mean vision"):
        publication.move(paper(2).title, "visions", moment=LATER)
    with pytest.raises(digest.UnknownPaper):
        publication.move("no such paper", "vision", moment=LATER)


def test_a_withdrawal_must_fit_one_paper(publication: digest.Publication) -> None:
    """Else the error lists the keys that fit, and nothing is withdrawn."""
    with pytest.raises(digest.UnknownPaper) as raised:
        publication.withdraw(": ", moment=LATER)
    assert 5 == len(raised.value.matches)
    assert [3, 2] == [len(issue.papers) for issue in publication.issues()]


def test_no_file_of_the_folder_stays_open(publication: digest.Publication) -> None:
    """A publication can be kept for long: between calls it has nothing of it open."""
    publication.search("study")
    publication.explain(paper(1).title)
    own_files = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one of the listing itself
            own_files.append(descriptor.readlink())
    assert own_files
    assert [] == [file for file in own_files if file.is_relative_to(publication.root)]


def test_threads_may_share_a_publication(publication: digest.Publication, folder: Folder) -> None:
    """Searches and statuses beside runs all succeed."""
    folder.drop("third.txt", page("2026-11-20", range(6, 40)))
    errors: list[BaseException] = []

    def call() -> None:
        try:
            publication.search("study")
            publication.status(moment=LATER)
            publication.run(moment=LATER + timedelta(days=1))
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == errors
    assert [3, 2, 34] == [len(issue.papers) for issue in publication.issues()]


def test_fetch_asks_the_sources_and_leaves_files_for_the_next_run(folder: Folder) -> None:
    """A dry run asks nobody; a name that no source has is an error."""
    with feed_server() as server:
        server.feed("/feed.xml", [1, 2])
        folder.configure(configuration(feed_source("notes", server.url("/feed.xml"))))
        publication = digest.open(folder.root)
        moment = datetime(2026, 11, 20, 8, tzinfo=UTC)
        (due,) = publication.fetch(moment=moment, dry_run=True).sources
        assert ("due", []) == (due.outcome, server.asked)
        report = publication.fetch("notes", moment=moment)
        assert (0, ("notes-2026-11-20.xml",), ()) == (
            report.exit_status,
            report.files,
            report.failed,
        )
        with pytest.raises(ValueError, match="no enabled source 'other'"):
            publication.fetch("other", moment=moment)
        run = publication.run(moment=moment)
        assert (2, FetchReport()) == (run.accounting.new, run.fetched)
