"""Disks that are full, read-only, or unmounted: real file systems, mounted for the test.

Needs root. The next run on a sound disk ends as an undisturbed run would.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.folders import MINUTE, CommandResult, Folder, page
from tests.support.processes import start
from tests.support.scenes import SCENES, Scene, check_broken, check_mended

pytestmark = pytest.mark.faults
ROOM = 64 * 1024  # KiB: enough for everything
READ_ONLY = ("inbox", "output", "state", ".")


def mount(*words: object) -> None:
    """Run `mount` with these arguments."""
    subprocess.run(["mount", *map(str, words)], check=True)


@contextmanager
def mounted(place: Path, *words: object) -> Iterator[None]:
    """Mount something on a folder, and unmount it at the end even if it is in use."""
    mount(*words, place)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@contextmanager
def disk(place: Path, kibibytes: int) -> Iterator[None]:
    """Mount an empty file system of this size."""
    place.mkdir(exist_ok=True)
    with mounted(place, "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs"):
        yield


def check_failed(result: CommandResult) -> None:
    """Check for exit status 1, one line with the reason, and no traceback."""
    assert 1 == result.status, result
    assert re.search(r"^digest: .*\n\Z", result.err, re.MULTILINE), result


def fill(scene: Scene, place: Path, kibibytes: int) -> bool:
    """Run on a disk with this much free space, then on a larger one.

    Returns whether the first run failed.
    """
    with disk(place, ROOM):
        folder = scene.before.copy(place / "folder")
        used = shutil.disk_usage(place).used // 1024
        mount("-o", f"remount,size={used + kibibytes}k", place)
        broken = folder.digest(*scene.words)
        if broken.status not in (0, 3):
            check_failed(broken)
        check_broken(scene, folder.output, (kibibytes, broken))
        mount("-o", f"remount,size={ROOM}k", place)
        assert folder.digest(*scene.words).status in (0, 3)
        check_mended(scene, folder, (kibibytes, broken))
    return broken.status == 1


def fill_up(
    scenes: dict[str, Scene], place: Path, stride: int, figure: Callable[[str], None]
) -> None:
    """Run on one disk after the other, each with a little more space, until a run succeeds."""
    full: Counter[str] = Counter()
    for name in SCENES:
        for room in range(0, ROOM, stride):
            if not fill(scenes[name], place / "disk", room):
                break
            full[name] += 1
    assert all(full[name] > 2 for name in SCENES), full
    figure(f"{full.total()} runs on full disks, with {stride} KiB more room each: all mended")


def test_a_run_on_a_full_disk_is_finished_by_the_next(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The disk is full after every 32 KiB of what a run writes."""
    fill_up(scenes, tmp_path, 32, figure)


@pytest.mark.soak
@pytest.mark.long
def test_a_run_on_a_full_disk_is_finished_by_the_next_at_every_page(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The disk is full after every 4 KiB."""
    fill_up(scenes, tmp_path, 4, figure)


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("part", READ_ONLY)
def test_a_run_in_a_read_only_folder_fails_and_the_next_does_its_work(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None], name: str, part: str
) -> None:
    """A message says so, and nothing changes.

    The inbox has to be writable only if files are moved to its ``done`` folder.
    """
    scene, folder = scenes[name], scenes[name].before.copy(tmp_path / "folder")
    place = folder.root / part
    place.mkdir(exist_ok=True)
    with mounted(place, "--bind", place):
        mount("-o", "remount,bind,ro", place)
        broken = folder.digest(*scene.words)
        if (name, part) == ("first", "inbox"):
            assert 0 == broken.status
        else:
            check_failed(broken)
            assert "Read-only file system" in broken.err or "readonly database" in broken.err
    check_broken(scene, folder.output, (part, broken))
    assert folder.digest(*scene.words).status in (0, 3)
    check_mended(scene, folder, (part, broken))
    figure(f"{len(READ_ONLY) * len(SCENES)} runs with a part that could not be written: all mended")


def test_a_read_only_inbox_delays_no_issue(scenes: dict[str, Scene], tmp_path: Path) -> None:
    """Papers are taken in and issued although their files cannot be moved."""
    scene, folder = scenes["later"], scenes["later"].before.copy(tmp_path / "folder")
    with mounted(folder.inbox, "--bind", folder.inbox):
        mount("-o", "remount,bind,ro", folder.inbox)
        check_failed(folder.digest(*scene.words))
        assert scene.after.titles() == folder.titles()


def test_a_missing_inbox_counts_as_an_empty_one(scenes: dict[str, Scene], tmp_path: Path) -> None:
    """Once it is mounted again, the output is that of an undisturbed run."""
    scene, folder = scenes["later"], scenes["later"].before.copy(tmp_path / "folder")
    away = tmp_path / "inbox"
    folder.inbox.rename(away)
    assert 0 == folder.digest(*scene.words).status
    folder.inbox.mkdir()
    assert 0 == folder.digest(*scene.words).status
    away.rename(folder.root / "there")
    folder.inbox.rmdir()
    (folder.root / "there").rename(folder.inbox)
    assert 3 == folder.digest(*scene.words).status
    check_mended(scene, folder, "gone")


def vanish(place: Path, rounds: int, figure: Callable[[str], None]) -> None:
    """Unmount the inbox at a random moment of a run, day after day."""
    folder, away, dice, cut = Folder(place / "folder"), place / "away", random.Random(7), 0
    away.mkdir()
    for number in range(rounds):
        day = f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        for part in range(4):
            name = f"{day}-{number}-{part}.txt"
            numbers = range(number * 4 + max(0, part - 1), number * 4 + part + 1)
            file = folder.drop(name, page(day, numbers))
            shutil.move(file, away / name)
        words = ("--now", f"{day}T08:00", "run")
        with mounted(folder.inbox, "--bind", away):
            running = start(folder, *words)
            time.sleep(dice.uniform(0.15, 0.4))
            cut += running.poll() is None
        _, output = running.communicate(timeout=MINUTE)
        assert running.returncode in (0, 1, 4), output
        assert b"Traceback" not in output
        with mounted(folder.inbox, "--bind", away):
            assert folder.digest(*words).status in (0, 4)
    titles = [title for issue in folder.titles() for title in issue]
    assert len(titles) == len(set(titles)) == rounds * 4
    marks = folder.marks()
    assert 0 == folder.digest("rebuild").status
    assert marks == folder.marks()
    figure(
        f"{rounds} inboxes taken away, {cut} in the middle of a run: nothing lost, nothing twice"
    )


def test_an_unmounted_inbox_loses_no_paper(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Each paper is issued once, by the disturbed run or by the next."""
    vanish(tmp_path, 12, figure)


@pytest.mark.soak
@pytest.mark.long
def test_an_unmounted_inbox_loses_no_paper_300_times(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The same on many days."""
    vanish(tmp_path, 300, figure)
