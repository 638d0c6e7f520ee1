"""A paper that was moved stands under its new topic everywhere but on the page of its issue."""

from __future__ import annotations

import json

import pytest

from digest.model.topics import Correction
from digest.storage.ledger import database
from tests.support.folders import Folder, answer, page, paper

DAY, NEXT, AFTER, MONDAY = "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-23"
ID, TITLE = "2611.00007", "Kelp Beds at Ebb"
TOPICS = """
[[topic]]
id = "kelp"
name = "Kelp & weed"
words = ["kelp"]
[[topic]]
id = "gulls"
name = "Gulls"
words = ["gull"]
[[topic]]
id = "stones"
name = "Stones"
words = ["granite"]
"""
EDITIONS = """
[[edition]]
name = "daily"
[[edition]]
name = "stones"
topics = ["stones"]
[[edition]]
name = "weekly"
period = "week"
at = "07:10"
"""
NOT_MOVED = ("daily/", "feed.", "atom.", "issues.xml", "archive/")


@pytest.fixture
def shore(folder: Folder) -> Folder:
    """Return a folder with a topic of kelp, where a paper of kelp and one of gulls were issued."""
    folder.sort_by(TOPICS)
    folder.configure(EDITIONS)
    folder.drop("first.json", answer(DAY, [
        {"id": ID, "title": TITLE, "summary": "Kelp is dry at ebb."},
        {"id": "2611.00008", "title": "A Gull at Noon", "summary": "The gull sees kelp."},
        {"id": "2611.00006", "title": "Cold Kelp"},
    ]))  # fmt: skip
    folder.run(f"{DAY}T08:00", "--due")
    return folder


def move(folder: Folder, *words: str, now: str = f"{DAY}T09:00") -> str:
    """Run `digest move` and return what it prints."""
    done = folder.digest("move", *words, now=now)
    assert 0 == done.status, done
    return done.out


def text(folder: Folder, name: str) -> str:
    """Return a file of the output."""
    return (folder.output / name).read_text("utf-8")


def headings(folder: Folder, edition: str) -> list[dict[str, list[str]]]:
    """Return the titles of each issue of an edition by topic, oldest issue first."""
    return [
        {
            section["topic"]: [item["title"] for item in section["papers"]]
            for section in issue["sections"]
        }
        for issue in folder.data(edition)
    ]


def check_rebuild(folder: Folder, now: str) -> None:
    """Check that a rebuild changes no byte."""
    before = folder.tree()
    assert 0 == folder.digest("rebuild", now=now).status
    assert before == folder.tree()


def test_topic_pages_feeds_counts_and_search_follow(shore: Folder) -> None:
    """The issue, its page and the main feeds stay, byte for byte; a rebuild changes nothing."""
    before = shore.tree()
    assert "Kelp Beds" in text(shore, "topics/kelp/index.html")
    assert f"Moved to Stones: {TITLE}\n" in move(shore, ID, "stones")
    after = shore.tree()
    assert {} == {
        name: body for name, body in before.items()
        if name.startswith(NOT_MOVED) and body != after[name]
    }  # fmt: skip
    for name in ("index.html", "2026-11.html", "feed.xml"):
        assert TITLE in text(shore, f"topics/stones/{name}")
        assert "moved here by hand" in text(shore, f"topics/stones/{name}")
    assert TITLE not in text(shore, "topics/kelp/index.html")
    assert "Stones" in text(shore, "topics/index.html")
    (script,) = (shore.output / "search").glob("2026-11*.js")
    assert '"Stones"' in script.read_text("utf-8")
    assert "1 paper." in text(shore, "topics/kelp/2026-11.html")
    check_rebuild(shore, f"{DAY}T10:00")
    assert f"No longer moved: {TITLE}\n" in move(shore, "--undo", ID)
    assert before == shore.tree()
    assert f"It was not moved: {TITLE}\n" in move(shore, "--undo", ID)


def test_later_issues_have_it_there(shore: Folder) -> None:
    """The weekly edition, and the filter of an edition goes by the corrected topic."""
    move(shore, TITLE.upper(), "kelp & WEED")  # the same as before: nothing is moved by hand
    move(shore, "2611.00008", "stones")
    move(shore, ID, "gulls")
    shore.run(f"{MONDAY}T08:00")
    (weekly,) = headings(shore, "weekly")
    assert ([TITLE], ["A Gull at Noon"]) == (weekly["gulls"], weekly["stones"])
    (issue,) = shore.data("weekly")
    (section,) = (section for section in issue["sections"] if section["topic"] == "stones")
    assert ["moved here by hand"] == section["papers"][0]["reasons"]
    check_rebuild(shore, f"{MONDAY}T10:00")


def test_it_is_moved_before_it_is_issued(shore: Folder) -> None:
    """Then its first issue has it there, and an edition of this topic takes it."""
    shore.drop("more.json", answer(NEXT, [{"id": "2611.00009", "title": "Kelp Again"}]))
    shore.run(f"{NEXT}T05:00", "--due")
    move(shore, "2611.00009", "stones", now=f"{NEXT}T05:10")
    shore.run(f"{NEXT}T09:00", "--due")
    assert {"stones": ["Kelp Again"]} == headings(shore, "daily")[-1]
    assert {"stones": ["Kelp Again"]} == headings(shore, "stones")[-1]
    check_rebuild(shore, f"{NEXT}T10:00")


def test_a_withdrawn_paper_is_moved_without_showing(shore: Folder) -> None:
    """It stands under its new topic when it is brought back."""
    shore.digest("withdraw", ID, now=f"{DAY}T08:30")
    before = shore.tree()
    move(shore, ID, "stones")
    assert before == shore.tree()
    shore.digest("withdraw", "--undo", ID, now=f"{DAY}T09:30")
    assert TITLE in text(shore, "topics/stones/index.html")


def test_a_correction_follows_a_paper_that_became_another(folder: Folder) -> None:
    """Of two corrections the later one holds; taking it back takes both."""
    folder.sort_by(TOPICS)
    old = paper(1).title
    folder.drop("title.txt", page(DAY, [1]))
    folder.drop("id.json", answer(DAY, [{"id": ID, "title": TITLE, "summary": "Kelp."}]))
    folder.run(f"{DAY}T08:00")
    move(folder, ID, "gulls", now=f"{DAY}T09:00")
    move(folder, old, "kelp", now=f"{DAY}T10:00")
    move(folder, ID, "stones", now=f"{DAY}T11:00")
    folder.drop("both.json", answer(NEXT, [{"id": ID, "title": old, "summary": "Kelp."}]))
    folder.run(f"{NEXT}T08:00", status=4)
    stones = text(folder, "topics/stones/index.html")
    assert (True, True) == (TITLE in stones, old in stones)  # the issue has both
    check_rebuild(folder, f"{NEXT}T09:00")
    listed = move(folder, "--list").splitlines()
    assert ["1 paper moved"] == listed[1:]
    assert "2026-11-18  Stones: " in listed[0]
    move(folder, "--undo", old, now=f"{NEXT}T10:00")
    assert "0 papers moved\n" == move(folder, "--list")


def test_a_topic_that_is_removed_takes_no_papers(shore: Folder) -> None:
    """The words of the paper decide again; `check` and the list say so. It comes back too."""
    before = shore.tree()
    move(shore, ID, "stones")
    moved = shore.tree()
    without = TOPICS[: TOPICS.index('[[topic]]\nid = "stones"')]
    shore.configure(EDITIONS.replace('topics = ["stones"]', 'topics = ["gulls"]'))
    shore.sort_by(without)
    shore.run(f"{NEXT}T08:00")
    assert TITLE in text(shore, "topics/kelp/index.html")
    assert [] == list((shore.output / "topics").glob("stones/*"))
    checked = shore.digest("check").out
    assert "ok  1 paper moved by hand\n" in checked
    assert f"!   arxiv:{ID} was moved to 'stones', which is no topic any more" in checked
    assert "Stones, not configured" in move(shore, "--list")
    explained = shore.digest("explain", ID).out
    assert "moved    2026-11-18T09:00 to Stones, which is not configured any more" in explained
    assert before.keys() == shore.tree().keys()
    check_rebuild(shore, f"{NEXT}T09:00")
    shore.sort_by(TOPICS)
    shore.run(f"{NEXT}T10:00")
    assert moved["topics/stones/index.html"] == shore.tree()["topics/stones/index.html"]
    check_rebuild(shore, f"{NEXT}T11:00")


def test_a_run_publishes_a_move_that_was_cut_off(shore: Folder) -> None:
    """The correction was committed, and its pages were not written."""
    with database.opened(shore.root / "state") as ledger, ledger.transaction():
        (number,) = ledger.papers.look_up([f"arxiv:{ID}"]).papers
        correction = Correction("stones", "Stones", f"{DAY}T09:00:00+00:00")
        ledger.moved_papers.move(number, correction)
    shore.run(f"{DAY}T12:00")
    assert TITLE in text(shore, "topics/stones/index.html")
    marks = shore.marks()
    shore.run(f"{DAY}T13:00")
    assert marks == shore.marks()


def test_an_undone_issue_keeps_the_corrections(shore: Folder) -> None:
    """The issue that is made again has the paper where it was moved to."""
    move(shore, ID, "stones")
    assert 0 == shore.digest("undo", now=f"{DAY}T10:00").status
    shore.run(f"{DAY}T11:00")
    assert {"stones": [TITLE], "gulls": ["A Gull at Noon"], "kelp": ["Cold Kelp"]} == headings(
        shore, "daily"
    )[0]
    check_rebuild(shore, f"{DAY}T12:00")


def test_explain_and_the_list_tell_the_correction(shore: Folder) -> None:
    """As words and as JSON."""
    move(shore, ID, "stones")
    explained = shore.digest("explain", ID).out
    assert "  topic    Stones: moved here by hand\n" in explained
    assert "  moved    2026-11-18T09:00 to Stones (take it back with digest move" in explained
    assert "under Kelp & weed: “kelp” in the title" in explained  # in the issue
    row = json.loads(move(shore, "--list", "--json"))
    guid = row.pop("guid")
    assert guid == headings_guid(shore)
    assert {
        "key": f"arxiv:{ID}", "title": TITLE, "topic": "stones", "heading": "Stones",
        "moment": row["moment"], "in_force": True,
    } == row  # fmt: skip
    assert row["moment"].startswith("2026-11-18T09:00")


def headings_guid(folder: Folder) -> str:
    """Return the guid of the paper of kelp in the first issue."""
    (guid,) = (
        item["guid"]
        for section in folder.data()[0]["sections"]
        for item in section["papers"]
        if item["title"] == TITLE
    )
    return str(guid)


def test_an_id_is_taken_before_the_name_of_another_topic(shore: Folder) -> None:
    """And blanks in a name count once."""
    shore.sort_by(TOPICS.replace('"Kelp & weed"', '"Stones"').replace('"Gulls"', '"Big  gulls"'))
    move(shore, ID, "stones")
    assert "  Stones: " in move(shore, "--list")
    assert '"topic":"stones"' in move(shore, "--list", "--json")
    assert "Moved to Big  gulls" in move(shore, ID, "big gulls")


@pytest.mark.parametrize(("words", "status", "error"), [
    (("Kelp", "stones"), 1, "'Kelp' is only a part of titles; use the key or the whole title"),
    (("2611.99999", "stones"), 1, "no paper has the key or title '2611.99999'"),
    ((ID, "stone"), 2, "there is no topic 'stone'; did you mean stones?"),
    ((ID, "other"), 2, "there are: kelp (Kelp & weed), gulls (Gulls), stones (Stones)"),
    ((ID, ""), 2, "there is no topic ''"),
    (("--undo", ID, ""), 2, "--undo takes no topic"),
    (("--list", ""), 2, "--list takes nothing else"),
    ((ID,), 2, "a topic is missing"),
    ((), 2, "a paper is missing"),
    (("--undo", ID, "stones"), 2, "--undo takes no topic"),
    (("--list", ID), 2, "--list takes nothing else"),
    (("--json",), 2, "--json needs --list"),
])  # fmt: skip
def test_what_cannot_be_done_changes_nothing(
    shore: Folder, words: tuple[str, ...], status: int, error: str
) -> None:
    """The message says what to do."""
    before = shore.tree()
    done = shore.digest("move", *words, now=f"{DAY}T09:00")
    assert (status, "") == (done.status, done.out)
    assert error in " ".join(done.err.split())
    assert before == shore.tree()
    assert "0 papers moved\n" == move(shore, "--list")
