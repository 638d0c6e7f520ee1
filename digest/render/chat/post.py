"""Choose what a channel's post holds: a title, counts, papers, and the address of the issue."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from digest.editorial import profile
from digest.model.issues import Issue, Item
from digest.model.mail_settings import Chat
from digest.model.settings import Profile, Site
from digest.render import escape, paths, teasers, wording
from digest.render.feeds import entry

_LONGEST_ADDRESS = 500  # characters: a longer one would leave no room for the paper


class PostedPaper(NamedTuple):
    """A paper in a post. Its words are as the issue has them; each service makes them inert."""

    guid: str
    title: str
    url: str
    teaser: str
    topic: str


class ChatPost(NamedTuple):
    """A post before it is written for a service.

    ``papers`` are those that it may name, ``total`` is how many the channel's choice let through.
    ``link`` are the words of its link to ``url``.
    """

    title: str
    lead: str
    papers: tuple[PostedPaper, ...]
    total: int
    url: str
    link: str = "The issue on its page"


def choose(
    issue: Issue, chat: Chat, site: Site, unnamed: Container[str] = frozenset()
) -> ChatPost | None:
    """Return the post of an issue for a channel; None if none of its papers is for the channel.

    Papers to read first come first, the others in the order of the page. An issue without papers
    has a post that says why, but not in a channel that wants certain papers only. The title names
    the edition unless that is ``unnamed``.
    """
    papers = _wanted(issue, chat)
    is_choosy = bool(chat.topics or chat.words)
    if is_choosy and not papers:
        return None
    first = {guid: place for place, guid in enumerate(issue.picks)}
    papers.sort(key=lambda pair: first.get(pair[0].guid, len(first)))
    edition = "" if issue.edition in unnamed else f", {issue.edition}"
    elsewhere = len(issue.papers) - len(papers)
    counts = f"{wording.of_all(len(papers), elsewhere)} for this channel."
    return ChatPost(
        title=f"{site.title}: {wording.title(issue)}{edition}",
        lead=counts if is_choosy else wording.lead(issue),
        papers=tuple(_paper(issue, item, topic, site) for item, topic in papers[: chat.papers]),
        total=len(papers),
        url=escape.address(entry.issue_url(site, issue)),
    )


def make_test(site: Site) -> ChatPost:
    """Return a post that says that it is a test, for a folder without an issue."""
    return ChatPost(
        title=f"A test of {site.title}",
        lead="If you can read this, its posts arrive here. There is no issue for this channel yet.",
        papers=(),
        total=0,
        url=escape.address(site.url),
        link="Where its issues will be",
    )


def _wanted(issue: Issue, chat: Chat) -> list[tuple[Item, str]]:
    """Return the papers that pass the channel's topics and words, each with its heading."""
    words = profile.compile_profile(Profile(words=chat.words))
    return [
        (item, section.name)
        for section in issue.sections
        if not chat.topics or section.topic in chat.topics
        for item in section.papers
        if not chat.words or profile.match_profile(words, item).follows
    ]


def _paper(issue: Issue, item: Item, topic: str, site: Site) -> PostedPaper:
    address = escape.address(item.url)
    if not address or len(address) > _LONGEST_ADDRESS:
        address = f"{entry.issue_url(site, issue)}#{paths.anchor(item.guid)}"
    return PostedPaper(
        guid=item.guid,
        title=f"{item.title} (withdrawn)" if item.retracted else item.title,
        url=address,
        teaser=teasers.marked(item.one_line),
        topic=topic,
    )
