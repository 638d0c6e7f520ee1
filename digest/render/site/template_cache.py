"""Keep compiled templates in a folder, from one run to the next."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import CodeType

import jinja2
import jinja2.bccache

import digest


class BytecodeCache(jinja2.FileSystemBytecodeCache):
    """Jinja's cache of compiled templates, without its exceptions.

    If a file is damaged or cannot be written, the template is compiled and the run goes on. Jinja
    compares the template's source and the version of Python before it uses a file. With
    ``read_only`` no file is written.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        # Jinja does not compare its own version, nor the options that `Templates` sets. The
        # names of the files have its version and ours.
        super().__init__(str(folder), f"{digest.__version__}-{jinja2.__version__}-%s.cache")
        self._read_only = read_only

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Fill the bucket from its file, or leave it empty."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - a damaged pickle raises nearly anything
            bucket.reset()
        if not isinstance(bucket.code, CodeType):
            bucket.reset()

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Write the bucket to its file, if that can be written."""
        if self._read_only:
            return
        # Nobody may be allowed to write into the folder, or the disk is full.
        with contextlib.suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)
