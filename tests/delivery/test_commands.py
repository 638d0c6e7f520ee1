"""Programs of the operator: what they get, and how they end."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from digest.delivery import commands
from tests.support.folders import MINUTE


def sh(script: str, folder: Path, seconds: float = MINUTE) -> commands.Ending:
    """Run a script of the shell with a path and nothing else in its environment."""
    variables = {"PATH": "/usr/bin:/bin"}
    return commands.run(["sh", "-c", script], folder, variables, seconds)


def runs(process: str) -> bool:
    """Return whether the process of this number still runs."""
    try:
        state = Path("/proc", process, "stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def ends(process: str) -> bool:
    """Return True once the process has ended; the system may take a moment to end it."""
    deadline = time.monotonic() + MINUTE
    while runs(process):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return True


def wait_for(file: Path) -> str:
    """Return the content of a file as soon as it has one."""
    deadline = time.monotonic() + MINUTE
    while not (file.exists() and file.read_text("utf-8").endswith("\n")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return file.read_text("utf-8").strip()


def test_a_program_gets_its_arguments_as_they_are_written(tmp_path: Path) -> None:
    """No shell looks at them, and it runs in the folder."""
    words = ["$HOME", "a b", "*", ";touch x"]
    code = "import os, sys; print(sys.argv[1:], os.getcwd())"
    done = commands.run([sys.executable, "-c", code, *words], tmp_path, {}, MINUTE)
    assert (None, f"{words} {tmp_path}", 0) == done
    assert [] == list(tmp_path.iterdir())


def test_a_program_gets_only_the_named_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that every program gets, those that are named, and no other."""
    for name in [*os.environ]:
        monkeypatch.delenv(name)
    for name in ("PATH", "TZ", "TOKEN", "SECRET"):
        monkeypatch.setenv(name, f"of {name}")
    expected = {"PATH": "of PATH", "TZ": "of TZ", "TOKEN": "of TOKEN", "MORE": "1"}
    assert expected == commands.environment(["TOKEN", "MISSING"], {"MORE": "1"})


def test_the_variables_are_all_the_program_sees(tmp_path: Path) -> None:
    """Nothing of our own environment is inherited."""
    code = "import os; print(sorted(name for name in os.environ if name != 'LC_CTYPE'))"
    done = commands.run([sys.executable, "-c", code], tmp_path, {"ONLY": "1"}, MINUTE)
    assert (None, "['ONLY']", 0) == done


def test_a_program_has_no_input(tmp_path: Path) -> None:
    """One that asks a question gets no answer, and does not wait for one."""
    done = sh("read x || { echo no answer; exit 1; }", tmp_path)
    assert ("exit status 1", "no answer", 1) == done


def test_a_program_reads_a_file_that_it_is_given(tmp_path: Path) -> None:
    """From its standard input, to the end."""
    with (tmp_path / "file").open("w+b") as file:
        file.write(b"one\ntwo\n")
        file.seek(0)
        done = commands.run(["cat"], tmp_path, {}, MINUTE, stdin=file)
    assert (None, "one\ntwo", 0) == done


def test_a_program_may_lie_in_the_folder(tmp_path: Path) -> None:
    """A path with a slash begins there."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "publish").write_text("#!/bin/sh\necho here\n")
    (tmp_path / "own" / "publish").chmod(0o755)
    assert (None, "here", 0) == commands.run(["own/publish"], tmp_path, {}, MINUTE)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 7", "exit status 7"),
        ("kill -9 $$", "was ended by SIGKILL"),
        ("kill -35 $$", "was ended by signal 35"),
    ],
)
def test_a_program_that_fails_has_a_reason(script: str, reason: str, tmp_path: Path) -> None:
    """Its exit status, or the signal that ended it."""
    done = sh(script, tmp_path)
    assert (reason, {"exit 7": 7, "kill -9 $$": -9}.get(script, -35)) == (done.reason, done.status)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["no-such-program"], "No such file or directory"),
        (["/etc/passwd"], "Permission denied"),
        (["sh", "a\0b"], "embedded null byte"),
    ],
)
def test_a_program_that_cannot_be_started_has_a_reason(
    command: list[str], reason: str, tmp_path: Path
) -> None:
    """Nothing is raised."""
    done = commands.run(command, tmp_path, {}, MINUTE)
    assert (f"cannot be started: {reason}", "", 127) == done


def test_of_a_long_output_the_last_whole_lines_are_kept(tmp_path: Path) -> None:
    """It is read to its end all the same, so that the program never waits."""
    done = sh("i=0; while [ $i -lt 30000 ]; do i=$((i+1)); echo line $i; done; exit 1", tmp_path)
    lines = done.output.splitlines()
    assert [f"line {number}" for number in range(30001 - len(lines), 30001)] == lines
    assert 3000 < len(done.output) < 4096


def test_an_output_that_is_no_text_is_kept_all_the_same(tmp_path: Path) -> None:
    """Both streams are."""
    assert (None, "a\ufffdb", 0) == sh("printf 'a\\377'; printf b >&2", tmp_path)


def test_after_its_time_a_program_is_stopped_with_all_it_has_started(tmp_path: Path) -> None:
    """By SIGTERM, so that it can put things in order."""
    script = "trap 'echo in order; exit 1' TERM; sleep 1000 & echo $! >child; echo begun; wait"
    done = sh(script, tmp_path, 0.5)
    assert ("was stopped after 0.5 s", "begun\nin order", None) == done
    assert ends(wait_for(tmp_path / "child"))


def test_a_program_that_does_not_end_is_killed_with_all_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By SIGKILL, a moment later."""
    monkeypatch.setattr(commands, "GRACE", 0.3)
    script = "trap '' TERM; sleep 1000 & echo $! >child; while :; do sleep 0.1; done"
    before = time.monotonic()
    assert "was stopped after 0.3 s" == sh(script, tmp_path, 0.3).reason
    assert time.monotonic() - before < MINUTE / 2
    assert ends(wait_for(tmp_path / "child"))


def test_a_program_is_stopped_when_the_caller_asks(tmp_path: Path) -> None:
    """Long before its time is over."""
    stop = threading.Event()
    script = ["sh", "-c", "echo $$ >it; sleep 1000"]
    done: list[commands.Ending] = []

    def run() -> None:
        done.append(commands.run(script, tmp_path, {}, 10 * MINUTE, stop=stop))

    thread = threading.Thread(target=run)
    thread.start()
    process = wait_for(tmp_path / "it")
    stop.set()
    thread.join(MINUTE)
    assert [("was stopped", "", None)] == done
    assert ends(process)


def test_nobody_waits_for_what_a_program_leaves_behind(tmp_path: Path) -> None:
    """Such as the master connection of ssh, which holds the other end of its output."""
    before = time.monotonic()
    assert (None, "done", 0) == sh("sleep 1000 & echo $! >child; echo done", tmp_path)
    assert time.monotonic() - before < MINUTE / 2
    child = wait_for(tmp_path / "child")
    assert runs(child)
    os.kill(int(child), 9)


def test_ctrl_c_right_after_the_start_stops_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is read or waited for."""
    start = threading.Thread.start

    def interrupt(thread: threading.Thread) -> None:
        start(thread)
        wait_for(tmp_path / "it")
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupt)
    with pytest.raises(KeyboardInterrupt):
        sh("echo $$ >it; exec sleep 1000", tmp_path)
    assert ends(wait_for(tmp_path / "it"))
