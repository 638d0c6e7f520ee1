"""Finished messages: whom they name, what they tell, and that they stay the same."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from digest.model.people import Origin, Subscriber, Wish
from digest.model.settings import Settings
from digest.model.web_settings import Web
from digest.render.mail import headers, message, recipient
from tests.support import mails
from tests.support.mails import MAIL, PERSON, SETTINGS, part, send

EXPECTED = Path(__file__).parent / "expected"
WISHED = msgspec.structs.replace(
    PERSON, wish=Wish(words=("tool use", "=\r\nBcc:"), most=7, mute_authors=("Bo <b>",))
)
GOLDEN = {
    "daily": (3, PERSON, True),
    "configured": (1, msgspec.structs.replace(PERSON, origin="configuration"), False),
    "wish": (5, WISHED, False),
    "empty": (0, PERSON, False),
}


def test_the_header_lines_are_those_of_a_list() -> None:
    """One recipient, one token; no copy, no reply to anything."""
    read = mails.parse(send(mails.issue(3)))
    expected = {
        "From": "Shore Letters <papers@example.org>",
        "To": "Ada.Vance@example.net",
        "Reply-To": "editor@example.org",
        "Subject": "3 papers, Friday 20 November: Deilebapei and two more",
        "Date": "Fri, 20 Nov 2026 07:00:04 +0100",
        "Auto-Submitted": "auto-generated",
        "Message-ID": read["Message-ID"],
        "List-Unsubscribe": f"<{recipient.unsubscribe_address(MAIL, PERSON.token)}>",
        "Precedence": "list",
        "List-Id": '"Shore Letters, daily" <daily.papers.example.org>',
        "MIME-Version": "1.0",
        "Content-Type": read["Content-Type"],
    }
    assert expected == dict(read.items())


def test_unsubscribing_stands_unfolded_and_in_the_foot() -> None:
    """The address is in one raw line, and a mail to it bears the token alone."""
    data = send(mails.issue(3))
    (line,) = (line for line in data.split(b"\r\n") if line.startswith(b"List-Unsubscribe:"))
    assert line.endswith(b">")
    address = recipient.unsubscribe_address(MAIL, PERSON.token)
    assert f"<{address}>".encode() in line
    assert f'href="{address}"' in part(data, "html")
    assert f"{address}\r\n" in part(data, "plain")
    assert {"subject": [f"unsubscribe {PERSON.token}"]} == parse_qs(urlsplit(address).query)


def on_the_web(url: str, **fields: object) -> Settings:
    """Return settings with a web side at this address."""
    web = Web(listen="127.0.0.1:8000", url=url)
    return msgspec.structs.replace(SETTINGS, web=web, mail=msgspec.structs.replace(MAIL, **fields))


def test_one_click_has_its_two_lines() -> None:
    """Unfolded and unencoded, however long; the page first, then the mailbox (E3, RFC 8058)."""
    url = "https://papers.example.org/" + "deep/" * 30
    data = send(mails.issue(3), settings=on_the_web(url))
    lines = data.split(b"\r\n")
    page, box = (
        f"{url}unsubscribe/{PERSON.token}",
        recipient.unsubscribe_address(MAIL, PERSON.token),
    )
    assert f"List-Unsubscribe: <{page}>, <{box}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    alone = send(mails.issue(3), settings=on_the_web(url, unsubscribe=None))
    assert f"List-Unsubscribe: <{page}>".encode() in alone.split(b"\r\n")


def test_without_tls_no_program_is_asked_to_click() -> None:
    """RFC 8058 wants https; the page is still named."""
    data = send(mails.issue(3), settings=on_the_web("http://papers.example.org/"))
    assert b"List-Unsubscribe-Post" not in data
    assert f"<http://papers.example.org/unsubscribe/{PERSON.token}>".encode() in data


def test_the_foot_leads_to_the_pages() -> None:
    """To leave and to choose, in both parts."""
    data = send(mails.issue(3), settings=on_the_web("https://papers.example.org"))
    for page in ("unsubscribe", "preferences"):
        address = f"https://papers.example.org/{page}/{PERSON.token}"
        assert f'href="{address}"' in part(data, "html")
        assert f"{address}\r\n" in part(data, "plain")
    assert "send this mail" not in part(data, "plain")
    assert "write to us" not in part(data, "plain")


@pytest.mark.parametrize(
    ("expected", "origin"),
    [
        ("because this address stands in its configuration.", "configuration"),
        ("because you agreed to it. You were added on Tuesday 3 March 2026.", "added"),
        ("from an earlier list of its subscribers on Tuesday 3 March 2026.", "imported"),
        ("and confirmed that on Tuesday 3 March 2026.", "confirmed"),
    ],
)
def test_the_foot_says_why_one_gets_it_and_since_when(expected: str, origin: Origin) -> None:
    """In both parts, with the postal address."""
    data = send(mails.issue(3), person=msgspec.structs.replace(PERSON, origin=origin))
    for kind in ("plain", "html"):
        words = " ".join(part(data, kind).split())
        assert "You get Shore Letters because" in words
        assert expected in words
        assert "1 Quay, Northport" in words


def test_the_foot_says_what_one_asked_for() -> None:
    """Words of a wish are text in both parts, shortened if they are many."""
    data = send(mails.issue(3), person=WISHED)
    assert "You asked for words: tool use and" in " ".join(part(data, "plain").split())
    assert "without authors: Bo <b>; at most 7 papers." in " ".join(part(data, "plain").split())
    assert "without authors: Bo &lt;b&gt;; at most 7 papers." in " ".join(
        part(data, "html").split()
    )
    assert None is mails.parse(data)["Bcc"]
    many = msgspec.structs.replace(
        PERSON, wish=Wish(words=tuple(map(str, range(10**5, 10**5 + 500))))
    )
    long = part(send(mails.issue(328), person=many), "html")
    assert 90_000 >= len(long.encode())
    assert " …." in long


def test_people_differ_in_their_own_lines_alone() -> None:
    """Two mails of one content differ in To, Message-ID and the lines with the token."""
    other = msgspec.structs.replace(PERSON, address="bo@example.net", token="z" * 16)
    one, two = (send(mails.issue(36), person=person) for person in (PERSON, other))
    pairs = zip(one.split(b"\r\n"), two.split(b"\r\n"), strict=True)
    changed = [before for before, after in pairs if before != after]
    assert 3 <= len(changed) <= 6
    assert PERSON.token.encode() not in two
    assert PERSON.address.encode() not in two


def test_no_address_but_the_recipients_is_in_a_mail_and_none_in_its_content() -> None:
    """The stored content knows nobody."""
    stored = mails.render(mails.issue(3)).body
    assert b"example.net" not in stored
    assert 1 == send(mails.issue(3)).count(PERSON.address.encode())


def test_a_recipient_of_another_script_is_written_in_utf_8() -> None:
    """Its server must offer SMTPUTF8; a domain alone never needs it."""
    person = msgspec.structs.replace(PERSON, address="海@bücher.example")
    assert "To: 海@xn--bcher-kva.example\r\n".encode() in send(mails.issue(1), person=person)


def test_an_address_of_two_lines_is_refused() -> None:
    """A database that was tampered with adds no header line."""
    person = msgspec.structs.replace(PERSON, address="ada@example.net\nBcc: bo@example.net")
    with pytest.raises(ValueError, match="line break"):
        send(mails.issue(1), person=person)


def test_a_plain_message_is_no_mail_of_a_list() -> None:
    """Its words are kept, long addresses whole, and replies go where mails are read."""
    link = f"mailto:unsubscribe@example.org?subject=confirm%20{'x' * 80}"
    text = f"Do you want this?\n\n{'word ' * 40}\n\n{link}\n"
    data = message.plain_message(
        SETTINGS, "ada@example.net", "Please confirm", text, "2026-11-20T07:00:00+00:00", "tok"
    )
    read = mails.parse(data)
    assert {"List-Unsubscribe", "List-Id", "Precedence"}.isdisjoint(read.keys())
    assert "unsubscribe@example.org" == read["Reply-To"]
    assert "auto-generated" == read["Auto-Submitted"]
    body = part(data, "plain")
    assert f"\r\n{link}\r\n" in body
    assert text.split() == body.split()
    assert 78 >= max(len(line) for line in body.split("\r\n") if link not in line)
    assert data == message.plain_message(
        SETTINGS, "ada@example.net", "Please confirm", text, "2026-11-20T07:00:00+00:00", "tok"
    )


def test_the_message_id_is_that_of_issue_and_person() -> None:
    """A second try has the same one, another issue another one."""
    made = mails.render(mails.issue(1))
    first, again, other = (
        mails.parse(message.make_message(made, SETTINGS, PERSON, guid, mails.issue(1).moment))
        for guid in ("urn:1", "urn:1", "urn:2")
    )
    assert headers.message_id("urn:1", PERSON.token, MAIL.sender or "") == first["Message-ID"]
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_mail_equals_the_expected_one(name: str, pytestconfig: pytest.Config) -> None:
    """Byte by byte but for CR; `--renew-golden` writes the expected mails again."""
    count, person, note = GOLDEN[name]
    assert isinstance(person, Subscriber)
    data = send(mails.issue(count), person=person, note=note).replace(b"\r\n", b"\n")
    file = EXPECTED / f"{name}.eml"
    if pytestconfig.getoption("renew_golden"):
        EXPECTED.mkdir(exist_ok=True)
        file.write_bytes(data)
        pytest.fail(f"{file} was written anew: read what changed, and run without the flag")
    assert file.read_bytes() == data
