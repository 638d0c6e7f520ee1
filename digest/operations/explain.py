"""Explain one paper: write everything that is known about it as lines (``digest explain``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from digest import errors
from digest.editorial import compose, story, topics
from digest.matching import identity
from digest.model.issues import Item
from digest.model.limits import LONGEST_QUERY
from digest.model.papers import Paper, Sighting
from digest.model.settings import Settings
from digest.model.topics import Correction
from digest.parsers.fields import ids
from digest.pipeline.topics import Headings, load_headings
from digest.render import paths, wording
from digest.storage.ledger import Ledger
from digest.storage.ledger.lookups.explain_queries import LISTED


def explain(
    settings: Settings, ledger: Ledger, papers: Sequence[Paper], total: int
) -> Iterator[str]:
    """Yield lines about the paper that `find_papers` returned.

    They give its keys, mended words, sightings with the reason for each identification, topic
    (by the topics in force now) and issues, and the reason for each edition without it. If
    it returned several papers, the lines list them with their keys instead, and say how many
    have such a name, ``total``. Raises `SettingsError` if the topics cannot be used.
    """
    if len(papers) > 1:
        listed = f", the newest {len(papers)} of them listed" if total > len(papers) else ""
        yield f"{wording.count(total, 'paper')}{listed}; name one by its key:"
        yield from (f"  {identity.keys(paper)[0]}  {paper.title}" for paper in papers)
        return
    (paper,) = papers
    yield paper.title
    yield f"  keys     {', '.join(identity.keys(paper))}"
    yield f"  guid     {paper.guid}"
    # As an issue would show it now; the number of dumps does not change its words or topic.
    item = compose.clean_paper(paper, 1).item
    headings = load_headings(Path(settings.root))
    correction = ledger.moved_papers.by_paper().get(paper.id)
    in_force = correction if correction and correction.topic in headings.names else None
    placement = topics.place_corrected(headings.lexicon, item, paper.categories, in_force)
    classified = compose.classify_item(item, placement)
    yield from _mended_words(paper, item)
    yield from _sightings(ledger, paper)
    yield from _topic(headings, classified)
    yield from _correction(headings, correction)
    yield from _issues(ledger, paper)
    yield from _editions_without_it(settings, ledger, paper, classified)


def find_paper(ledger: Ledger, name: str) -> Paper:
    """Return the one paper that has this key or this whole title.

    Titles are compared as keys are: case, accents and punctuation do not matter. Raises
    `UnknownPaper` if none has it or several have; it lists the papers that could be meant.
    """
    papers = find_papers(ledger, name)
    exact = ledger.papers.look_up(possible_keys(name)).papers
    if len(exact) != 1:
        matches = [identity.keys(paper)[0] for paper in papers]
        raise errors.UnknownPaper(name, matches, part_of_title=not exact)
    return papers[0]


def find_papers(ledger: Ledger, name: str) -> list[Paper]:
    """Return the papers that have this key, else at most ten whose title contains these words.

    ``name`` may be an id, a link with one, or a title. Raises `UnknownPaper` if none fits.
    """
    papers = _search_papers(ledger, name.strip())
    if not papers:
        raise errors.UnknownPaper(name)
    return papers


def count_papers(ledger: Ledger, name: str, found: Sequence[Paper]) -> int:
    """Return how many papers `find_papers` would have returned without its limit.

    ``found`` are those that it returned.
    """
    # Counting reads every title once more, so it is done only where there may be more papers.
    if len(found) < LISTED:
        return len(found)
    return ledger.explain.count_papers(possible_keys(name), name.strip())


def _search_papers(ledger: Ledger, name: str) -> list[Paper]:
    # A blank name would fit every title, and SQLite refuses a long pattern.
    if not name or len(name) > LONGEST_QUERY:
        return []
    try:
        return ledger.explain.find_papers(possible_keys(name), name)
    except UnicodeEncodeError:  # half of a surrogate pair, which no stored title holds
        return []


def possible_keys(name: str) -> tuple[str, ...]:
    """Return the keys that an id, a link or a title may stand for."""
    # Lists show the key of a paper without an id as ``title:...``, which may be given back here.
    name = name.strip().removeprefix("title:")
    return identity.keys(Sighting(title=name, arxiv_id=ids.arxiv_id(name), doi=ids.doi(name)))


def _mended_words(paper: Paper, item: Item) -> Iterator[str]:
    yield from (f"  mended   {change}" for change in story.mended_words(paper, item))
    if item.one_line:
        yield f"  teaser   “{item.one_line.text}” (from the {item.one_line.source})"


def _sightings(ledger: Ledger, paper: Paper) -> Iterator[str]:
    for seen in ledger.explain.sightings(paper.id):
        page = f", page of {seen.page_date}" if seen.page_date else ""
        yield f"  seen     {seen.moment[:16]} in {seen.dump}, line {seen.line}{page}"
        counts = [
            wording.count(number, noun)
            for number, noun in ((seen.upvotes, "vote"), (seen.comments, "comment"))
            if number is not None
        ]
        yield f"           {'; '.join([f'{seen.standing}: {seen.because}', *counts])}"
        if seen.words:
            yield f"           with another text: {seen.words}"


def _topic(headings: Headings, paper: compose.ClassifiedItem) -> Iterator[str]:
    # By the topics in force now. An issue keeps its own placement, which `_issues` gives.
    names = headings.names
    source = "by the shipped topics" if headings.origin == "shipped" else f"by {headings.file}"
    if paper.item.reasons == (topics.MOVED,):  # no topics file says so
        yield f"  topic    {names[paper.topic]}: {topics.MOVED}"
    else:
        yield f"  topic    {story.topic_reasons(paper, names, source)}"
    if paper.item.also:
        also = ", ".join(names.get(topic, topic) for topic in paper.item.also)
        yield f"  perhaps  also under {also}" if paper.item.unsure else f"  also in  {also}"


def _correction(headings: Headings, correction: Correction | None) -> Iterator[str]:
    if correction is None:
        return
    heading, day = headings.names.get(correction.topic), correction.moment[:16]
    if heading:
        yield f"  moved    {day} to {heading} (take it back with digest move --undo)"
    else:
        yield f"  moved    {day} to {correction.name}, which is not configured any more"


def _issues(ledger: Ledger, paper: Paper) -> Iterator[str]:
    for place in ledger.explain.issued_in(paper.id):
        issue = ledger.issues.load_issue(place.edition, place.number)
        page = paths.issue(place.edition, issue.key, "html")
        guids = [item.guid for item in issue.papers]
        # The issue may hold it under the guid of a paper that was merged into it later.
        at = f", paper {guids.index(paper.guid) + 1} of {len(guids)}" if paper.guid in guids else ""
        yield f"  issue    {place.edition}, number {place.number}{at}: output/{page}"
        yield from (f"           {line}" for line in story.place_in_issue(issue, paper.guid))
    if withdrawn := ledger.explain.withdrawal(paper.id):
        yield f"  withdrawn {withdrawn[:16]}; pages and feeds leave it out (digest withdraw --undo)"


def _editions_without_it(
    settings: Settings, ledger: Ledger, paper: Paper, classified: compose.ClassifiedItem
) -> Iterator[str]:
    if ledger.explain.withdrawal(paper.id):
        return
    issued = {place.edition for place in ledger.explain.issued_in(paper.id)}
    waits = ledger.explain.waits_in(paper.id)
    history = ledger.explain.is_history(paper.intake)
    for edition, (since, cursor) in ledger.explain.cursors().items():
        if edition in issued:
            continue
        is_judged = paper.intake <= cursor and edition not in waits
        reason = story.why_not_issued(
            settings,
            edition,
            classified,
            paper.intake,
            since=since,
            is_judged=is_judged,
            history=history,
        )
        yield f"  not in   {edition}: {reason}"
