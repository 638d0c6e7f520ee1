"""Profiles in whole runs: papers that are followed, muted, or similar to the library."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.support.folders import SHORE, Folder, answer, items

DAY = "2026-11-18"
MORNING = f"{DAY}T08:00"
GULLS = ("Herring gulls on the pier", "A census of herring gulls", "Gulls, piers and cameras")
LIBRARY = "".join(f"@misc{{k{n}, title = {{{title}}}}}\n" for n, title in enumerate(GULLS))


def entry(number: int, title: str, **fields: Any) -> dict[str, Any]:
    """Return a paper of an API answer."""
    summary = f"We describe {title.lower()} and what became of number {number}."
    return {"id": f"2611.{number:05}", "title": title, "summary": summary, **fields}


PAPERS = [
    *(entry(n, f"Quarry{n}x and slate{n}x", upvotes=9 + n) for n in range(6)),
    entry(6, "Kelp under ice", upvotes=1),
    entry(7, "Counting herring gulls at the pier", upvotes=2),
    entry(8, "Muted moss"),
    entry(9, "More moss", authors=[{"name": "Ada Vance"}]),
]


def issue_for(folder: Folder, *profile: str, status: int = 0) -> dict[str, Any]:
    """Make an issue of `PAPERS` for a profile with these lines."""
    folder.configure("\n".join(["[profile]", *profile]))
    folder.drop("day.json", answer(DAY, PAPERS))
    folder.run(MORNING, status=status)
    return folder.data()[-1]


def titles(issue: dict[str, Any]) -> list[str]:
    """Return the titles in the order of the issue."""
    return [item["title"] for item in items(issue)]


def reasons(issue: dict[str, Any], field: str) -> dict[str, Any]:
    """Return the reasons in a field of an issue by title instead of guid."""
    names = {item["guid"]: item["title"] for item in items(issue)}
    return {names[guid]: why for guid, why in issue[field].items()}


def test_without_a_profile_nothing_is_followed_or_muted(folder: Folder) -> None:
    """All papers are in the issue, and those with most votes are picked."""
    issue = issue_for(folder)
    assert (10, 0, {}) == (len(items(issue)), issue["muted"], issue["followed"])
    assert "Most votes in this issue (14)" == reasons(issue, "picked")["Quarry5x and slate5x"]


def test_muted_papers_are_counted_and_explained(folder: Folder) -> None:
    """The issue gives their number, and `explain` names the word that mutes a paper."""
    issue = issue_for(folder, 'mute_words = ["moss"]', 'mute_authors = ["vance"]')
    assert 8 == len(items(issue))
    assert 2 == issue["muted"]
    assert "2 papers muted." in (folder.output / "daily" / "latest.md").read_text("utf-8")
    answer_text = folder.digest("explain", "2611.00008").out
    assert "not in   daily: muted by your word “moss”" in answer_text


def test_papers_muted_on_a_day_without_issue_are_counted_in_the_next_issue(folder: Folder) -> None:
    """A day with muted papers only has no issue."""
    folder.configure('[profile]\nmute_words = ["moss"]')
    folder.drop("one.json", answer(DAY, PAPERS[8:]))
    assert [] == folder.run(MORNING)["issues"]
    folder.drop("two.json", answer("2026-11-19", PAPERS[:2]))
    folder.run("2026-11-19T08:00")
    assert [2] == [issue["muted"] for issue in folder.data()]


def test_a_followed_paper_is_first_in_its_section_and_picked(folder: Folder) -> None:
    """The reason is in the stored issue and on its page."""
    issue = issue_for(folder, 'words = ["kelp"]')
    section = next(part for part in issue["sections"] if "Kelp under ice" in titles_of(part))
    assert "Kelp under ice" == titles_of(section)[0]
    expected = {"Kelp under ice": ["Follows your word “kelp”"]}
    assert expected == reasons(issue, "followed")
    assert "Follows your word “kelp”" == reasons(issue, "picked")["Kelp under ice"]
    assert ">follows your word “kelp”<" in (folder.output / "daily" / "latest.html").read_text()


def titles_of(section: dict[str, Any]) -> list[str]:
    """Return the titles of a section, in order."""
    return [item["title"] for item in section["papers"]]


def test_a_paper_similar_to_the_library_is_followed(folder: Folder) -> None:
    """The reason counts the similar papers. The parsed library is cached."""
    (folder.root / "my.bib").write_text(LIBRARY, encoding="utf-8")
    issue = issue_for(folder, 'library = "my.bib"')
    why = reasons(issue, "followed")["Counting herring gulls at the pier"]
    assert ["Close to 3 papers in your library"] == why
    (cached,) = (folder.root / "state" / "library").iterdir()
    assert sorted(GULLS) == sorted(book["title"] for book in json.loads(cached.read_bytes()))


def test_the_library_is_cached_until_it_changes(folder: Folder) -> None:
    """A damaged cache is ignored, and an outdated one is replaced."""
    library = folder.root / "my.bib"
    library.write_text(LIBRARY, encoding="utf-8")
    other = folder.copy(folder.root.parent / "other")
    expected = issue_for(folder, 'library = "my.bib"')
    caches = folder.root / "state" / "library"
    (cached,) = caches.iterdir()
    other_caches = other.root / "state" / "library"
    other_caches.mkdir(parents=True)
    (other_caches / cached.name).write_bytes(b"{")
    assert expected == issue_for(other, 'library = "my.bib"')
    library.write_text(LIBRARY * 2, encoding="utf-8")
    folder.drop("late.json", answer("2026-11-19", [entry(20, "Late kelp")]))
    folder.run("2026-11-19T08:00")
    assert [cached.name] != [path.name for path in caches.iterdir()]
    assert 1 == len(list(caches.iterdir()))


def test_a_dry_run_finds_the_library(folder: Folder) -> None:
    """It runs in another folder, but the path of the library is relative to the real one."""
    (folder.root / "my.bib").write_text(LIBRARY, encoding="utf-8")
    folder.configure(
        '[profile]\nlibrary = "my.bib"\n[[edition]]\n[edition.profile]\nlibrary = "my.bib"'
    )
    folder.drop("day.json", answer(DAY, PAPERS))
    assert 10 == folder.run(MORNING, "--dry-run")["issues"][0]["papers"]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"just words", "no paper with a title"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"items":' * 100_000, "nested too deeply"),
        (b'title,year\n"","' + b"x" * 200_000, "no paper with a title"),
        (b"\0\1\2", "no paper with a title"),
        ("a pipe", "is no file that can be read"),
        ("a folder", "cannot be read: Is a directory"),
    ],
)
def test_a_run_does_without_a_library_that_cannot_be_read(
    folder: Folder, written: bytes | str | None, reason: str
) -> None:
    """The papers are issued; the run and `check` say which file and why."""
    file = folder.root / "my.bib"
    if isinstance(written, bytes):
        file.write_bytes(written)
    elif written:
        (os.mkfifo if written == "a pipe" else os.mkdir)(file)
    folder.configure('[profile]\nlibrary = "my.bib"')
    folder.drop("day.json", answer(DAY, PAPERS))
    answered = folder.digest("run", now=MORNING)
    assert 0 == answered.status
    assert f"my.bib: profile.library: {reason}" in answered.err.replace("line 1: ", "")
    assert 10 == len(items(folder.data()[-1]))
    checked = folder.digest("check")
    assert 2 == checked.status
    assert f"my.bib: profile.library: {reason}" in checked.err.replace("line 1: ", "")
    if file.exists():
        (os.rmdir if file.is_dir() else os.remove)(file)
    file.write_text(LIBRARY, encoding="utf-8")
    assert "ok  my.bib: 3 papers in the library" in folder.digest("check").out


def test_a_library_with_a_long_field_is_read(folder: Folder) -> None:
    """A CSV export may hold the text of a whole paper."""
    rows = "".join(f'"{title}","{"word " * 40_000}"\n' for title in GULLS)
    (folder.root / "my.csv").write_text(f'"Title","Abstract Note"\n{rows}', encoding="utf-8")
    folder.configure('[profile]\nlibrary = "my.csv"')
    assert "ok  my.csv: 3 papers in the library" in folder.digest("check").out


def test_the_hash_seed_does_not_change_the_output(folder: Folder) -> None:
    """Terms, subheadings, order, picks and reasons are the same in any process."""
    (folder.root / "my.bib").write_text(LIBRARY, encoding="utf-8")
    folder.configure('[profile]\nlibrary = "my.bib"\nwords = ["kelp", "slate"]')
    folder.sort_by(SHORE)
    titles = [f"Gull {'nests' if n % 2 else 'songs'} of bay{n}x" for n in range(20)]
    old = [entry(100 + n, f"Kelp{n}x and its light") for n in range(120)]
    new = [*PAPERS, *(entry(300 + n, title) for n, title in enumerate(titles))]
    first, second = (folder.copy(folder.root.parent / seed) for seed in ("1", "2"))
    for copy in (first, second):
        for day, papers in (("2026-11-17", old), (DAY, new)):
            copy.drop(f"{day}.json", answer(day, papers))
            copy.process("run", now=f"{day}T08:00", PYTHONHASHSEED=copy.root.name)
    issue = first.data()[-1]
    assert issue["terms"]
    assert any(section["parts"] for section in issue["sections"])
    assert first.tree() == second.tree()


def test_an_edition_has_its_own_profile(folder: Folder) -> None:
    """A paper that one edition mutes is in the issue of another."""
    folder.configure(
        '[profile]\nmute_words = ["moss"]\n[[edition]]\nname = "daily"\n'
        '[[edition]]\nname = "moss"\n[edition.profile]\nwords = ["moss"]\n'
    )
    folder.drop("day.json", answer(DAY, PAPERS))
    folder.run(MORNING)
    assert [8, 10] == [len(items(folder.data(name)[0])) for name in ("daily", "moss")]
    assert {"Muted moss", "More moss"} == set(reasons(folder.data("moss")[0], "followed"))
