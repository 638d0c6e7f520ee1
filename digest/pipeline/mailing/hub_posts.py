"""Order and send feeds to the subscribers of our own WebSub hub, as deliveries.

What is sent is the feed as it is published at that moment. It is ordered when its content is
another than what a subscriber got last: after an issue, and after a correction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from digest.delivery import websub
from digest.editorial import delivery_times
from digest.model.hub import HubSubscription
from digest.model.mail_settings import Mail
from digest.model.people import SendOutcome
from digest.model.settings import Settings
from digest.pipeline.mailing import settling
from digest.render.feeds import live_paths
from digest.render.media_types import media_type
from digest.storage import output
from digest.storage.ledger import Ledger
from digest.storage.people import People

_INTERRUPTED = "the sender was stopped before the answer came"


def version_of(ledger: Ledger, feed: str) -> str:
    """Return the version of a feed that was published last; "" if it was not."""
    file = ledger.published_files.manifest().get(feed)
    return file.hash.hex() if file else ""


def order(people: People, ledger: Ledger, now: datetime) -> None:
    """Let subscribers get the feeds that have changed.

    Their deliveries belong to the newest mailing. Before the first one nothing is ordered.
    """
    changed = [
        (feed, before, version)
        for feed, before in people.hub.list_versions()
        # A file that could not be written has no version.
        if (version := version_of(ledger, feed)) not in {"", before}
    ]
    newest = people.mailings.list_newest(most=1)
    if not (changed and newest):
        return
    moment = delivery_times.spell(now)
    with people.transaction():
        for feed, before, version in changed:
            for number in people.hub.list_of_version(feed, before, moment):
                if people.hub_posts.order(newest[0].id, number, moment):
                    people.hub.set_version(number, version)


def send_feed(
    settings: Settings,
    people: People,
    subscription: HubSubscription,
    before_end: Callable[[], object],
) -> SendOutcome:
    """Send a feed to a subscriber as it is published now, and return what became of it.

    A subscriber that answers 410 is deleted. Raises `OSError` if the feed cannot be read, and what
    ``before_end`` raises.
    """
    body = output.read_published(Path(settings.root, "output"), subscription.feed)
    headers = [("Content-Type", media_type(subscription.feed))]
    if links := live_paths.links(settings.announced_site, subscription.feed):
        headers.append(("Link", links))
    if subscription.secret is not None:
        headers.append(websub.signature(subscription.secret, body))
    private = settings.fetch.private
    outcome = websub.distribute(subscription.callback, headers, body, private, before_end)
    if outcome.state == "sent":
        # It may be newer than what was ordered, or older: then the next pass orders it anew.
        people.hub.set_version(subscription.id, output.hash_of(body).hex())
    elif outcome.code == websub.GONE:
        people.hub.delete(subscription.id)
    return outcome


def settle_interrupted(people: People, mail: Mail, now: datetime) -> int:
    """Put off what was being sent when its sender was killed; return how many it is.

    A feed that comes twice harms nobody. Only a caller that holds the lock of the hub's sender
    may do this: nobody else is sending.
    """
    outcome = SendOutcome("deferred", _INTERRUPTED)
    with people.transaction():
        interrupted = people.hub_posts.list_interrupted()
        for delivery in interrupted:
            settling.settle(people, mail, delivery, outcome, now)
    return len(interrupted)
