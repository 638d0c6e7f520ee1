"""Profiles in whole runs: what is followed, muted and kept, through the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.folders import SHORE, Folder, answer, items

DAY = "2026-11-18"
MORNING = f"{DAY}T08:00"
GULLS = ("Herring gulls on the pier", "A census of herring gulls", "Gulls, piers and cameras")
LIBRARY = "".join(f"@misc{{k{n}, title = {{{title}}}}}\n" for n, title in enumerate(GULLS))


def entry(number: int, title: str, **fields: Any) -> dict[str, Any]:
    """A paper as the API gives it."""
    summary = f"We describe {title.lower()} and what became of number {number}."
    return {"id": f"2611.{number:05}", "title": title, "summary": summary, **fields}


PAPERS = [
    *(entry(n, f"Quarry{n}x and slate{n}x", upvotes=9 + n) for n in range(6)),
    entry(6, "Kelp under ice", upvotes=1),
    entry(7, "Counting herring gulls at the pier", upvotes=2),
    entry(8, "Muted moss"),
    entry(9, "More moss", authors=[{"name": "Ada Vance"}]),
]


def shown(folder: Folder, *profile: str, status: int = 0) -> dict[str, Any]:
    """The issue of a day with these papers, for a profile of these lines."""
    folder.configure("\n".join(["[profile]", *profile]))
    folder.drop("day.json", answer(DAY, PAPERS))
    folder.run(MORNING, status=status)
    return folder.data()[-1]


def titles(issue: dict[str, Any]) -> list[str]:
    """In the order of the issue."""
    return [item["title"] for item in items(issue)]


def reasons(issue: dict[str, Any], field: str) -> dict[str, Any]:
    """By title instead of guid."""
    names = {item["guid"]: item["title"] for item in items(issue)}
    return {names[guid]: why for guid, why in issue[field].items()}


def test_without_a_profile_nothing_is_followed_or_muted(folder: Folder) -> None:
    """All papers are there, the ones with most votes picked."""
    issue = shown(folder)
    assert (10, 0, {}) == (len(items(issue)), issue["muted"], issue["followed"])
    assert "Most votes in this issue (14)" == reasons(issue, "picked")["Quarry5x and slate5x"]


def test_a_mute_hides_with_a_count_and_loses_nothing(folder: Folder) -> None:
    """The foot counts, `explain` names the word; without the mute the next edition has them."""
    issue = shown(folder, 'mute_words = ["moss"]', 'mute_authors = ["vance"]')
    assert 8 == len(items(issue))
    assert 2 == issue["muted"]
    assert "2 papers muted." in (folder.output / "daily" / "latest.md").read_text("utf-8")
    told = folder.digest("explain", "2611.00008").out
    assert "not in   daily: muted by your word “moss”" in told


def test_muted_papers_of_a_day_without_others_are_told_later(folder: Folder) -> None:
    """No issue is made of them; the next one counts them."""
    folder.configure('[profile]\nmute_words = ["moss"]')
    folder.drop("one.json", answer(DAY, PAPERS[8:]))
    assert [] == folder.run(MORNING)["issues"]
    folder.drop("two.json", answer("2026-11-19", PAPERS[:2]))
    folder.run("2026-11-19T08:00")
    assert [2] == [issue["muted"] for issue in folder.data()]


def test_what_is_followed_leads_its_section_and_is_picked(folder: Folder) -> None:
    """With the reason in the stored issue and on its page."""
    issue = shown(folder, 'words = ["kelp"]')
    section = next(one for one in issue["sections"] if "Kelp under ice" in titles_of(one))
    assert "Kelp under ice" == titles_of(section)[0]
    expected = {"Kelp under ice": ["Follows your word “kelp”"]}
    assert expected == reasons(issue, "followed")
    assert "Follows your word “kelp”" == reasons(issue, "picked")["Kelp under ice"]
    assert "Follows your word “kelp”." in (folder.output / "daily" / "latest.html").read_text()


def titles_of(section: dict[str, Any]) -> list[str]:
    """Of a section, in order."""
    return [item["title"] for item in section["papers"]]


def test_papers_like_those_kept_rank_higher(folder: Folder) -> None:
    """The library is read from the working folder, once, and gives the reason."""
    (folder.root / "my.bib").write_text(LIBRARY, encoding="utf-8")
    issue = shown(folder, 'library = "my.bib"')
    why = reasons(issue, "followed")["Counting herring gulls at the pier"]
    assert ["Close to 3 papers in your library"] == why
    (held,) = (folder.root / "state" / "library").iterdir()
    assert sorted(GULLS) == sorted(one["title"] for one in json.loads(held.read_bytes()))


def test_what_was_read_of_a_library_is_kept_until_it_changes(folder: Folder) -> None:
    """A damaged copy is read anew, an outdated one replaced; the issues are the same."""
    library = folder.root / "my.bib"
    library.write_text(LIBRARY, encoding="utf-8")
    other = folder.copy(folder.root.parent / "other")
    expected = shown(folder, 'library = "my.bib"')
    kept = folder.root / "state" / "library"
    (held,) = kept.iterdir()
    other_kept = other.root / "state" / "library"
    other_kept.mkdir(parents=True)
    (other_kept / held.name).write_bytes(b"{")
    assert expected == shown(other, 'library = "my.bib"')
    library.write_text(LIBRARY * 2, encoding="utf-8")
    folder.drop("late.json", answer("2026-11-19", [entry(20, "Late kelp")]))
    folder.run("2026-11-19T08:00")
    assert [held.name] != [path.name for path in kept.iterdir()]
    assert 1 == len(list(kept.iterdir()))


def test_a_rehearsal_finds_the_library(folder: Folder) -> None:
    """It starts from the real working folder."""
    (folder.root / "my.bib").write_text(LIBRARY, encoding="utf-8")
    folder.configure(
        '[profile]\nlibrary = "my.bib"\n[[edition]]\n[edition.profile]\nlibrary = "my.bib"'
    )
    folder.drop("day.json", answer(DAY, PAPERS))
    assert 10 == folder.run(MORNING, "--dry-run")["issues"][0]["papers"]


@pytest.mark.parametrize("written", [None, "just words"])
def test_a_library_that_cannot_be_read_is_said(folder: Folder, written: str | None) -> None:
    """The papers wait; nothing is lost once the file is mended."""
    if written is not None:
        (folder.root / "my.bib").write_text(written, encoding="utf-8")
    folder.configure('[profile]\nlibrary = "my.bib"')
    folder.drop("day.json", answer(DAY, PAPERS))
    answered = folder.digest("run", now=MORNING)
    assert 2 == answered.status
    assert "my.bib: profile.library: " in answered.err
    assert 2 == folder.digest("check").status
    (folder.root / "my.bib").write_text(LIBRARY, encoding="utf-8")
    assert "ok  my.bib: 3 papers in the library" in folder.digest("check").out
    assert 10 == folder.run(MORNING)["issues"][0]["papers"]


def test_any_process_gives_the_same_bytes(folder: Folder) -> None:
    """Whatever the hash seed: terms, sub-headings, order, picks and reasons too."""
    (folder.root / "my.bib").write_text(LIBRARY, encoding="utf-8")
    folder.configure('[profile]\nlibrary = "my.bib"\nwords = ["kelp", "slate"]')
    folder.sort_by(SHORE)
    titles = [f"Gull {'nests' if n % 2 else 'songs'} of bay{n}x" for n in range(20)]
    old = [entry(100 + n, f"Kelp{n}x and its light") for n in range(120)]
    new = [*PAPERS, *(entry(300 + n, title) for n, title in enumerate(titles))]
    one, other = (folder.copy(folder.root.parent / seed) for seed in ("1", "2"))
    for own in (one, other):
        for day, papers in (("2026-11-17", old), (DAY, new)):
            own.drop(f"{day}.json", answer(day, papers))
            own.process("run", now=f"{day}T08:00", PYTHONHASHSEED=own.root.name)
    issue = one.data()[-1]
    assert issue["terms"]
    assert any(section["parts"] for section in issue["sections"])
    assert one.tree() == other.tree()


def test_an_edition_has_its_own_profile(folder: Folder) -> None:
    """What one mutes another has."""
    folder.configure(
        '[profile]\nmute_words = ["moss"]\n[[edition]]\nname = "daily"\n'
        '[[edition]]\nname = "moss"\n[edition.profile]\nwords = ["moss"]\n'
    )
    folder.drop("day.json", answer(DAY, PAPERS))
    folder.run(MORNING)
    assert [8, 10] == [len(items(folder.data(name)[0])) for name in ("daily", "moss")]
    assert {"Muted moss", "More moss"} == set(reasons(folder.data("moss")[0], "followed"))
