"""The formats a dump comes in: one module each, with its name, its detection and its reading.

`ORDER` is the only other place that names a format. To add one, write its module and put its
name there. A format imports no other format: what two of them share stands in `fields`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from digest.model.papers import Dump
from digest.parsers.fields.references import LibraryEntry
from digest.parsers.input.input_file import InputFile

# The first format that detects a file reads it, so the specific ones stand before those that
# would take almost any JSON, markup or text.
ORDER = (
    "daily_papers_api",
    "json_feed",
    "scraped_json",
    "oai_pmh",
    "pubmed_xml",
    "acl_anthology",
    "xml_feed",
    "scholar_alert",
    "arxiv_listing",
    "saved_html",
    "bibtex",
    "ris",
    "delimited_table",
    "arxiv_mail",
    "linked_text",
    "labelled_text",
    "plain_text",
)


class Format(Protocol):
    """The contents of a format's module.

    To detect a page pasted as text, all modules are imported. To keep that fast, a module
    imports its library (feedparser, lxml, ...) inside the functions that use it, and its
    patterns are strings, which `re` compiles on first use.
    """

    @property
    def NAME(self) -> str:  # noqa: N802 - a module constant
        """The name of the format in reports and in the ledger."""

    def detect(self, input_file: InputFile) -> str | None:
        """Return in words why the file is in this format, or None if it is not.

        Looks at the first bytes only and leaves the stream at its start.
        """

    def read(self, input_file: InputFile, evidence: str) -> Dump:
        """Read the file; ``evidence`` is what `detect` returned.

        Raises `Unreadable` if no record of it can be read.
        """


@runtime_checkable
class LibraryFormat(Format, Protocol):
    """A format in which reference managers export a reader's own library."""

    def library_entries(self, input_file: InputFile) -> Iterator[LibraryEntry]:
        """Yield the references of a library in the order of the file."""


def load(name: str) -> Format:
    """Return the format whose module has this name."""
    return importlib.import_module(f"{__name__}.{name}")


def in_order() -> Iterator[Format]:
    """Yield the formats in the order of `ORDER`, each imported only when it is reached."""
    return map(load, ORDER)
