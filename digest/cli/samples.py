"""The sample papers, which have a working folder of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from digest import settings
from digest.cli.context import shell_command
from digest.errors import SettingsError
from digest.settings import resources


def copy_samples(root: Path) -> Iterator[str]:
    """Copy the missing samples into the inbox of a folder; yield a line on each."""
    inbox = _inbox(root)
    inbox.mkdir(parents=True, exist_ok=True)
    for sample in _shipped():
        file = inbox / sample.name
        if file.exists():
            yield f"kept   {file}"
            continue
        shutil.copyfile(sample, file)
        yield f"sample {file}"


def require_own_folder(root: Path) -> None:
    """Raise `SettingsError` if the folder has dumps of its own, or papers from former ones.

    Dumps are all files of the inbox that are no samples.
    """
    from digest.storage.ledger import locations

    dumps = _dumps(root)
    own = [dump for dump in dumps if not _is_sample(dump)]
    ledger = settings.load(root).state_folder / locations.FILE
    if own or (ledger.exists() and not dumps):
        reason = f"{own[0]} is no sample" if own else f"{ledger} has papers already"
        command = shell_command("init", "--sample", "sample")
        hint = f"sample papers need a folder of their own: {command}"
        raise SettingsError(str(root.absolute()), reason, hint=hint)


def has_samples(root: Path) -> bool:
    """Return whether a sample lies in the inbox of this folder."""
    return any(map(_is_sample, _dumps(root)))


def _inbox(root: Path) -> Path:
    return root / settings.load(root).inbox.path


def _dumps(root: Path) -> list[Path]:
    inbox = _inbox(root)
    entries = sorted(inbox.iterdir()) if inbox.is_dir() else []
    return [entry for entry in entries if not entry.name.startswith(".")]


def _shipped() -> list[Path]:
    return sorted((resources.shipped("config") / "samples").iterdir())


def _is_sample(file: Path) -> bool:
    """Return whether a file has name and content of a sample."""
    samples = {sample.name: sample for sample in _shipped()}
    sample = samples.get(file.name)
    # The size first: a dump of this name may have gigabytes.
    return (
        sample is not None
        and file.is_file()
        and file.stat().st_size == sample.stat().st_size
        and file.read_bytes() == sample.read_bytes()
    )
