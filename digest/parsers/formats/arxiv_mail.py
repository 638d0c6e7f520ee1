r"""The daily mail of arXiv: new papers, cross-lists and replacements of a few categories.

A record stands between lines with two backslashes, and rules separate the records::

    \\
    arXiv:2611.00001
    Date: Tue, 24 Nov 2026 17:59:59 GMT   (812kb)

    Title: Title of the Paper
    Authors: Ada Quill and Bo Lund (Tide Institute)
    Categories: cs.CL cs.AI
    \\
      The abstract.
    \\ ( https://arxiv.org/abs/2611.00001 ,  812kb)

Replacements have ``replaced with revised version`` below the id, and mostly no abstract. The
form is described at https://info.arxiv.org/help/subscribe.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from digest.model.papers import Dump
from digest.parsers.fields import arxiv_items, ids, timestamps
from digest.parsers.fields.arxiv_items import ArxivItem
from digest.parsers.input import encodings, lines
from digest.parsers.input.input_file import InputFile
from digest.parsers.labelled_lines import labels

NAME = "arxiv-mail"

_RECORD = r"(?m)^(?:> ?)*\\\\[ \t]*\r?\n(?:> ?)*(?:arXiv:|Paper: )\S"
_QUOTED = re.compile(r"(?:> ?)+")
_ID_LINE = re.compile(r"(?:arXiv:|Paper:\s)\s*(\S+)(?:\s+\(\*?cross-list\w*\*?\))?", re.IGNORECASE)
_REPLACED = re.compile(r"replaced with revised version\b", re.IGNORECASE)
_FOOTER = re.compile(r"\\\\\s*\(\s*(https?://\S+)")
_BORDER = re.compile(r"[-%=_]{10,}|\\\\(?:\s*\(.*)?")
_LISTING = r"e-mail To:\s*([\w.-]{2,20})@arXiv\.org"
_LAST_DAY = r"received from .{5,40} to +\w{3} +(\d{1,2}) +([A-Z][a-z]{2}) +(\d\d)\b"
_FIELDS = frozenset(("title", "authors", "date", "categories", "comments"))
_MAX_LINE_BYTES = 1 << 16


def detect(input_file: InputFile) -> str | None:
    """Detect an id directly below a line of two backslashes."""
    head = input_file.head_text
    if "\\\\\n" not in head and "\\\\ \n" not in head:
        return None
    return "records as in arXiv's mail" if re.search(_RECORD, head) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records in order; one without a title, or without id and abstract, is a reject.

    Raises `Unreadable` if there is no record.
    """
    page = lines.iter_lines(input_file.stream, input_file.head)
    items = _ItemReader().items(page)
    listing = re.search(_LISTING, input_file.head_text)
    source = f"arxiv.org/mail/{listing[1].lower()}" if listing else "arxiv.org/mail"
    day = _last_day(input_file.head_text)
    return arxiv_items.build_dump(input_file, NAME, evidence, items, source, day)


def _last_day(head: str) -> str | None:
    """Return the last day of which the mail lists the submissions."""
    match = re.search(_LAST_DAY, " ".join(head[:4096].split()))
    return timestamps.day(f"{match[1]} {match[2]} 20{match[3]}") if match else None


class _ItemReader:
    """Read the lines of the mail. A record ends with its footer, a rule, or the next record."""

    def __init__(self) -> None:
        self.item: ArxivItem | None = None
        self.in_abstract = False
        self.field = ""  # that an indented line continues
        self.border = ""  # the rule or the backslashes directly above, else ""

    def items(self, page: Iterable[bytes]) -> Iterator[ArxivItem]:
        """Yield each record once it ends."""
        for number, raw in enumerate(page, start=1):
            text = encodings.decode_line(raw[:_MAX_LINE_BYTES]).rstrip(lines.BLANKS)
            if quoted := _QUOTED.match(text):
                text = text[quoted.end() :]
            row = text.strip(lines.BLANKS)
            if not row:
                self.field = ""
            elif _BORDER.fullmatch(row):
                yield from self._border(row)
            else:
                if _begins(row, self.border, is_open=self.item is not None):
                    if self.item is not None:
                        yield self.item
                    self.item, self.in_abstract = ArxivItem(number), False
                self.border = ""
                if self.item is not None:
                    self._read(self.item, row, indented=text[0] in " \t")
        if self.item is not None:
            yield self.item

    def _border(self, row: str) -> Iterator[ArxivItem]:
        """Read a rule, backslashes or a footer: all but the backslashes end a record."""
        begins_abstract = row == "\\\\" and not self.in_abstract
        if self.item is not None:
            if footer := _FOOTER.match(row):
                self.item.ids.add(ids.arxiv_id(footer[1]))
            if not begins_abstract:
                yield self.item
                self.item = None
        self.in_abstract = begins_abstract and self.item is not None
        self.border, self.field = row, ""

    def _read(self, item: ArxivItem, row: str, *, indented: bool) -> None:
        if self.in_abstract:
            item.add("abstract", row)
        elif self.field and indented:
            item.add(self.field, row)
        else:
            self._read_label(item, row)

    def _read_label(self, item: ArxivItem, row: str) -> None:
        label = labels.parse(row)
        self.field = ""
        if number := _ID_LINE.fullmatch(row):
            item.ids.add(ids.arxiv_id(number[1]))
        elif _REPLACED.match(row):
            item.revision = True
        elif label is not None and label.name in _FIELDS:
            self.field = label.name
            item.add(label.name, label.value)


def _begins(row: str, border: str, *, is_open: bool) -> bool:
    """Return whether a line begins a record: its id, or a label directly below backslashes."""
    if not border:
        return False
    if _ID_LINE.fullmatch(row):
        return True
    return border == "\\\\" and not is_open and labels.parse(row) is not None
