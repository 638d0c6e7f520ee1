"""The last item of a retired topic's feed: that it ends, and where its papers go now."""

from __future__ import annotations

import hashlib
from collections.abc import Container

from digest.model.settings import Site
from digest.model.topics import RemovedTopic
from digest.render import escape
from digest.render.feeds import entry
from digest.render.feeds.entry import FeedEntry
from digest.render.site.views import topics


def guid(retired: RemovedTopic) -> str:
    """The permanent URN of a notice; a topic that is retired once more has another one."""
    name = f"{retired.topic}/{retired.moment}".encode()
    return f"urn:papers-digest:retired:{hashlib.blake2b(name, digest_size=16).hexdigest()}"


def of(retired: RemovedTopic, with_page: Container[str], site: Site) -> FeedEntry:
    """The notice as an entry, with links to the heirs that have a page."""
    notice = topics.notice(retired, with_page)
    links = "".join(
        f'<li><a href="{escape.html(entry.topic_url(site, heir.topic))}">{escape.html(heir.name)}'
        "</a></li>"
        for heir in topics.heirs(retired, with_page)
    )
    return FeedEntry(
        guid(retired),
        escape.xml_chars(f"{retired.name}: this heading was retired"),
        escape.xml_chars(entry.topic_url(site, retired.topic)),
        escape.xml_chars(notice.words),
        f"<p>{escape.html(notice.words)}</p>{f'<ul>{links}</ul>' if links else ''}",
        (escape.xml_chars(site.author),),
        (),
        entry.moment(retired.moment),
    )
