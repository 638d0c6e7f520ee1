"""``digest explain``: the story of a paper, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from digest import errors
from digest import settings as settings_files
from digest.editorial import compose, topics
from digest.editorial import story as editorial_story
from digest.matching import identity
from digest.model.issues import Item
from digest.model.papers import Paper, Sighting
from digest.model.settings import Settings
from digest.parsers.fields import ids
from digest.pipeline import context
from digest.render import paths
from digest.storage.ledger import Ledger


def story(settings: Settings, ledger: Ledger, wanted: str) -> Iterator[str]:
    """Everything known about the paper this key or title names, each with where it is from.

    Words that several titles hold list those titles. Raises `UnknownPaper` for none.
    """
    found = matching(ledger, wanted)
    if len(found) > 1:
        yield f"{len(found)} papers; name one by its key:"
        yield from (f"  {identity.keys(paper)[0]}  {paper.title}" for paper in found)
        return
    (paper,) = found
    yield paper.title
    yield f"  keys     {', '.join(identity.keys(paper))}"
    yield f"  guid     {paper.guid}"
    mended = compose.clean_paper(paper, 1).item
    headings = context.headings(Path(settings.root))
    under = topics.place(headings.lexicon, mended.title, mended.abstract, paper.categories)
    placed = compose.classify_item(mended, under)
    yield from _words(paper, mended)
    yield from _seen(ledger, paper)
    yield from _topic(Path(settings.root), headings.names, placed)
    yield from _issued(ledger, paper)
    yield from _not_issued(settings, ledger, paper, placed)


def named(ledger: Ledger, wanted: str) -> Paper:
    """The one paper this key or title names; raises `UnknownPaper` for none or several."""
    found = matching(ledger, wanted)
    if len(found) > 1:
        raise errors.UnknownPaper(wanted, [identity.keys(paper)[0] for paper in found])
    return found[0]


def matching(ledger: Ledger, wanted: str) -> list[Paper]:
    """Return the papers that a key, a title or words of one name; raise `UnknownPaper` for none."""
    found = ledger.explain.find_papers(_keys(wanted), wanted.strip())
    if not found:
        raise errors.UnknownPaper(wanted)
    return found


def _keys(wanted: str) -> tuple[str, ...]:
    """The keys a person may have meant: an id, an address, or a title as it is."""
    wanted = wanted.strip().removeprefix("title:")
    meant = Sighting(title=wanted, arxiv_id=ids.arxiv_id(wanted), doi=ids.doi(wanted))
    return identity.keys(meant)


def _words(paper: Paper, mended: Item) -> Iterator[str]:
    """What was mended, before and after, and the line."""
    yield from (f"  mended   {change}" for change in editorial_story.mended_words(paper, mended))
    if mended.one_line:
        yield f"  line     “{mended.one_line.text}” (from the {mended.one_line.source})"


def _seen(ledger: Ledger, paper: Paper) -> Iterator[str]:
    for seen in ledger.explain.sightings(paper.id):
        day = f", page of {seen.page_date}" if seen.page_date else ""
        yield f"  seen     {seen.moment[:16]} in {seen.dump}, line {seen.line}{day}"
        counts = [
            f"{count} {name}"
            for count, name in ((seen.upvotes, "votes"), (seen.comments, "comments"))
            if count is not None
        ]
        yield f"           {'; '.join([f'{seen.standing}: {seen.because}', *counts])}"
        if seen.words:
            yield f"           in its own words: {seen.words}"


def _topic(root: Path, names: Mapping[str, str], placed: compose.ClassifiedItem) -> Iterator[str]:
    """Where the topics in force now put it; an issue's own placement stands with the issue."""
    own = root / settings_files.CONFIG / settings_files.TOPICS_TOML
    source = f"by {own}" if own.exists() else "by the shipped topics"
    yield f"  topic    {editorial_story.topic_reasons(placed, names, source)}"
    if placed.item.also:
        yield f"  also in  {', '.join(names.get(topic, topic) for topic in placed.item.also)}"


def _issued(ledger: Ledger, paper: Paper) -> Iterator[str]:
    for place in ledger.explain.issued_in(paper.id):
        stored = ledger.issues.load_issue(place.edition, place.number)
        page = paths.issue(place.edition, stored.key, "html")
        guids = [item.guid for item in stored.papers]
        at = f", paper {guids.index(paper.guid) + 1} of {len(guids)}" if paper.guid in guids else ""
        yield f"  issue    {place.edition}, number {place.number}{at}: output/{page}"
        yield from (
            f"           {line}" for line in editorial_story.place_in_issue(stored, paper.guid)
        )
    if withdrawn := ledger.explain.withdrawal(paper.id):
        yield f"  withdrawn {withdrawn[:16]}; pages and feeds leave it out"


def _not_issued(
    settings: Settings, ledger: Ledger, paper: Paper, placed: compose.ClassifiedItem
) -> Iterator[str]:
    issued = {place.edition for place in ledger.explain.issued_in(paper.id)}
    history = ledger.explain.is_history(paper.intake)
    for edition, (since, cursor) in ledger.explain.cursors().items():
        if edition in issued:
            continue
        why = editorial_story.why_not_issued(
            settings, edition, placed, paper.intake, since=since, cursor=cursor, history=history
        )
        yield f"  not in   {edition}: {why}"
