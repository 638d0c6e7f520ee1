"""What is remembered of the commands of ``[[publish]]``, and their lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digest.model.publishing import PublishState, TargetState
from digest.storage import publish_state


def test_what_is_remembered_comes_back(tmp_path: Path) -> None:
    """One command's record replaces only its own, and nobody else can read them."""
    first, second = TargetState(settings="a", begun=True), TargetState(settings="b", mark="m")
    publish_state.remember(tmp_path, "one", TargetState(settings="old"))
    publish_state.remember(tmp_path, "two", second)
    publish_state.remember(tmp_path, "one", first)
    assert {"one": first, "two": second} == publish_state.load(tmp_path).targets
    assert ["publish.json"] == [file.name for file in tmp_path.iterdir()]
    assert 0o600 == (tmp_path / "publish.json").stat().st_mode & 0o777


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"targets": {"a": {}}}', b"\xff"])
def test_a_damaged_file_is_nothing_remembered(content: bytes, tmp_path: Path) -> None:
    """The commands run once more then, and it is written again."""
    (tmp_path / "publish.json").write_bytes(content)
    assert PublishState() == publish_state.load(tmp_path)
    publish_state.remember(tmp_path, "one", TargetState(settings="a"))
    assert {"one": TargetState(settings="a")} == publish_state.load(tmp_path).targets


def test_what_a_killed_process_left_half_written_is_overwritten(tmp_path: Path) -> None:
    """It has a name of its own until it is whole."""
    (tmp_path / "publish.new").write_bytes(b"x" * 10_000)
    publish_state.remember(tmp_path, "one", TargetState(settings="a"))
    assert {"one": TargetState(settings="a")} == publish_state.load(tmp_path).targets


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    """Nobody waits for it."""
    with publish_state.hold(tmp_path, 60, time.time()) as first:
        assert first
        with publish_state.hold(tmp_path, 60, time.time()) as second:
            assert not second
    with publish_state.hold(tmp_path, 60, time.time()) as third:
        assert third


@pytest.mark.parametrize("hours", [-2, 2])
def test_who_inherited_the_lock_holds_it_if_its_owner_is_killed(tmp_path: Path, hours: int) -> None:
    """For as long as a command may take, and no longer; also by a clock that was set back."""
    code = (
        "import os, pathlib, signal, subprocess, sys\n"
        "from digest.storage import publish_state\n"
        "with publish_state.hold(pathlib.Path(sys.argv[1]), 60, 0) as lock:\n"
        "    publish_state.mark_begin(lock)\n"
        "    subprocess.Popen(['sleep', '100'], pass_fds=[lock], stdout=2)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        process.wait(60)
    try:
        with publish_state.hold(tmp_path, 60, time.time()) as lock:
            assert lock is None
        at = time.time() + 3600 * hours
        os.utime(tmp_path / "publish.lock", (at, at))
        with publish_state.hold(tmp_path, 60, time.time()) as lock:
            assert lock is not None
            with publish_state.hold(tmp_path, 60, time.time()) as second:
                assert second is None
    finally:
        os.killpg(process.pid, signal.SIGKILL)


def test_what_a_command_left_behind_does_not_keep_the_lock(tmp_path: Path) -> None:
    """Such as a program in the background."""
    with publish_state.hold(tmp_path, 60, time.time()) as lock:
        assert lock is not None
        publish_state.mark_begin(lock)
        left = subprocess.Popen(["sleep", "100"], pass_fds=[lock])
    try:
        with publish_state.hold(tmp_path, 60, time.time()) as lock:
            assert lock is not None
    finally:
        left.kill()
        left.wait()


@pytest.mark.parametrize("content", [b"\xff", b'{"new": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"])
def test_an_unusable_file_counts_as_none(tmp_path: Path, content: bytes) -> None:
    """Whatever stands in it."""
    (tmp_path / "publish.json").write_bytes(content)
    assert PublishState() == publish_state.load(tmp_path)
