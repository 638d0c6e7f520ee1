"""The index that the search page loads, and the command that searches the full text."""

from __future__ import annotations

import base64
import gzip
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from digest.model.files import Page
from digest.model.issues import Issue, Item
from digest.render import escape, paths, search_index
from tests.support import builders, folders
from tests.support.folders import Folder

ASSETS = Path(__file__).parents[2] / "templates" / "assets"


def read(page: Page) -> dict[str, Any]:
    """Return the value that an index passes to the page."""
    called = re.fullmatch(rb"papersDigest\((.*)\)\n", page.body, re.DOTALL)
    assert called
    index: dict[str, Any] = json.loads(called[1])
    return index


def places(index: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the page shows of each paper of an index, decoded as by the script."""
    issues = [
        path
        for path, count in zip(_terms(index["issues"]), _numbers(index["counts"]), strict=True)
        for _ in range(count)
    ]
    anchors = base64.b64decode(index["anchors"]).hex()
    rows = zip(
        issues, _numbers(index["topic"]), _numbers(index["votes"]), _terms(index["addresses"]),
        index["titles"], index["by"], re.findall("." * 12, anchors), strict=True,
    )  # fmt: skip
    return [
        {
            "title": title, "by": by, "place": f"{issue}#p-{anchor}", "address": address,
            "topic": index["topics"][topic], "votes": votes,
        }
        for issue, topic, votes, address, title, by, anchor in rows
    ]  # fmt: skip


def _numbers(written: str) -> list[int]:
    return [80 * len(tens) + _digit(digit) for tens, digit in re.findall("(~*)([^~])", written)]


def _terms(written: str) -> list[str]:
    terms, term = [], ""
    for shortened in written.split(" "):
        term = term[: _digit(shortened[0])] + shortened[1:]
        terms.append(term)
    return terms


def papers_by_word(index: dict[str, Any]) -> dict[str, set[int]]:
    """Return the papers of each word of an index, decoded as by the script."""
    papers_of: dict[str, set[int]] = {}
    if not index["terms"]:
        return papers_of
    rows = zip(_terms(index["terms"]), index["papers"].split(), strict=True)
    for term, gaps in rows:
        numbers, following = set(), 0
        for char in gaps:
            if char == "~":
                following += 80
            else:
                following += _digit(char)
                numbers.add(following)
                following += 1
        papers_of[term] = numbers
    return papers_of


def _digit(char: str) -> int:
    return ord(char) - 35 - (1 if ord(char) > 92 else 0)


def issue(*items: Item, **fields: Any) -> Issue:
    """Return an issue of these papers."""
    return builders.issue(*items, **fields)


def test_an_index_links_to_every_paper() -> None:
    """It has titles, names, headings, votes, addresses and places, as pages show them."""
    items = [
        builders.item(n, f"Paper {n}", authors=("A", "B", "C", "D")[:n], upvotes=votes)
        for n, votes in ((2, None), (3, 1), (4, 1234))
    ]
    several = [issue(*items[:2], date="2026-11-23", number=2), issue(), issue(items[2])]
    page = search_index.build_month("2026-11", several)
    assert "search/2026-11.js" == page.path
    assert [
        {
            "title": item.title, "by": by, "topic": "Vision", "votes": votes,
            "address": item.url, "place": f"daily/{day}.html#{paths.anchor(item.guid)}",
        }
        for item, by, votes, day in (
            (items[0], "A, B", 0, "2026-11-23"),
            (items[1], "A, B, C", 1, "2026-11-23"),
            (items[2], "A, B, C …", 1234, "2026-11-22"),
        )
    ] == places(read(page))  # fmt: skip


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://example.org/x", "x y"])
def test_an_address_that_is_not_safe_to_link_is_left_out(url: str) -> None:
    """The title then leads to the paper's place in its issue."""
    items = [builders.item(1), builders.item(2, url=url), builders.item(3)]
    rows = places(read(search_index.build_month("2026-11", [issue(*items)])))
    assert [items[0].url, "", items[2].url] == [row["address"] for row in rows]


@given(st.lists(st.text(max_size=200), min_size=1, max_size=6))
def test_no_address_is_lost(ends: list[str]) -> None:
    """Every address is read as it is linked on other pages, however much two of them share."""
    items = [
        builders.item(n, url=f"https://example.org/{'papers/' * 12}{end}")
        for n, end in enumerate(ends)
    ]
    rows = places(read(search_index.build_month("2026-11", [issue(*items)])))
    assert [escape.address(item.url) for item in items] == [row["address"] for row in rows]


def test_an_index_holds_the_words_of_abstracts() -> None:
    """They have no case and accents; numbers, frequent and title words are left out."""
    index = read(
        search_index.build_month(
            "2026-11",
            [
                issue(
                    builders.item(1, "Lanterns", abstract="We hang lanterns in CAFÉS, 42 of them."),
                    builders.item(2, "Tunnels", abstract="“Dark” tunnels—with café lanterns!"),
                )
            ],
        )
    )
    assert {"cafe": {1}, "cafes": {0}, "dark": {1}, "hang": {0}, "lanterns": {1}} == papers_by_word(
        index
    )


@given(
    st.lists(
        st.lists(
            st.sampled_from("amber ambit ample birch birds élan über 水路".split()), max_size=6
        ),
        min_size=1,
        max_size=200,
    )
)
def test_the_index_loses_no_word(abstracts: list[list[str]]) -> None:
    """A word leads to all its papers, however far apart they are."""
    items = [builders.item(n, "T", abstract=" ".join(words)) for n, words in enumerate(abstracts)]
    expected: dict[str, set[int]] = {}
    for number, words in enumerate(abstracts):
        for word in words:
            plain = word.replace("é", "e").replace("ü", "u")
            expected.setdefault(plain, set()).add(number)
    assert expected == papers_by_word(read(search_index.build_month("2026-11", [issue(*items)])))


def test_long_words_that_begin_alike_are_told_apart() -> None:
    """A digit counts no more than the first 79 shared letters."""
    words = ["k" * 100 + "a", "k" * 100 + "b"]
    items = [builders.item(n, "T", abstract=word) for n, word in enumerate(words)]
    index = read(search_index.build_month("2026-11", [issue(*items)]))
    assert {words[0]: {0}, words[1]: {1}} == papers_by_word(index)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("aZ_ .,-'éΣİ½\u0301")))
def test_words_are_compared_without_case_and_accents(text: str) -> None:
    """This holds for any mixture of scripts, punctuation and accents."""
    plain = re.sub("[\u0300-\u036f]+", "", unicodedata.normalize("NFKD", text))
    parted = re.sub(r"[^\w\s]", " ", plain).lower()
    signs = re.sub(r"[\x00-\x2f\x3a-\x60\x7b-\x7f]", " ", parted)
    assert [word.encode() for word in signs.split(" ") if word] == search_index.split_words(text)


def test_the_script_decodes_numbers_as_they_are_written() -> None:
    """The page's script has the same step and the same first digit."""
    script = (ASSETS / "search.js").read_text("utf-8")
    assert f"next += {search_index._STEP}" in script
    assert f"number += {search_index._STEP}" in script
    assert search_index._DIGITS == [
        chr(code) for code in range(35, 35 + search_index._STEP + 1) if code != 92
    ]
    assert "innerHTML" not in script
    assert not re.search(r"https?:|fetch\(|import\(", script)


def test_an_index_is_compact() -> None:
    """A month of 400 papers takes less than 200 bytes for each when compressed."""
    papers = [folders.paper(number) for number in range(400)]
    items = [
        builders.item(
            paper.number, paper.title, abstract=paper.abstract, authors=("Ada Vance", "B. Imrie")
        )
        for paper in papers
    ]
    body = search_index.build_month("2026-11", [issue(*items)]).body
    assert len(gzip.compress(body)) < 200 * len(items)


def drop(folder: Folder, day: str, *entries: dict[str, Any]) -> None:
    """Publish an issue of these entries on a day."""
    folder.drop(f"{day}.json", folders.answer(day, entries))
    folder.run(f"{day}T08:00")


LANTERNS = {
    "id": "2611.00001",
    "title": "Lanterns for Long Tunnels",
    "summary": "We hang lanterns where the walls are dark.",
    "authors": [{"name": "Ada Vance"}],
}
FERRIES = {"id": "2611.00002", "title": "Ferries", "summary": "Ferries carry lanterns over water."}


def test_a_new_issue_rewrites_the_index_of_its_month_only(folder: Folder) -> None:
    """The search page names all months, the newest first."""
    drop(folder, "2026-10-31", LANTERNS)
    before = folder.marks()
    drop(folder, "2026-11-02", FERRIES)
    after = folder.marks()
    assert before["search/2026-10.js"] == after["search/2026-10.js"]
    page: Any = html.document_fromstring(folder.tree()["search.html"].decode())
    (main,) = page.xpath("//main")
    assert "2026-11 2026-10" == main.get("data-months")
    assert {word.decode() for word in search_index.STOP} == set(main.get("data-ignored").split())
    assert ["assets/search.js"] == page.xpath("//script/@src")
    assert ["default-src 'none'; script-src 'self'; style-src 'self'"] == [
        policy.partition("; img")[0] for policy in page.xpath("//meta[@http-equiv]/@content")
    ]
    by_runs = folder.tree()
    assert 0 == folder.digest("rebuild", now="2026-12-02T08:00").status
    assert by_runs == folder.tree()


def test_a_withdrawn_paper_is_not_found(folder: Folder) -> None:
    """It is in no index, and the command does not list it."""
    drop(folder, "2026-11-02", LANTERNS, FERRIES)
    assert 0 == folder.digest("withdraw", "2611.00001").status
    index = read(Page("", folder.tree()["search/2026-11.js"]))
    assert ["Ferries"] == index["titles"]
    assert ["Ferries"] == _titles(folder, "lanterns")


def _titles(folder: Folder, *words: str) -> list[str]:
    result = folder.digest("search", *words)
    assert 0 == result.status
    return [line for line in result.out.splitlines() if line and not line.startswith((" ", "No "))]


def test_the_command_finds_words_and_phrases(folder: Folder) -> None:
    """Titles weigh more than abstracts, endings are ignored, and all words must match."""
    drop(folder, "2026-11-02", FERRIES, LANTERNS)
    assert ["Lanterns for Long Tunnels", "Ferries"] == _titles(folder, "lantern")
    assert ["Lanterns for Long Tunnels"] == _titles(folder, "LANTERN", "wall")
    assert ["Lanterns for Long Tunnels"] == _titles(folder, "vance")
    assert ["Lanterns for Long Tunnels"] == _titles(folder, "long tunnels")
    assert [] == _titles(folder, "tunnels long")
    assert ["Lanterns for Long Tunnels"] == _titles(folder, "lantern", "--limit", "1")[:1]
    output = folder.digest("search", "ferries").out
    assert "  arxiv:2611.00002  output/daily/2026-11-02.html#p-" in output
    anchor = re.findall("#(p-[0-9a-f]{12})", output)[0]
    assert f'id="{anchor}"' in folder.tree()["daily/2026-11-02.html"].decode()


@pytest.mark.parametrize("words", ['"', "*", "NEAR(", "title:x", "^x", "", "AND"])
def test_no_word_is_an_operator(folder: Folder, words: str) -> None:
    """Characters with a meaning to SQLite's full text search are ordinary words."""
    drop(folder, "2026-11-02", FERRIES)
    assert [] == _titles(folder, words, "lanterns", "nowhere")


def test_the_command_says_so_before_the_first_intake(folder: Folder) -> None:
    """Searching an empty folder is no failure."""
    result = folder.digest("search", "lanterns")
    assert (0, "No paper was taken in yet.\n") == (result.status, result.out)
