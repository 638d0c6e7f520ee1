"""Whole runs through the command line, from dropped pages to the output."""

from __future__ import annotations

import io
import json
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from digest.render import feeds
from tests.support.folders import Folder, answer, items, page, paper, titles, tree

DAY, NEXT = "2026-11-18", "2026-11-19"
MORNING = f"{DAY}T08:00"
PAGES = (range(6), range(4, 9), range(7, 12), (11, 0, 5, 12))  # 20 entries, 13 papers
ISSUE = f"daily/{DAY}"


def drop_four(folder: Folder) -> Folder:
    """Drop four pages of one day that share some papers."""
    for number, papers in enumerate(PAGES):
        folder.drop(f"{DAY}-{number}.txt", page(DAY, papers))
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder in which four overlapping pages were published; tests only read it."""
    folder = drop_four(Folder(tmp_path_factory.mktemp("published")))
    folder.run(MORNING)
    return folder


def test_the_report_counts_each_entry_once(folder: Folder) -> None:
    """Every entry is new or repeated, and all papers are in one issue."""
    report = drop_four(folder).run(MORNING)
    sums = {"dumps": 4, "entries": 20, "new": 13, "changed": 0, "known": 0, "repeated": 7}
    assert sums | {"rejected": 0} == report["accounting"]
    paths = [f"output/{ISSUE}.{suffix}" for suffix in ("html", "md", "json")]
    summary = {"edition": "daily", "date": DAY, "number": 1, "papers": 13, "paths": paths}
    assert [summary] == report["issues"]


def _html(folder: Folder) -> list[str]:
    parsed = LexborHTMLParser((folder.output / f"{ISSUE}.html").read_bytes())
    return [heading.text(strip=True) for heading in parsed.css("article > h3, article > h4")]


def _markdown(folder: Folder) -> list[str]:
    source = (folder.output / f"{ISSUE}.md").read_text("utf-8")
    parsed = LexborHTMLParser(MarkdownIt().render(source))
    return [heading.text(strip=True) for heading in parsed.css("ul > li > a:first-child")]


def _data(folder: Folder) -> list[str]:
    return folder.titles()[0]


def _feed(name: str) -> Callable[[Folder], list[str]]:
    def read(folder: Folder) -> list[str]:
        return [entry.title for entry in parse(folder.output / name).entries]

    return read


def _json_feed(folder: Folder) -> list[str]:
    return [
        item["title"] for item in json.loads((folder.output / "feed.json").read_bytes())["items"]
    ]


def parse(file: Path) -> Any:
    """Parse a feed in which feedparser finds no mistake."""
    feed = feedparser.parse(io.BytesIO(file.read_bytes()))
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


@pytest.mark.parametrize(
    "read",
    [_html, _markdown, _data, _feed("feed.xml"), _feed("atom.xml"), _json_feed],
    ids=["html", "markdown", "json", "rss", "atom", "json-feed"],
)
def test_each_form_of_the_output_has_each_paper_once(
    published: Folder, read: Callable[[Folder], list[str]]
) -> None:
    """Also papers that several pages showed."""
    assert titles(range(13)) == sorted(read(published))


def test_the_same_item_has_the_same_id_everywhere(published: Folder) -> None:
    """In RSS, Atom, JSON Feed and the issue's JSON."""
    data = json.loads((published.output / "feed.json").read_bytes())
    guids = sorted(item["guid"] for item in items(published.data()[0]))
    assert guids == sorted(entry.id for entry in parse(published.output / "feed.xml").entries)
    assert guids == sorted(entry.id for entry in parse(published.output / "atom.xml").entries)
    assert guids == sorted(item["id"] for item in data["items"])


def test_every_link_within_the_output_has_a_target(published: Folder) -> None:
    """Both the file and the anchor exist."""
    written = published.tree()
    for name in (path for path in written if path.endswith(".html")):
        parsed = LexborHTMLParser(written[name])
        for link in parsed.css("[href]"):
            target, _, anchor = (link.attributes["href"] or "").partition("#")
            if "://" in target:
                continue
            beside = posixpath.join(posixpath.dirname(name), target)
            place = posixpath.normpath(beside) if target else name
            assert place in written, (name, target)
            if anchor:
                there = LexborHTMLParser(written[place])
                assert there.css_first(f"[id='{anchor}']"), (name, target, anchor)


def test_an_issue_has_the_counts_of_the_runs_it_covers(published: Folder) -> None:
    """Dumps, entries, new and repeated papers, in its JSON."""
    (issue,) = published.data()
    assert (4, 20, 13, 7) == tuple(
        issue["accounting"][name] for name in ("dumps", "entries", "new", "repeated")
    )


def test_a_second_run_changes_nothing(published: Folder) -> None:
    """Its verdict is quiet, and all files keep their bytes and times."""
    before, marks = published.tree(), published.marks()
    report = published.run(f"{DAY}T09:00")
    assert ("quiet", []) == (report["verdict"], report["issues"])
    assert before == published.tree()
    assert marks == published.marks()


def test_a_rebuild_restores_a_deleted_output(published: Folder, tmp_path: Path) -> None:
    """All files come from the ledger, with the same bytes."""
    folder = published.copy(tmp_path / "copy")
    for name in folder.tree():
        (folder.output / name).unlink()
    assert 0 == folder.digest("rebuild", now=f"{NEXT}T03:00").status
    assert published.tree() == folder.tree()


def test_a_run_restores_missing_and_modified_files(published: Folder, tmp_path: Path) -> None:
    """With ``-v`` it gives the reason."""
    folder = published.copy(tmp_path / "copy")
    (folder.output / "feed.xml").unlink()
    (folder.output / f"{ISSUE}.md").write_text("somebody was here", encoding="utf-8")
    answered = folder.digest("-v", "run", now=f"{DAY}T09:00")
    assert "was missing or touched" in answered.out
    assert published.tree() == folder.tree()


def test_files_of_others_in_the_output_are_kept(published: Folder, tmp_path: Path) -> None:
    """Such as a CNAME or a .git folder."""
    folder = published.copy(tmp_path / "copy")
    (folder.output / "CNAME").write_text("papers.example", encoding="utf-8")
    (folder.output / ".git").mkdir()
    (folder.output / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    assert 0 == folder.digest("rebuild").status
    others = {"CNAME": b"papers.example", ".git/HEAD": b"ref"}
    assert published.tree() | others == folder.tree()


def test_the_output_does_not_depend_on_the_environment(published: Folder, tmp_path: Path) -> None:
    """Not on hash seed, locale, time zone of the machine, or current folder."""
    worlds = (
        (tmp_path, {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONUTF8": "0"}),
        (Path("/"), {"PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8", "TZ": "America/New_York"}),
    )
    for number, (cwd, env) in enumerate(worlds):
        folder = drop_four(Folder(tmp_path / f"another place {number} é"))
        answered = folder.process("run", now=MORNING, cwd=cwd, **env)
        assert (0, "") == (answered.status, answered.err)
        assert published.tree() == folder.tree()


def test_a_relative_root_gives_the_same_output(published: Folder, tmp_path: Path) -> None:
    """`digest --root .` in the folder, compared with an absolute root."""
    folder = drop_four(Folder(tmp_path / "folder"))
    answered = folder.process("--root", ".", "run", now=MORNING, cwd=folder.root)
    assert 0 == answered.status, answered
    assert published.tree() == folder.tree()


def test_a_later_page_makes_an_issue_of_its_new_papers(published: Folder, tmp_path: Path) -> None:
    """On the pages of the day before, only the links to the new issue change."""
    folder = published.copy(tmp_path / "copy")
    folder.drop(f"{NEXT}.txt", page(NEXT, [0, 5, 20, 21]))
    report = folder.run(f"{NEXT}T08:00")
    assert (2, 2) == (report["accounting"]["new"], report["accounting"]["known"])
    assert [(NEXT, 2, 2)] == [(i["date"], i["number"], i["papers"]) for i in report["issues"]]
    assert [titles(range(13)), titles([20, 21])] == folder.titles()
    before, after = published.tree(), folder.tree()
    assert before[f"{ISSUE}.json"] == after[f"{ISSUE}.json"]
    for suffix in ("html", "md"):
        # The page of a single issue has no navigation between issues.
        navigation = r'<(nav|section) class="(?:turn|strip)".*?</\1>\n'
        link = rf"(?s){navigation}|\[[^]]*\]\({NEXT}.md\) · "
        page_before, page_after = before[f"{ISSUE}.{suffix}"], after[f"{ISSUE}.{suffix}"]
        assert page_before != page_after
        assert page_before.decode() == re.sub(link, "", page_after.decode())


def test_known_bytes_are_counted_and_not_read_again(published: Folder, tmp_path: Path) -> None:
    """The same page under another name, with other line ends, or written again."""
    folder = published.copy(tmp_path / "copy")
    content = page(DAY, PAGES[0])
    folder.drop("renamed.txt", content)
    folder.drop("from-windows.txt", content.replace(b"\n", b"\r\n"))
    folder.drop(f"{DAY}-1.txt", page(DAY, PAGES[1]), modified=1_700_000_777)
    report = folder.run(f"{NEXT}T08:00", status=4)
    assert ("stale", []) == (report["verdict"], report["issues"])
    assert (3, 0) == (report["accounting"]["dumps"], report["accounting"]["entries"])
    assert published.tree() == folder.tree()


def test_a_file_that_grew_is_read_again(folder: Folder) -> None:
    """The added papers become a second issue of the day."""
    folder.drop("papers.txt", page(DAY, [1, 2]))
    folder.run(MORNING)
    folder.drop("papers.txt", page(DAY, [1, 2, 3]))
    report = folder.run(f"{DAY}T09:00")
    assert (1, 2) == (report["accounting"]["new"], report["accounting"]["known"])
    assert [(DAY, 2)] == [(issue["date"], issue["number"]) for issue in report["issues"]]
    assert (folder.output / f"{ISSUE}-2.html").is_file()
    assert [titles([1, 2]), titles([3])] == folder.titles()


def test_the_tenth_issue_of_a_day_is_newer_than_its_ninth(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The feed of the issues keeps the newest ones, also of a day with ten."""
    monkeypatch.setattr(feeds, "NEWEST_ISSUES", 2)
    for number in range(10):
        folder.drop(f"{DAY}-{number}.txt", page(DAY, [number]))
        folder.run(f"{DAY}T{number + 8:02}:00")
    issues = feedparser.parse((folder.output / "issues.xml").read_bytes()).entries
    assert [17, 16] == [issue.published_parsed.tm_hour for issue in issues]


def test_dumps_are_taken_in_by_page_date_then_name(folder: Folder) -> None:
    """An older page comes first although its name comes last."""
    folder.drop("a.txt", page(NEXT, [1]).replace(b"Nov 19", b"Nov 19, 2026"))
    folder.drop(f"z-{DAY}.txt", page(DAY, [1]))
    answered = folder.digest("-v", "run", now=f"{NEXT}T08:00")
    read = [line for line in answered.out.splitlines() if "plain-text" in line]
    assert [f"z-{DAY}.txt", "a.txt"] == [line.partition(":")[0] for line in read]


def test_a_changed_paper_makes_no_issue(published: Folder, tmp_path: Path) -> None:
    """The verdict is revised, and no page changes."""
    folder = published.copy(tmp_path / "copy")
    changed = page(NEXT, [3]).replace(b"We study how", b"We find out how")
    folder.drop(f"{NEXT}.txt", changed)
    report = folder.run(f"{NEXT}T08:00")
    assert ("revised", 1, []) == (
        report["verdict"],
        report["accounting"]["changed"],
        report["issues"],
    )
    assert published.tree() == folder.tree()


def test_a_dry_run_changes_nothing(published: Folder, tmp_path: Path) -> None:
    """Its report equals that of the run itself, and the folder keeps its bytes."""
    folder = published.copy(tmp_path / "copy")
    folder.drop(f"{NEXT}.txt", page(NEXT, [0, 30]))
    before = tree(folder.root)
    report = folder.run(f"{NEXT}T08:00", "--dry-run")
    assert before == tree(folder.root)
    assert report == folder.run(f"{NEXT}T08:00")


def test_changed_site_settings_render_all_pages_again(published: Folder, tmp_path: Path) -> None:
    """With ``-v`` the run gives the reason. The old settings bring back the old bytes."""
    folder = published.copy(tmp_path / "copy")
    folder.configure('[site]\ntitle = "Lamplight"\n')
    answered = folder.digest("-v", "run", now=f"{DAY}T09:00")
    assert "templates, site settings or version changed" in answered.out
    assert b"Lamplight" in folder.tree()[f"{ISSUE}.html"]
    assert published.tree()[f"{ISSUE}.json"] == folder.tree()[f"{ISSUE}.json"]
    folder.configure("")
    folder.digest("run", now=f"{DAY}T10:00")
    assert published.tree() == folder.tree()


def test_files_that_were_read_can_be_moved_to_done(folder: Folder) -> None:
    """With ``done = "move"``; files that could not be read stay."""
    folder.configure('[inbox]\ndone = "move"\n')
    folder.drop("papers.txt", page(DAY, [1]))
    folder.drop("broken.txt", b"nothing of the kind")
    folder.run(MORNING, status=3)
    folder.drop("papers.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T09:00")
    files = ["broken.txt", "done/papers-2.txt", "done/papers.txt"]
    assert files == sorted(tree(folder.inbox))


def test_a_paper_keeps_its_guid_when_its_id_becomes_known(folder: Folder) -> None:
    """It is not issued again, and `explain` finds it by either key."""
    folder.drop("page.txt", page(DAY, [1]))
    folder.run(MORNING)
    before = items(folder.data()[0])[0]["guid"]
    known = paper(1)
    entry = {"id": "2611.00001", "title": known.title, "summary": known.abstract}
    folder.drop("api.json", answer(NEXT, [entry]))
    report = folder.run(f"{NEXT}T08:00", status=4)
    assert (0, 1, []) == (
        report["accounting"]["new"],
        report["accounting"]["known"],
        report["issues"],
    )
    assert before == items(folder.data()[0])[0]["guid"]
    assert "arxiv:2611.00001" in folder.digest("explain", known.title).out
    assert before in folder.digest("explain", "2611.00001").out
