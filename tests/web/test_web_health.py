"""What load balancers and monitors learn: the same as `digest status` says."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from tests.support.folders import Folder, page
from tests.support.web import WEB, WebFolder, web_folder

DAY = "2026-11-18"
EXPECTING = f'{WEB}\n[inbox]\nexpect_every = "2d"\n'
LATER = datetime.fromisoformat("2026-12-20T08:00:00+00:00")


def health(web: WebFolder) -> tuple[int, str]:
    """Return the status and the word of the public answer, which the private one must have too."""
    public, private = web.ask("/healthz"), web.ask_privately("/healthz")
    word = public.text.strip()
    assert (public.status, word) == (private.status, json.loads(private.body)["health"])
    assert "no-store" == public.headers["cache-control"] == private.headers["cache-control"]
    return public.status, word


def reasons(web: WebFolder) -> str:
    """Return the reasons that operators see."""
    return " ".join(json.loads(web.ask_privately("/healthz").body)["reasons"])


def test_it_lives_as_long_as_it_answers(folder: Folder) -> None:
    """Without a run, and under any name."""
    with web_folder(folder) as web:
        answer = web.ask("/livez", Host="10.0.0.1.nip.example")
        assert (200, "alive\n", "no-store") == (
            answer.status,
            answer.text,
            answer.headers["cache-control"],
        )
        assert (200, "ok") == health(web)
        assert "Nothing was run yet." == reasons(web)


def test_it_is_stale_when_nothing_came(folder: Folder) -> None:
    """For longer than `inbox.expect_every`; visitors see a word, operators since when."""
    folder.configure(EXPECTING)
    folder.drop("a.txt", page(DAY, range(3)))
    folder.run(f"{DAY}T08:00")
    with web_folder(folder, EXPECTING) as web:
        web.moment = datetime.fromisoformat(f"{DAY}T09:00:00+00:00")
        assert (200, "ok") == health(web)
        web.moment = LATER
        assert (503, "stale") == health(web)
        assert "stale\n" == web.ask("/healthz").text
        assert "The last dump came 32 days ago" in reasons(web)
        assert 4 == folder.digest("status", now=LATER.isoformat()).status


def test_it_failed_when_the_last_run_did(folder: Folder) -> None:
    """Also if it is stale besides."""
    folder.configure(EXPECTING)
    folder.drop("a.txt", page(DAY, range(3)))
    folder.run(f"{DAY}T08:00")
    (folder.root / "config" / "topics.toml").write_text("[[topic]]\nid = 'a'\n")
    folder.digest("run", now=f"{DAY}T09:00")
    with web_folder(folder, EXPECTING) as web:
        web.moment = LATER
        assert (503, "failed") == health(web)
        assert "topics.toml" in reasons(web)
        assert 1 == folder.digest("status", now=LATER.isoformat()).status


@pytest.mark.parametrize("content", [b"", b"no database" * 500])
def test_a_ledger_that_cannot_be_read_is_a_failure(folder: Folder, content: bytes) -> None:
    """Visitors see no path."""
    folder.drop("a.txt", page(DAY, range(3)))
    folder.run(f"{DAY}T08:00")
    (folder.root / "state" / "ledger.sqlite3").write_bytes(content)
    with web_folder(folder) as web:
        assert (503, "failed") == health(web)
        assert "failed\n" == web.ask("/healthz").text
        assert "ledger.sqlite3" in reasons(web)


def test_it_answers_while_a_run_writes(folder: Folder) -> None:
    """Readers do not wait for a transaction, only for its last moment."""
    folder.drop("a.txt", page(DAY, range(3)))
    folder.run(f"{DAY}T08:00")
    with (
        web_folder(folder) as web,
        closing(sqlite3.connect(folder.root / "state" / "ledger.sqlite3")) as ledger,
    ):
        ledger.execute("BEGIN IMMEDIATE")
        assert (200, "ok") == health(web)
