"""Staging folders: whole files, no link followed, and leftovers of killed runs removed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digest.storage import staging

KILLED = """
import os, signal, sys
from pathlib import Path
from digest.storage import staging
with staging.staging_folder(Path(sys.argv[1]), Path(sys.argv[1])) as place:
    place.write(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_file_is_written_and_renamed(tmp_path: Path) -> None:
    """The staging folder is gone afterwards, and nobody else may look into it before."""
    with staging.staging_folder(tmp_path, tmp_path) as place:
        path = Path(place.write(b"whole"))
        assert 0o700 == path.parent.stat().st_mode & 0o777
        path.rename(tmp_path / "file")
    assert b"whole" == (tmp_path / "file").read_bytes()
    assert {"file", staging.KEY} == {path.name for path in tmp_path.iterdir()}


def test_nothing_is_left_after_an_error(tmp_path: Path) -> None:
    """Its files are removed with it."""

    def fail(place: staging.StagingFolder) -> None:
        place.write(b"half")
        raise ValueError("in the block")

    with (
        pytest.raises(ValueError, match="in the block"),
        staging.staging_folder(tmp_path, tmp_path) as place,
    ):
        fail(place)
    assert [staging.KEY] == [path.name for path in tmp_path.iterdir()]


def test_the_leftover_of_a_killed_process_is_removed(tmp_path: Path) -> None:
    """Folders and links that only look like it stay."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert -signal.SIGKILL == done.returncode
    (leftover,) = tmp_path.glob(f"{staging.PREFIX}*")
    assert b"half" == (leftover / "1").read_bytes()
    key = (tmp_path / staging.KEY).read_text("utf-8")
    kept = tmp_path / "kept"
    for folder in (kept, tmp_path / f"{staging.PREFIX}{'a' * 32}-1"):
        folder.mkdir()
        (folder / "1").write_bytes(b"mine")
    (tmp_path / f"{staging.PREFIX}{key}-link").symlink_to(kept)
    staging.remove_leftovers([tmp_path, tmp_path / "missing"], tmp_path)
    assert not leftover.exists()
    assert 2 == len([path for path in tmp_path.rglob("1") if path.read_bytes() == b"mine"])


@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder", "file"])
def test_a_new_file_is_never_put_over_something(tmp_path: Path, kind: str) -> None:
    """A link is not followed, and a pipe does not block."""
    place, mine = tmp_path / "place", tmp_path / "mine"
    mine.write_bytes(b"mine")
    if kind in {"link", "dangling"}:
        place.symlink_to(mine if kind == "link" else "nowhere")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        staging.create(place)
    assert b"mine" == mine.read_bytes()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("content", [b"", b"../../x", b"0" * 31, b"\xff" * 32])
def test_a_damaged_key_is_made_anew(tmp_path: Path, content: bytes) -> None:
    """A power cut may have left any bytes in its file."""
    (tmp_path / staging.KEY).write_bytes(content)
    with staging.staging_folder(tmp_path, tmp_path) as place:
        assert tmp_path == Path(place.write(b"")).parent.parent
    assert 32 == len((tmp_path / staging.KEY).read_bytes())
