"""The settings in `config/digest.toml` and the topics in `config/topics.toml`.

Everything has a default, so an empty file works. `digest.settings` reads and checks the files.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from digest.model.limits import Limits

SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
Count = Annotated[int, msgspec.Meta(ge=0)]
NOTICES = ("failed", "stale", "partial", "quarantined", "rejected", "recovered")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def seconds(span: str) -> int:
    """Return the seconds of a time span such as ``36h`` or ``2d``."""
    return int(span[:-1]) * SECONDS[span[-1]]


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name, address and language of the publication."""

    title: str = "Papers Digest"
    url: str = "http://localhost:8000/"
    timezone: str = "UTC"
    language: str = "en"
    author: str = "Papers Digest"


class Inbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The folder for new dumps, and how they are treated."""

    path: str = "inbox"
    settle_seconds: float = 2.0
    expect_every: str | None = None  # "36h", "2d"
    rest_days: tuple[str, ...] = ()  # weekdays without a page, besides those that are learnt
    holidays: tuple[str, ...] = ()  # days without a page, YYYY-MM-DD
    done: Literal["keep", "move"] = "keep"

    @property
    def expect_seconds(self) -> int | None:
        """The longest time without input before a run is stale. None if there is no limit."""
        return None if self.expect_every is None else seconds(self.expect_every)


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The folder of the ledger, and its backups."""

    path: str = "state"
    backups: Count = 7  # kept at most; 0: none is made by itself
    backup_every: str = "1d"
    backup_days: Count = 30  # older ones go, but for the newest


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reader wants to see first, or not at all.

    ``library`` is a file of the papers that the reader collects: BibTeX, RIS or a Zotero export.
    """

    words: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    mute_words: tuple[str, ...] = ()
    mute_authors: tuple[str, ...] = ()
    mute_organizations: tuple[str, ...] = ()
    library: str | None = None


class Notify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The monitors to call after a run.

    Addresses are secrets, so they are given as ``env:NAME`` or ``file:PATH``.
    """

    heartbeat: str | None = None
    heartbeat_fail: str | None = None  # else the heartbeat's with /fail
    webhook: str | None = None
    on: tuple[str, ...] = ("failed", "stale", "quarantined", "recovered")
    timeout_seconds: Annotated[float, msgspec.Meta(gt=0, le=60)] = 5.0


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A newsletter series. An empty tuple means no restriction."""

    name: str = "daily"
    period: Literal["day", "week", "month"] = "day"
    at: str = "07:00"
    days: tuple[str, ...] = WEEKDAYS
    topics: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    limit: int | None = None  # papers shown in full; the rest is listed by title
    when_empty: Literal["skip", "note"] = "skip"
    catch_up: Literal["one", "dated"] = "one"
    catch_up_days: int = 7
    profile: Profile | None = None  # in place of the general one


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One phrase, or several with commas between them, with a weight."""

    phrase: str
    weight: float = 1.0


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A heading, and the phrases that place papers under it.

    Each entry is one phrase, or several with commas between them. ``strong`` phrases count
    double, ``weak`` ones half, and ``not_words`` count against the topic. ``categories`` are
    arXiv categories (``cs.RO``) that count for it.
    """

    id: str
    name: str
    about: str = ""
    strong: tuple[str | Phrase, ...] = ()
    words: tuple[str | Phrase, ...] = ()
    weak: tuple[str | Phrase, ...] = ()
    not_words: tuple[str | Phrase, ...] = ()
    categories: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings. Relative paths start at ``root``, the working folder."""

    root: str
    site: Site = Site()
    inbox: Inbox = Inbox()
    state: State = State()
    notify: Notify = Notify()
    limits: Limits = Limits()
    profile: Profile = Profile()
    editions: tuple[Edition, ...] = (Edition(),)

    def profile_of(self, edition: Edition) -> Profile:
        """Return the profile of an edition: its own, else the general one."""
        return self.profile if edition.profile is None else edition.profile
