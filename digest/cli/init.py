"""``digest init``: a working folder to start from. Never overwrites."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from digest.cli.context import NAME
from digest.operations import template_copies
from digest.settings import resources

_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)
_COMMAND, _ROOT, _USER = "/opt/papers-digest/bin/digest", "/srv/papers", "User=papers"


def make(
    root: Path, *, topics: bool, templates: bool, sample: bool, deploy: bool = False
) -> Iterator[str]:
    """Makes what is missing and says each thing it made; ends with what to do next."""
    config, pages = resources.shipped("config"), resources.shipped("templates")
    for folder in ("config", "inbox", "output"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    yield from _copied(config / "digest.toml", root / "config" / "digest.toml")
    if topics:
        yield from _copied(config / "topics.toml", root / "config" / "topics.toml")
    if templates:
        yield from _templates(pages, root / "templates")
    if deploy:
        yield from _deployed(config / "deploy", root)
    if sample:
        yield from _sampled(config / "samples", root / "inbox")
    at = "" if root == Path() else f" --root {root}"
    then = f"{NAME}{at} run"
    yield f"Next: put a copy of a listing page into {root / 'inbox'}/, then: {then}"


def _templates(pages: Path, own: Path) -> Iterator[str]:
    files = sorted(path for path in pages.rglob("*") if path.is_file())
    missing = [file for file in files if not (own / file.relative_to(pages)).exists()]
    for file in files:
        yield from _copied(file, own / file.relative_to(pages))
    if missing:
        names = [file.relative_to(pages).as_posix() for file in missing]
        template_copies.record_copies(own, pages, names)


def _copied(source: Path, target: Path) -> Iterator[str]:
    if target.exists():
        if not target.samefile(source):
            yield f"kept   {target}"
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    yield f"made   {target}"


def _deployed(files: Path, root: Path) -> Iterator[str]:
    """What cron, systemd and containers are given, for this folder, its owner and this command."""
    own, called = root / "deploy", Path(sys.executable).with_name("digest")
    if not _PLAIN.fullmatch(f"{called}{root.absolute()}"):
        yield f"not made {own}: cron and systemd want paths of letters, digits and ./_+- only"
        return
    own.mkdir(exist_ok=True)
    for file in sorted(files.iterdir()):
        target = own / file.name
        if target.exists():
            yield f"kept   {target}"
            continue
        text = file.read_text(encoding="utf-8").replace(_USER, f"User={root.owner()}")
        text = text.replace(_COMMAND, str(called)).replace(_ROOT, str(root.absolute()))
        target.write_text(text, encoding="utf-8")
        yield f"made   {target}"


def _sampled(samples: Path, inbox: Path) -> Iterator[str]:
    if any(inbox.iterdir()):
        yield f"kept   {inbox} (samples go only into an empty inbox)"
        return
    for file in sorted(samples.iterdir()):
        shutil.copyfile(file, inbox / file.name)
        yield f"sample {inbox / file.name}"
