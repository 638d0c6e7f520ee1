"""Write the files with which GitHub or GitLab runs the publication; nothing is overwritten."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from digest import __version__

_SCRIPT, _IGNORED = ("digest.sh", ".github/digest.sh"), ("gitignore", ".gitignore")
# Name of the shipped file, and its path in the repository.
_GITHUB = (("digest.yml", ".github/workflows/digest.yml"), _SCRIPT, _IGNORED)
_GITLAB = (("gitlab-ci.yml", ".gitlab-ci.yml"), (_SCRIPT[0], ".gitlab/digest.sh"), _IGNORED)
_REQUIREMENT = re.compile(r"(?<=papers-digest==)[^\"]+")


def write(shipped: Path, root: Path, *, github: bool, gitlab: bool) -> Iterator[str]:
    """Write the files of one or both into the repository ``root``; yield a line on each.

    The workflow installs the version of this program. ``shipped`` is the folder of the shipped
    files. Raises `OSError`.
    """
    for name, path in dict.fromkeys((*_GITHUB * github, *_GITLAB * gitlab)):
        target = root / path
        if target.exists():
            yield f"kept   {target}"
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".yml"):
            text = (shipped / name).read_text(encoding="utf-8")
            target.write_text(_REQUIREMENT.sub(__version__, text), encoding="utf-8")
        else:
            shutil.copyfile(shipped / name, target)
        yield f"made   {target}"
