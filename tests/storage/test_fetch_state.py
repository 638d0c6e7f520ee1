"""The state of the fetching, and its lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import Busy
from digest.model.fetching import FetchedFile, FetchState, LookState, SourceState
from digest.storage import fetch_state

MARK = "0" * 32
STATE = FetchState(
    sources={"notes": SourceState(last_look="x", looks={"notes": LookState(content=MARK)})},
    not_before={"example.org": 5.5},
    files={"notes.xml": FetchedFile("x", MARK)},
)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    """Also in place of a state that was there before."""
    fetch_state.save(tmp_path, FetchState())
    fetch_state.save(tmp_path, STATE)
    assert STATE == fetch_state.load(tmp_path)
    assert [fetch_state.FILE] == [path.name for path in tmp_path.iterdir()]


def test_the_leftover_of_a_killed_process_is_in_nobody_s_way(tmp_path: Path) -> None:
    """It was never read, and the next one writes over it."""
    (tmp_path / "fetch.json.new").write_bytes(b"{")
    fetch_state.save(tmp_path, STATE)
    assert STATE == fetch_state.load(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"version": 2}',
        b'{"new": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"new": "' + b" " * (64 << 20) + b'"}',
        b'{"sources": {"notes": 3}}',
        b'{"sources": {"notes": {"looks": {"notes": {"content": "no hash"}}}}}',
        b'{"not_before": {"example.org": "soon"}}',
    ],
)
def test_an_unusable_state_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    """Damaged, or of a later version: a cache is not worth an error."""
    (tmp_path / fetch_state.FILE).write_bytes(content)
    assert FetchState() == fetch_state.load(tmp_path)


def test_a_missing_state_and_a_link_are_empty(tmp_path: Path) -> None:
    """A link in the state folder is not followed."""
    assert FetchState() == fetch_state.load(tmp_path)
    fetch_state.save(tmp_path, STATE)
    (tmp_path / fetch_state.FILE).rename(tmp_path / "elsewhere")
    (tmp_path / fetch_state.FILE).symlink_to(tmp_path / "elsewhere")
    assert FetchState() == fetch_state.load(tmp_path)


def test_one_process_holds_the_lock(tmp_path: Path) -> None:
    """Another one is told so, and has it afterwards. The state folder need not exist."""
    folder = tmp_path / "state"
    with fetch_state.hold(folder, 0), pytest.raises(Busy), fetch_state.hold(folder, 0):
        raise AssertionError("held twice")
    with fetch_state.hold(folder, 0):
        assert (folder / fetch_state.LOCK).exists()
