"""``digest subscribers add``: add a person, with a consent or a mail that asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from digest.cli.arguments import QueryText
from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext

_ANSWERS = {
    "added": "Added: {}",
    "back": "Is a subscriber again: {}",
    "asked": "Waits for an answer to the mail that was sent: {}",
    "waits": "Waits for an answer; a mail was sent less than a day ago: {}",
}


@click.command()
@options.address_argument
@click.option(
    "--consent",
    type=QueryText(),
    metavar="WORDS",
    help='What they agreed to and when: "asked me by mail, 2026-11-20".',
)
@options.wish_options
@click.pass_obj
def add(context: CliContext, /, address: str, consent: str | None, **wish: Any) -> None:
    """Add a person, with their consent or by a mail that asks for it.

    With --consent they get the next issue; the words and the day are kept. Without, they get one
    mail that asks, and nothing else until they answer it (digest mail receive reads the answer).
    It is refused if [mail] is not set up for that. One mail a day asks at most.

    Who left comes back by a later consent only. The options say what of an issue they get:
    papers that match one of topics, words, authors and organizations, as in [profile]. A LIST is
    separated by commas, or the option is given again. Your own address needs none of this: write
    it into [mail] to.

    \b
    Example:
      digest subscribers add ada@example.org --consent "by mail, 2026-11-20"
      digest subscribers add bo@example.org --words "kelp, tide pools" --most 10
    """
    from digest.model.people import Wish
    from digest.operations.subscribers import adding
    from digest.operations.subscribers.consents import read_consent
    from digest.operations.subscribers.wish_checks import WishReader

    settings = context.settings()
    moment = context.site_time(settings)
    agreed = None
    if consent is not None:
        with options.wrong_usage("--consent"):
            agreed = read_consent(consent, moment, "added by the operator")
    with options.wrong_usage():
        wanted = WishReader(settings).change(Wish(), options.given_values(wish))
    with options.wrong_usage("ADDRESS"):
        done = adding.add(settings, moment, address, wanted, agreed)
    context.echo(_ANSWERS[done.result].format(done.address))
