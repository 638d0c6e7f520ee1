"""Write a feed of the papers that one person wishes for, in any format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from digest.model.files import Page
from digest.model.issues import Issue
from digest.model.people import Wish
from digest.model.settings import Site
from digest.render.feeds import atom, jsonfeed, live_documents, notices, paper_entries, rss
from digest.render.feeds.document import Channel
from digest.render.feeds.entry import FeedEntry
from digest.render.feeds.frequency import Frequency
from digest.render.feeds.live_documents import FeedDocument
from digest.render.feeds.writers import FORMATS
from digest.text import sentences

# The formats by name, in the order of `writers.FORMATS`, with their types.
TYPES = {"rss": rss.TYPE, "atom": atom.TYPE, "json": jsonfeed.TYPE}
_LONGEST = 100  # characters of a title beside that of the site

Taken = Callable[[Issue], AbstractSet[str]]


def write(
    issues: Iterable[Issue], taken: Taken | None, site: Site, format_name: str, channel: Channel
) -> Page:
    """Return the document in a format of `TYPES`. Its entries are those of the main feed.

    ``issues`` are live ones of an edition, newest first. ``taken`` returns the guids of the papers
    to take of an issue; None takes all, and the notices of days without papers.
    """

    def entries(issue: Issue) -> list[FeedEntry]:
        if taken is None:
            return notices.entries_or_notice(issue, site)
        guids = taken(issue)
        return paper_entries.paper_entries(issue, site, guids) if guids else []

    feed_format = FORMATS[[*TYPES].index(format_name)]
    document = FeedDocument(feed_format, channel.own, channel)
    (page,) = live_documents.fill([document], issues, entries)
    return page


def frame(
    site: Site, wish: Wish, topics: Mapping[str, str], own: str, frequency: Frequency
) -> Channel:
    """Return the frame of a feed at the address ``own``; ``topics`` are their names by id."""
    short = ", ".join([*_names(wish, topics)])
    if len(short) > _LONGEST:
        short = f"{short[:_LONGEST].rstrip()}…"
    main = live_documents.main_frame(site, own)
    return replace(
        main,
        title=f"{site.title}: {short}" if short else site.title,
        description=_describe(wish, topics) or main.description,
        frequency=frequency,
    )


def _describe(wish: Wish, topics: Mapping[str, str]) -> str:
    wanted, unwanted = [*_wanted(wish, topics)], [*_unwanted(wish)]
    if not (wanted or unwanted):
        return ""
    about = f"New papers {', or '.join(wanted)}" if wanted else "Every new paper"
    left_out = f"; none {', or '.join(unwanted)}" if unwanted else ""
    return f"{about}{left_out}."


def _names(wish: Wish, topics: Mapping[str, str]) -> Iterator[str]:
    yield from wish.editions
    yield from (topics.get(topic, topic) for topic in wish.topics)
    yield from map(_quoted, wish.words)
    yield from (*wish.authors, *wish.organizations)
    yield from (f"no {name}" for name in (*map(_quoted, wish.mute_words), *wish.mute_authors))
    yield from (f"no {name}" for name in wish.mute_organizations)


def _wanted(wish: Wish, topics: Mapping[str, str]) -> Iterator[str]:
    if wish.topics:
        yield f"under {sentences.listed([topics.get(topic, topic) for topic in wish.topics])}"
    yield from _matching(wish.words, wish.authors, wish.organizations)


def _unwanted(wish: Wish) -> Iterator[str]:
    yield from _matching(wish.mute_words, wish.mute_authors, wish.mute_organizations)


def _matching(
    words: tuple[str, ...], authors: tuple[str, ...], organizations: tuple[str, ...]
) -> Iterator[str]:
    if words:
        yield f"with {sentences.listed([*map(_quoted, words)])}"
    if authors:
        yield f"by {sentences.listed([*authors])}"
    if organizations:
        yield f"of {sentences.listed([*organizations])}"


def _quoted(words: str) -> str:
    return f"“{words}”"
