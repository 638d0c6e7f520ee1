"""A failing kernel: each system call of a run fails in turn, or the process is killed there.

strace injects the faults (Debian: ``apt install strace``), also into the calls of SQLite. It
works as root, who may write everywhere. `make faults` runs a sample, `make soak` all of them.
"""

from __future__ import annotations

import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.folders import MINUTE, STATUS, Folder
from tests.support.scenes import SCENES, Scene, check_broken, check_mended

CALLS = {
    "pwrite64": ("kill", "ENOSPC", "EIO"),  # the database and its journal
    "write": ("kill", "ENOSPC", "EIO"),  # pages
    "fdatasync": ("kill", "ENOSPC", "EIO"),
    "fsync": ("kill", "ENOSPC", "EIO"),
    "rename": ("kill", "ENOSPC", "EIO"),
    "unlink": ("kill", "EIO"),
    "mkdir": ("kill", "ENOSPC"),
    "ftruncate": ("kill", "EIO"),
}
SAMPLE = {"pwrite64": 29, "write": 6, "fdatasync": 5, "fsync": 2, "rename": 5, "unlink": 9}
SAMPLE_OF_OTHERS = 15
THREADED = "fsync"  # made by many threads: strace counts in each, which share them as it happens


class Fault(NamedTuple):
    """A kind of fault, and the system call at which it happens."""

    call: str
    kind: str
    number: int

    @property
    def injection(self) -> str:
        """Return the option for strace."""
        what = "signal=KILL" if self.kind == "kill" else f"error={self.kind}"
        return f"inject={self.call}:{what}:when={self.number}"


class Broken(NamedTuple):
    """The outcome of a run with a fault."""

    status: int
    said: str
    happened: bool


def traced(folder: Folder, words: tuple[str, ...], log: Path, *options: str) -> Broken:
    """Run `digest` under strace."""
    command = ["strace", "-f", "-qq", "-o", str(log), *options]
    done = subprocess.run(
        [*command, *folder.command(), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=MINUTE,
    )
    trace = log.read_text("utf-8", "replace")
    return Broken(done.returncode, done.stderr, "INJECTED" in trace or "SIGKILL" in trace)


def faults(scene: Scene, place: Path, *, sample: bool) -> Iterator[Fault]:
    """Yield all faults that are possible in a run of this scene, or a sample of each kind."""
    folder, log = scene.before.copy(place / "counted"), place / "counted.log"
    traced(folder, scene.words, log, "-e", f"trace={','.join(CALLS)}")
    calls = re.findall(r"^(\d+) +(\w+)\(", log.read_text("utf-8", "replace"), re.MULTILINE)
    counts = Counter(call for _, call in calls)
    counts[THREADED] = max(Counter(thread for thread, call in calls if call == THREADED).values())
    assert {"pwrite64", "write", "fdatasync", "fsync", "rename", "unlink"} <= counts.keys()
    for call, kinds in CALLS.items():
        for shift, kind in enumerate(kinds):
            stride = SAMPLE.get(call, SAMPLE_OF_OTHERS) if sample else 1
            for number in range(1 + shift * (stride // 3), counts[call] + 1, stride):
                yield Fault(call, kind, number)


def suffer(scene: Scene, place: Path, fault: Fault) -> Broken | None:
    """Run with the fault, then without; check that it left no trace.

    Returns None if no thread reached the fault.
    """
    folder = scene.before.copy(place / "-".join(map(str, fault)))
    options = ["-e", f"trace={fault.call}", "-e", fault.injection]
    if fault.kind != "kill":
        options.append("--seccomp-bpf")  # quicker, but then it sends no signals
    broken = traced(folder, scene.words, place / "log", *options)
    if not broken.happened:
        assert fault.call == THREADED, fault
        return None
    case = (fault, broken)
    if fault.kind == "kill":
        assert -signal.SIGKILL == broken.status, case
    else:
        assert broken.status in (0, 1, 3), case
        assert "Traceback" not in broken.said, case
        assert broken.status != 1 or re.search(r"^digest: ", broken.said, re.MULTILINE), case
    check_broken(scene, folder.output, case)
    again = folder.digest(*scene.words)
    assert again.status in (0, 3), (case, again)
    check_mended(scene, folder, case)
    return broken


def suffer_all(
    scene: Scene, place: Path, figure: Callable[[str], None], *, sample: bool, name: str
) -> None:
    """Run with each fault, and print how many of each kind there were."""
    suffered: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    for fault in faults(scene, place, sample=sample):
        if broken := suffer(scene, place, fault):
            statuses[broken.status] += 1
            suffered[f"{fault.kind} at {fault.call}"] += 1
    assert suffered[f"kill at {THREADED}"]
    assert statuses[1] > 0 < statuses[-signal.SIGKILL]
    counts = ", ".join(f"{times} {what}" for what, times in sorted(suffered.items()))
    figure(f"{name}: {suffered.total()} broken runs, all mended by the next: {counts}")


@pytest.mark.faults
@pytest.mark.parametrize("name", SCENES)
def test_a_failed_system_call_leaves_no_trace(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None], name: str
) -> None:
    """A sample of each kind of call and fault."""
    suffer_all(scenes[name], tmp_path, figure, sample=True, name=name)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.parametrize("name", SCENES)
def test_no_failed_system_call_leaves_a_trace(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None], name: str
) -> None:
    """All calls of a run, with every kind of fault."""
    suffer_all(scenes[name], tmp_path, figure, sample=False, name=name)


class Step(NamedTuple):
    """A rename or a sync, and its place in the order of the calls."""

    number: int
    call: str
    path: Path
    source: Path


def steps(folder: Folder, log: Path, *words: str) -> tuple[int, list[Step]]:
    """Run under strace; return the exit status, and the renames and syncs in order."""
    named = "rename,renameat,renameat2,link,linkat"
    ran = traced(folder, words, log, "-y", "-e", f"trace={named},fsync,fdatasync")
    sequence = []
    for number, line in enumerate(log.read_text("utf-8", "replace").splitlines()):
        if synced := re.search(r"f(?:data)?sync\(\d+<([^>]+)>", line):
            sequence.append(Step(number, "sync", Path(synced[1]), Path(synced[1])))
        elif given := re.search(r'(rename|link)\w*\(.*?"([^"]+)", .*?"([^"]+)".*= 0$', line):
            sequence.append(Step(number, given[1], Path(given[3]), Path(given[2])))
    return ran.status, sequence


def synced(sequence: list[Step], path: Path) -> list[int]:
    """Return the places at which this file or folder was synced."""
    return [step.number for step in sequence if (step.call, step.path) == ("sync", path)]


def lasting(sequence: list[Step], root: Path, kept: Callable[[Path], bool]) -> set[str]:
    """Return the folders of the renamed files, and check that a power cut cannot undo a rename.

    Each file must be synced before its rename, and each folder up to the root after the last
    rename in it, because the folders may be new as well.
    """
    names = [step for step in sequence if step.call != "sync" and kept(step.path)]
    last: dict[Path, int] = {}
    for step in names:
        if step.call == "rename":
            assert [n for n in synced(sequence, step.source) if n < step.number], step
        for above in step.path.parents:
            if above.is_relative_to(root):
                last[above] = max(step.number, last.get(above, 0))
    for folder, number in last.items():
        assert [n for n in synced(sequence, folder) if n > number], folder
    return {folder.relative_to(root).as_posix() for folder in last}


@pytest.mark.faults
@pytest.mark.parametrize("name", SCENES)
def test_published_files_survive_a_power_cut(
    scenes: dict[str, Scene], tmp_path: Path, name: str
) -> None:
    """Except the status pages, which the next run writes again."""
    folder = scenes[name].before.copy(tmp_path / "folder")
    status, sequence = steps(folder, tmp_path / "log", *scenes[name].words)

    def is_page(path: Path) -> bool:
        return path.is_relative_to(folder.output) and path.name not in STATUS

    assert status in (0, 3)
    folders = lasting(sequence, folder.output, is_page)
    assert {".", "archive", "daily", "topics", "topics/shore"} <= folders


@pytest.mark.faults
@pytest.mark.parametrize("damaged", [False, True], ids=["sound", "damaged"])
def test_a_restored_ledger_survives_a_power_cut(
    scenes: dict[str, Scene], tmp_path: Path, damaged: bool
) -> None:
    """So does the replaced one; the restored one is synced before it is opened."""
    folder = scenes["later"].after.copy(tmp_path / "folder")
    state, ledger = folder.root / "state", folder.root / "state" / "ledger.sqlite3"
    assert 0 == folder.digest("backup").status
    if damaged:
        ledger.write_bytes(ledger.read_bytes()[:5000])
    status, sequence = steps(folder, tmp_path / "log", "restore", "--yes")

    def is_ledger(path: Path) -> bool:
        return path.is_relative_to(state) and path.name.startswith("ledger")

    assert 0 == status
    aside = "replaced" if damaged else "backups"
    assert {".", aside} == lasting(sequence, state, is_ledger)
    (put,) = (step.number for step in sequence if (step.call, step.path) == ("rename", ledger))
    following = next(step for step in sequence if step.number > put)
    assert ("sync", state) == (following.call, following.path)
