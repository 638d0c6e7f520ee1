"""Build the entries of an issue's page, so that templates only lay them out.

Texts are plain and addresses are safe to link to. Templates escape the texts.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from digest.editorial import lateness
from digest.model.issues import Issue, Item
from digest.render import escape, paths, teasers, wording
from digest.render.site.views import headings, period
from digest.text import links, sentences


class LinkView(msgspec.Struct, frozen=True, gc=False):
    """A link with its words and its address. ``name`` is its label for screen readers."""

    words: str
    href: str
    name: str


class FactView(msgspec.Struct, frozen=True, gc=False):
    """A short text about a paper. ``kind`` is the CSS class of its element."""

    kind: str
    words: str


class EntryView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A paper, ready to be laid out. An empty text means that there is nothing to show."""

    anchor: str
    href: str
    title: str
    facts: tuple[FactView, ...]
    votes: str
    late: str
    line: str
    said_by: str
    is_quotation: bool  # the line is; one by a language model is not
    abstract: str
    summary: str
    fold: str  # the summary line of the folded part
    why: str
    links: tuple[LinkView, ...]
    further: tuple[LinkView, ...]  # to what the title's own link does not lead to, for Markdown

    @property
    def meta(self) -> str:
        """The facts in one line, for Markdown."""
        return " · ".join([fact.words for fact in self.facts])


class SubheadingView(msgspec.Struct, frozen=True, gc=False):
    """Entries under a sub-heading. Entries without a sub-heading have an empty name."""

    name: str
    entries: tuple[EntryView, ...]


class HeadingView(msgspec.Struct, frozen=True, gc=False):
    """A heading with its entries."""

    anchor: str
    name: str
    amount: str
    portions: tuple[SubheadingView, ...]

    @property
    def entries(self) -> tuple[EntryView, ...]:
        """The entries of all portions, in the order of the page."""
        return tuple(entry for portion in self.portions for entry in portion.entries)


def build_headings(issue: Issue) -> tuple[HeadingView, ...]:
    """Return the issue's headings with their entries, in reading order."""
    return tuple(_build_heading(issue, heading) for heading in headings.group_sections(issue))


def _build_heading(issue: Issue, heading: headings.HeadingLine) -> HeadingView:
    amount = wording.of_all(len(heading.papers), heading.elsewhere)
    portions = tuple(_build_portions(issue, heading))
    return HeadingView(heading.anchor, heading.name, amount, portions)


def _build_portions(issue: Issue, heading: headings.HeadingLine) -> Iterator[SubheadingView]:
    entries = {
        item.guid: build_entry(issue, item, section.name, tell=section.name != heading.name)
        for section in heading.sections
        for item in section.papers
    }
    # A section cut by the edition's limit is short enough without sub-headings.
    parts = (
        ()
        if heading.elsewhere
        else (part for section in heading.sections for part in section.parts)
    )
    for part in parts:
        yield SubheadingView(part.name, tuple(entries.pop(guid) for guid in part.papers))
    # Papers without a sub-heading stand below the others.
    if entries:
        yield SubheadingView("", tuple(entries.values()))


def build_entry(issue: Issue, item: Item, heading: str, *, tell: bool = False) -> EntryView:
    """Return the entry of a paper that stands under ``heading``.

    With ``tell``, the heading is its first fact: papers in brief need it.
    """
    line = item.one_line
    votes = wording.votes(item.upvotes)
    late = describe_lateness(item, issue)
    return EntryView(
        anchor=paths.anchor(item.guid),
        href=escape.address(item.url),
        title=item.title,
        facts=(
            *([FactView("tag", heading)] if tell else []),
            *_facts(issue, item, votes, late),
        ),
        votes=votes,
        late=late,
        line=line.text if line else "",
        said_by=teasers.said_by(line) if line else "",
        is_quotation=line is not None and teasers.is_quotation(line),
        abstract=item.abstract or "",
        # The summary is not repeated where the teaser quotes it.
        summary="" if line and line.source == "summary" else item.summary or "",
        fold="Abstract, and why it is here" if item.abstract else "Why it is here",
        why=_explain(issue, item, heading, is_marked=bool(late)),
        links=(*_links(item), *link_to_main_edition(issue, item)),
        further=_further_links(item),
    )


def _facts(issue: Issue, item: Item, votes: str, late: str) -> Iterator[FactView]:
    if item.retracted:
        yield FactView("tag withdrawn", "withdrawn")
    if item.organization:
        yield FactView("org", item.organization.name)
    if by := wording.authors(item):
        yield FactView("by", by)
    if published := _published(item, issue.date[:4]):
        yield FactView("day", published)
    if votes:
        yield FactView("up", votes + period.describe_change(issue, item, "upvotes"))
    if comments := wording.comments(item.comments):
        yield FactView("talk", comments + period.describe_change(issue, item, "comments"))
    if first_sight := period.describe_first_sight(issue, item):
        yield FactView("day", first_sight)
    for reason in issue.followed.get(item.guid, ()):
        # It says why this paper stands above others with more votes.
        yield FactView("tag follows", sentences.lower_first(reason))
    if item.also:
        names = wording.listed([issue.topics.get(topic, topic) for topic in item.also])
        yield FactView("tag", f"{'perhaps also under' if item.unsure else 'also in'} {names}")
    if late:
        yield FactView("tag late", late)


def _published(item: Item, year: str) -> str:
    if item.published:
        return wording.short_day(item.published, year=year)
    # A date that could not be parsed is shown as the listing has it.
    return item.published_text or ""


def describe_lateness(item: Item, issue: Issue) -> str:
    """Return "late, from Wed 18 Nov"; empty for a paper that is not late.

    Also empty in an issue whose lead says it of most papers: there a mark at each is noise.
    """
    if not item.late_from or lateness.is_mostly_late(issue):
        return ""
    return f"late, from {wording.short_day(item.late_from, year=issue.date[:4], weekday=True)}"


def _explain(issue: Issue, item: Item, heading: str, *, is_marked: bool) -> str:
    year = issue.date[:4]
    reasons = f": {'; '.join(item.reasons)}" if item.reasons else ""
    sightings = ""
    if item.dumps > 1:
        first = wording.short_day(item.first_seen[:10], year=year)
        sightings = f" Seen in {item.dumps:,} dumps{f', first on {first}' if first else ''}."
    search = ""
    if links.is_title_search(item.url):
        search = " Its own address is not known: the title leads to a search."
    late = ""
    if item.late_from and not is_marked:
        late = f" Late, from the page of {wording.short_day(item.late_from, year=year)}."
    return f"Under {heading}{reasons}.{sightings}{late}{search}"


def link_to_main_edition(issue: Issue, item: Item) -> Iterator[LinkView]:
    """Yield a link to the paper in the main edition, if it was issued there.

    The address is within the output and needs no check.
    """
    if place := period.find_in_main_edition(issue, item):
        words, href = place
        yield LinkView(words, href, f"{words}, with “{item.title}”")


def _links(item: Item) -> tuple[LinkView, ...]:
    rows = []
    if item.arxiv_id:
        name = f"arXiv:{item.arxiv_id}"
        rows.append(LinkView(name, links.arxiv_page(item.arxiv_id), name))
        rows.append(LinkView("PDF", links.arxiv_pdf(item.arxiv_id), f"PDF of {name}"))
    if item.doi:
        rows.append(LinkView(f"doi:{item.doi}", links.doi_page(item.doi), f"doi:{item.doi}"))
    if links.is_listing_page(item.url):
        rows.append(LinkView("Hugging Face", item.url, f"Hugging Face page of “{item.title}”"))
    if item.code_url:
        stars = "" if item.stars is None else f" ★ {wording.thousands(item.stars)}"
        rows.append(LinkView(f"code{stars}", item.code_url, f"code{stars} of “{item.title}”"))
    # A dump may give any text as an address. One that is not http or https gets no link.
    safe = ((link, escape.address(link.href)) for link in rows)
    return tuple(LinkView(link.words, href, link.name) for link, href in safe if href)


def _further_links(item: Item) -> tuple[LinkView, ...]:
    """Return the links to code, and to a page of the paper that the title does not lead to."""
    arxiv_id, doi = item.arxiv_id or "", item.doi or ""
    # The page at arXiv has the PDF.
    known = {item.url, links.arxiv_pdf(arxiv_id)}
    if arxiv_id in item.url:
        known.add(links.arxiv_page(arxiv_id))
    # arXiv gives papers a DOI that leads back to it.
    if doi in item.url or (arxiv_id and arxiv_id in doi):
        known.add(links.doi_page(doi))
    return tuple(link for link in _links(item) if link.href not in known)
