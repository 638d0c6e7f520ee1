"""The search page that the server makes: the static one's form of results, without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from digest.operations import searching
from digest.render import paths
from digest.storage.ledger import database
from digest.storage.ledger.full_text import issued_file, issued_update
from tests.support.folders import Folder, answer, api_entry, paper
from tests.support.web import WEB, WebAnswer, WebFolder, web_folder

DAY = "2026-11-18"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebFolder]:
    """Serve a folder with an issue of 30 papers, all found by "study". No test changes it."""
    with web_folder(Folder(tmp_path_factory.mktemp("searched")), WEB) as served:
        publish(served, [api_entry(number, number) for number in range(30)])
        yield served


def publish(web: WebFolder, entries: Sequence[dict[str, Any]], at: str = "08:00") -> None:
    """Take in papers, and publish an issue with them."""
    web.folder.drop(f"{len(entries)}.json", answer(DAY, entries))
    web.folder.run(f"{DAY}T{at}")


def select(found: WebAnswer, path: str) -> Any:
    """Return what stands at a path of a page."""
    return html.fromstring(found.body).xpath(path)


def results(found: WebAnswer) -> list[Any]:
    """Return the elements of the results."""
    return list(select(found, '//ol[@id="found"]/li'))


def titles(found: WebAnswer) -> list[str]:
    """Return the titles of the results."""
    return [result.xpath("string(a)") for result in results(found)]


def test_a_result_has_the_form_of_the_static_search(web: WebFolder) -> None:
    """Title and address, names, heading, votes, and the place in the issue; found words marked."""
    title = paper(7).title
    found = web.ask(f"/search?q={title.split(':')[0]}")
    (result,) = results(found)
    (item,) = [
        item
        for section in web.folder.data()[0]["sections"]
        for item in section["papers"]
        if item["title"] == title
    ]
    (link,) = result.xpath("a")
    assert (title, item["url"]) == (link.text_content(), link.get("href"))
    assert [title.split(":")[0]] == [mark.text for mark in link.xpath("mark")]
    (place,) = result.xpath('p[@class="facts"]/a')
    assert f"In the issue of 18 Nov 2026: {title}" == place.get("aria-label")
    assert f"/daily/{DAY}.html#{paths.anchor(item['guid'])}" == place.get("href")
    assert ["7 votes"] == [fact.text for fact in result.xpath('p/span[@class="up"]')]
    assert 1 == len(result.xpath('p/span[@class="heading"]'))
    # The link leads to the paper in a page that is served.
    page = web.ask(place.get("href").partition("#")[0])
    assert f'id="{paths.anchor(item["guid"])}"' in page.text


def test_pages_of_results_follow_each_other(web: WebFolder) -> None:
    """Each paper stands once; the first page has no page before, the last none after."""
    first, second = web.ask("/search?q=study"), web.ask("/search?q=study&page=2")
    assert ["30 papers", "Page 1 of 2"] == words(first, '//p[@id="said"]/span')
    assert (25, 5) == (len(titles(first)), len(titles(second)))
    assert {paper(number).title for number in range(30)} == {*titles(first), *titles(second)}
    assert ["?q=study&page=2"] == hrefs(first)
    assert ["?q=study"] == hrefs(second)
    assert ["30 papers", "Page 3 of 2"] == words(
        web.ask("/search?q=study&page=3"), '//p[@id="said"]/span'
    )


def words(found: WebAnswer, path: str) -> list[str]:
    """Return the text of each element at a path."""
    return [element.text_content() for element in select(found, path)]


def hrefs(found: WebAnswer) -> list[str]:
    """Return the links to other pages of results."""
    return [str(link) for link in select(found, "//main/nav/a/@href")]


@pytest.mark.parametrize("page", ["0", "401", "-1", "x", "1e2", "٣", "99999999999999999999", ""])
def test_there_is_no_such_page(web: WebFolder, page: str) -> None:
    """What is no number of a page is not found."""
    assert 404 == web.ask(f"/search?q=study&page={quoted(page)}").status


def quoted(text: str) -> str:
    """Return a text for a query, each of its bytes escaped."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_what_was_typed_stays_in_the_form(web: WebFolder) -> None:
    """It is escaped there, and links keep it with the heading."""
    typed = '"study <b>" & \'how'
    found = web.ask(f"/search?q={quoted(typed)}")
    assert [typed] == select(found, '//input[@name="q"]/@value')
    topic = web.folder.data()[0]["sections"][0]["topic"]
    page = web.ask(f"/search?q=study&topic={topic}")
    assert [topic] == select(page, '//select[@name="topic"]/option[@selected]/@value')


def test_a_heading_leaves_the_others_out(web: WebFolder) -> None:
    """Each section of the issue is found by its topic."""
    sections = web.folder.data()[0]["sections"]
    assert sections
    for section in sections:
        found = web.ask(f"/search?q=study&topic={section['topic']}")
        assert len(section["papers"]) == int(words(found, '//p[@id="said"]/span')[0].split()[0])
    assert 422 == web.ask("/search?q=study&topic=no-such-topic").status


def test_hostile_titles_are_words(folder: Folder) -> None:
    """Markup in a title or abstract is shown, also where a found word stands inside it."""
    entry = api_entry(1, 1, "Kelp <script>alert(1)</script> & <mark>boats</mark>")
    entry["summary"] = "About <img src=x onerror=kelp> and kelp. " * 3
    with web_folder(folder, WEB) as web:
        publish(web, [entry])
        found = web.ask("/search?q=kelp+script")
        assert "Kelp <script>alert(1)</script> & <mark>boats</mark>" in titles(found)[0]
        assert [] == select(found, "//main//script | //main//img")
        assert ["Kelp", "script", "script"] == words(found, '//ol[@id="found"]/li/a/mark')
        assert "<mark>kelp</mark>" in found.text


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("kelp " * 11, "at most 10 words"),
        ("a-b-c-d-e-f-g-h-i-j-k", "at most 10 words"),
        ("k" * 201, "at most 200 characters"),
        ("*** -", "Write a word"),
        ("\x00\x01", "Write a word"),
    ],
)
def test_a_search_is_bounded(web: WebFolder, typed: str, reason: str) -> None:
    """The reason stands beside the field, which refers to it."""
    found = web.ask(f"/search?q={quoted(typed)}")
    assert 422 == found.status
    assert reason in words(found, '//*[@id="problem"]')[0]
    assert ["problem"] == select(found, "//input/@aria-describedby")


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("boats nets", ("boats", "nets")),
        ('“old boats” nets "', ("old boats", "nets")),
        ('"old boats', ("old", "boats")),
        ("«tin» - & c++", ("tin", "c++")),
        ("tin\u2028\x00nets", ("tin", "nets")),
        ("NOT tin*", ("NOT", "tin*")),
    ],
)
def test_phrases_are_read(typed: str, phrases: tuple[str, ...]) -> None:
    """Words in any kind of quotes are one phrase; signs alone are none."""
    assert phrases == searching.read_phrases(typed)


@given(st.text(max_size=300))
def test_whatever_is_typed_has_phrases_or_a_reason(typed: str) -> None:
    """Each phrase has a letter or a digit and nothing that cannot be shown."""
    try:
        phrases = searching.read_phrases(typed)
    except ValueError as error:
        reason, phrases = str(error), ()
    else:
        reason = ""
    assert bool(phrases) != bool(re.fullmatch(r"Write .*\.", reason))
    assert all(phrase.isprintable() and re.search(r"[^\W_]", phrase) for phrase in phrases)
    assert len(phrases) <= searching.MOST_WORDS


@pytest.mark.parametrize(
    "typed",
    ["study\x00", "\ud800", 'study"', "NEAR(a b)", "a AND", "title:", "^", "%", "study\n", "🚢"],
)
def test_no_sign_breaks_a_search(web: WebFolder, typed: str) -> None:
    """Any bytes in the query are answered with a page."""
    escaped = "".join(f"%{byte:02X}" for byte in typed.encode("utf-8", "surrogatepass"))
    assert web.ask(f"/search?q={escaped}").status in {200, 422}


def test_without_a_word_there_is_a_form_alone(web: WebFolder) -> None:
    """It works without a script, and asks by GET; nobody is told a result."""
    for path in ("/search", "/search?q=", "/search?q=+&topic="):
        found = web.ask(path)
        assert (200, [], []) == (found.status, results(found), select(found, '//*[@id="said"]'))
        (form,) = select(found, "//form")
        assert ("search", "/search", None) == tuple(
            form.get(name) for name in ("role", "action", "method")
        )
        assert [] == select(found, "//script")


def test_a_word_of_no_paper(web: WebFolder) -> None:
    """The page says so, and has no list of pages."""
    found = web.ask("/search?q=qwxzy")
    assert (200, ["0 papers"]) == (found.status, words(found, '//p[@id="said"]'))
    assert [] == results(found)


def test_a_search_is_stored_nowhere(web: WebFolder) -> None:
    """Neither by browsers and proxies nor in the log, and it sends no address on."""
    web.log.clear()
    found = web.ask("/search?q=secretword")
    assert "no-store" == found.headers["cache-control"]
    assert "no-referrer" == found.headers["referrer-policy"]
    assert "secretword" not in str(web.log)
    assert ["/search"] == [facts["path"] for step, facts in web.log if step == "request"]


def test_before_the_first_run_nothing_is_found_and_no_ledger_made(folder: Folder) -> None:
    """The page works, and no database of papers is left behind."""
    with web_folder(folder, WEB) as web:
        found = web.ask("/search?q=study")
        assert (200, ["0 papers"]) == (found.status, words(found, '//p[@id="said"]'))
        assert [] == [*folder.root.rglob("ledger.sqlite3"), *folder.root.rglob("issued.sqlite3")]


def test_a_withdrawn_paper_is_found_no_more(folder: Folder) -> None:
    """Pages and feeds leave it out as well."""
    with web_folder(folder, WEB) as web:
        publish(web, [api_entry(number, 1) for number in range(3)])
        title = paper(2).title
        assert [title] == until_current(web, f"/search?q={title.split(':')[0]}")
        assert 0 == web.folder.digest("withdraw", title).status
        assert [] == until_current(web, f"/search?q={title.split(':')[0]}")


def until_current(web: WebFolder, path: str) -> list[str]:
    """Return the titles found once the index is up to date."""
    issued_update.update(web.settings.state_folder)
    return titles(web.ask(path))


def test_the_static_page_leads_to_it_without_a_script(web: WebFolder) -> None:
    """Only where there is a web side; its policy lets the form be sent there."""
    page = web.ask("/search.html")
    (form,) = select(page, "//noscript//form")
    assert "http://localhost:8000/search" == form.get("action")
    (policy,) = select(page, '//meta[@http-equiv="Content-Security-Policy"]/@content')
    assert "form-action 'self' http://localhost:8000" in policy
    assert 200 == web.ask(f"/search?{form.xpath('.//input/@name')[0]}=study").status


def test_while_the_index_is_made_the_page_says_so(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run holds the ledger, so the index cannot be made; what can never be made is an error."""
    monkeypatch.setattr("digest.storage.ledger.full_text.issued_refresh._PATIENCE_AT_FIRST", 0.1)
    with web_folder(folder, WEB) as web:
        publish(web, [api_entry(1, 1)])
        state = web.settings.state_folder
        with database.opened(state) as ledger:
            ledger.connection.execute("BEGIN EXCLUSIVE")
            found = web.ask("/search?q=study")
            assert (200, "The search is being prepared" in found.text) == (found.status, True)
        until_current(web, "/search?q=study")
        assert "being prepared" not in web.ask("/search?q=study").text
        issued_file.delete(state)
        (state / issued_file.FILE).mkdir()  # stops root, too, as no permission would
        assert 503 == web.ask("/search?q=studies").status
