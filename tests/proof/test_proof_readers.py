"""Subscribe with real feed readers, and check that they show each item once.

Also after a rebuild, and after the site has got a new address.
"""

from __future__ import annotations

import mailbox
import re
import sqlite3
import tempfile
from pathlib import Path
from typing import Protocol

import feedparser
import pytest
from lxml import etree

from tests.proof import static, tools, trees
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

    def _run(self, *words: str) -> str:
        files = ("-u", self.urls, "-C", self.home / "config", "-c", self.cache)
        status, printed = tools.run("newsboat", *map(str, files), *words, home=self.home)
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

    def _run(self, *words: str) -> str:
        files = ("-c", self.home / "config", "-d", self.home / "data.json")
        status, printed = tools.run("r2e", *map(str, files), *words, home=self.home)
        assert 0 == status, printed
        assert "WARNING" not in printed
        assert "ERROR" not in printed
        return printed


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


@pytest.mark.parametrize("program", [Newsboat, Rss2email])
def test_the_list_of_feeds_can_be_imported(
    serial: trees.Serial, tmp_path: Path, program: type[Reader], figures: Figures
) -> None:
    """A reader that imports `opml.xml` subscribes to every feed of it and shows all their items.

    The list has the feeds of the topics too. An item of several feeds is shown once.
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
        assert {item for feed in feeds for item in _ids(feed)} == set(reader.fetch())
    figures.count(f"feeds that {program.__name__} imported", len(urls))


def _home(away: Path) -> Path:
    """Make an empty home folder for a reader."""
    return Path(tempfile.mkdtemp(dir=away))
