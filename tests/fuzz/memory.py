"""Measure the peak of a process that reads a large file of one repeated piece.

The peak is that of the whole process, with the interpreter and all libraries the format uses,
and may be 64 MiB and four times the file. A process that reads one small file of a format takes
19 to 30 MiB of that (`small_peak`), so that a format has the rest and four times the file.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.fuzz import layouts, seeds

LIMIT = 64 << 20
PIECES = 4_000_000
_SECONDS = 400  # of CPU; the slowest pages of text take a quarter of it
# Two processes: the system's count includes the memory of the process that starts another.
_STARTER = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))"
_READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
from digest import errors, parsers
from digest.storage import inbox
with open(sys.argv[1], "rb") as stream:
    try:
        dump = parsers.read_dump("papers", stream, spill_factory=inbox.unnamed_file)
        outcome = f"{sum(1 for _ in dump.sightings)} read, {len(dump.rejects)} rejected"
    except errors.Unreadable as error:
        outcome = f"refused: {error}"
    except BaseException as error:
        outcome = f"{error!r:.300}"
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, outcome)
"""
# Three bytes that open, close or part something in one format or another. The first ones took
# most of a reader's memory once.
PIECES_KNOWN = (
    b"@a{", b'"",', b"1,\n", b"&&&", b"< <", b"<a>", b"[],", b"{},", b'"a"', b"a\n\n", b"\n- ",
    b"](a", b"[1]", b"a={", b"{{{", b"TY-", b"AU\n", b"&a;", b"</a", b"a: ", b"\xc2\xb7\n", b"---",
)  # fmt: skip
_ALPHABET = (
    b"a", b"1", b" ", b"\n", b"\r", b"<", b">", b"/", b"&", b";", b'"', b"'", b"\\", b"{", b"}",
    b"[", b"]", b"(", b")", b",", b":", b"@", b"#", b"=", b"-", b"*", b"!", b"?", b"\0", b"\xff",
)  # fmt: skip


class Peak(NamedTuple):
    """The peak of a process that read ``piece`` over and over, where it stood in the file."""

    layout: str
    piece: bytes
    place: str
    size: int
    peak: int
    outcome: str

    @property
    def allowed(self) -> bool:
        """Whether the peak is within the limit, and no other exception came up."""
        fine = self.outcome.startswith("refused") or self.outcome.endswith("rejected")
        return fine and self.peak <= LIMIT + 4 * self.size

    def __str__(self) -> str:
        """Return the peak in words."""
        return (
            f"{self.layout}: {self.piece!r} {self.place}: {self.peak >> 20} MiB for"
            f" {self.size >> 20} MiB, {self.outcome}"
        )


def piece(number: int) -> bytes:
    """Return the three bytes with a number: first those that are known, then any others."""
    if number < len(PIECES_KNOWN):
        return PIECES_KNOWN[number]
    return b"".join(random.Random(number).choices(_ALPHABET, k=3))


def measure(layout: str, number: int, folder: Path, pieces: int = PIECES) -> Peak:
    """Read a record and the piece with a number repeated, behind the record or inside it."""
    repeated, place = piece(number) * pieces, ("behind a record", "inside a record")[number % 2]
    segments = seeds.document(layout).segments
    head, record, tail = segments[0].data, segments[1], segments[-1].data
    middle = layouts.BY_NAME[layout].between.encode()
    if number % 2:
        opening, *fields, closing = record.pieces
        inside = opening + record.joint.join([*fields, repeated]) + closing
        data = head + inside + tail
    else:
        data = head + record.data + middle + repeated + tail
    data = data.replace(b"$charset", b"UTF-8", 1)
    peak, outcome = _peak(folder / "large", data)
    return Peak(layout, piece(number), place, len(data), peak, outcome)


def small_peak(layout: str, folder: Path) -> int:
    """Return the peak of a process that reads a file of a few kilobytes."""
    data = seeds.document(layout).data.replace(b"$charset", b"UTF-8", 1)
    return _peak(folder / "small", data)[0]


def _peak(path: Path, data: bytes) -> tuple[int, str]:
    path.write_bytes(data)
    command = [sys.executable, "-c", _STARTER, "-c", _READ, str(path), str(_SECONDS)]
    process = subprocess.run(command, check=False, capture_output=True, text=True)
    peak, _, outcome = process.stdout.strip().partition(" ")
    return int(peak or 0), outcome or f"the process ended with {process.returncode}"
