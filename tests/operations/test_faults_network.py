"""Fetching in a network of its own: true names, true ports, real pauses, and nothing leaves.

Needs root and iproute2. `digest` runs as it is: only names resolve to other addresses, by a file
of the system, and one more authority is trusted, by a variable of OpenSSL.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support import fetch_rules, source_days
from tests.support.fetch_world import ALL_KINDS, CONTACT, expected_titles, issued
from tests.support.folders import CommandResult, Folder, page, titles
from tests.support.namespaces import Namespace, sources

pytestmark = pytest.mark.faults
NOW = "2026-11-20T09:00:00+00:00"
LATER = "2026-11-20T15:30:00+00:00"
FETCHING = 240  # seconds for a run that pauses for real


@pytest.fixture
def network() -> Iterator[Namespace]:
    """Make a network for a test."""
    with Namespace(f"digest-{os.getpid()}") as namespace:
        yield namespace


def _digest(network: Namespace, folder: Folder, now: str, *words: str, **env: str) -> CommandResult:
    command = [*folder.command(), "--now", now, *words]
    return network.run(*command, seconds=FETCHING, **env)


def test_a_day_of_all_kinds(network: Namespace, folder: Folder, tmp_path: Path) -> None:
    """Every paper is issued once, every request is polite, and nothing is sent elsewhere."""
    folder.configure(ALL_KINDS)
    authority = tmp_path / "authority.pem"
    with sources(network, NOW, authority) as log:
        for moment in (NOW, LATER):
            result = _digest(network, folder, moment, "run", SSL_CERT_FILE=str(authority))
            assert result.status in {0, 4}, result.err
    assert expected_titles(NOW) == issued(folder)
    assert [] == fetch_rules.breaches(log, CONTACT, once=False)
    assert all(asked.is_tls for asked in log)
    assert 0 == network.led_out


def test_two_commands_in_an_empty_folder(
    network: Namespace, folder: Folder, tmp_path: Path
) -> None:
    """The first writes the configuration, the second asks and issues, as the README says."""
    authority, root = tmp_path / "authority.pem", tmp_path / "papers"
    root.mkdir()
    digest = [*folder.command()[:-1], str(root), "--now", NOW]
    start = ["init", "--source", "hf-daily", "--contact", CONTACT]
    with sources(network, NOW, authority) as log:
        made, result = (
            network.run(*digest, *words, seconds=FETCHING, SSL_CERT_FILE=str(authority))
            for words in (start, ["run"])
        )
    assert [(0, ""), (0, "")] == [(one.status, one.err) for one in (made, result)]
    assert f'contact = "{CONTACT}"' in (root / "config" / "digest.toml").read_text("utf-8")
    assert result.out.startswith("asked hf-daily: ")
    moment = datetime.fromisoformat(NOW)
    days = [moment.date() - timedelta(days=back) for back in range(3)]
    expected = {one.title for day in days for one in source_days.hugging_face(day, moment)}
    assert sorted(expected) == issued(Folder(root))
    assert [] == fetch_rules.breaches(log, CONTACT)
    assert {"huggingface.co"} == {asked.host for asked in log}
    assert 0 == network.led_out


def test_nobody_is_trusted_by_default(network: Namespace, folder: Folder, tmp_path: Path) -> None:
    """Without the authority no source is believed: no file, and a reason for each."""
    folder.configure(ALL_KINDS)
    with sources(network, NOW, tmp_path / "authority.pem") as log:
        result = _digest(network, folder, NOW, "fetch", "hf", "group-rss")
    assert 1 == result.status, result
    assert 2 == (result.out + result.err).count("certificate does not verify"), result
    assert [] == [*folder.inbox.iterdir()]
    assert [] == log
    assert 0 == network.led_out


@pytest.mark.parametrize(
    "words", [["run"], ["status"], ["check"], ["search", "kelp"], ["rebuild"], ["fetch"]]
)
def test_nothing_is_sent_without_a_source(
    network: Namespace, folder: Folder, words: list[str]
) -> None:
    """No command so much as looks up a name as long as no source is configured."""
    folder.drop("page.txt", page("2026-11-20", range(3)))
    assert 0 == _digest(network, folder, NOW, "run").status
    _digest(network, folder, NOW, *words)
    assert [titles(range(3))] == folder.titles()
    assert 0 == network.led_out


def test_what_is_sent_elsewhere_is_counted(network: Namespace) -> None:
    """A name that is looked up, and a packet for another machine, are both seen."""
    for words in ("getaddrinfo('example.org', 80)", "create_connection(('192.0.2.1', 80))"):
        before = network.led_out
        assert network.run(sys.executable, "-c", f"import socket; socket.{words}").status
        assert before < network.led_out
