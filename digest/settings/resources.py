"""Where the shipped defaults are: the wheel carries them, an editable install finds the checkout's.

Never looks into a working folder and never reads a file: overriding is up to the caller.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(name: Literal["config", "templates"]) -> Path:
    """The folder of shipped defaults called ``name``, as an absolute path.

    A wheel holds it inside the package, a checkout beside it.
    """
    packaged = _PACKAGE / "_shipped" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
