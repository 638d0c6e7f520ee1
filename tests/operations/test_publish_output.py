"""The commands of ``[[publish]]``: when they run, and that they hold nothing up."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from digest.storage import publish_state
from tests.support.folders import MINUTE, Folder, answer, api_entry, page, tree
from tests.support.monitors import monitor
from tests.support.processes import start
from tests.support.servers import serving

DAY = "2026-11-20"
COPY = "rm -rf ../there && cp -r output ../there && echo >>ran"
PATH = os.environ["PATH"]


def publishing(*scripts: str, more: str = "") -> str:
    """Return tables of ``[[publish]]``, each with a script of the shell."""
    return more + "".join(
        f'[[publish]]\nname = "target {number}"\ncommand = ["sh", "-c", {json.dumps(script)}]\n'
        for number, script in enumerate(scripts, start=1)
    )


@pytest.fixture
def copying(folder: Folder) -> Folder:
    """Make a folder that has an issue of two papers and copies its output."""
    folder.configure(publishing(COPY))
    folder.drop("a.json", answer(DAY, [api_entry(1, 1), api_entry(2, 2)]))
    folder.run(f"{DAY}T08:00")
    return folder


def times(folder: Folder, file: str = "ran") -> int:
    """Return how often a command has written its line."""
    ran = folder.root / file
    return ran.read_text("utf-8").count("\n") if ran.exists() else 0


def there(folder: Folder) -> dict[str, bytes]:
    """Return the bytes of each file that was copied but the status, by path."""
    copied = tree(folder.root.parent / "there")
    return {name: body for name, body in copied.items() if not name.startswith("status.")}


def remembered(folder: Folder, name: str = "target 1") -> dict[str, Any]:
    """Return what is remembered of a command."""
    state = json.loads((folder.root / "state" / "publish.json").read_bytes())
    target: dict[str, Any] = state["targets"][name]
    return target


def test_without_a_command_there_is_no_cost(folder: Folder) -> None:
    """No file, and no module that only commands need."""
    folder.drop("a.txt", page(DAY, [1]))
    code = "import sys\nfrom digest.cli import main\ntry: main.main()\nfinally: print(*sys.modules)"
    command = [sys.executable, "-c", code, "--root", str(folder.root), "run"]
    out = subprocess.run(command, capture_output=True, check=True, timeout=MINUTE).stdout.decode()
    loaded = set(out.split())
    assert "digest.operations.run" in loaded
    for name in (
        "delivery.commands",
        "operations.publishing.run_commands",
        "storage.publish_state",
    ):
        assert f"digest.{name}" not in loaded
    assert "subprocess" not in loaded
    files = {file.name for file in (folder.root / "state").iterdir()}
    assert not files & {"publish.json", "publish.lock", "removed.txt"}


def test_a_run_that_published_brings_the_output_there(copying: Folder) -> None:
    """All of it, once."""
    assert copying.tree() == there(copying)
    assert 1 == times(copying)


def test_nothing_is_published_again_while_nothing_changes(copying: Folder) -> None:
    """Each run writes the status anew, and a rebuild looks at every page."""
    for minute in range(1, 4):
        copying.run(f"{DAY}T08:0{minute}", "--due")
    copying.digest("rebuild", now=f"{DAY}T08:05")
    copying.digest("status")
    assert 1 == times(copying)


def test_everything_that_changes_a_page_publishes(copying: Folder) -> None:
    """Papers, notes, corrections, history, templates, and a page that somebody touched."""

    def changed(expected: int) -> None:
        assert (expected, copying.tree()) == (times(copying), there(copying))

    assert 0 == copying.digest("withdraw", "--yes", "2611.00001", now=f"{DAY}T09:00").status
    changed(2)
    assert 0 == copying.digest("withdraw", "--undo", "2611.00001", now=f"{DAY}T09:10").status
    changed(3)
    (copying.root / "notes").mkdir()
    (copying.root / "notes" / f"{DAY}.md").write_text("A note.\n")
    copying.run(f"{DAY}T09:20")
    changed(4)
    (copying.output / "index.html").unlink()
    copying.digest("rebuild", now=f"{DAY}T09:30")
    changed(5)
    (copying.output / "index.html").write_text("touched")
    copying.run(f"{DAY}T09:40")
    changed(6)
    assert 0 == copying.digest("undo", "--yes", now=f"{DAY}T09:50").status
    changed(7)
    old = copying.root / "old.json"
    old.write_bytes(answer("2026-11-10", [api_entry(5, 1)]))
    assert 0 == copying.digest("backfill", str(old), now=f"{DAY}T10:00").status
    changed(8)
    copying.configure(f'[site]\ntitle = "Other"\n{publishing(COPY)}')
    copying.run(f"{DAY}T10:10")
    changed(9)
    assert 0 == copying.digest("move", "2611.00001", "vision", now=f"{DAY}T10:20").status
    changed(10)


def test_a_restore_publishes_what_it_changes(copying: Folder) -> None:
    """The pages of a later issue go, and the same mark is not met again."""
    assert 0 == copying.digest("backup", now=f"{DAY}T08:30").status
    (backup,) = (copying.root / "state" / "backups").iterdir()
    copying.drop("b.json", answer("2026-11-21", [api_entry(3, 1)]))
    copying.run("2026-11-21T08:00")
    before = times(copying)
    assert 0 == copying.digest("restore", "--yes", backup.name, now="2026-11-21T09:00").status
    (copying.inbox / "b.json").unlink()
    copying.run("2026-11-21T09:10")
    assert (before + 1, copying.tree()) == (times(copying), there(copying))
    assert "daily/2026-11-21.html" not in there(copying)
    copying.drop("b.json", answer("2026-11-21", [api_entry(3, 1)]))
    copying.run("2026-11-21T09:20")
    assert (before + 2, copying.tree()) == (times(copying), there(copying))


def test_a_new_command_gets_what_was_published_before(folder: Folder) -> None:
    """Also one whose settings were changed."""
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    folder.configure(publishing("echo >>ran"))
    folder.run(f"{DAY}T08:01")
    folder.run(f"{DAY}T08:02")
    assert 1 == times(folder)
    folder.configure(publishing("echo >>ran; true"))
    folder.run(f"{DAY}T08:03")
    assert 2 == times(folder)


def test_a_run_says_what_was_published(folder: Folder) -> None:
    """The reason of an outage that begins is on standard error, and later ones in the report."""
    folder.configure(publishing("echo no space >&2; test -e works"))
    folder.drop("a.txt", page(DAY, [1]))
    first = folder.digest("run", now=f"{DAY}T08:00")
    assert "target 1 failed; digest publish shows what it prints\n" in first.out
    again = folder.digest("run", now=f"{DAY}T08:01")
    assert "target 1 failed: exit status 1; digest publish shows" in again.out
    (folder.root / "works").touch()
    assert "published: target 1\n" in folder.digest("run", now=f"{DAY}T08:20").out
    assert "published" not in folder.digest("run", now=f"{DAY}T08:21").out


def test_a_failure_is_repeated_until_it_succeeds(folder: Folder) -> None:
    """By the next run, then after growing pauses; exit status 3 in the first run only."""
    folder.configure(publishing("echo >>ran; echo no space >&2; test -e works"))
    folder.drop("a.txt", page(DAY, [1]))
    result = folder.digest("run", now=f"{DAY}T08:00")
    assert 3 == result.status
    assert "digest: publish-command: target 1: exit status 1: no space\n" == result.err
    for minute, tries in ((1, 2), (5, 2), (11, 3), (12, 3), (30, 3), (31, 4)):
        result = folder.digest("run", "--due", now=f"{DAY}T08:{minute:02}")
        assert (0, "", tries) == (result.status, result.err, times(folder))
    assert ("no space", 4) == (remembered(folder)["output"], remembered(folder)["failures"])
    (folder.root / "works").touch()
    folder.run(f"{DAY}T09:31")
    folder.run(f"{DAY}T09:32")
    assert 5 == times(folder)
    assert "reason" not in remembered(folder)


def test_one_command_does_not_hold_up_another(folder: Folder) -> None:
    """They run in their order, whatever becomes of one."""
    folder.configure(publishing("exit 1", "echo >>ran") + '[[publish]]\ncommand = ["/no/such"]\n')
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00", status=3)
    assert 1 == times(folder)
    assert "cannot be started: No such file or directory" == remembered(folder, "such")["reason"]


def test_commands_of_the_same_name_are_kept_apart(folder: Folder) -> None:
    """By a number."""
    folder.configure('[[publish]]\ncommand = ["true"]\n[[publish]]\ncommand = ["/bin/true"]\n')
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    state = json.loads((folder.root / "state" / "publish.json").read_bytes())
    assert ["true", "true 2"] == list(state["targets"])


def test_a_failed_run_publishes_what_is_written(folder: Folder) -> None:
    """An inbox that cannot be read keeps no earlier paper back."""
    folder.configure(publishing("exit 1"))
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00", status=3)
    folder.configure(publishing("echo >>ran", more="[inbox]\npath = 'inbox/a.txt'\n"))
    assert 1 == folder.digest("run", now=f"{DAY}T08:10").status
    assert 1 == times(folder)


def test_a_run_that_is_killed_while_a_command_runs_is_made_up_for(folder: Folder) -> None:
    """Also if everything but the command had ended well."""
    folder.configure(publishing("echo >>ran; test -e works || kill -9 $PPID"))
    folder.drop("a.txt", page(DAY, [1]))
    for minute in range(2):
        result = folder.process("run", now=f"{DAY}T08:0{minute}", PATH=PATH)
        assert -signal.SIGKILL == result.status
    (folder.root / "works").touch()
    folder.run(f"{DAY}T08:05")
    folder.run(f"{DAY}T08:06")
    assert 3 == times(folder)


def test_a_command_whose_run_was_killed_has_no_second_beside_it(folder: Folder) -> None:
    """Until it has ended."""
    folder.configure(publishing("echo $$ >>ran; test -e works || { kill -9 $PPID; sleep 100; }"))
    folder.drop("a.txt", page(DAY, [1]))
    folder.process("run", now=f"{DAY}T08:00", PATH=PATH)
    command = int((folder.root / "ran").read_text("utf-8"))
    (folder.root / "works").touch()
    folder.run(f"{DAY}T08:01")
    assert 1 == times(folder)
    os.killpg(command, signal.SIGKILL)
    folder.run(f"{DAY}T08:02")
    assert 2 == times(folder)


def test_a_command_that_was_killed_after_a_success_is_repeated(folder: Folder) -> None:
    """Even if the output is the one of the success again: another may have gone out by half."""
    folder.configure(publishing("echo >>ran; test ! -e kills || kill -9 $PPID"))
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00")
    (folder.root / "kills").touch()
    assert -signal.SIGKILL == folder.process("publish", PATH=PATH).status
    (folder.root / "kills").unlink()
    folder.run(f"{DAY}T08:10")
    assert 3 == times(folder)


def nested(folder: Folder, *words: str) -> str:
    """Return a command of the shell that calls `digest`."""
    path = shlex.quote(os.environ.get("PYTHONPATH", str(Path(__file__).parents[2])))
    return f"PYTHONPATH={path} {shlex.join([*folder.command(), *words])}"


def test_what_is_published_while_a_command_runs_is_published_afterwards(folder: Folder) -> None:
    """The lock of the folder is free meanwhile, and the mark is that of what was there before."""
    withdraw = nested(folder, "--now", f"{DAY}T08:01", "withdraw", "--yes", "2611.00001")
    script = f"echo >>ran; test -e second || {{ touch second; {withdraw}; }}"
    folder.configure(publishing(script))
    folder.drop("a.json", answer(DAY, [api_entry(1, 1), api_entry(2, 2)]))
    folder.run(f"{DAY}T08:00")
    assert 1 == times(folder)  # the command called by the command did not start itself
    folder.run(f"{DAY}T08:02")
    folder.run(f"{DAY}T08:03")
    assert 2 == times(folder)


def test_only_one_process_runs_the_commands(copying: Folder) -> None:
    """A run goes on without them, and publishing by hand says so."""
    with publish_state.hold(copying.root / "state", MINUTE, time.time()):
        copying.drop("b.txt", page("2026-11-21", [7]))
        copying.run("2026-11-21T08:00")
        result = copying.digest("publish")
        assert (1, 1) == (result.status, times(copying))
        assert "another" in result.err
    copying.run("2026-11-21T08:01")
    assert 2 == times(copying)


def test_many_runs_at_once_run_a_command_one_at_a_time(folder: Folder) -> None:
    """And at the end the output is there."""
    script = f"mkdir busy || exit 1; sleep 0.2; {COPY}; rmdir busy"
    folder.configure(publishing(script))
    folder.drop("a.txt", page(DAY, [1]))
    command, pipe = [*folder.command(), "run"], subprocess.PIPE
    processes = [
        subprocess.Popen(command, stdout=pipe, stderr=pipe, env={"PATH": PATH}) for _ in range(3)
    ]
    for process in processes:
        process.communicate(timeout=MINUTE)
        assert 0 == process.returncode
    folder.digest("run")
    assert folder.tree() == there(folder)
    assert "failures" not in remembered(folder)


def test_the_list_of_removed_pages(copying: Folder) -> None:
    """It names the pages of an issue that was taken back, until they are published again."""
    copying.configure(publishing('cp "$DIGEST_REMOVED" gone; rm -f there; echo >>ran'))
    copying.run(f"{DAY}T08:10")
    assert b"" == (copying.root / "gone").read_bytes()
    before = set(copying.tree())
    assert 0 == copying.digest("undo", "--yes", now=f"{DAY}T08:20").status
    gone = (copying.root / "gone").read_text("utf-8").splitlines()
    assert sorted(before - set(copying.tree())) == gone
    assert f"daily/{DAY}.html" in gone
    copying.run(f"{DAY}T08:30")
    assert before == set(copying.tree())
    assert b"" == (copying.root / "gone").read_bytes()


def test_a_rebuild_into_an_empty_output_keeps_the_list(copying: Folder) -> None:
    """And the folders of the listed pages, without which rsync fails."""
    copying.digest("undo", "--yes", now=f"{DAY}T08:20")
    listed = (copying.root / "state" / "removed.txt").read_text("utf-8").splitlines()
    shutil.rmtree(copying.output)
    copying.digest("rebuild", now=f"{DAY}T08:30")
    assert listed == (copying.root / "state" / "removed.txt").read_text("utf-8").splitlines()
    for path in listed:
        assert (copying.output / path).parent.is_dir()


def test_a_notice_is_sent_once_an_outage(folder: Folder) -> None:
    """It names the command and how it ended, and nothing it printed; then that it is over."""
    script = "echo secret; test -e works"
    with monitor() as listening:
        (folder.root / "hook").write_text(listening.url("/hook"))
        folder.configure(publishing(script, more='[notify]\nwebhook = "file:hook"\n'))
        folder.drop("a.txt", page(DAY, [1]))
        for hour in (8, 9, 10):
            folder.digest("run", now=f"{DAY}T{hour:02}:00")
        (folder.root / "works").touch()
        for hour in (11, 12):
            folder.run(f"{DAY}T{hour}:00")
        down, over = (request.data for request in listening.asked)
    assert ["publish"] == down["kinds"]
    assert "The output could not be published. target 1: exit status 1." == down["message"]
    assert (["publish"], "Over: publish.") == (over["recovered"], over["message"])


def test_the_status_shows_each_target_and_nothing_that_was_printed(folder: Folder) -> None:
    """On the terminal, and from the next run on in public."""
    folder.configure(publishing("true", "echo secret; exit 9"))
    never = [line for line in folder.digest("status").out.splitlines() if "target" in line]
    assert ["target     target 1: It never ran.", "target     target 2: It never ran."] == never
    folder.drop("a.txt", page(DAY, [1]))
    folder.run(f"{DAY}T08:00", status=3)
    folder.run(f"{DAY}T08:01")
    shown = [line for line in folder.digest("status").out.splitlines() if "target" in line]
    failing = (
        "target     target 2 [failed]: Failing since Fri 20 Nov 2026, 08:00: exit status 9."
        " Last tried Fri 20 Nov 2026, 08:01."
    )
    assert [
        "target     target 1: Last published Fri 20 Nov 2026, 08:00.",
        failing,
    ] == shown
    folder.run(f"{DAY}T08:02")
    public = (folder.output / "status.html").read_text("utf-8")
    public += (folder.output / "status.json").read_text("utf-8")
    assert "exit status 9" in public
    assert "secret" not in public


def test_a_slow_command_holds_up_no_run_of_serve_and_ends_with_it(folder: Folder) -> None:
    """A page that is dropped meanwhile is taken in, and the stopped command is no failure."""
    script = "echo >>ran; test -e works || { echo $$ >process; sleep 100; }"
    more = '[inbox]\nsettle_seconds = 0.1\n[[edition]]\nat = "00:00"\n'
    folder.configure(publishing(script, more=more))
    folder.drop("a.txt", page(DAY, [1]))
    with serving(folder, "--now", f"{DAY}T09:00") as server:
        server.until(folder.root / "process")
        folder.drop("b.txt", page(DAY, [2]), modified=time.time() - 5)
        server.until_true(lambda: "2 papers and" in folder.digest("status").out)
        assert 0 == server.stop()
        assert "publish-command" not in server.said()
    process = (folder.root / "process").read_text("utf-8").strip()
    assert not Path("/proc", process).exists()
    assert "reason" not in remembered(folder)
    (folder.root / "works").touch()
    folder.run(f"{DAY}T09:10")
    assert 2 == times(folder)


def test_a_run_that_is_interrupted_stops_its_command(folder: Folder) -> None:
    """Ctrl-C reaches only the run, because the command leads a group of its own."""
    folder.configure(publishing("echo $$ >process; sleep 100"))
    folder.drop("a.txt", page(DAY, [1]))
    running = start(folder, "run")
    deadline = time.monotonic() + MINUTE
    file = folder.root / "process"
    while not (file.exists() and file.read_text("utf-8")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=MINUTE)
    assert 130 == running.returncode
    assert not Path("/proc", file.read_text("utf-8").strip()).exists()


def test_a_full_state_folder_starts_no_command(copying: Folder) -> None:
    """What cannot be recorded would be repeated by every run."""
    (copying.root / "state" / "publish.new").mkdir()
    copying.drop("b.txt", page("2026-11-21", [7]))
    result = copying.digest("run", now="2026-11-21T08:00")
    assert 0 == result.status
    assert "digest: publish-command: " in result.err
    assert 1 == times(copying)
