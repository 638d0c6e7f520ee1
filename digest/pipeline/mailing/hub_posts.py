"""Send feeds to the subscribers of our own WebSub hub, as deliveries of an issue.

A delivery to the subscriber with the number 12 has the channel ``hub:12``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from digest.delivery import websub
from digest.model.issues import Issue
from digest.model.people import SendOutcome
from digest.model.settings import Settings
from digest.render import paths
from digest.render.feeds import live_paths
from digest.render.media_types import media_type
from digest.storage import output
from digest.storage.people import People

_PREFIX = "hub:"


def is_hub(channel: str | None) -> bool:
    """Return whether a channel is a subscriber of the hub."""
    return channel is not None and channel.startswith(_PREFIX)


def list_channels(people: People, settings: Settings, issue: Issue, now: str) -> Iterator[str]:
    """Yield the channels of the subscribers whose feeds an issue changes."""
    if not settings.web.hub:
        return
    changed = set(_changed(settings, issue))
    for subscription in people.hub.list_active(now):
        if subscription.feed in changed:
            yield f"{_PREFIX}{subscription.id}"


def send_feed(
    settings: Settings, people: People, channel: str, before_end: Callable[[], object]
) -> SendOutcome:
    """Send a feed as it is published now to a subscriber, and return what became of it.

    A subscriber that answers 410 is deleted. Raises what ``before_end`` raises.
    """
    subscription = people.hub.find(int(channel.removeprefix(_PREFIX)))
    if subscription is None:
        return SendOutcome("failed", "the subscription has ended")
    try:
        body = output.read_published(Path(settings.root, "output"), subscription.feed)
    except OSError as error:
        return SendOutcome("deferred", f"the feed cannot be read: {error.strerror}")
    own = paths.absolute(settings.site.url, subscription.feed)
    headers = [
        ("Content-Type", media_type(subscription.feed)),
        ("Link", f'<{settings.hub_url}>; rel="hub", <{own}>; rel="self"'),
    ]
    if subscription.secret is not None:
        headers.append(websub.signature(subscription.secret, body))
    outcome = websub.distribute(
        subscription.callback, headers, body, settings.fetch.private, before_end
    )
    if outcome.code == websub.GONE:
        people.hub.delete(subscription.id)
    return outcome


def _changed(settings: Settings, issue: Issue) -> Iterator[str]:
    """Yield the feeds that an issue changes."""
    *papers, issues = live_paths.live_paths()
    yield issues
    if issue.edition != settings.editions[0].name:
        return
    yield from papers
    topics = {section.topic for section in issue.sections}
    topics |= {topic for item in issue.papers for topic in item.also}
    for topic in topics:
        yield paths.topic(topic, "feed.xml")
