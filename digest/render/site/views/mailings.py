"""Say what became of mails and posts, in numbers: no address stands on a page."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from digest.model.hub import HubStatus
from digest.model.people import DeliveryCounts, DeliveryReport, MailingStatus
from digest.model.status import Status
from digest.render import measures, wording
from digest.render.site.views.status_sources import StatusLineView

_STATES = {
    "sent": "sent",
    "pending": "waiting",
    "sending": "being sent",
    "deferred": "put off",
    "failed": "failed",
    "unknown": "unknown",
    "held": "not sent to people who are out",
    "late": "too late",
    "cancelled": "cancelled",
    "empty": "without a paper for them",
}


def lines(status: Status) -> Iterator[StatusLineView]:
    """Yield a line for each mailing; one for an outage of the mail server comes first."""
    if status.mail_problem:
        yield StatusLineView("Mail", f"The people database {status.mail_problem}.", "failed")
    if status.mail_outage_since:
        since = measures.moment(status.mail_outage_since)
        yield StatusLineView("Mail server", f"It has taken nothing since {since}.", "failed")
    yield from map(_line, status.mailings)


def hub_line(hub: HubStatus) -> StatusLineView:
    """Return the line of our own hub: how many subscribers it has, and what was sent last."""
    facts = []
    if hub.waiting:
        facts.append(f"{wording.count(hub.waiting, 'request')} still to be verified.")
    if described := describe_counts(hub.posts):
        facts.append(f"Feeds of the last issue: {described}.")
    return StatusLineView(wording.count(hub.subscribers, "subscriber"), " ".join(facts))


def count_unknown(status: Status) -> int:
    """Return how many deliveries of the newest mailings are unknown."""
    return sum(each.mail.unknown + each.chat.unknown for each in status.mailings)


def count_lost(status: Status) -> int:
    """Return how many deliveries of today failed or came too late."""
    today = status.moment[:10]
    newest = [each for each in status.mailings if today in (each.begun[:10], each.last[:10])]
    return sum(counts.failed + counts.late for each in newest for counts in (each.mail, each.chat))


def describe_counts(counts: DeliveryCounts) -> str:
    """Return the counts that are not 0, such as "12 sent, 1 put off"."""
    values = msgspec.structs.asdict(counts)
    return ", ".join(
        f"{values[state]:,} {word}" for state, word in _STATES.items() if values[state]
    )


def describe_report(report: DeliveryReport) -> str:
    """Return what the deliveries of a run came to, as one line; "" if there were none."""
    facts = [describe_counts(report.counts)] if describe_counts(report.counts) else []
    if report.outage:
        # Without the reason, which is logged.
        facts.append("the mail server takes nothing; digest check --mail tries it")
    elsewhere = report.unknown - report.counts.unknown
    if elsewhere > 0:
        facts.append(f"{elsewhere:,} unknown from before")
    return "; ".join(facts)


def _line(mailing: MailingStatus) -> StatusLineView:
    facts = []
    for noun, counts in (("Mails", mailing.mail), ("Posts", mailing.chat)):
        if described := describe_counts(counts):
            facts.append(f"{noun}: {described}.")
    facts.append(f"Begun {measures.moment(mailing.begun)}.")
    if mailing.last != mailing.begun:
        facts.append(f"Last change {measures.moment(mailing.last)}.")
    is_unclear = mailing.mail.unknown or mailing.chat.unknown
    tag = "unknown" if is_unclear else ""
    # Without a link: an issue that was taken back has no page.
    return StatusLineView(f"{mailing.edition} {mailing.key}", " ".join(facts), tag)
