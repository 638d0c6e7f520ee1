"""Adapt headings to an issue whose page is divided: the abstracts stand on pages of headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from digest.render import wording
from digest.render.site.views.entries import EntryView, HeadingView, LinkView, SubheadingView


def link_abstracts(
    groups: Iterable[HeadingView], places: Mapping[str, str]
) -> tuple[HeadingView, ...]:
    """Return the headings without abstracts, summaries, reasons and links.

    Each entry links to them instead. ``places`` has the address of its heading's page by anchor.
    """
    return tuple(_change(group, lambda entry: _link_abstract(entry, places)) for group in groups)


def link_titles(
    groups: Iterable[HeadingView], places: Mapping[str, str]
) -> tuple[HeadingView, ...]:
    """Return the headings with titles alone, which link to the entries on the headings' pages."""
    return tuple(_change(group, lambda entry: _link_title(entry, places)) for group in groups)


def nest(group: HeadingView) -> HeadingView:
    """Return the heading for a page in a folder beside the issue's page."""
    return _change(group, _nest_links)


def halve(group: HeadingView) -> tuple[HeadingView, ...]:
    """Divide a heading near its middle, between two sub-headings if it has some.

    A heading with one paper is returned as it is.
    """
    portions, papers = group.portions, len(group.entries)
    if papers < 2:
        return (group,)
    if len(portions) == 1:
        name, entries = portions[0].name, portions[0].entries
        middle = papers // 2
        halves = (
            (SubheadingView(name, entries[:middle]),),
            (SubheadingView(name, entries[middle:]),),
        )
        return tuple(_part(group, half) for half in halves)
    before = [sum(len(each.entries) for each in portions[:n]) for n in range(len(portions))]
    cut = min(range(1, len(portions)), key=lambda n: abs(2 * before[n] - papers))
    return _part(group, portions[:cut]), _part(group, portions[cut:])


def _part(group: HeadingView, portions: tuple[SubheadingView, ...]) -> HeadingView:
    papers = sum(len(portion.entries) for portion in portions)
    return HeadingView(group.anchor, group.name, wording.count(papers, "paper"), portions)


def _change(group: HeadingView, change: Callable[[EntryView], EntryView]) -> HeadingView:
    portions = (
        SubheadingView(portion.name, tuple(map(change, portion.entries)))
        for portion in group.portions
    )
    return msgspec.structs.replace(group, portions=tuple(portions))


def _link_abstract(entry: EntryView, places: Mapping[str, str]) -> EntryView:
    words = "Abstract and links" if entry.abstract else "Links, and why it is here"
    name = f"{words}: {entry.title}"
    return msgspec.structs.replace(
        entry,
        abstract="",
        summary="",
        fold="",
        why="",
        links=(LinkView(words, f"{places[entry.anchor]}#{entry.anchor}", name),),
    )


def _link_title(entry: EntryView, places: Mapping[str, str]) -> EntryView:
    short = _link_abstract(entry, places)
    href = short.links[0].href
    return msgspec.structs.replace(short, href=href, facts=(), line="", said_by="", links=())


def _nest_links(entry: EntryView) -> EntryView:
    # Addresses of other sites are whole; those of the output are relative to the page.
    links = (
        link if "://" in link.href else LinkView(link.words, f"../{link.href}", link.name)
        for link in entry.links
    )
    return msgspec.structs.replace(entry, links=tuple(links))
