"""The settings of what goes over the network.

These are `[fetch]`, `[[source]]`, `[[publish]]` and `[summary]`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Annotated, Literal

import msgspec

Kind = Literal[
    "hf-daily", "arxiv-rss", "arxiv-search", "arxiv-oai", "biorxiv", "feed", "page", "mailbox",
    "folder",
]  # fmt: skip
LOCAL_KINDS = ("mailbox", "folder")  # are asked on the disk, and need no contact
Whole = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Fetch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How sources are asked."""

    contact: str | None = None
    """Your mail or web address, which every request names, so that a source's operator can reach
    you. Required once a source is asked over the network."""
    seconds: Whole = 300
    """Seconds that all sources of a run may take together."""
    answer_mb: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 32
    """MiB of one answer, unpacked. A larger one is refused."""
    keep_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 30
    """Days that a fetched file stays in the inbox, or in `inbox/done/`, after it was taken in.
    0: for ever."""
    private: tuple[str, ...] = ()
    """Hosts, or networks such as `"10.0.0.0/8"`, that may be asked although their address is not
    public."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source that is asked by `digest fetch`, and by a run when it is due."""

    name: str
    """The name of the source and of its files: lower-case letters, digits, hyphens."""
    kind: Kind
    """What is asked, and how."""
    every: str | None = None
    """A time span between two looks, such as `"3h"`. A source that brings nothing is asked up to
    four times less often, one in a burst twice as often. Default: as the kind of source wants."""
    enabled: bool = True
    """Whether it is asked at all."""
    look_back: Annotated[int, msgspec.Meta(ge=1, le=31)] = 3
    """Days that are asked again, because a day fills late: of `hf-daily` and `biorxiv`. After an
    outage the missed days come on top, 31 in all."""
    token: str | None = None
    """`"env:NAME"` or `"file:PATH"`: where a secret is found that the source wants to see."""
    categories: tuple[str, ...] = ()
    """arXiv categories of `arxiv-rss`, such as `"cs.CL"`; a category of `biorxiv`."""
    announce: tuple[Literal["new", "cross", "replace", "replace-cross"], ...] = ()
    """Kinds of announcements of `arxiv-rss` that are taken. Empty: all."""
    query: str | None = None
    """The query of `arxiv-search`, such as `"cat:cs.CL AND abs:agents"`."""
    most: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 300
    """Records of one look at `arxiv-search`, at most."""
    set: str | None = None
    """The set of `arxiv-oai`, such as `"cs"`."""
    server: Literal["biorxiv", "medrxiv"] = "biorxiv"
    """The server of `biorxiv`."""
    url: str | None = None
    """The address of a `feed` or `page`."""
    path: str | None = None
    """The Maildir or mbox of `mailbox`, or the folder of `folder`, relative to the working
    folder."""


class Publish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command that brings the output to where people read it."""

    command: tuple[str, ...]
    """The program and its arguments, such as `["rsync", "-a", "output/", "host:/srv/papers/"]`.
    It runs in the working folder and without a shell."""
    name: str | None = None
    """Its name in the status. Default: the program."""
    environment: tuple[str, ...] = ()
    """Names of environment variables it gets, besides PATH, HOME, LANG, TZ and SSH_AUTH_SOCK."""
    seconds: Whole = 600
    """Seconds it may take. Then it is stopped and counts as failed."""


class Summary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language model that writes the line under the title of each paper.

    It is asked only if both ``url`` and ``model`` are given.
    """

    url: str | None = None
    """The base address of an endpoint that works like OpenAI's, such as
    `"https://api.example.org/v1"` or `"http://127.0.0.1:11434/v1"`."""
    model: str | None = None
    """The model, as the endpoint names it. Pages show this name with each summary."""
    key: str | None = None
    """`"env:NAME"` or `"file:PATH"`: where the key is found that the endpoint wants to see."""
    language: str = "English"
    """The language of the summaries, by its English name. Everything else stays English."""
    seconds: Whole = 120
    """Seconds that all summaries of a run may take together. A call takes half of it at most."""
    tokens: Whole = 100_000
    """Tokens of questions and answers that a run may use, thinking included."""

    @property
    def is_on(self) -> bool:
        """Whether a model is asked."""
        return bool(self.url and self.model)


def command_names(commands: Sequence[Publish]) -> Iterator[str]:
    """Yield the name of each command; the second of the same name is called "rsync 2"."""
    uses = Counter[str]()
    for publish in commands:
        name = publish.name or PurePath(publish.command[0]).name
        uses[name] += 1
        yield name if uses[name] == 1 else f"{name} {uses[name]}"
