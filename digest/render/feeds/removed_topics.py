"""Build the last item of a removed topic's feed, with links to the topics that replace it."""

from __future__ import annotations

import hashlib
from collections.abc import Container

from digest.model.settings import Site
from digest.model.topics import RemovedTopic
from digest.render import escape, removed_topic
from digest.render.feeds import entry
from digest.render.feeds.entry import FeedEntry


def removal_guid(removed: RemovedTopic) -> str:
    """Return the permanent URN of a notice; a second removal of the topic gives another one."""
    name = f"{removed.topic}/{removed.moment}".encode()
    return f"urn:papers-digest:retired:{hashlib.blake2b(name, digest_size=16).hexdigest()}"


def removal_entry(removed: RemovedTopic, with_page: Container[str], site: Site) -> FeedEntry:
    """Return the notice as an entry; ``with_page`` are the topics that have a page."""
    notice = removed_topic.removal_notice(removed, with_page)
    links = "".join(
        f'<li><a href="{escape.html(entry.topic_url(site, successor.topic))}">'
        f"{escape.html(successor.name)}</a></li>"
        for successor in removed_topic.linked_successors(removed, with_page)
    )
    return FeedEntry(
        guid=removal_guid(removed),
        title=escape.xml_chars(f"{removed.name}: this heading was retired"),
        link=escape.xml_chars(entry.topic_url(site, removed.topic)),
        summary=escape.xml_chars(notice.words),
        content=f"<p>{escape.html(notice.words)}</p>{f'<ul>{links}</ul>' if links else ''}",
        authors=(escape.xml_chars(site.author),),
        byline=escape.xml_chars(site.author),
        categories=(),
        moment=entry.spell_moment(removed.moment),
    )
