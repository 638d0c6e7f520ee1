"""The sources of a new working folder: ``digest init --source KIND --contact ADDRESS``.

They are written into a copy of the shipped configuration. An existing one is not changed: then the
lines that it lacks are shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import digest.settings as settings_files
from digest.errors import SettingsError
from digest.settings import resources, toml

Table = dict[str, Any]  # of a source, as the file has it

# The key that stands after the colon of a kind, such as `feed:URL`.
_KEYS = {
    "arxiv-rss": "categories", "arxiv-search": "query", "arxiv-oai": "set", "feed": "url",
    "page": "url", "mailbox": "path", "folder": "path",
}  # fmt: skip
_BARE = ("hf-daily", "biorxiv")  # kinds that need nothing else
_FORMS = ", ".join([*_BARE, *(f"{kind}:{key.upper()}" for kind, key in _KEYS.items())])
# Where they go in the shipped file: in place of its example of a contact, and before its first
# example of a source.
_FETCH = '# [fetch]\n# contact = "you@example.org"\n'
_SOURCE = "# [[source]]\n"


class NewSources(NamedTuple):
    """The sources that were asked for.

    ``file`` is the content of the new configuration, or None if there is one already. Then
    ``missing`` has the lines to add to it; none if it has them all.
    """

    file: bytes | None
    missing: tuple[str, ...] = ()


def read(
    root: Path, words: Sequence[str], contact: str | None, *, with_samples: bool = False
) -> NewSources | None:
    """Return what becomes of the words after ``--source``; None if there are none.

    Writes nothing. Raises `SettingsError` for a source or a contact that cannot be used.
    """
    if not words:
        if contact is not None:
            reason = "there is no source that could see it"
            raise SettingsError("--contact", reason, hint="add --source hf-daily")
        return None
    if with_samples:
        hint = "make two folders, one of them with --sample"
        raise SettingsError("--source", "true papers would mix with the sample papers", hint=hint)
    file = root / settings_files.CONFIG / settings_files.DIGEST_TOML
    wanted = [_table(word) for word in words]
    if toml.exists(file):
        return NewSources(None, tuple(_missing(root, file, wanted, contact)))
    shipped = resources.shipped("config") / settings_files.DIGEST_TOML
    text = shipped.read_text(encoding="utf-8")
    if contact is not None:
        text = text.replace(_FETCH, _joined(_fetch_lines({"contact": contact})), 1)
    sources = _joined(_source_lines(_named(wanted, set())))
    content = text.replace(_SOURCE, f"{sources}{_SOURCE}", 1).encode()
    _check(root, toml.parse(file, content))
    return NewSources(content)


def _table(word: str) -> Table:
    """Return the table of a source without its name: ``arxiv-rss:cs.CL+cs.AI``."""
    kind, colon, value = word.partition(":")
    key = _KEYS.get(kind)
    fits = bool(value) if key else kind in _BARE and not colon
    if not fits or not word.isprintable():
        raise SettingsError("--source", f"not a source: {word[:100]!r}", hint=f"one of {_FORMS}")
    if key is None:
        return {"kind": kind}
    return {"kind": kind, key: value.split("+") if key == "categories" else value}


def _named(tables: Sequence[Table], taken: set[str]) -> list[Table]:
    """Return the tables with names that differ from each other and from those that are taken."""
    named = []
    for table in tables:
        host = urlsplit(table.get("url", "")).hostname or ""
        base = re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.")).strip("-") or table["kind"]
        names = (base if number == 1 else f"{base}-{number}" for number in range(1, 10**6))
        name = next(name for name in names if name not in taken)
        taken.add(name)
        named.append({"name": name, **table})
    return named


def _missing(root: Path, file: Path, wanted: Sequence[Table], contact: str | None) -> Iterator[str]:
    """Yield the lines that an existing configuration lacks, with a line on them before."""
    tables = settings_files.read_tables(root)
    settings_files.from_tables(root, tables)
    present, fetch = tables.get("source", []), tables.get("fetch", {})
    new = [table for table in wanted if not any(table.items() <= old.items() for old in present)]
    if not new:
        return
    named = _named(new, {table["name"] for table in present})
    lacks_contact = contact is not None and "contact" not in fetch
    whole = fetch | ({"contact": contact} if lacks_contact else {})
    _check(root, tables | {"fetch": whole, "source": [*present, *named]})
    if lacks_contact and "fetch" in tables:
        yield f"Add to the table [fetch] of {file}:"
        yield f"contact = {as_toml(whole['contact'])}"
    yield f"Add to the end of {file}:"
    if lacks_contact and "fetch" not in tables:
        yield from _fetch_lines(whole)
    yield from _source_lines(named)


def _check(root: Path, tables: Table) -> None:
    """Raise `SettingsError`, about the option, if these tables cannot be used."""
    try:
        settings_files.from_tables(root, tables)
    except SettingsError as error:
        if error.key == "fetch.contact":
            hint = "add --contact with your mail or web address, which every request names"
            raise SettingsError("--contact", error.reason, hint=hint) from error
        raise SettingsError("--source", error.reason, key=error.key, hint=error.hint) from error


def _fetch_lines(table: Table) -> Iterator[str]:
    yield "[fetch]"
    yield from (f"{key} = {as_toml(value)}" for key, value in table.items())


def _source_lines(tables: Sequence[Table]) -> Iterator[str]:
    for table in tables:
        yield "[[source]]"
        yield from (f"{key} = {as_toml(value)}" for key, value in table.items())


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def as_toml(value: str | list[str]) -> str:
    """Return a text or a list of texts as TOML."""
    # Strings of JSON are strings of TOML, but for one character that TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
