"""`digest topics --learn` shows what it learnt from moved papers, and keeps it when told to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.model.topics import Correction
from digest.storage.ledger import database
from tests.cli.test_cli_corrections import on_terminal
from tests.support.folders import Folder, answer

DAY, NEXT = "2026-11-18", "2026-11-19"
TOPICS = """
[[topic]]
id = "kelp"
name = "Kelp & weed"
words = ["kelp, basin"]
[[topic]]
id = "gulls"
name = "Gulls"
words = ["gull, heron"]
[[topic]]
id = "stones"
name = "Stones"
words = ["granite"]
"""
# Words of two topics: the paper stands under gulls, and whoever reads it says kelp.
DISPUTED = "A gull and a heron on kelp."
LEARNT = Path("config", "topics-learnt.json")


@pytest.fixture
def shore(folder: Folder) -> Folder:
    """Return a folder with a topics file, forty papers of two topics and ten of one."""
    folder.sort_by(TOPICS)
    entries = [(n, "Of the Shore", DISPUTED) for n in range(40)]
    entries += [(n, "Of the Quarry", "All of granite.") for n in range(40, 50)]
    folder.drop("day.json", answer(DAY, [
        {"id": f"2611.{n:05}", "title": f"{title} {n}", "summary": words}
        for n, title, words in entries
    ]))  # fmt: skip
    folder.run(f"{DAY}T08:00")
    return folder


def move(folder: Folder, numbers: range, topic: str) -> None:
    """Move papers, by the last digits of their ids."""
    with database.opened(folder.root / "state") as ledger, ledger.transaction():
        for n in numbers:
            (paper,) = ledger.papers.look_up([f"arxiv:2611.{n:05}"]).papers
            correction = Correction(topic, topic.title(), f"{DAY}T09:00:00+00:00")
            ledger.moved_papers.move(paper, correction)


def learn(folder: Folder, *words: str) -> str:
    """Run `digest topics --learn` and return what it prints."""
    done = folder.digest("topics", "--learn", *words, now=f"{DAY}T12:00")
    assert 0 == done.status, done
    return done.out


def topic_of_new(folder: Folder, number: int = 53) -> str:
    """Return the topic under which the next issue has a disputed paper."""
    entry = {"id": f"2611.{number:05}", "title": f"New {number}", "summary": DISPUTED}
    folder.drop(f"{number}.json", answer(NEXT, [entry]))
    folder.run(f"{NEXT}T08:{number}")
    (section,) = folder.data()[-1]["sections"]
    return str(section["topic"])


def test_it_is_shown_and_changes_nothing(shore: Folder) -> None:
    """Without a terminal and without `--yes`, for a person and as JSON."""
    move(shore, range(25), "kelp")
    move(shore, range(40, 42), "gulls")  # no word of gulls is in them
    told = learn(shore).splitlines()
    assert (
        "27 papers moved by hand: 0 of them stand there without learning, 25 with it"
        " (each judged by a model that has not seen it)"
    ) == told[0]
    assert "2 of them have too few words of their topic to be learnt from" in told[1]
    assert told[2].startswith("15 of 23 other papers (65.2%) would stand under another heading;")
    assert "moved    Gulls -> Kelp & weed: Of the Shore 39" == told[3]
    assert (14, "Nothing was changed: --yes keeps it for later issues") == (len(told), told[-1])
    row = json.loads(learn(shore, "--json").splitlines()[0])
    file = row.pop("file")
    assert str(shore.root / LEARNT) == file
    example = row.pop("examples")[0]
    assert {"title": "Of the Shore 39", "arxiv_id": "2611.00039"}.items() < example.items()
    assert {
        "corrections": 27, "before": 0, "after": 25, "out_of_reach": 2, "others": 23, "changed": 15,
    } == row  # fmt: skip
    assert not (shore.root / LEARNT).exists()
    assert "gulls" == topic_of_new(shore)


def test_it_is_kept_and_undone(shore: Folder) -> None:
    """Later issues are placed by it; the same corrections give the same file."""
    move(shore, range(25), "kelp")
    assert f"Kept in {shore.root / LEARNT}; delete the file to undo it\n" in learn(shore, "--yes")
    kept = (shore.root / LEARNT).read_bytes()
    data = json.loads(kept)
    assert (25, f"{DAY}T12:00:00+00:00") == (data["corrections"], data["moment"])
    assert (["kelp", "gulls", "stones"], 0) == (data["topics"], data["bias"][2])
    # Again from the weights without it.
    assert "25 papers moved by hand: 0 of them stand there without" in learn(shore, "--yes")
    assert kept == (shore.root / LEARNT).read_bytes()
    checked = shore.digest("check").out
    assert f"{LEARNT}: learnt from 25 papers moved by hand, on {DAY}\n" in checked
    shore.digest("rebuild", now=f"{DAY}T13:00")  # shows the moves, which wrote no page here
    written = shore.tree()
    (shore.root / LEARNT).unlink()
    shore.digest("rebuild", now=f"{DAY}T14:00")
    assert written == shore.tree()  # what was learnt changes no page
    (shore.root / LEARNT).write_bytes(kept)
    assert "kelp" == topic_of_new(shore, 51)
    (shore.root / LEARNT).unlink()
    assert "gulls" == topic_of_new(shore, 52)


def test_what_was_learnt_goes_by_the_id_of_topics(shore: Folder) -> None:
    """A topic that is removed takes its numbers with it; the others keep theirs."""
    move(shore, range(25), "kelp")
    learn(shore, "--yes")
    block = TOPICS[TOPICS.index('[[topic]]\nid = "stones"') :]
    new = '[[topic]]\nid = "boats"\nname = "Boats"\nwords = ["keel"]\n'
    shore.sort_by(new + TOPICS.replace(block, ""))
    assert "kelp" == topic_of_new(shore)


def test_a_difference_shows_what_was_learnt(shore: Folder) -> None:
    """A file that is not in its place yet is compared with what was learnt in both."""
    move(shore, range(25), "kelp")
    learn(shore, "--yes")
    (shore.root / "same.toml").write_text(TOPICS, encoding="utf-8")
    told = shore.digest("topics", "--diff", str(shore.root / "same.toml")).out
    assert "0 of 50 papers (0.0%) under another heading\n" == told


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"topics": []}', b"\xff\xfe", b"[" * 99999]
)
def test_a_damaged_file_is_named(shore: Folder, content: bytes) -> None:
    """By every command that places papers; deleting it mends it."""
    (shore.root / LEARNT).write_bytes(content)
    for words in (["check"], ["topics"], ["run"], ["explain", "2611.00001"]):
        shore.drop("new.json", answer(NEXT, [{"id": "2611.00099", "title": "A Keel"}]))
        done = shore.digest(*words, now=f"{NEXT}T08:00")
        assert 2 == done.status, words
        assert f"{shore.root / LEARNT}: is damaged: " in done.err
        assert "(delete it, and learn again with digest topics --learn)" in done.err
    move(shore, range(20), "kelp")
    learn(shore, "--yes")
    assert 0 == shore.digest("check").status


def test_too_few_corrections_teach_nothing(shore: Folder) -> None:
    """The number is named, and how to make more; also before the first run."""
    move(shore, range(19), "kelp")
    done = shore.digest("topics", "--learn", now=f"{DAY}T12:00")
    assert (1, "") == (done.status, done.out)
    assert "too few papers were moved to learn from them: 19 of at least 20" in done.err
    move(shore, range(19, 20), "kelp")
    assert "20 papers moved by hand" in learn(shore)
    shore.sort_by(TOPICS.replace('"kelp"', '"weed"'))
    done = shore.digest("topics", "--learn", now=f"{DAY}T12:00")
    assert (1, True) == (done.status, "0 of at least 20" in done.err)


def test_a_paper_is_judged_by_a_model_that_has_not_seen_it(shore: Folder) -> None:
    """A single paper of its kind is learnt, but not foretold from the others."""
    odd = {"id": "2611.00070", "title": "Odd", "summary": "A heron of granite. Granite, granite."}
    shore.drop("odd.json", answer(NEXT, [odd]))
    shore.run(f"{NEXT}T08:00")
    move(shore, range(24), "kelp")
    move(shore, range(70, 71), "gulls")
    assert "25 papers moved by hand: 0 of them stand there without learning, 24" in learn(shore)


def test_it_asks_on_a_terminal(shore: Folder) -> None:
    """A no changes nothing."""
    move(shore, range(25), "kelp")
    status, shown = on_terminal(shore, "topics", "--learn", answer="n")
    assert (130, True) == (status, "Keep it for later issues? [y/N]: " in shown)
    assert not (shore.root / LEARNT).exists()
    status, shown = on_terminal(shore, "topics", "--learn", answer="y")
    assert (0, True) == (status, "25 papers moved by hand" in shown)
    assert (shore.root / LEARNT).exists()


@pytest.mark.parametrize("words", [("--yes",), ("--learn", "--diff")])
def test_options_that_do_not_go_together(shore: Folder, words: tuple[str, ...]) -> None:
    """Are refused in a sentence."""
    done = shore.digest("topics", *words)
    assert (2, "") == (done.status, done.out)
    assert "--learn" in done.err
