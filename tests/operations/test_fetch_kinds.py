"""Fetching by sources on the disk, after redirects, and with a token."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.feed_server import (
    FeedServer,
    Reply,
    atom,
    configuration,
    feed_server,
    feed_source,
    forget_pauses,
    state,
)
from tests.support.folders import DROPPED, Folder, titles

DAY = "2026-11-20"
AT = f"{DAY}T08:00"
LATER = f"{DAY}T18:00"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """Run a source."""
    with feed_server() as running:
        running.feed("/feed.xml", [1, 2])
        yield running


def fetch_again(folder: Folder, now: str, *words: str) -> dict[str, Any]:
    """Forget the pauses and fetch; return what the only source gave."""
    forget_pauses(folder)
    result = folder.digest("fetch", "--json", *words, now=now)
    (source,) = json.loads(result.out)["sources"]
    assert isinstance(source, dict)
    return source


def paths(server: FeedServer) -> list[str]:
    """Return the paths that were asked for."""
    return [asked.path for asked in server.asked]


def test_a_permanent_redirect_is_remembered_after_a_good_answer(
    folder: Folder, server: FeedServer
) -> None:
    """Until the new address fails: then the configured one is asked again."""
    new = server.url("/new.xml", "127.0.0.2")  # another host, so that nobody pauses
    server.replies["/old.xml"] = Reply(301, b"", (("Location", new),))
    server.replies["/new.xml"] = Reply(200, b"<html><p>moved in</p></html>")
    folder.configure(configuration(feed_source("notes", server.url("/old.xml"))))
    folder.run(AT, status=3)
    assert "address" not in state(folder)["sources"]["notes"]
    server.feed("/new.xml", [1])
    assert "answered" == fetch_again(folder, LATER)["outcome"]
    assert new == state(folder)["sources"]["notes"]["address"]
    del server.asked[:]
    fetch_again(folder, LATER, "notes")
    assert ["/new.xml"] == paths(server)
    server.replies["/new.xml"] = Reply(404)
    fetch_again(folder, LATER, "notes")
    server.replies["/old.xml"] = server.replies["/feed.xml"]
    assert "answered" == fetch_again(folder, LATER, "notes")["outcome"]


def old(file: Path, body: bytes) -> None:
    """Write a file, as if long ago."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    os.utime(file, (DROPPED, DROPPED))


def local(folder: Folder, kind: str) -> None:
    """Configure a source on the disk; files are settled at once."""
    folder.configure(
        f'[inbox]\nsettle_seconds = 0\n[[source]]\nname = "own"\nkind = "{kind}"\npath = "own"\n'
    )


def test_the_files_of_a_folder_are_copied_once(folder: Folder) -> None:
    """They stay where they are; one that cannot be read is reported, once."""
    local(folder, "folder")
    old(folder.root / "own" / "a.xml", atom([1]))
    old(folder.root / "own" / "b.bin", b"\x00\x01")
    report = folder.run(AT, status=3)
    assert (["a.xml", "b.bin"], 1) == (report["fetched"][0]["files"], len(report["quarantined"]))
    assert [titles([1])] == folder.titles()
    for file in folder.inbox.iterdir():
        file.unlink()
    report = folder.run(LATER)
    assert ("unchanged", 0) == (report["fetched"][0]["outcome"], report["accounting"]["dumps"])
    old(folder.root / "own" / "c.xml", atom([2]))
    assert 1 == folder.run(f"{DAY}T19:00")["accounting"]["new"]
    assert ["a.xml", "b.bin", "c.xml"] == sorted(
        path.name for path in (folder.root / "own").iterdir()
    )


def test_of_a_mailbox_only_the_listings_are_taken(folder: Folder) -> None:
    """Other mail is passed over, and not read again."""
    local(folder, "mailbox")
    head = b"From: a@example.org\nSubject: x\nDate: Fri, 20 Nov 2026 07:00:00 +0000\n"
    kind = b"MIME-Version: 1.0\nContent-Type: application/atom+xml\n\n"
    (folder.root / "own" / "cur").mkdir(parents=True)
    old(folder.root / "own" / "new" / "1.a.host", head + kind + atom([1]))
    old(folder.root / "own" / "new" / "2.b.host", head + b"\nShall we have lunch?\n")
    report = folder.run(AT)
    assert (1, 1) == (len(report["fetched"][0]["files"]), report["accounting"]["new"])
    assert 1 == len(state(folder)["sources"]["own"]["passed_over"])
    assert "unchanged" == folder.run(LATER)["fetched"][0]["outcome"]


def test_a_token_that_is_not_set_is_a_failure_that_does_not_show_it(
    folder: Folder, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it the source is asked; the secret is in no file."""
    folder.configure(
        configuration(feed_source("notes", server.url("/feed.xml"), 'token = "env:TOKEN"'))
    )
    monkeypatch.delenv("TOKEN", raising=False)
    (failed,) = folder.run(AT, status=3)["fetched"]
    assert ("its token env:TOKEN is not set", 0) == (failed["reason"], failed["requests"])
    monkeypatch.setenv("TOKEN", "s3cret word")
    assert "is not one word" in fetch_again(folder, LATER, "notes")["reason"]
    monkeypatch.setenv("TOKEN", "s3cret")
    assert "answered" == fetch_again(folder, LATER, "notes")["outcome"]
    assert b"s3cret" not in (folder.root / "state" / "fetch.json").read_bytes()
