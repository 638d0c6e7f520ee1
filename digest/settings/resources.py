"""Find the shipped defaults: inside an installed package, or beside it in a checkout.

Never looks into a working folder and never reads a file. The caller decides which files of
a working folder replace the defaults.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(name: Literal["config", "templates"]) -> Path:
    """Return the absolute path of the folder of shipped defaults called ``name``."""
    packaged = _PACKAGE / "_shipped" / name  # a wheel has it, an editable install has not
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
