"""Real readers that subscribe: each item comes once, whatever is rebuilt or moved."""

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
    """A program that follows feeds, with a home that holds nothing else."""

    def __init__(self, home: Path) -> None:
        """Sets it up."""

    def follow(self, url: str) -> None:
        """Subscribes to the feed at this address."""

    def take(self, opml: Path) -> None:
        """Subscribes to all feeds of this list."""

    def followed(self) -> set[str]:
        """The addresses of the feeds it follows."""

    def fetch(self) -> list[str]:
        """The ids of what is new since the last time, in order."""


class Newsboat:
    """newsboat: what is unread counts as new, and is then marked as read."""

    def __init__(self, home: Path) -> None:
        self.home, self.urls, self.cache = home, home / "urls", home / "cache.db"
        (home / "config").write_text("")

    def follow(self, url: str) -> None:
        """Writes its list of addresses."""
        self.urls.write_text(f"{url}\n")

    def take(self, opml: Path) -> None:
        """By its own import."""
        self._run("-i", str(opml))

    def followed(self) -> set[str]:
        """A line each, the address first."""
        return {line.split()[0] for line in self.urls.read_text("utf-8").splitlines()}

    def fetch(self) -> list[str]:
        """Loads all anew; as many must be unread as it says itself."""
        self._run("-x", "reload")
        said = re.search(r"(\d+) unread", self._run("-x", "print-unread"))
        cache = sqlite3.connect(self.cache)
        found = [guid for (guid,) in cache.execute("SELECT guid FROM rss_item WHERE unread = 1")]
        cache.close()
        assert said is not None
        assert len(found) == int(said[1])
        read = self.home / "read"
        read.write_text("".join(f"{guid}\n" for guid in found))
        self._run("-I", str(read))
        return sorted(found)

    def _run(self, *words: str) -> str:
        files = ("-u", self.urls, "-C", self.home / "config", "-c", self.cache)
        status, said = tools.run("newsboat", *map(str, files), *words, home=self.home)
        assert 0 == status, said
        return said


class Rss2email:
    """rss2email: what it delivers counts as new, and is then taken out of the box."""

    def __init__(self, home: Path) -> None:
        self.home, self.box = home, mailbox.Maildir(home / "in")
        (home / "config").write_text(
            "[DEFAULT]\nto = ida@letters.example\nfrom = r2e@letters.example\n"
            f"email-protocol = maildir\nmaildir-path = {home}\nmaildir-mailbox = in\n"
        )

    def follow(self, url: str) -> None:
        """Under a name of our choice."""
        self._run("add", "letters", url)

    def take(self, opml: Path) -> None:
        """By its own import."""
        self._run("opmlimport", str(opml))

    def followed(self) -> set[str]:
        """As it lists them."""
        return set(re.findall(r"\((https?://\S+) ->", self._run("list")))

    def fetch(self) -> list[str]:
        """Reads the mails' headers."""
        self._run("run")
        found = [str(mail["X-RSS-ID"]) for mail in self.box]
        self.box.clear()
        return sorted(found)

    def _run(self, *words: str) -> str:
        files = ("-c", self.home / "config", "-d", self.home / "data.json")
        status, said = tools.run("r2e", *map(str, files), *words, home=self.home)
        assert 0 == status, said
        assert "WARNING" not in said
        assert "ERROR" not in said
        return said


def _ids(file: Path) -> list[str]:
    """What a feed holds, in the order of its ids."""
    return sorted(item.id for item in feedparser.parse(file.read_bytes()).entries)


def _rebuild(folder: Folder, url: str, now: str) -> None:
    trees.configure(folder, url)
    assert 0 == folder.digest("rebuild", now=now).status


@pytest.mark.parametrize("program", [Newsboat, Rss2email])
def test_each_item_comes_once(
    serial: trees.Serial, tmp_path: Path, program: type[Reader], figures: Figures
) -> None:
    """All at first, none after a rebuild, those of a new issue, none when the site moved."""
    folder = serial.folder.copy(tmp_path / "letters")
    with static.serving(folder.output) as server:
        readers = {feed: program(_home(tmp_path)) for feed in FEEDS}
        before = {feed: _ids(folder.output / feed) for feed in FEEDS}
        for feed, reader in readers.items():
            reader.follow(server.url + feed)
            assert before[feed] == reader.fetch(), feed
        _rebuild(folder, "https://letters.example/", f"{serial.last}T09:00")
        for feed, reader in readers.items():
            assert [] == reader.fetch(), feed
        serial.go_on(folder)
        for feed, reader in readers.items():
            fresh = sorted(set(_ids(folder.output / feed)) - set(before[feed]))
            assert fresh, feed
            assert fresh == reader.fetch(), feed
            figures.count(f"items that {program.__name__} showed once", len(before[feed] + fresh))
        _rebuild(folder, "https://elsewhere.example/papers/", f"{serial.next}T09:00")
        for feed, reader in readers.items():
            assert b"https://elsewhere.example/papers/" in (folder.output / feed).read_bytes()
            assert [] == reader.fetch(), feed


@pytest.mark.parametrize("program", [Newsboat, Rss2email])
def test_the_list_of_feeds_can_be_imported(
    serial: trees.Serial, tmp_path: Path, program: type[Reader], figures: Figures
) -> None:
    """Every feed of it is followed, those of topics too, and all they hold is shown.

    Newsboat shows an item once, in however many of its feeds it stands.
    """
    folder = serial.folder.copy(tmp_path / "letters")
    with static.serving(folder.output) as server:
        _rebuild(folder, server.url, f"{serial.last}T09:00")
        opml = folder.output / "opml.xml"
        listed = {str(url) for one in etree.parse(opml).iter() if (url := one.get("xmlUrl"))}
        feeds = [folder.output / url.removeprefix(server.url) for url in listed]
        assert set(folder.output.glob("topics/*/feed.xml")) < set(feeds)
        reader = program(_home(tmp_path))
        reader.take(opml)
        assert listed == reader.followed()
        assert {found for feed in feeds for found in _ids(feed)} == set(reader.fetch())
    figures.count(f"feeds that {program.__name__} imported", len(listed))


def _home(away: Path) -> Path:
    """An empty home for a reader."""
    return Path(tempfile.mkdtemp(dir=away))
