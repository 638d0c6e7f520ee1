"""The full-text index of papers in published issues, which the web side searches."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import LedgerError
from digest.model.issues import Section
from digest.model.papers import Organization
from digest.model.topics import Correction, RemovedTopic
from digest.storage.ledger import Ledger, full_text
from digest.storage.ledger.full_text import issued_file, issued_refresh, issued_update
from digest.storage.ledger.full_text.issued_source import IssuedSource
from tests.support.builders import MOMENT, dump, issue, item, ledger, sighting, take_in


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give an empty ledger with two editions."""
    with closing(ledger(tmp_path, "daily", "weekly")) as new:
        yield new


def add(opened: Ledger, *titles: str, **fields: object) -> None:
    """Take in papers with these titles, each with the same fields besides."""
    take_in(opened, dump(*(sighting(title, **fields) for title in titles)))


def record(
    opened: Ledger,
    numbers: Iterable[int],
    date: str = "2026-11-22",
    *,
    edition: str = "daily",
    number: int = 1,
    topic: str = "vision",
    published: bool = True,
) -> None:
    """Record an issue with these papers, all under one topic; publish it."""
    papers = list(opened.papers.by_number(list(numbers)))
    items = tuple(item(title=paper.title, guid=paper.guid) for paper in papers)
    section = Section(topic=topic, name=topic.capitalize(), papers=items)
    made = issue(edition=edition, date=date, number=number, sections=(section,))
    held = [(paper.id, each) for paper, each in zip(papers, items, strict=True)]
    with opened.transaction():
        opened.issues.record_issue(made, "live", None, held)
        if published:
            opened.issues.mark_published()


def find(folder: Path, *phrases: str, topic: str | None = None) -> list[int]:
    """Return the numbers of the papers found, after the index was brought up to date."""
    issued_update.update(folder)
    return [found.paper.id for found in full_text.search_issued(folder, phrases, 99, 0, topic)[0]]


def test_only_papers_in_published_issues_are_found(opened: Ledger, tmp_path: Path) -> None:
    """Neither those in no issue, nor those of an issue whose pages are not written yet."""
    add(opened, "Copper Boats", "Copper Nets", "Copper Tides")
    assert [] == find(tmp_path, "copper")
    record(opened, [1])
    record(opened, [2], "2026-11-23", number=2, published=False)
    assert [1] == find(tmp_path, "copper")
    with opened.transaction():
        opened.issues.mark_published()
    assert [2, 1] == find(tmp_path, "copper")


def test_a_result_has_all_facts_and_the_newest_issue(opened: Ledger, tmp_path: Path) -> None:
    """The paper is as the ledger holds it; the place is that of the issue recorded last."""
    facts = {
        "abstract": "On brass.",
        "authors": ("Bo Imrie",),
        "upvotes": 7,
        "organization": Organization("boats", "Boat Works"),
        "arxiv_id": "2611.00009",
    }
    add(opened, "Copper\n Boats", **facts)
    record(opened, [1], topic="metal")
    record(opened, [1], "2026-11-29", edition="weekly", topic="ships")
    issued_update.update(tmp_path)
    ((found,), total, is_complete) = full_text.search_issued(tmp_path, ["copper"], 9)
    (paper,) = opened.papers.by_number([1])
    assert (1, True) == (total, is_complete)
    assert paper == found.paper
    place = full_text.IndexPlace("weekly", "2026-11-29", 1, paper.guid, "ships", "Ships")
    assert place == found.issue


@pytest.mark.parametrize("words", ["brass", "imrie", "boat works", "BÖATS", "boating"])
def test_abstract_names_and_forms_of_a_word_are_searched(
    opened: Ledger, tmp_path: Path, words: str
) -> None:
    """Whatever their case, accents and endings."""
    named = Organization("boats", "Boat Works")
    add(opened, "Copper Boats", abstract="On brass.", authors=("Bo Imrie",), organization=named)
    record(opened, [1])
    assert [1] == find(tmp_path, words)


@pytest.mark.parametrize(
    "words", ["title:boats", "boats OR nets", "NOT tin", 'a "b', "-tin", "(tin", "{topic}: nets"]
)
def test_operators_are_words(opened: Ledger, tmp_path: Path, words: str) -> None:
    """What FTS5 takes for an operator is looked for as text, and fails nowhere."""
    add(opened, "Copper Boats", "Copper Nets")
    record(opened, [1, 2])
    assert [] == find(tmp_path, words)
    assert [1] == find(tmp_path, "^copper", "boat*")


def test_a_phrase_stands_side_by_side(opened: Ledger, tmp_path: Path) -> None:
    """Its words in another order are not found; words of two phrases stand anywhere."""
    add(opened, "Copper Boats", "Boats of Copper")
    record(opened, [1, 2])
    assert [1] == find(tmp_path, "copper boats")
    assert [2, 1] == find(tmp_path, "copper", "boats")


def test_a_topic_is_no_word_and_leaves_the_others_out(opened: Ledger, tmp_path: Path) -> None:
    """Topics whose ids share words are told apart."""
    add(opened, "Copper Boats", "Copper Nets", "Copper Tides")
    record(opened, [1], topic="sea")
    record(opened, [2], "2026-11-23", number=2, topic="sea-ice")
    record(opened, [3], "2026-11-24", number=3, topic="ice")
    assert [1] == find(tmp_path, "copper", topic="sea")
    assert [2] == find(tmp_path, "copper", topic="sea-ice")
    assert [] == find(tmp_path, "copper", topic="land")
    number = str(int.from_bytes(b"sea", "big"))
    assert [] == find(tmp_path, number)


def test_where_a_word_stands_decides_then_the_date(opened: Ledger, tmp_path: Path) -> None:
    """Title before names before abstract; of equals the first issue's date, the newest first."""
    take_in(
        opened,
        dump(
            sighting("Of Tides", abstract="Copper."),
            sighting("Of Nets", authors=("Ann Copper",)),
            sighting("Copper Boats"),
            sighting("Of Sails", abstract="Copper."),
            sighting("Copper Masts"),
        ),
    )
    record(opened, [4, 5], "2026-11-20")
    record(opened, [1, 2, 3], "2026-11-22", number=2)
    record(opened, [4, 5], "2026-11-29", edition="weekly")
    assert [3, 5, 2, 1, 4] == find(tmp_path, "copper")


def test_of_many_papers_those_with_all_words_in_the_title_come_first(
    opened: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest first; pages follow each other without gap or repetition, and end somewhere."""
    monkeypatch.setattr("digest.storage.ledger.full_text.issued_search._RANKED", 3)
    monkeypatch.setattr("digest.storage.ledger.full_text.issued_search.COUNTED", 6)
    add(opened, *(f"Copper Boats {n}" for n in range(2)))
    add(opened, *(f"Copper {n}" for n in range(3)), abstract="On boats.")
    record(opened, range(1, 6))
    first = [2, 1, 5, 4, 3]
    assert first == find(tmp_path, "copper", "boats")
    pages = [full_text.search_issued(tmp_path, ["copper", "boats"], 2, n) for n in (0, 2, 4, 6)]
    assert first == [found.paper.id for page in pages for found in page.results]
    assert [5] * 4 == [page.total for page in pages]
    add(opened, *(f"Tin {n}" for n in range(3)), abstract="Copper boats.")
    record(opened, range(6, 9), "2026-11-23", number=2)
    assert [2, 1, 8, 7, 6, 5] == find(tmp_path, "copper", "boats")
    assert 7 == full_text.search_issued(tmp_path, ["copper", "boats"], 1).total
    assert [2, 1, 8, 7, 6, 5] == find(tmp_path, "copper", "boats", topic="vision")


def test_the_index_follows_the_ledger(opened: Ledger, tmp_path: Path) -> None:
    """New words, a withdrawal, a merge, a move, and an issue that is taken back."""
    add(opened, "Old Boats", arxiv_id="2611.00009")
    add(opened, "Copper Boats")
    record(opened, [1, 2])
    assert [2, 1] == find(tmp_path, "boats")
    add(opened, "Old Boats", arxiv_id="2611.00009", abstract="On brass.")
    assert [1] == find(tmp_path, "brass")
    opened.papers.withdraw(1, MOMENT)
    assert [2] == find(tmp_path, "boats")
    opened.papers.bring_back(1)
    assert [1] == find(tmp_path, "brass")
    opened.moved_papers.move(1, Correction("metal", "Metal", MOMENT))
    assert ([1], [2]) == tuple(find(tmp_path, "boats", topic=each) for each in ("metal", "vision"))
    assert "Metal" == heading_of(tmp_path, "brass")
    opened.removed_topics.record_removed_topics([RemovedTopic("metal", "Metal", MOMENT, 1, ())])
    assert ([], [2, 1]) == tuple(find(tmp_path, "boats", topic=t) for t in ("metal", "vision"))
    opened.connection.execute("UPDATE paper SET alias_of = 1 WHERE id = 2")
    assert ([1], [1]) == (find(tmp_path, "copper"), find(tmp_path, "boats"))
    opened.connection.execute("UPDATE paper SET alias_of = NULL WHERE id = 2")
    assert [2] == find(tmp_path, "copper")
    opened.connection.execute("DELETE FROM issued")
    opened.connection.execute("DELETE FROM issue")
    assert [] == find(tmp_path, "boats")
    # The number of an issue that was taken back goes to the next one.
    with opened.transaction():
        opened.connection.execute("UPDATE edition SET number = 0")
    record(opened, [2], "2026-11-23")
    assert [2] == find(tmp_path, "boats")


def heading_of(folder: Path, word: str) -> str | None:
    """Return the heading of the only paper with a word."""
    ((found,), _, _) = full_text.search_issued(folder, [word], 9)
    return found.issue.heading if found.issue else None


def test_an_alias_in_an_issue_leads_to_its_paper(opened: Ledger, tmp_path: Path) -> None:
    """Where only the alias stands in an issue, the paper is found under the alias's guid."""
    add(opened, "Old Boats", "Copper Boats")
    record(opened, [2])
    opened.connection.execute("UPDATE paper SET alias_of = 1 WHERE id = 2")
    assert [1] == find(tmp_path, "copper")
    ((found,), _, _) = full_text.search_issued(tmp_path, ["old"], 9)
    guid = next(opened.papers.by_number([2])).guid
    assert found.issue is not None
    assert (guid, "Vision") == (found.issue.guid, found.issue.heading)


def test_new_votes_leave_the_words_as_they_are(opened: Ledger, tmp_path: Path) -> None:
    """The facts are those of the ledger, and the words of the index are not written again."""
    add(opened, "Copper Boats", upvotes=1)
    record(opened, [1])
    assert [1] == find(tmp_path, "copper")
    words = words_of(tmp_path)
    add(opened, "Copper Boats", upvotes=9)
    assert [1] == find(tmp_path, "copper")
    assert 9 == full_text.search_issued(tmp_path, ["copper"], 1).results[0].paper.upvotes
    assert words == words_of(tmp_path)


def words_of(folder: Path) -> list[tuple[object, ...]]:
    """Return the stored blocks of the index of words."""
    with closing(sqlite3.connect(folder / issued_file.FILE)) as index:
        return index.execute("SELECT id, block FROM word_data ORDER BY id").fetchall()


def test_a_ledger_put_in_its_place_makes_the_index_anew(opened: Ledger, tmp_path: Path) -> None:
    """A backup that was restored may have other papers under the same numbers."""
    add(opened, "Copper Boats", "Copper Nets")
    record(opened, [1, 2])
    assert [2, 1] == find(tmp_path, "copper")
    opened.connection.execute("UPDATE paper SET guid = 'other', title = 'Tin Nets' WHERE id = 2")
    assert [1] == find(tmp_path, "copper")
    opened.connection.execute("UPDATE paper SET title = 'Tin Boats' WHERE id = 1")
    opened.connection.execute("UPDATE intake SET moment = '2020-01-01T00:00:00+00:00'")
    assert [2, 1] == find(tmp_path, "tin")


def test_there_is_nothing_without_a_ledger_and_none_is_made(tmp_path: Path) -> None:
    """No file at all is made, whichever part is asked."""
    assert ((), 0, True) == full_text.search_issued(tmp_path, ["copper"], 9)
    issued_update.update(tmp_path)
    assert [] == list(tmp_path.iterdir())


def test_a_search_sees_a_small_change_at_once(opened: Ledger, tmp_path: Path) -> None:
    """The first one makes the index; after a change the search begins an update by itself."""
    add(opened, "Copper Boats", "Copper Nets")
    record(opened, [1])
    assert 1 == full_text.search_issued(tmp_path, ["copper"], 9).total
    record(opened, [2], "2026-11-23", number=2)
    until = time.monotonic() + 20
    while full_text.search_issued(tmp_path, ["copper"], 9).total == 1:
        assert time.monotonic() < until
    assert 2 == full_text.search_issued(tmp_path, ["copper"], 9).total


def test_without_a_change_nothing_is_read_from_the_ledger(
    opened: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No update begins, and none when another program only looks at the ledger."""
    add(opened, "Copper Boats")
    record(opened, [1])
    assert [1] == find(tmp_path, "copper")
    monkeypatch.setattr(issued_refresh, "_IndexUpdate", None)
    assert [1] == list(opened.connection.execute("SELECT count(*) FROM paper").fetchone())
    assert 1 == full_text.search_issued(tmp_path, ["copper"], 9).total


@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_run_that_writes_keeps_no_search_waiting(
    opened: Ledger, tmp_path: Path, lock: str
) -> None:
    """A search finds what was there before the run, and the run commits when it likes."""
    add(opened, "Copper Boats", "Copper Nets")
    record(opened, [1])
    assert [1] == find(tmp_path, "copper")
    opened.connection.execute(f"BEGIN {lock}")
    opened.connection.execute("UPDATE paper SET title = 'Copper Tubs' WHERE id = 1")
    started = time.monotonic()
    assert 1 == full_text.search_issued(tmp_path, ["boats"], 9).total
    assert 2 > time.monotonic() - started
    opened.connection.execute("COMMIT")
    wait_for_updates()
    add(opened, "Copper Oars")  # no lock was left behind
    record(opened, [2], "2026-11-23", number=2)
    assert [2, 1] == find(tmp_path, "copper")


def wait_for_updates() -> None:
    """Wait until no update is at work in the background."""
    for update in list(issued_refresh._updates.values()):
        update.join(20)
        assert not update.is_alive()


def test_searches_keep_no_run_waiting(opened: Ledger, tmp_path: Path) -> None:
    """While eight threads search, each change is committed without a wait for a lock."""
    add(opened, *(f"Copper Boats {n}" for n in range(20)))
    record(opened, range(1, 21))
    assert 20 == len(find(tmp_path, "copper"))
    opened.connection.execute("PRAGMA busy_timeout = 2000")
    is_over = False

    def search_on() -> int:
        least = 20
        while not is_over:
            least = min(least, full_text.search_issued(tmp_path, ["copper"], 5).total)
        return least

    with ThreadPoolExecutor(8) as threads:
        searches = [threads.submit(search_on) for _ in range(8)]
        try:
            for number in range(10):
                add(opened, f"Copper Nets {number}")
                record(opened, [21 + number], f"2026-12-{number + 1:02}", number=2 + number)
        finally:
            is_over = True
        assert [20] * 8 == [each.result() for each in searches]
    assert 30 == len(find(tmp_path, "copper"))


def test_searches_at_once_may_all_meet_no_index(opened: Ledger, tmp_path: Path) -> None:
    """Only one of them makes it."""
    add(opened, "Copper Boats")
    record(opened, [1])
    for _ in range(5):
        wait_for_updates()
        issued_file.delete(tmp_path)
        with ThreadPoolExecutor(8) as threads:
            found = threads.map(
                lambda _: full_text.search_issued(tmp_path, ["copper"], 9).total, range(8)
            )
            assert [1] * 8 == list(found)


def test_a_damaged_index_is_made_again(opened: Ledger, tmp_path: Path) -> None:
    """Wherever the damage stands: one search may fail with the reason, and never lies."""
    add(opened, "Copper Boats", "Tin Nets")
    record(opened, [1, 2])
    assert [1] == find(tmp_path, "copper")
    file = tmp_path / issued_file.FILE
    sound = file.read_bytes()
    for start in range(0, len(sound), 4096):
        file.write_bytes(sound[:start] + b"\xa5" * 4096 + sound[start + 4096 :])
        answers = [outcome(tmp_path) for _ in range(3)]
        assert answers[-1] in ([1], "LedgerError"), start
        wait_for_updates()
        issued_file.delete(tmp_path)
        assert [1] == find(tmp_path, "copper")


def outcome(folder: Path) -> list[int] | str:
    """Return what a search finds, or the name of its error."""
    try:
        return [found.paper.id for found in full_text.search_issued(folder, ["copper"], 9).results]
    except LedgerError as error:
        return type(error).__name__


def test_an_index_of_another_version_is_made_anew(opened: Ledger, tmp_path: Path) -> None:
    """Also one that is no index at all."""
    add(opened, "Copper Boats")
    record(opened, [1])
    assert [1] == find(tmp_path, "copper")
    with closing(sqlite3.connect(tmp_path / issued_file.FILE)) as other:
        other.execute("PRAGMA user_version = 99")
    assert 1 == full_text.search_issued(tmp_path, ["copper"], 9).total


def test_where_no_index_can_be_made_the_reason_is_told(opened: Ledger, tmp_path: Path) -> None:
    """A folder stands in its place; what was taken in is not lost."""
    add(opened, "Copper Boats")
    record(opened, [1])
    (tmp_path / issued_file.FILE).mkdir()  # stops root, too, as no permission would
    with pytest.raises(LedgerError, match=r"issued\.sqlite3: "):
        full_text.search_issued(tmp_path, ["copper"], 9)
    (tmp_path / issued_file.FILE).rmdir()
    assert 1 == full_text.search_issued(tmp_path, ["copper"], 9).total


def test_a_ledger_that_cannot_be_read_leaves_the_old_answers(
    opened: Ledger, tmp_path: Path
) -> None:
    """Without an index there is an error that names the ledger."""
    add(opened, "Copper Boats")
    record(opened, [1])
    assert [1] == find(tmp_path, "copper")
    opened.close()
    (tmp_path / "ledger.sqlite3").write_bytes(b"no ledger at all" * 300)
    assert 1 == full_text.search_issued(tmp_path, ["copper"], 9).total
    wait_for_updates()
    issued_file.delete(tmp_path)
    with pytest.raises(LedgerError, match=r"ledger\.sqlite3"):
        full_text.search_issued(tmp_path, ["copper"], 9)


def test_an_index_that_was_broken_off_is_finished(
    opened: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in it is found meanwhile, and the search says that it is not complete."""
    monkeypatch.setattr(issued_refresh, "_PATIENCE_AT_FIRST", 0.1)
    add(opened, "Copper Boats", "Copper Nets")
    record(opened, [1])
    assert [1] == find(tmp_path, "copper")
    with closing(sqlite3.connect(tmp_path / issued_file.FILE)) as index, index:
        index.execute("UPDATE upto SET is_complete = 0")
    opened.connection.execute("BEGIN EXCLUSIVE")
    assert (1, False) == full_text.search_issued(tmp_path, ["copper"], 9)[1:]
    opened.connection.execute("COMMIT")
    wait_for_updates()
    assert [1] == find(tmp_path, "copper")
    assert full_text.search_issued(tmp_path, ["copper"], 9).is_complete


KILLED = """
import os, signal, sys
from pathlib import Path
from digest.storage.ledger.full_text import issued_rows, issued_update

left = int(sys.argv[2])
write = issued_rows.IssuedRows.write

def write_and_die(self, families, papers):
    global left
    write(self, families, papers)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

issued_rows.IssuedRows.write = write_and_die
issued_update._PORTION = 1
issued_update.update(Path(sys.argv[1]))
"""


def test_a_killed_update_leaves_an_index_that_is_finished(opened: Ledger, tmp_path: Path) -> None:
    """At whichever portion the process dies: the newest papers are found, and nothing twice."""
    add(opened, "Copper Boats", "Copper Nets", "Copper Tides")
    for number in (1, 2, 3):
        record(opened, [number], f"2026-11-{20 + number}", number=number)
    # The first portion holds what changed: nothing.
    for portion in (1, 2, 3, 4):
        issued_file.delete(tmp_path)
        command = [sys.executable, "-c", KILLED, str(tmp_path), str(portion)]
        assert -signal.SIGKILL == subprocess.run(command, check=False, timeout=60).returncode
        with closing(sqlite3.connect(tmp_path / issued_file.FILE)) as index:
            papers = index.execute("SELECT paper FROM found ORDER BY id DESC").fetchall()
        assert [(3,), (2,), (1,)][: max(0, portion - 2)] == papers
        assert [3, 2, 1] == find(tmp_path, "copper")


def test_questions_to_the_ledger_read_no_whole_table_of_papers(opened: Ledger) -> None:
    """An update without a change costs the same however many papers there are."""
    add(opened, "Copper Boats")
    record(opened, [1])
    source = IssuedSource(opened.connection)
    statements: list[str] = []
    opened.connection.set_trace_callback(statements.append)
    state = source.state()
    source.holds(state)
    source.issues()
    source.aliases()
    source.withdrawn()
    source.moved()
    source.revised(1, 1)
    source.places(1)
    source.papers([1])
    opened.connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for sql in statements
        for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert any("paper_withdrawn" in plan for plan in plans)
    scans = {plan for plan in plans if plan.startswith(("SCAN paper", "SCAN issued"))}
    # These hold the aliases and the withdrawn papers only.
    assert set() == {scan for scan in scans if "INDEX paper_" not in scan}


def test_found_words_are_marked_as_the_index_found_them() -> None:
    """Endings, case and accents do not matter; phrases are marked as one; nothing is escaped."""
    texts = ("Böats <b> & Old Nets", "Ann Boat", "None of it. We mend boats.\x02")
    ((title, by, snippet),) = full_text.highlight(["boat", "old nets"], [texts])
    assert (("Böats", True), (" <b> & ", False), ("Old Nets", True)) == title
    assert (("Ann ", False), ("Boat", True)) == by
    assert (("None of it. We mend ", False), ("boats", True), (".", False)) == snippet


def test_of_a_long_abstract_the_part_with_the_words_is_shown() -> None:
    """A text without any is returned unmarked, its abstract not at all; none is left out."""
    long = f"{'We begin. ' * 50}Here are boats. {'We end. ' * 50}"
    texts = [("Nets", "", long), ("Tides", "Ann", ""), ("Sails", "", long[:90])]
    shown = full_text.highlight(["boats"], texts)
    assert ["Nets", "Tides", "Sails"] == ["".join(t for t, _ in each.title) for each in shown]
    text = "".join(words for words, _ in shown[0].snippet)
    assert text.startswith("…")
    assert "Here are boats." in text
    assert len(text) < 500
    assert [(), ()] == [each.snippet for each in shown[1:]]
    assert (("Ann", False),) == shown[1].by
