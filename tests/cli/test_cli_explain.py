"""`digest explain`: a paper by key, title or words of it."""

from __future__ import annotations

from pathlib import Path

from tests.support.folders import Folder, page, paper

DAY = "2026-11-18"


def test_explain_finds_a_paper_by_title_or_words_of_it(published: Folder) -> None:
    """It prints where it was seen, its guid, its topic and its issue."""
    expected = paper(2)
    (item,) = [
        item
        for section in published.data()[0]["sections"]
        for item in section["papers"]
        if item["title"] == expected.title
    ]
    by_words = published.digest("explain", expected.title.lower()[:-2]).out
    assert by_words == published.digest("explain", f"title:{expected.title}").out
    assert by_words == published.digest("explain", expected.title).out
    for part in (item["guid"], "papers.txt, line ", "number 1", f"daily/{DAY}.html", "topic"):
        assert part in by_words


def test_explain_counts_the_papers_that_a_name_may_mean(published: Folder) -> None:
    """At most ten are listed, the newest; the first line says how many there are."""
    three = published.digest("explain", ": ").out.splitlines()
    assert ("3 papers; name one by its key:", 4) == (three[0], len(three))
    published.drop("more.txt", page(DAY, range(4, 16)))
    published.run(f"{DAY}T09:00")
    lines = published.digest("explain", ": ").out.splitlines()
    assert "15 papers, the newest 10 of them listed; name one by its key:" == lines[0]
    assert {paper(number).title for number in range(6, 16)} == {
        line.partition("  title:")[2].partition("  ")[2] for line in lines[1:]
    }


def test_a_sign_of_a_pattern_in_a_name_is_text(published: Folder) -> None:
    """A percent sign or an underscore stands for itself, also when papers are counted."""
    for name in ("%", "_", ":%"):
        answered = published.digest("explain", name)
        assert (1, "") == (answered.status, answered.out)


def test_explain_of_an_unknown_paper_leaves_with_1(published: Folder, tmp_path: Path) -> None:
    """A line names the key, also before the first run."""
    for folder in (published, Folder(tmp_path / "new")):
        answered = folder.digest("explain", "2611.99999")
        assert (1, "") == (answered.status, answered.out)
        assert "digest: no paper has the key or title '2611.99999'\n" == answered.err


def test_explain_says_why_a_paper_is_in_no_issue(published: Folder) -> None:
    """It waits, the edition's filters left it out, or it was seen before the edition was made."""
    edition = '[[edition]]\nname = "{}"\n'
    published.configure(edition.format("daily") + edition.format("none") + 'include = ["qwxzy"]\n')
    published.drop("more.txt", page(DAY, [7]))
    published.run(f"{DAY}T06:00", "--due")
    text = published.digest("explain", paper(7).title).out
    assert "not in   daily: waits for the next issue" in text
    assert "not in   none: waits for the next issue" in text
    assert "not in   none: seen before" in published.digest("explain", paper(1).title).out
    published.run(f"{DAY}T08:00")
    text = published.digest("explain", paper(7).title).out
    assert "not in   none: left out by the edition's filters" in text
