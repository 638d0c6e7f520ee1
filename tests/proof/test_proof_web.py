"""A subscriber's life on the web side: a real browser, a real proxy, a real mail server."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from tests.proof.browser import WIDE, Window, window
from tests.proof.figures import Figures
from tests.proof.mail_host import DOMAIN, MailHost, mail_host
from tests.proof.web_site import WebSite, link, web_site
from tests.support.folders import Folder, answer, api_entry

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VISION = "Image segmentation and depth estimation"
SHORE = "Harbour gulls and their ferries"


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    """Run one mail host for all tests of this module."""
    with mail_host() as running:
        yield running


@pytest.fixture
def site(folder: Folder, host: MailHost) -> Iterator[WebSite]:
    """Serve an empty folder."""
    with web_site(folder, host) as running:
        yield running


def publish(site: WebSite, first: int) -> None:
    """Publish an issue with two papers: one of a shipped topic, one of none."""
    today = datetime.now(UTC).date().isoformat()
    entries = [
        api_entry(first, 5, f"{VISION} {first}"),
        api_entry(first + 1, 3, f"{SHORE} {first + 1}"),
    ]
    site.folder.drop(f"{first}.json", answer(today, entries))
    site.digest("run")


def one_click(site: WebSite, address: str, body: bytes, kind: str) -> tuple[int, str]:
    """Send the POST of RFC 8058 as a mail program does; return status and final address."""
    trusted = ssl.create_default_context(cafile=str(site.proxy.authority))
    request = urllib.request.Request(address, data=body, headers={"Content-Type": kind})
    with urllib.request.urlopen(request, context=trusted, timeout=20) as response:
        return response.status, response.url


MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)
ENCODINGS = [
    (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
    (MULTIPART, "multipart/form-data; boundary=x"),
]


@pytest.mark.parametrize(("mailbox", "encoding"), [("ada", 0), ("bruno", 1)])
def test_from_an_empty_folder_to_leaving_by_one_click(
    site: WebSite, chromium: Browser, figures: Figures, mailbox: str, encoding: int
) -> None:
    """Subscribe, confirm, get an issue, change topics, get the next one accordingly, leave."""
    publish(site, 1)
    with window(chromium, WIDE, ignore_https_errors=True, java_script_enabled=False) as view:
        page = view.open(f"{site.url}subscribe")
        page.get_by_label("Your address").fill(f"{mailbox}@{DOMAIN}")
        page.get_by_role("button", name="Subscribe").click()
        assert "mail" in page.inner_text("main")
        [asked] = site.mails(mailbox, 1)
        view.open(link(asked, "/confirm/"))
        page.get_by_role("button").first.click()
        publish(site, 11)
        first = site.mails(mailbox, 2)[1]
        assert f"{VISION} 11" in text(first)
        assert f"{SHORE} 12" in text(first)
        view.open(link(first, "/preferences/"))
        choose_topic(view)
        publish(site, 21)
        second = site.mails(mailbox, 3)[2]
        assert f"{VISION} 21" in text(second)
        assert f"{SHORE} 22" not in text(second)
    assert "List-Unsubscribe=One-Click" == second["List-Unsubscribe-Post"]
    address = str(second["List-Unsubscribe"]).split(">")[0].strip("<")
    assert address.startswith("https://")
    body, kind = ENCODINGS[encoding]
    for _ in range(2):  # twice is harmless
        assert (200, address) == one_click(site, address, body, kind)
    shown = site.digest("subscribers", "export", f"{mailbox}@{DOMAIN}", "--json")
    assert "left" == json.loads(shown)["state"]
    publish(site, 31)
    assert 3 == len(site.host.messages(mailbox, least=4, seconds=1))
    figures.count("subscribers who came, chose and left in a browser")


def text(mail: EmailMessage) -> str:
    """Return the text part of a mail, on one line."""
    part = mail.get_body(("plain",))
    assert part
    return " ".join(str(part.get_content()).split())


def choose_topic(view: Window) -> None:
    """Choose one topic on the page of preferences and save it."""
    page = view.page
    page.get_by_label("Computer vision").first.check()
    page.get_by_role("button", name="Save").click()
