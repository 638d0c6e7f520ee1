"""``digest mail receive``: handle the mails that come back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.cli.context import CliContext
    from digest.delivery.mailbox import Letter
    from digest.model.incoming import IncomingCounts

_PIPE = "-"
# What mail servers understand (sysexits.h): give the mail back to its sender, or try again.
_UNAVAILABLE, _TRY_AGAIN = 69, 75
_WORDS = {
    "bounced": "bounced: the address gets no more mails",
    "counted": "bounced: given up after three issues in a row",
    "complained": "complained: never written to again",
    "left": "unsubscribed",
    "confirmed": "confirmed",
    "ignored": "needed nothing: absence notes, delays, what was answered before",
    "forwarded": "forwarded",
    "repeated": "handled before",
    "kept": "not for the digest: left as it is",
    "refused": "could not be forwarded: left as it is",
    "deferred": "could not be forwarded now: tried again next time",
}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def receive(context: CliContext, files: tuple[Path, ...], as_json: bool) -> int:
    """Handle the mails that come back.

    FILE is a mail, an mbox file or a Maildir; - is one mail from standard input, as mail servers
    pipe it into a program. Without FILE the mailbox of `[mail] mailbox` is read, else standard
    input.

    An address that does not exist gets no more mails, and neither does one that bounces three
    issues in a row, somebody who complains, or somebody who unsubscribes by mail. An answer to a
    confirmation makes a subscriber. What a person has to read is forwarded to `[mail] reply_to`.
    Absence notes are dropped. Nothing is deleted, and a mail is handled once, however often it is
    read.

    Exit status 3 if a mail could not be forwarded. A mail from standard input gives 69 if it
    cannot be handled, and 75 after any error, so that the mail server keeps it and tries again.

    \b
    Example:
      digest mail receive
      digest mail receive bounces.mbox
      digest --root /srv/papers mail receive - < mail.eml
    """
    if not files:
        return _receive_without_files(context, as_json=as_json)
    if Path(_PIPE) in files:
        if len(files) > 1:
            raise click.UsageError("- takes nothing else")
        return _receive_pipe(context, as_json=as_json)
    return _receive_files(context, files, as_json=as_json)


def _receive_without_files(context: CliContext, *, as_json: bool) -> int:
    from digest.operations.mail import receive as operation

    settings = context.settings()
    mailbox = settings.mail.mailbox
    if mailbox is None:
        if terminal.can_ask():
            raise click.UsageError("a file is missing: none is given, and no [mail] mailbox is set")
        return _receive_pipe(context, as_json=as_json)
    if "://" not in mailbox:
        return _receive_files(context, (Path(settings.root, mailbox),), as_json=as_json)
    moment = context.site_time(settings)
    counts = operation.receive_mailbox(settings, moment, context.log.log_step)
    return _report(context, counts, as_json=as_json)


def _receive_files(context: CliContext, files: tuple[Path, ...], *, as_json: bool) -> int:
    from digest.delivery.mailbox.files import letters
    from digest.operations.mail import receive as operation

    def all_letters() -> Iterator[Letter]:
        for file in files:
            yield from letters(file)

    settings = context.settings()
    moment = context.site_time(settings)
    counts = operation.receive(settings, moment, all_letters(), context.log.log_step)
    return _report(context, counts, as_json=as_json)


def _receive_pipe(context: CliContext, *, as_json: bool) -> int:
    """Handle one mail from standard input; the exit status is for the mail server."""
    from digest.cli import log
    from digest.delivery.mailbox import MOST_BYTES, Letter, leave_as_it_is
    from digest.delivery.mailbox.files import without_envelope_line
    from digest.errors import DigestError
    from digest.operations.mail import receive as operation

    message = sys.stdin.buffer.read(MOST_BYTES + 1)
    if not message.strip():
        raise click.UsageError("standard input is empty; name a file, or set [mail] mailbox")
    if len(message) > MOST_BYTES:
        return _UNAVAILABLE
    letter = Letter(without_envelope_line(message), leave_as_it_is)
    try:
        settings = context.settings()
        moment = context.site_time(settings)
        counts = operation.receive(settings, moment, [letter], context.log.log_step, is_pipe=True)
    except (DigestError, OSError) as error:
        log.report_error(error)  # any other status would give the mail back to its sender
        return _TRY_AGAIN
    _report(context, counts, as_json=as_json)
    if counts.deferred:
        return _TRY_AGAIN
    return _UNAVAILABLE if counts.refused else 0


def _report(context: CliContext, counts: IncomingCounts, *, as_json: bool) -> int:
    import msgspec

    if as_json:
        terminal.write_json(msgspec.json.encode(counts))
    else:
        shown = {name: count for name, count in msgspec.structs.asdict(counts).items() if count}
        for name, count in shown.items():
            context.echo(f"{count:6}  {_WORDS[name]}")
        if not shown:
            context.echo("no mails")
    return 3 if counts.refused or counts.deferred else 0
