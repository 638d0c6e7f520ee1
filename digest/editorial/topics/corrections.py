"""Put papers under the topics that an operator chose for them.

New issues are composed with `place_corrected`. Issues that were made before a correction stay as
they are; topic pages, their feeds, counts and search show them as `move_papers` returns them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from digest.editorial.topics.lexicon import Lexicon
from digest.editorial.topics.placing import Placement, place
from digest.model.issues import Issue, Item, Section
from digest.model.topics import Correction

MOVED = "moved here by hand"


def place_corrected(
    lexicon: Lexicon, item: Item, categories: tuple[str, ...], correction: Correction | None
) -> Placement:
    """Place a paper by its words, or under the topic of its correction if there is one.

    A second topic stays, but not one that was named only because the placement was unsure. A
    correction that says what the words say leaves score and reasons.
    """
    placement = place(lexicon, item.title, item.abstract, categories)
    if correction is None:
        return placement
    also = _also(placement.also, correction.topic, unsure=placement.unsure)
    if placement.topic == correction.topic:
        return replace(placement, also=also, unsure=False)
    return Placement(correction.topic, also, reasons=(MOVED,))


def move_papers(issue: Issue, corrections: Mapping[str, Correction]) -> Issue:
    """Return an issue with each paper under the topic of its correction, given by guid.

    A paper that is moved comes last in the section of that topic, which is added if there is
    none. The issue itself is returned if that changes nothing.
    """
    if not corrections or corrections.keys().isdisjoint([item.guid for item in issue.papers]):
        return issue
    moved = [
        (correction, _corrected(item, correction, (MOVED,)))
        for section in issue.sections
        for item in section.papers
        if (correction := corrections.get(item.guid)) and correction.topic != section.topic
    ]
    gone = {item.guid for _, item in moved}
    sections = {
        section.topic: _settle(section.without(gone), corrections) for section in issue.sections
    }
    names = dict(issue.topics)
    for correction, item in moved:
        topic = correction.topic
        name = names.setdefault(
            topic, sections[topic].name if topic in sections else correction.name
        )
        before = sections[topic].papers if topic in sections else ()
        sections[topic] = Section(topic=topic, name=name, papers=(*before, item))
    filled = tuple(section for section in sections.values() if section.papers)
    return replace(issue, sections=filled, topics=names)


def _settle(section: Section, corrections: Mapping[str, Correction]) -> Section:
    """Return a section in which the papers that were moved to its topic are sure of it."""
    papers = tuple(
        _corrected(item, corrections[item.guid], item.reasons) if item.guid in corrections else item
        for item in section.papers
    )
    return replace(section, papers=papers)


def _corrected(item: Item, correction: Correction, reasons: tuple[str, ...]) -> Item:
    also = _also(item.also, correction.topic, unsure=item.unsure)
    return replace(item, also=also, reasons=reasons, unsure=False)


def _also(also: Iterable[str], topic: str, *, unsure: bool) -> tuple[str, ...]:
    return () if unsure else tuple(each for each in also if each != topic)
