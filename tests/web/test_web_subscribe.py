"""Subscribing on the pages: a request, the letter it causes, the button that confirms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from werkzeug import Response
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.test import Client

from digest.errors import SettingsError
from digest.model.people import Subscriber
from digest.storage.people import departing
from digest.web.app import App
from digest.web.pace import Pace
from digest.web.routes import ROUTES
from tests.support.folders import Folder
from tests.support.people import NOW, add_people, address
from tests.support.web import FORM, MAIL, WEB, WebAnswer, WebFolder, web_folder


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder that mails its issues. No server takes the letters."""
    with web_folder(folder, WEB + MAIL) as served:
        yield served


def person(web: WebFolder, given: str) -> Subscriber | None:
    """Return the person with an address."""
    with web.context.people() as people:
        return people.subscribers.find(given)


def letters(web: WebFolder) -> list[tuple[str, int]]:
    """Return kind and person of each letter that waits."""
    with web.context.people() as people:
        rows = people.connection.execute("SELECT kind, subscriber FROM letter ORDER BY id")
        return [(str(kind), int(subscriber)) for kind, subscriber in rows]


def test_a_request_waits_for_the_button(web: WebFolder) -> None:
    """The link in the letter shows a button; pressing it makes a subscriber with a consent."""
    answer = web.post("/subscribe", {"address": "ada@example.org", "topics": ["agents"]})
    assert (200, True) == (answer.status, "Look into your mails" in answer.text)
    asked = person(web, "ada@example.org")
    assert asked
    assert ("pending", ("agents",)) == (asked.state, asked.wish.topics)
    assert [("confirm", asked.id)] == letters(web)
    link = f"/confirm/{asked.token}"
    for method in ("GET", "HEAD", "OPTIONS"):
        assert web.ask(link, method).status in {200, 204}
    assert asked == person(web, "ada@example.org")
    assert "You are subscribed" in web.post(link, {}).text
    assert "You are subscribed" in web.post(link, {}).text  # twice is harmless
    now = person(web, "ada@example.org")
    assert now
    assert ("active", "confirmed") == (now.state, now.origin)
    with web.context.people() as people:
        [consent] = people.subscribers.consents(now.id)
    assert "pressed the button of the confirmation page" == consent.how


def test_the_answer_is_the_same_for_every_address(web: WebFolder) -> None:
    """New, waiting, active, left, bounced, complained, suppressed: byte for byte (E15)."""
    with web.context.people() as people:
        everybody = add_people(people, range(1, 5))
        departing.leave(people, everybody[1], "left", NOW)
        departing.leave(people, everybody[2], "bounced", NOW)
        departing.leave(people, everybody[3], "complained", NOW)
        departing.suppress(people, "never@example.org", "asked", NOW)
    given = ["new@example.org", "new@example.org", *map(address, range(1, 5)), "never@example.org"]
    answers = [web.post("/subscribe", {"address": one}) for one in given]
    assert {(200, answers[0].body)} == {(one.status, one.body) for one in answers}
    kinds = [kind for kind, _ in letters(web)]
    assert ["confirm", "subscribed", "confirm", "confirm"] == kinds
    states = [found.state for n in range(1, 5) if (found := person(web, address(n)))]
    assert ["active", "left", "bounced", "complained"] == states


def test_one_letter_a_day_goes_to_an_address(web: WebFolder) -> None:
    """However often somebody types it, and whoever it belongs to."""
    with web.context.people() as people:
        add_people(people, [1])
    for _ in range(3):
        web.post("/subscribe", {"address": "ada@example.org"})
        web.post("/subscribe", {"address": address(1)})
    assert ["confirm", "subscribed"] == [kind for kind, _ in letters(web)]


def test_who_left_comes_back_by_the_button_alone(web: WebFolder) -> None:
    """With what they wish for now; until then they have left."""
    with web.context.people() as people:
        [one] = add_people(people, [1])
        departing.leave(people, one, "left", NOW)
    assert 404 == web.post(f"/confirm/{one.token}", {}).status
    web.post("/subscribe", {"address": address(1), "topics": ["vision"]})
    left = person(web, address(1))
    assert left
    assert ("left", ()) == (left.state, left.wish.topics)
    web.post(f"/confirm/{one.token}", {})
    back = person(web, address(1))
    assert back
    assert ("active", ("vision",)) == (back.state, back.wish.topics)


def test_a_form_of_another_site_is_refused(web: WebFolder) -> None:
    """Whatever it says of itself; our own forms are known by the browser or by their mark."""
    fields = {"address": "ada@example.org"}
    shown = web.ask("/subscribe").text
    found = re.search(r'name="form" value="([0-9a-f]+)"', shown)
    assert found
    foreign = [
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "null"},
        {"Sec_Fetch_Site": "", "Origin": "null"},
    ]
    for headers in foreign:
        assert 403 == web.post("/subscribe", fields, **headers).status
    assert [] == letters(web)
    own = {"Content_Type": "application/x-www-form-urlencoded", "Origin": "null"}
    body = f"address=ada@example.org&form={found[1]}".encode()
    assert 200 == web.ask("/subscribe", "POST", body, **own).status
    assert 1 == len(letters(web))


def test_a_program_that_fills_everything_gets_nothing(web: WebFolder) -> None:
    """It sees the same answer."""
    fields = {"address": "ada@example.org", "website": "https://buy.example"}
    assert "Look into your mails" in web.post("/subscribe", fields).text
    assert [] == letters(web)


WRONG = {
    "address": "ada<at>example.org",
    "editions": "weekly",
    "topics": "a-topic-of-before",
    "words": "!!!",
    "authors": ", ".join(f"a{number}" for number in range(201)),
    "mute_words": "kelp, ?",
}


@pytest.mark.parametrize("field", WRONG)
def test_what_is_wrong_is_said_and_kept(folder: Folder, field: str) -> None:
    """The form comes back with what was typed, and the reason at its field, which has the focus."""
    weekly = '[[edition]]\nname = "weekly-2"\nperiod = "week"\nmail = true\n'
    with web_folder(folder, WEB + MAIL + weekly) as web:
        fields = {"address": "ada@example.org", "topics": "agents", "organizations": "Tarn"}
        answer = web.post("/subscribe", fields | {field: WRONG[field]})
        assert [] == letters(web)
    assert 422 == answer.status
    form = shown_form(answer)
    typed = {name: value for name, value in form.form_values() if name not in ("form", "website")}
    chosen = {name: value for name, value in fields.items() if name != field}
    assert chosen.items() <= typed.items()
    tree = form.getroottree()
    [reason] = tree.xpath("//*[@id='problem']")
    assert reason.text_content().endswith(".")
    [link] = tree.xpath("//*[@role='alert']//a/@href")
    [target] = tree.xpath("//*[@id=$name]", name=link[1:])
    assert target in {*reason.iterancestors(), *reason.itersiblings(preceding=True)}
    if target.tag == "input":
        assert ("true", "problem") == (target.get("aria-invalid"), target.get("aria-describedby"))
        assert WRONG[field] == target.value
    folds = list(reason.iterancestors("details"))
    assert [True] * len(folds) == ["open" in each.attrib for each in folds]


def shown_form(answer: WebAnswer) -> html.FormElement:
    """Return the form to subscribe of a page."""
    tree: html.HtmlElement = html.document_fromstring(answer.body)
    [form] = [each for each in tree.forms if each.action == "/subscribe"]
    return form


def test_an_address_can_choose_beforehand(web: WebFolder) -> None:
    """As the links of topic pages do; the rest of it is not taken."""
    choice = "topics=vision&topics=agents&words=kelp,%20gulls&most=3&topics=nothing&x=1"
    shown = web.ask(f"/subscribe?{choice}")
    fields = [(name, value) for name, value in shown_form(shown).form_values() if value]
    assert [("topics", "agents"), ("topics", "vision"), ("words", "kelp, gulls")] == fields[1:]


@pytest.mark.parametrize("off", ["subscribe = false\n", ""])
def test_where_nobody_may_subscribe_there_is_no_form(folder: Folder, off: str) -> None:
    """If it is switched off, or no issue is mailed; whoever was asked before may still confirm."""
    with web_folder(folder, WEB + MAIL) as web:
        web.post("/subscribe", {"address": "ada@example.org"})
    with web_folder(folder, WEB + (off + MAIL if off else "")) as web:
        assert 404 == web.ask("/subscribe").status
        assert 404 == web.post("/subscribe", {"address": "bo@example.org"}).status
        asked = person(web, "ada@example.org")
        assert asked
        assert None is person(web, "bo@example.org")
        assert "You are subscribed" in web.post(f"/confirm/{asked.token}", {}).text


def test_a_folder_that_github_runs_takes_no_addresses(folder: Folder) -> None:
    """Its state is stored where others may read it; with subscriptions off it may be served."""
    script = folder.root / ".github" / "digest.sh"
    script.parent.mkdir()
    script.touch()
    with pytest.raises(SettingsError, match="GitHub"), web_folder(folder, WEB + MAIL):
        raise AssertionError
    with web_folder(folder, WEB + "subscribe = false\n" + MAIL) as web:
        assert 404 == web.ask("/subscribe").status


VALUES = st.text(
    st.characters(codec="utf-8") | st.sampled_from("@.,;+<>&%'\"\r\n\0 ax"), max_size=30
)
ADDRESSES = VALUES | st.builds("{}@{}.org".format, VALUES, VALUES) | st.just("a@example.org")
NAMES = st.sampled_from(["editions", "topics", "words", "mute_authors", "most", "form", "website"])


@given(ADDRESSES, st.lists(st.tuples(NAMES | VALUES, VALUES), max_size=5), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_form_is_an_error_of_ours(
    web: WebFolder, address: str, others: list[tuple[str, str]], is_multipart: bool
) -> None:
    """Whatever it holds, in both encodings: it is taken, or the page says what is wrong."""
    web.context.pace = web.context.mailbox_pace = Pace(lambda: 0.0, per_key=10**6, in_all=10**6)
    app = App(web.context, ROUTES, no_files, known_hosts=frozenset({"localhost"}))
    answer = Client(app).post(
        "/subscribe",
        data=MultiDict([("address", address), *others]),
        headers={"Sec-Fetch-Site": "same-origin"},
        content_type="multipart/form-data" if is_multipart else FORM,
    )
    assert answer.status_code in {200, 422}, answer.text
    html.document_fromstring(answer.data)


def no_files(_: object) -> Response:
    """Answer that there is no file."""
    raise NotFound


@pytest.mark.parametrize("body", [b"%", b"=&=&&", b"address", b"address=a%40%ff"])
def test_odd_bytes_are_a_form_that_is_wrong(web: WebFolder, body: bytes) -> None:
    """Nothing of them is an error of ours."""
    own = {"Content_Type": FORM, "Sec_Fetch_Site": "same-origin"}
    assert 422 == web.ask("/subscribe", "POST", body, **own).status


def test_too_many_from_one_network_wait(web: WebFolder) -> None:
    """With the answer that says how long."""
    statuses = [
        web.post("/subscribe", {"address": f"a{number}@example.org"}).status for number in range(22)
    ]
    assert ([200] * 20 + [429] * 2) == statuses


def test_a_closed_list_takes_its_own_addresses(folder: Folder) -> None:
    """Others are told who may."""
    allow = WEB + 'allow = ["@lab.example.org", "me@example.com"]\n' + MAIL
    with web_folder(folder, allow) as web:
        for one in ("a@LAB.example.org", "Me@example.com"):
            assert 200 == web.post("/subscribe", {"address": one}).status
        for one in ("a@example.org", "a@evil-lab.example.org", "a@x.lab.example.org"):
            answer = web.post("/subscribe", {"address": one})
            assert (422, True) == (answer.status, "@lab.example.org" in answer.text)
