"""Subscribe with real feed readers, and check that they show each item once and in order.

Also after a rebuild, and after the site has got a new address.
"""

from __future__ import annotations

import mailbox
import re
import sqlite3
import tempfile
from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Protocol

import feedparser
import pytest
from lxml import etree, html

from tests.proof import screen, static, tools, trees
from tests.proof.figures import Figures
from tests.support.folders import Folder

FEEDS = ("feed.xml", "atom.xml", "issues.xml", "topics/agents/feed.xml")


class Reader(Protocol):
    """A feed reader with an empty home folder of its own."""

    def __init__(self, home: Path) -> None:
        """Write its configuration into ``home``."""

    def subscribe(self, url: str) -> None:
        """Subscribe to the feed at this address."""

    def import_feeds(self, opml: Path) -> None:
        """Subscribe to all feeds of this list."""

    def subscriptions(self) -> set[str]:
        """Return the addresses of the feeds it is subscribed to."""

    def fetch(self) -> list[str]:
        """Fetch all feeds and return the sorted ids of the items it shows for the first time."""

    def titles(self) -> list[str]:
        """Fetch the one feed and return the titles in the order in which it lists them."""

    def authors(self) -> dict[str, str]:
        """Return the author that it shows of each item after `titles`, by title."""


class Newsboat:
    """newsboat. An item is new if it is unread; `fetch` then marks it as read."""

    def __init__(self, home: Path) -> None:
        self.home, self.urls, self.cache = home, home / "urls", home / "cache.db"
        (home / "config").write_text("")

    def subscribe(self, url: str) -> None:
        """Write the address into newsboat's list of feeds."""
        self.urls.write_text(f"{url}\n")

    def import_feeds(self, opml: Path) -> None:
        """Import the list by newsboat's own command."""
        self._run("-i", str(opml))

    def subscriptions(self) -> set[str]:
        """Return the addresses in newsboat's list, where each line begins with one."""
        return {line.split()[0] for line in self.urls.read_text("utf-8").splitlines()}

    def fetch(self) -> list[str]:
        """Reload all feeds and return the unread ids from newsboat's cache."""
        self._run("-x", "reload")
        summary = re.search(r"(\d+) unread", self._run("-x", "print-unread"))
        # newsboat prints only the number of unread items; their ids are in its cache.
        cache = sqlite3.connect(self.cache)
        unread = [guid for (guid,) in cache.execute("SELECT guid FROM rss_item WHERE unread = 1")]
        cache.close()
        assert summary is not None
        assert len(unread) == int(summary[1])
        read_ids = self.home / "read"
        read_ids.write_text("".join(f"{guid}\n" for guid in unread))
        self._run("-I", str(read_ids))
        return sorted(unread)

    def titles(self) -> list[str]:
        """Reload, open the feed on newsboat's screen, and return the titles from top to bottom."""
        self._run("-x", "reload")
        # The title alone, between marks that no title has.
        (self.home / "config").write_text('articlelist-format "⟦%t⟧"\n', "utf-8")
        lines = screen.lines_shown(self._command(), [b"\r"], self.home)
        return [line[1:-1].strip() for line in lines if line[:1] + line[-1:] == "⟦⟧"]

    def authors(self) -> dict[str, str]:
        """Return the authors in newsboat's cache."""
        cache = sqlite3.connect(self.cache)
        authors = dict(cache.execute("SELECT title, author FROM rss_item").fetchall())
        cache.close()
        return authors

    def _command(self) -> tuple[str, ...]:
        files = ("-u", self.urls, "-C", self.home / "config", "-c", self.cache)
        return ("newsboat", *map(str, files))

    def _run(self, *words: str) -> str:
        status, printed = tools.run(*self._command(), *words, home=self.home)
        assert 0 == status, printed
        return printed


class Rss2email:
    """rss2email. An item is new if a mail was delivered for it; `fetch` then deletes the mail."""

    def __init__(self, home: Path) -> None:
        self.home, self.box = home, mailbox.Maildir(home / "in")
        (home / "config").write_text(
            "[DEFAULT]\nto = ida@letters.example\nfrom = r2e@letters.example\n"
            f"email-protocol = maildir\nmaildir-path = {home}\nmaildir-mailbox = in\n"
        )

    def subscribe(self, url: str) -> None:
        """Add the feed under a fixed name."""
        self._run("add", "letters", url)

    def import_feeds(self, opml: Path) -> None:
        """Import the list by rss2email's own command."""
        self._run("opmlimport", str(opml))

    def subscriptions(self) -> set[str]:
        """Return the addresses that rss2email lists."""
        return set(re.findall(r"\((https?://\S+) ->", self._run("list")))

    def fetch(self) -> list[str]:
        """Deliver all feeds and return the ids in the headers of the mails."""
        self._run("run")
        ids = [str(mail["X-RSS-ID"]) for mail in self.box]
        self.box.clear()
        return sorted(ids)

    def titles(self) -> list[str]:
        """Deliver the feed and return the subjects as a mail program lists them, newest first."""
        self._run("run")
        return [_decoded(mail, "Subject") for mail in self._mails()]

    def authors(self) -> dict[str, str]:
        """Return the sender of each mail by its subject, without the feed's title before it."""
        return {
            _decoded(mail, "Subject"): parseaddr(_decoded(mail, "From"))[0].partition(": ")[2]
            for mail in self._mails()
        }

    def _mails(self) -> list[mailbox.MaildirMessage]:
        """Return the mails, the one that was delivered last first."""
        # A name begins with the second, the microsecond and the number of the delivery.
        order = {
            key: tuple(map(int, re.findall(r"^\d+|(?<=M)\d+|(?<=Q)\d+", key)))
            for key in self.box.keys()  # noqa: SIM118 -- a mailbox iterates over its mails
        }
        return [self.box[key] for key in sorted(order, key=lambda key: order[key], reverse=True)]

    def _run(self, *words: str) -> str:
        files = ("-c", self.home / "config", "-d", self.home / "data.json")
        status, printed = tools.run("r2e", *map(str, files), *words, home=self.home)
        assert 0 == status, printed
        assert "WARNING" not in printed
        assert "ERROR" not in printed
        return printed


def _decoded(mail: mailbox.MaildirMessage, name: str) -> str:
    """Return the words of a header."""
    return str(make_header(decode_header(mail[name])))


def _ids(file: Path) -> list[str]:
    """Return the sorted ids of a feed's items."""
    return sorted(item.id for item in feedparser.parse(file.read_bytes()).entries)


def _rebuild(folder: Folder, url: str, now: str) -> None:
    trees.configure(folder, url)
    assert 0 == folder.digest("rebuild", now=now).status


@pytest.mark.parametrize("program", [Newsboat, Rss2email])
def test_readers_show_each_item_once(
    serial: trees.Serial, tmp_path: Path, program: type[Reader], figures: Figures
) -> None:
    """A reader first shows all items of a feed, and later only those of a new issue.

    After a rebuild it shows no item again, nor after the site has got a new address.
    """
    folder = serial.folder.copy(tmp_path / "letters")
    with static.serving(folder.output) as server:
        readers = {feed: program(_home(tmp_path)) for feed in FEEDS}
        before = {feed: _ids(folder.output / feed) for feed in FEEDS}
        for feed, reader in readers.items():
            reader.subscribe(server.url + feed)
            assert before[feed] == reader.fetch(), feed
        _rebuild(folder, "https://letters.example/", f"{serial.last}T09:00")
        for feed, reader in readers.items():
            assert [] == reader.fetch(), feed
        serial.publish_next(folder)
        for feed, reader in readers.items():
            new = sorted(set(_ids(folder.output / feed)) - set(before[feed]))
            assert new, feed
            assert new == reader.fetch(), feed
            figures.count(f"items that {program.__name__} showed once", len(before[feed] + new))
        _rebuild(folder, "https://elsewhere.example/papers/", f"{serial.next}T09:00")
        for feed, reader in readers.items():
            assert b"https://elsewhere.example/papers/" in (folder.output / feed).read_bytes()
            assert [] == reader.fetch(), feed


def _titles_on_page(page: Path) -> list[str]:
    """Return the titles of an issue's page, in the order of its papers."""
    root: Any = html.document_fromstring(page.read_text("utf-8"))
    headings = root.xpath("//article//*[self::h3 or self::h4]")
    return [" ".join(heading.text_content().split()) for heading in headings]


@pytest.mark.parametrize("feed", ["feed.xml", "atom.xml"])
@pytest.mark.parametrize("program", [Newsboat, Rss2email])
def test_readers_list_the_papers_of_an_issue_in_its_order(
    serial: trees.Serial, tmp_path: Path, program: type[Reader], feed: str, figures: Figures
) -> None:
    """The newest issue is on top, and of it the paper that stands first on its page.

    Of an item in RSS its first author is shown, and how many more there are.
    """
    folder = serial.folder.copy(tmp_path / "letters")
    serial.publish_next(folder)
    expected = _titles_on_page(folder.output / f"daily/{serial.next}.html")
    reader = program(_home(tmp_path))
    with static.serving(folder.output) as server:
        reader.subscribe(server.url + feed)
        titles = reader.titles()
    assert trees.PER_DAY == len(expected)
    assert expected == titles[: len(expected)]
    if feed == "feed.xml":
        items = feedparser.parse((folder.output / feed).read_bytes()).entries
        bylines = {item.title: item.author for item in items if item.title in expected}
        assert any(" more" in byline for byline in bylines.values())
        shown = reader.authors()
        assert bylines == {title: shown[title] for title in bylines}
    figures.count(f"papers that {program.__name__} listed in order", len(expected))


@pytest.mark.parametrize("program", [Newsboat, Rss2email])
def test_the_list_of_feeds_can_be_imported(
    serial: trees.Serial, tmp_path: Path, program: type[Reader], figures: Figures
) -> None:
    """A reader that imports `opml.xml` subscribes to every feed of it and shows all their items.

    The list has the feeds of the topics too. newsboat shows an item of several feeds once, and
    rss2email once for each feed, as the guide says.
    """
    folder = serial.folder.copy(tmp_path / "letters")
    with static.serving(folder.output) as server:
        _rebuild(folder, server.url, f"{serial.last}T09:00")
        opml = folder.output / "opml.xml"
        outlines = etree.parse(opml).iter()
        urls = {str(url) for outline in outlines if (url := outline.get("xmlUrl"))}
        feeds = [folder.output / url.removeprefix(server.url) for url in urls]
        assert set(folder.output.glob("topics/*/feed.xml")) < set(feeds)
        reader = program(_home(tmp_path))
        reader.import_feeds(opml)
        assert urls == reader.subscriptions()
        items = [item for feed in feeds for item in _ids(feed)]
        assert len(set(items)) < len(items)
        shown = set(items) if program is Newsboat else items
        assert sorted(shown) == reader.fetch()
    figures.count(f"feeds that {program.__name__} imported", len(urls))


def _home(away: Path) -> Path:
    """Make an empty home folder for a reader."""
    return Path(tempfile.mkdtemp(dir=away))
