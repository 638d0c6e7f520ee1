"""The settings in `config/digest.toml`.

Everything has a default, so an empty file works. `digest.settings` reads and checks the files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from digest.model.limits import Limits
from digest.model.mail_settings import Chat, Mail
from digest.model.source_settings import Fetch, Publish, Source, Summary
from digest.model.web_settings import Web

SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
MAX_DAYS = 36_500  # of a setting that is a time: with a hundred years no sum of dates overflows
Days = Annotated[int, msgspec.Meta(ge=0, le=MAX_DAYS)]
ADDRESSES = ("heartbeat", "heartbeat_fail", "webhook")  # keys of references to addresses
NOTICES = (
    "failed", "stale", "partial", "quarantined", "rejected", "source", "publish", "mail",
    "recovered",
)  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def seconds(span: str) -> int:
    """Return the seconds of a time span such as ``36h`` or ``2d``."""
    return int(span[:-1]) * SECONDS[span[-1]]


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name, address and language of the publication."""

    title: str = "Papers Digest"
    """The name of the publication: the head of every page and the title of the feeds."""
    url: str = "http://localhost:8000/"
    """The web address of `output/`. Feeds and their ids begin with it; pages work from anywhere."""
    timezone: str = "UTC"
    """The time zone of all dates and times of day, such as `"Europe/Berlin"`."""
    language: str = "en"
    """The kind of English that pages and feeds name: `"en"`, or `"en-GB"`. There are no pages in
    other languages."""
    author: str = "Papers Digest"
    """The author that the feeds name."""
    hub: str | None = None
    """The address of a WebSub hub. Feeds name it, and it is told which of them have changed."""


class Inbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The folder for new dumps, and how they are treated."""

    path: str = "inbox"
    """The folder where dumps are dropped, relative to the working folder."""
    settle_seconds: float = 2.0
    """Seconds, 0 to 3600. A file written to more recently is still arriving."""
    expect_every: str | None = None
    """A time span such as `"36h"` or `"2d"`. Silence for longer is reported; none: never."""
    rest_days: tuple[str, ...] = ()
    """Weekdays (`"sat"`) without a page, besides those learnt from the pages of a source."""
    holidays: tuple[str, ...] = ()
    """Days without a page, such as `"2026-12-25"`."""
    done: Literal["keep", "move"] = "keep"
    """What happens to a dump that was taken in: it stays, or is moved to `inbox/done/`."""

    @property
    def expect_seconds(self) -> int | None:
        """The longest time without input before a run is stale. None if there is no limit."""
        return None if self.expect_every is None else seconds(self.expect_every)


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The folder of the ledger, and its backups."""

    path: str = "state"
    """The folder of the ledger, its backups and quarantined files."""
    backups: Count = 7
    """The number of backups kept at most. With 0 a run makes none by itself."""
    backup_every: str = "1d"
    """A time span, at most 36500 days. A run makes a backup this often, if something came since."""
    backup_days: Days = 30
    """Days, at most 36500. Older backups are removed, except the newest."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reader wants to see first, or not at all."""

    words: tuple[str, ...] = ()
    """Papers with one of these in title or abstract come first: whole words, or their plural."""
    authors: tuple[str, ...] = ()
    """Papers by one of these come first."""
    organizations: tuple[str, ...] = ()
    """Papers of one of these come first."""
    mute_words: tuple[str, ...] = ()
    """Papers with one of these words are hidden, and counted in the foot of the issue."""
    mute_authors: tuple[str, ...] = ()
    """Papers by one of these are hidden, and counted."""
    mute_organizations: tuple[str, ...] = ()
    """Papers of one of these are hidden, and counted."""
    library: str | None = None
    """A file of papers you keep: BibTeX, RIS, or a CSV or JSON export of Zotero. Papers like
    them come higher."""


class Notify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The monitors to call after a run.

    Addresses are secrets, so they are given as ``env:NAME`` or ``file:PATH``.
    """

    heartbeat: str | None = None
    """`"env:NAME"` or `"file:PATH"`: where the address is found that is called after each run."""
    heartbeat_fail: str | None = None
    """The same for a run that failed. Default: the heartbeat's address with `/fail`."""
    webhook: str | None = None
    """`"env:NAME"` or `"file:PATH"`: where the address is found that notices are sent to."""
    on: tuple[str, ...] = (
        "failed", "stale", "quarantined", "source", "publish", "mail", "recovered",
    )  # fmt: skip
    """The kinds of notices to send. `"partial"` and `"rejected"` are two more."""
    timeout_seconds: Annotated[float, msgspec.Meta(gt=0, le=60)] = 5.0
    """Seconds that all calls after a run may take together, at most 60."""


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A newsletter series. An empty tuple means no restriction."""

    name: str = "daily"
    """The id of the series and its folder in `output/`: lower-case letters, digits, hyphens."""
    period: Literal["day", "week", "month"] = "day"
    """The time an issue covers. A week or month ends at a midnight in the site's time zone."""
    at: str = "07:00"
    """The time of day an issue is due, in the site's time zone: `"07:00"` or `"7:00"`."""
    days: tuple[str, ...] = WEEKDAYS
    """Weekdays with an issue. A weekly issue is due on the first, for the seven days before."""
    topics: tuple[str, ...] = ()
    """Only papers under these topic ids. Empty: all, here and in the four keys below."""
    include: tuple[str, ...] = ()
    """Only papers with one of these words in title or abstract."""
    exclude: tuple[str, ...] = ()
    """No papers with any of these words."""
    authors: tuple[str, ...] = ()
    """Only papers by one of these."""
    organizations: tuple[str, ...] = ()
    """Only papers of one of these."""
    limit: int | None = None
    """The number of papers shown in full, at least 1. The rest is listed by title under "More";
    feeds and data hold all."""
    abstracts: bool = False
    """Whether the Markdown of its issues holds abstracts. Without, 30 papers are about 12 kB."""
    when_empty: Literal["skip", "note"] = "skip"
    """On a day without papers: no issue, or one that says which kind of day it was."""
    catch_up: Literal["one", "dated"] = "one"
    """After an outage: one issue for all missed dates, or one for each."""
    catch_up_days: int = 7
    """Days, at most 36500. Older missed dates get no issue of their own; papers are kept."""
    mail: bool = False
    """Whether its issues are mailed, as `[mail]` says."""
    profile: Profile | None = None
    """`[edition.profile]`: a profile of this edition, in place of `[profile]`."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings. Relative paths start at ``root``, the working folder.

    ``notes``, the folder of the editor's notes, is the only one that no key of the file sets: it
    differs in a dry run alone.
    """

    root: str
    notes: str = "notes"
    site: Site = Site()
    inbox: Inbox = Inbox()
    state: State = State()
    notify: Notify = Notify()
    limits: Limits = Limits()
    profile: Profile = Profile()
    fetch: Fetch = Fetch()
    sources: tuple[Source, ...] = ()
    publish: tuple[Publish, ...] = ()
    summary: Summary = Summary()
    mail: Mail = Mail()
    chat: tuple[Chat, ...] = ()
    web: Web = Web()
    editions: tuple[Edition, ...] = (Edition(),)

    @property
    def state_folder(self) -> Path:
        """The folder of the ledger, its backups and all other state."""
        return Path(self.root, self.state.path)

    @property
    def web_url(self) -> str:
        """The address of the web side, with a slash at its end; "" if there is none."""
        if self.web.listen is None:
            return ""
        return f"{(self.web.url or self.site.url).rstrip('/')}/"

    @property
    def takes_subscriptions(self) -> bool:
        """Whether people can subscribe on the pages: the web side is on, and issues are mailed."""
        is_mailed = self.mail.is_on and any(edition.mail for edition in self.editions)
        return bool(self.web_url) and self.web.subscribe and is_mailed

    @property
    def subscribe_url(self) -> str:
        """The address of the form to subscribe by mail; "" if there is none."""
        return f"{self.web_url}subscribe" if self.takes_subscriptions else ""

    @property
    def own_feed_url(self) -> str:
        """The address of the page that makes feeds of one's own; "" without the web side."""
        return f"{self.web_url}feed/new" if self.web_url else ""

    @property
    def has_hub(self) -> bool:
        """Whether the web side is a WebSub hub."""
        return bool(self.web_url) and self.web.hub

    @property
    def hub_url(self) -> str:
        """The address of the WebSub hub that feeds name, ours or another one; "" if none does."""
        return f"{self.web_url}hub" if self.has_hub else self.site.hub or ""

    @property
    def announced_site(self) -> Site:
        """The site as feeds name it: with the hub, whose ever it is."""
        return msgspec.structs.replace(self.site, hub=self.hub_url or None)

    def profile_of(self, edition: Edition) -> Profile:
        """Return the profile of an edition: its own, else the general one."""
        return self.profile if edition.profile is None else edition.profile
