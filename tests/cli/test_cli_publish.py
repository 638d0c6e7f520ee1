"""`digest publish`."""

from __future__ import annotations

import json

from tests.support.folders import Folder, page

DAY = "2026-11-20"
TARGETS = """
[[publish]]
name = "here"
command = ["sh", "-c", "echo >>ran"]
[[publish]]
command = ["sh", "-c", "echo first; echo 'last \\u001b[31m' >&2; test -e works"]
"""


def published(folder: Folder) -> Folder:
    """Return the folder with an issue and two commands, of which one fails."""
    folder.configure(TARGETS)
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00", status=3)
    return folder


def test_it_runs_all_commands_and_shows_what_a_failed_one_printed(folder: Folder) -> None:
    """Also those that have had the present pages. No output steers the terminal."""
    published(folder)
    result = folder.digest("publish", now=f"{DAY}T08:01")
    assert (1, "here: published, 0.0 s\n") == (result.status, result.out)
    assert "sh: exit status 1, 0.0 s\n  first\n  last \\x1b[31m\n" == result.err
    assert 2 == (folder.root / "ran").read_text().count("\n")


def test_it_exits_with_0_if_all_worked(folder: Folder) -> None:
    """And ends the outage."""
    published(folder)
    (folder.root / "works").touch()
    assert 0 == folder.digest("publish", now=f"{DAY}T08:01").status
    assert "failed" not in folder.digest("status").out


def test_it_prints_json(folder: Folder) -> None:
    """What each command did, with the keys that scripts depend on."""
    published(folder)
    result = folder.digest("publish", "--json", now=f"{DAY}T08:01")
    assert (1, "") == (result.status, result.err)
    here, failed = json.loads(result.out)["targets"]
    assert ("here", "published", None, "") == tuple(
        here[key] for key in ("name", "outcome", "reason", "output")
    )
    assert ("failed", "exit status 1", False) == tuple(
        failed[key] for key in ("outcome", "reason", "first_failure")
    )
    assert failed["output"].startswith("first\nlast")
    assert f"{DAY}T08:00:00+00:00" == failed["failing_since"]


def test_without_a_command_it_says_what_to_write(folder: Folder) -> None:
    """With the exit status of a configuration that cannot be used."""
    result = folder.digest("publish")
    assert 2 == result.status
    assert "config/digest.toml: publish: names no command" in result.err
    assert '"rsync"' in result.err


def test_before_the_first_run_there_is_nothing_to_publish(folder: Folder) -> None:
    """No command runs, and nothing has failed."""
    folder.configure(TARGETS)
    result = folder.digest("publish")
    assert (0, "Nothing was published yet: digest run writes the pages.\n") == result[:2]
    assert not (folder.root / "ran").exists()
