"""Issues posted to channels by `digest run`, what becomes of each post, and tests of a channel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import GOOD, ChatServer, chat_server
from tests.support.folders import Folder, page, paper
from tests.support.processes import start
from tests.support.raw_server import http_answer

DAY = "2026-11-18"
NOW, SOON, LATER = f"{DAY}T08:00", f"{DAY}T08:04", f"{DAY}T09:00"


@contextmanager
def posting(
    root: Path, *answers: bytes, more: str = "", kind: str = "slack"
) -> Iterator[tuple[Folder, ChatServer]]:
    """Make a folder with three papers in its inbox, and a channel whose service answers so."""
    folder = Folder(root / "folder")
    with chat_server(*answers) as server:
        folder.configure(
            f'[site]\nurl = "https://papers.example.org/"\n{more}\n'
            f'[[chat]]\nname = "lab"\nkind = "{kind}"\nurl = "file:hook"\n'
        )
        (folder.root / "hook").write_text(server.url())
        folder.drop("papers.txt", page(DAY, [1, 2, 3]))
        yield folder, server


def states(folder: Folder) -> list[dict[str, int]]:
    """Return how many posts of each issue are in each state, as `digest mail status` says."""
    status: Any = json.loads(folder.digest("mail", "status", "--json", now=LATER).out)
    rows = status["mailings"] if isinstance(status, dict) else status
    return [row.get("chat", {}) for row in rows]


def test_a_run_posts_its_issue_once(tmp_path: Path) -> None:
    """No later run repeats it, and the report counts it."""
    with posting(tmp_path) as (folder, server):
        report = folder.run(NOW)
        assert 1 == report["deliveries"]["counts"]["sent"]
        folder.run(LATER)
    (post,) = server.posts
    for number in (1, 2, 3):
        assert paper(number).title.split(":")[0] in post.body.decode()
    assert "https://papers.example.org/daily/2026-11-18.html" in post.body.decode()
    assert [{"sent": 1}] == states(folder)


def test_a_busy_service_is_asked_when_it_wants(tmp_path: Path) -> None:
    """After the longer one of its own time and the pause of `[mail] retry`."""
    busy = http_answer(b"", "Retry-After: 1800", status=429)
    with posting(tmp_path, busy, GOOD) as (folder, server):
        folder.run(NOW)
        assert [{"deferred": 1}] == states(folder)
        for moment in (f"{DAY}T08:06", f"{DAY}T08:29"):
            folder.run(moment)
            assert 1 == len(server.posts)
        folder.run(f"{DAY}T08:31")
        assert 2 == len(server.posts)
    assert [{"sent": 1}] == states(folder)
    first, second = server.posts
    assert first.body == second.body


def test_a_refusal_is_told_once(tmp_path: Path) -> None:
    """With the service's words and without the address; the run has status 3, and the next 0."""
    with posting(tmp_path, http_answer(b"no_service", status=404)) as (folder, server):
        result = folder.digest("run", now=NOW)
        assert 3 == result.status
        assert "lab: answered 404: no_service" in result.out + result.err
        assert "SECRETPART" not in result.out + result.err
        folder.run(LATER)
        assert 1 == len(server.posts)
    assert [{"failed": 1}] == states(folder)
    written = [file for file in folder.root.rglob("*") if file.is_file() and file.name != "hook"]
    assert not [file for file in written if b"SECRETPART" in file.read_bytes()]


@pytest.mark.parametrize("unknown", ["hold", "again"])
def test_a_sender_that_is_killed_while_it_waits_for_the_answer(
    tmp_path: Path, unknown: str
) -> None:
    """Nobody can know whether it was posted: it waits for a decision, or goes out again."""
    more = f'[mail]\nunknown = "{unknown}"'
    with posting(tmp_path, b"", GOOD, more=more) as (folder, server):
        process = start(folder, "--now", NOW, "run")
        server.wait_for_posts(1)
        process.kill()
        process.communicate()
        folder.run(SOON, status=3 if unknown == "hold" else 0)
        assert 1 == len(server.posts)
        if unknown == "hold":
            assert [{"unknown": 1}] == states(folder)
            assert 0 == folder.digest("mail", "resend", DAY, "--unknown", now=SOON).status
            folder.digest("mail", "send", now=SOON)
        else:
            folder.run(LATER)
        first, second = server.posts
    assert first == second
    assert [{"sent": 1}] == states(folder)


def test_a_sender_that_is_killed_before_the_end_has_posted_nothing(tmp_path: Path) -> None:
    """It waits for an encrypted connection, which the service never makes; the next run posts."""
    with posting(tmp_path) as (folder, server):
        (folder.root / "hook").write_text(server.url().replace("http:", "https:"))
        server.read_nothing()
        process = start(folder, "--now", NOW, "run")
        server.wait_for_connection()
        process.kill()
        process.communicate()
        assert [{"pending": 1}] == states(folder)
        server.read_again()
        (folder.root / "hook").write_text(server.url())
        folder.run(SOON)
    assert [{"sent": 1}] == states(folder)


def test_an_address_that_is_set_later_gets_the_post(tmp_path: Path) -> None:
    """Within the day; a run is no failure for it."""
    with posting(tmp_path) as (folder, server):
        (folder.root / "hook").rename(folder.root / "away")
        folder.run(NOW)
        assert [{"deferred": 1}] == states(folder)
        (folder.root / "away").rename(folder.root / "hook")
        folder.run(LATER)
    assert 1 == len(server.posts)


def test_a_post_that_went_out_keeps_its_issue(tmp_path: Path) -> None:
    """`digest undo` names the channel, and by force takes the issue back."""
    with posting(tmp_path) as (folder, _):
        folder.run(NOW)
        refused = folder.digest("undo", now=LATER)
        assert (1, True) == (refused.status, "was delivered to 1 channel, or may" in refused.err)
        assert 0 == folder.digest("undo", "--force", "--yes", now=LATER).status
    assert [] == folder.data()


def test_an_issue_that_is_taken_back_before_its_post_is_not_posted(tmp_path: Path) -> None:
    """The next issue, of the same papers, is."""
    with posting(tmp_path, http_answer(b"", status=503), GOOD) as (folder, server):
        folder.run(NOW)
        assert 0 == folder.digest("undo", now=SOON).status
        folder.run(LATER)
        assert 2 == len(server.posts)
        folder.run(f"{DAY}T10:00")
        assert 2 == len(server.posts)
    assert [{"sent": 1}, {"cancelled": 1}] == states(folder)


def test_a_channel_is_tried_out(tmp_path: Path) -> None:
    """With a few words before the first issue, then with the newest; nothing is recorded."""
    with posting(tmp_path) as (folder, server):
        assert (0, "sent to lab: answered 200\n", "") == folder.digest(
            "mail", "test", "lab", now=NOW
        )
        assert not (folder.root / "state" / "people.sqlite3").exists()
        folder.run(NOW)
        folder.digest("mail", "test", "lab", now=LATER)
    words, posted, newest = (post.body.decode() for post in server.posts)
    assert "A test of Papers Digest" in words
    assert "https://papers.example.org/|Where its issues will be" in words
    assert posted == newest
    assert [{"sent": 1}] == states(folder)


def test_a_channel_that_does_not_work_is_named(tmp_path: Path) -> None:
    """With the service's words, and with what is wrong with the settings."""
    with posting(tmp_path, http_answer(b"invalid_token", status=403)) as (folder, _):
        result = folder.digest("mail", "test", "lab", now=NOW)
        assert (1, "", "refused for lab: answered 403: invalid_token\n") == (
            result.status, result.out, result.err,
        )  # fmt: skip
        (folder.root / "hook").unlink()
        result = folder.digest("mail", "test", "lab", now=NOW)
    assert (1, "not sent to lab: chat.lab: url: file:hook cannot be read\n") == (
        result.status, result.err,
    )  # fmt: skip
