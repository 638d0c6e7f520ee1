"""The container image: built by buildah without a service, and run as a user who is not root.

Needs root, buildah and debootstrap. The base image is a small Debian made here, because no
registry is asked; `docs/guides/daily.md` builds on `python:3.12-slim`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.documents import CHECKOUT

pytestmark = pytest.mark.image
LONGEST = 1200  # seconds of one step: a system is installed over the network
USER = 1000
TOOLS = "cc gcc c++ g++ ld as make rustc cargo git pip pip3".split()
OURS = 128 << 20  # bytes at most that an image adds to its base


class Builder:
    """Buildah with a storage of its own."""

    def __init__(self, place: Path) -> None:
        self._options = ["--root", f"{place}/root", "--runroot", f"{place}/run"]
        self._options += ["--storage-driver", "vfs"]

    def __call__(self, *words: object) -> str:
        """Run buildah, which must succeed, and return what it printed."""
        command = ["buildah", *self._options, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
        assert 0 == done.returncode, done.stdout + done.stderr
        return done.stdout.strip()


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Builder]:
    """Give a builder, and delete its images at the end: a gigabyte and more."""
    yield Builder(tmp_path / "storage")
    shutil.rmtree(tmp_path / "storage")


def make_base(build: Builder) -> None:
    """Make an image with Python: the smallest Debian that the Containerfile can use."""
    container = build("from", "scratch")
    root = Path(build("mount", container))
    packages = "--include=python3,python3-venv,ca-certificates"
    subprocess.run(
        ["debootstrap", "--variant=minbase", packages, "bookworm", root],
        check=True, capture_output=True, timeout=LONGEST,
    )  # fmt: skip
    (root / "usr" / "bin" / "python").symlink_to("python3")
    build("umount", container)
    build("commit", "--rm", container, "base")


def index_of_this_machine(place: Path) -> list[str]:
    """Return options by which pip finds packages in the container where it finds them here."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    # ":env:.name" and "global.name" alike; those of files stand first, as they do for pip.
    values = dict(re.findall(r"^[\w:]+\.\.?([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    file = place / "pip.conf"
    lines = [f"{name} = {value}\n" for name, value in values.items()]
    file.write_text("".join(["[global]\n", *lines]))
    found = map(Path, re.findall(r"(?:file://)?(/[^\s']+)", listed))
    # The pages of an index in a folder link to files beside it.
    paths = {path.parent if path.name == "simple" else path for path in found if path.exists()}
    shared = [f"--volume={path}:{path}:ro" for path in sorted(paths)]
    return [f"--volume={file}:/etc/pip.conf:ro", *shared]


def test_the_image_is_small_and_writes_into_its_volume_only(
    build: Builder, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """Built from the Containerfile; init, run and status by an ordinary user."""
    make_base(build)
    containerfile = CHECKOUT / "config" / "deploy" / "Containerfile"
    build(
        "bud", "--isolation=chroot", "--format=docker", "--build-arg=BASE=localhost/base",
        *index_of_this_machine(tmp_path), f"--file={containerfile}", "--tag=papers-digest",
        CHECKOUT,
    )  # fmt: skip
    container = build("from", "--pull-never", "localhost/papers-digest")
    root = Path(build("mount", container))
    marker = tmp_path / "marker"
    marker.touch()
    check_runs(build, container)
    check_contents(root, marker)
    sizes = [path.lstat().st_size for path in (root / "opt").rglob("*") if path.is_file()]
    assert sum(sizes) < OURS
    figure(f"container by buildah: {sum(sizes) >> 20} MiB are added to the base image")


def check_runs(build: Builder, container: str) -> None:
    """Check that commands work as an ordinary user, one after the other on the same volume."""

    def run(*words: str) -> str:
        user = ("run", "--isolation=chroot", f"--user={USER}:{USER}")
        return build(*user, container, "--", *words)

    assert "digest, version" in run("digest", "--version")
    assert "made   /papers/config/digest.toml" in run("digest", "init", "--sample")
    run("sleep", "2")  # until the samples have settled
    assert "36 new" in run("digest", "run")
    assert "ok: " in run("digest", "status")
    run("test", "-s", "/papers/state/ledger.sqlite3")
    assert "" == run("find", "/papers", "!", "-user", str(USER))


def check_contents(root: Path, marker: Path) -> None:
    """Check that nothing was written since the marker, and that no tool for building is there.

    The volume is no part of ``root``.
    """
    since = marker.stat().st_mtime_ns
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert files
    assert [] == [path for path in files if path.stat().st_mtime_ns > since]
    places = ("bin", "usr/bin", "usr/local/bin", "opt/papers-digest/bin")
    programs = (f"{place}/{tool}" for place in places for tool in TOOLS)
    found = [program for program in programs if os.path.lexists(root / program)]
    assert [] == found
    assert not list(root.glob("opt/papers-digest/lib/*/site-packages/pip"))
    assert not list(root.glob("src"))
