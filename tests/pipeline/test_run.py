"""Whole runs: from dropped pages to pages and feeds, through the command line."""

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

from tests.support.folders import Folder, answer, items, page, paper, titles, tree

DAY, NEXT = "2026-11-18", "2026-11-19"
MORNING = f"{DAY}T08:00"
PAGES = (range(6), range(4, 9), range(7, 12), (11, 0, 5, 12))  # 20 entries, 13 papers
ISSUE = f"daily/{DAY}"


def drop_four(folder: Folder) -> Folder:
    """Four pages of one day that show some papers twice."""
    for number, shown in enumerate(PAGES):
        folder.drop(f"{DAY}-{number}.txt", page(DAY, shown))
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder in which four overlapping pages were published; tests only read it."""
    folder = drop_four(Folder(tmp_path_factory.mktemp("published")))
    folder.run(MORNING)
    return folder


def test_the_report_adds_up(folder: Folder) -> None:
    """Every entry of every page is new or repeated, and the papers are in one issue."""
    report = drop_four(folder).run(MORNING)
    sums = {"dumps": 4, "entries": 20, "new": 13, "changed": 0, "known": 0, "repeated": 7}
    assert sums | {"rejected": 0} == report["accounting"]
    paths = [f"output/{ISSUE}.{suffix}" for suffix in ("html", "md", "json")]
    made = {"edition": "daily", "date": DAY, "number": 1, "papers": 13, "paths": paths}
    assert [made] == report["issues"]


def _html(folder: Folder) -> list[str]:
    parsed = LexborHTMLParser((folder.output / f"{ISSUE}.html").read_bytes())
    return [heading.text(strip=True) for heading in parsed.css("article > h3, article > h4")]


def _markdown(folder: Folder) -> list[str]:
    source = (folder.output / f"{ISSUE}.md").read_text("utf-8")
    parsed = LexborHTMLParser(MarkdownIt().render(source))
    return [heading.text(strip=True) for heading in parsed.css("h3 > a, h4 > a")]


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
    """A feed as a reader sees it, with nothing to complain about."""
    found = feedparser.parse(io.BytesIO(file.read_bytes()))
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize(
    "read",
    [_html, _markdown, _data, _feed("feed.xml"), _feed("atom.xml"), _json_feed],
    ids=["html", "markdown", "json", "rss", "atom", "json-feed"],
)
def test_each_paper_is_there_once(published: Folder, read: Callable[[Folder], list[str]]) -> None:
    """However many pages showed it, in every form."""
    assert titles(range(13)) == sorted(read(published))


def test_the_same_item_has_the_same_id_everywhere(published: Folder) -> None:
    """RSS, Atom, JSON Feed and the issue's data name a paper alike."""
    data = json.loads((published.output / "feed.json").read_bytes())
    guids = sorted(item["guid"] for item in items(published.data()[0]))
    assert guids == sorted(entry.id for entry in parse(published.output / "feed.xml").entries)
    assert guids == sorted(entry.id for entry in parse(published.output / "atom.xml").entries)
    assert guids == sorted(item["id"] for item in data["items"])


def test_every_link_within_the_output_leads_somewhere(published: Folder) -> None:
    """Pages link only to what is there, anchors included."""
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


def test_the_foot_sums_what_was_read(published: Folder) -> None:
    """The issue's own accounting is that of the runs it covers."""
    (issue,) = published.data()
    assert (4, 20, 13, 7) == tuple(
        issue["accounting"][name] for name in ("dumps", "entries", "new", "repeated")
    )


def test_a_second_run_changes_nothing(published: Folder) -> None:
    """Quiet, and no file of the output gets other bytes or another time."""
    before, marks = published.tree(), published.marks()
    report = published.run(f"{DAY}T09:00")
    assert ("quiet", []) == (report["verdict"], report["issues"])
    assert before == published.tree()
    assert marks == published.marks()


def test_the_output_comes_back_from_the_ledger(published: Folder, tmp_path: Path) -> None:
    """Deleted as a whole, `digest rebuild` writes the same tree."""
    folder = published.copy(tmp_path / "copy")
    for name in folder.tree():
        (folder.output / name).unlink()
    assert 0 == folder.digest("rebuild", now=f"{NEXT}T03:00").status
    assert published.tree() == folder.tree()


def test_a_missing_or_touched_file_comes_back(published: Folder, tmp_path: Path) -> None:
    """With the next run, and it says why it looked."""
    folder = published.copy(tmp_path / "copy")
    (folder.output / "feed.xml").unlink()
    (folder.output / f"{ISSUE}.md").write_text("somebody was here", encoding="utf-8")
    answered = folder.digest("-v", "run", now=f"{DAY}T09:00")
    assert "was missing or touched" in answered.out
    assert published.tree() == folder.tree()


def test_what_others_put_into_the_output_stays(published: Folder, tmp_path: Path) -> None:
    """A CNAME or a .git is not ours to remove."""
    folder = published.copy(tmp_path / "copy")
    (folder.output / "CNAME").write_text("papers.example", encoding="utf-8")
    (folder.output / ".git").mkdir()
    (folder.output / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    assert 0 == folder.digest("rebuild").status
    others = {"CNAME": b"papers.example", ".git/HEAD": b"ref"}
    assert published.tree() | others == folder.tree()


def test_the_same_bytes_in_any_process_and_place(published: Folder, tmp_path: Path) -> None:
    """Hash seed, locale, time zone of the machine and current folder leave no trace."""
    worlds = (
        (tmp_path, {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONUTF8": "0"}),
        (Path("/"), {"PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8", "TZ": "America/New_York"}),
    )
    for number, (cwd, env) in enumerate(worlds):
        folder = drop_four(Folder(tmp_path / f"another place {number} é"))
        answered = folder.process("run", now=MORNING, cwd=cwd, **env)
        assert (0, "") == (answered.status, answered.err)
        assert published.tree() == folder.tree()


def test_a_relative_root_and_the_current_folder_are_the_same(
    published: Folder, tmp_path: Path
) -> None:
    """`digest run` in the folder writes what `digest --root` writes from outside."""
    folder = drop_four(Folder(tmp_path / "folder"))
    answered = folder.process("--root", ".", "run", now=MORNING, cwd=folder.root)
    assert 0 == answered.status, answered
    assert published.tree() == folder.tree()


def test_a_later_page_brings_only_what_is_new(published: Folder, tmp_path: Path) -> None:
    """As an issue of its day; of the day before only the links to the neighbour change."""
    folder = published.copy(tmp_path / "copy")
    folder.drop(f"{NEXT}.txt", page(NEXT, [0, 5, 20, 21]))
    report = folder.run(f"{NEXT}T08:00")
    assert (2, 2) == (report["accounting"]["new"], report["accounting"]["known"])
    assert [(NEXT, 2, 2)] == [(i["date"], i["number"], i["papers"]) for i in report["issues"]]
    assert [titles(range(13)), titles([20, 21])] == folder.titles()
    before, after = published.tree(), folder.tree()
    assert before[f"{ISSUE}.json"] == after[f"{ISSUE}.json"]
    for suffix in ("html", "md"):
        link = rf'(<a [^>]*href="{NEXT}.html".*?</a>\n|\[[^]]*\]\({NEXT}.md\) · )'
        page_before, page_after = before[f"{ISSUE}.{suffix}"], after[f"{ISSUE}.{suffix}"]
        assert page_before != page_after
        assert page_before.decode() == re.sub(link, "", page_after.decode())


def test_known_content_is_no_news(published: Folder, tmp_path: Path) -> None:
    """The same page renamed, with other line ends, or written again: counted, never read."""
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
    """The same name with more in it brings what was added."""
    folder.drop("papers.txt", page(DAY, [1, 2]))
    folder.run(MORNING)
    folder.drop("papers.txt", page(DAY, [1, 2, 3]))
    report = folder.run(f"{DAY}T09:00")
    assert (1, 2) == (report["accounting"]["new"], report["accounting"]["known"])
    assert [(DAY, 2)] == [(issue["date"], issue["number"]) for issue in report["issues"]]
    assert (folder.output / f"{ISSUE}-2.html").is_file()
    assert [titles([1, 2]), titles([3])] == folder.titles()


def test_dumps_are_taken_in_order_of_page_date_then_name(folder: Folder) -> None:
    """Not in that of their names alone: the older page showed the papers first."""
    folder.drop("a.txt", page(NEXT, [1]).replace(b"Nov 19", b"Nov 19, 2026"))
    folder.drop(f"z-{DAY}.txt", page(DAY, [1]))
    answered = folder.digest("-v", "run", now=f"{NEXT}T08:00")
    read = [line for line in answered.out.splitlines() if "plain-text" in line]
    assert [f"z-{DAY}.txt", "a.txt"] == [line.partition(":")[0] for line in read]


def test_changes_alone_make_no_issue(published: Folder, tmp_path: Path) -> None:
    """A known paper with a new abstract is revised, and no page changes."""
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


def test_a_rehearsal_changes_nothing(published: Folder, tmp_path: Path) -> None:
    """`--dry-run` reports what the run will do, and not a byte of the folder changes."""
    folder = published.copy(tmp_path / "copy")
    folder.drop(f"{NEXT}.txt", page(NEXT, [0, 30]))
    before = tree(folder.root)
    rehearsed = folder.run(f"{NEXT}T08:00", "--dry-run")
    assert before == tree(folder.root)
    assert rehearsed == folder.run(f"{NEXT}T08:00")


def test_other_templates_and_site_settings_are_published_with_a_reason(
    published: Folder, tmp_path: Path
) -> None:
    """The next run writes what differs and says so; back again, the old bytes are back."""
    folder = published.copy(tmp_path / "copy")
    folder.configure('[site]\ntitle = "Lamplight"\n')
    answered = folder.digest("-v", "run", now=f"{DAY}T09:00")
    assert "templates, site settings or version changed" in answered.out
    assert b"Lamplight" in folder.tree()[f"{ISSUE}.html"]
    assert published.tree()[f"{ISSUE}.json"] == folder.tree()[f"{ISSUE}.json"]
    folder.configure("")
    folder.digest("run", now=f"{DAY}T10:00")
    assert published.tree() == folder.tree()


def test_read_files_can_be_moved_away(folder: Folder) -> None:
    """`done = "move"`: what was read goes to done/, what could not be read stays."""
    folder.configure('[inbox]\ndone = "move"\n')
    folder.drop("papers.txt", page(DAY, [1]))
    folder.drop("broken.txt", b"nothing of the kind")
    folder.run(MORNING, status=3)
    folder.drop("papers.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T09:00")
    left = ["broken.txt", "done/papers-2.txt", "done/papers.txt"]
    assert left == sorted(tree(folder.inbox))


def test_an_id_that_turns_up_later_changes_nothing(folder: Folder) -> None:
    """A paper first seen without an id keeps its guid when an answer of the API names it."""
    folder.drop("page.txt", page(DAY, [1]))
    folder.run(MORNING)
    before = items(folder.data()[0])[0]["guid"]
    made = paper(1)
    entry = {"id": "2611.00001", "title": made.title, "summary": made.abstract}
    folder.drop("api.json", answer(NEXT, [entry]))
    report = folder.run(f"{NEXT}T08:00", status=4)
    assert (0, 1, []) == (
        report["accounting"]["new"],
        report["accounting"]["known"],
        report["issues"],
    )
    assert before == items(folder.data()[0])[0]["guid"]
    assert "arxiv:2611.00001" in folder.digest("explain", made.title).out
    assert before in folder.digest("explain", "2611.00001").out
