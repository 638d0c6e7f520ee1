"""What was compiled from shipped files, kept as Python keeps its modules: beside their code.

Only for shipped files, which stand in one place; those of working folders are compiled each
time. Whoever can write here can change the program itself, so reading a pickle adds no risk.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import digest

T = TypeVar("T")

FOLDER = Path(digest.__spec__.cached).parent if digest.__spec__.cached else None


def mark(parts: Iterable[bytes], by: Iterable[ModuleType]) -> bytes:
    """What tells whether something was compiled from just these bytes, by just this code.

    Modules are told by size and time, as Python tells its own compiled ones.
    """
    found = hashlib.blake2b(f"{digest.__version__} {sys.version}".encode(), digest_size=16)
    for module in by:
        status = Path(module.__file__ or "").stat()
        found.update(f" {status.st_size} {status.st_mtime_ns}".encode())
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.digest()


def kept(name: str, made_from: bytes, make: Callable[[], T], folder: Path | None = FOLDER) -> T:
    """What ``make`` gives, which is called only where nothing with this `mark` is kept.

    A file that is damaged, of another program's form or cannot be written is no error.
    """
    if folder is None:
        return make()
    file = folder / f"{name}.{sys.implementation.cache_tag}.compiled"
    # A damaged pickle raises nearly anything.
    with contextlib.suppress(Exception), file.open("rb") as content:
        if content.read(len(made_from)) == made_from:
            found: T = pickle.load(content)  # noqa: S301 - see above
            return found
    made = make()
    if not sys.dont_write_bytecode:
        _keep(file, made_from + pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    return made


def _keep(file: Path, content: bytes) -> None:
    staged = file.with_name(f"{file.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            staged.write_bytes(content)
            staged.replace(file)
        except OSError:
            staged.unlink(missing_ok=True)
