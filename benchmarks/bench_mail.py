"""M1: the mail of 36 papers, for each wish and for each person, over what could not be less."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measure
from digest.model.people import MailContent
from digest.render.feeds.issue_entries import issue_guid
from digest.render.mail import message
from digest.render.site import pages
from tests.support import mails
from tests.support.pages import TEMPLATES
from tests.support.smtp_server import smtp_server

_PAPERS, _PEOPLE = 36, 50


def rows(_: Path) -> Iterator[measure.Row]:
    """Measure rendering against the issue's pages, and a person's mail against handing it over."""
    issue = mails.issue(_PAPERS)
    site = pages.Pages((TEMPLATES,), mails.SETTINGS.site)
    wish = measure.ratio(lambda: mails.render(issue), lambda: site.issue(issue))
    yield measure.at_most("M1", f"mail of {_PAPERS} papers for a wish / its pages", 4.0, wish)
    content = mails.render(issue)
    yield measure.at_most("M1", "a person's mail / one bare hand-over", 0.15, _person(content))


def _person(content: MailContent) -> float:
    """Return the time of making a person's mail, against that of handing finished bytes over.

    The server is one on this machine that answers at once, on a connection that stays open.
    """
    issue, settings, person = mails.issue(_PAPERS), mails.SETTINGS, mails.PERSON
    guid = issue_guid(issue)
    data = message.make_message(content, settings, person, guid, issue.moment)

    def make() -> None:
        for _ in range(_PEOPLE):
            message.make_message(content, settings, person, guid, issue.moment)

    with smtp_server() as server, smtplib.SMTP("127.0.0.1", server.port) as client:

        def hand_over() -> None:
            for _ in range(_PEOPLE):
                client.sendmail("papers@example.org", [person.address], data)

        return measure.ratio(make, hand_over, 3)
