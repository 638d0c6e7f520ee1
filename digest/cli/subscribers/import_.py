"""``digest subscribers import``: add the people of a file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from digest.cli import terminal
from digest.cli.arguments import PathText
from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.operations.subscribers.importing import Result

_PUT_ASIDE = 3  # exit status if a line could not be used
_SUMS: dict[Result, str] = {
    "added": "added",
    "known": "already there",
    "out": "left out: no subscribers in the file, left here, or must not be written to",
    "refused": "refused",
}


@click.command("import")
@click.argument("file", type=PathText(), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Report what would be done, and do nothing.")
@options.wish_options
@click.pass_obj
def import_(context: CliContext, /, file: str, dry_run: bool, **wish: Any) -> int:
    """Add the people of a CSV file.

    Takes the exports of listmonk, Mailchimp, Buttondown and of `digest subscribers export`: the
    columns are known by their names. The day in the file on which a person signed up or confirmed
    is kept as their consent. Without one they are added as "imported", without a consent: add
    only people who agreed. Who left here, or is no longer a subscriber in the file, is not added.

    Prints a line for each line of the file, and exits with status 3 if one could not be used. The
    options say what all of them get, but for lines that say it themselves.

    \b
    Example:
      digest subscribers import --dry-run subscribed_members_export.csv
      digest subscribers import subscribed_members_export.csv --edition weekly
    """
    from digest.operations.subscribers import importing

    settings = context.settings()
    moment = context.site_time(settings)
    with options.wrong_usage():
        report = importing.import_file(
            settings, moment, Path(file), options.given_values(wish), dry_run=dry_run
        )
    for line in report:
        words = f"line {line.line}: {line.address}: {line.result}"
        words += f" ({line.reason})" if line.reason else ""
        if line.result == "refused":
            terminal.write_line(words, error=True)
        else:
            context.echo(words)
    counts = Counter(line.result for line in report)
    sums = [f"{counts[result]:,} {words}" for result, words in _SUMS.items() if counts[result]]
    context.echo(f"{'; '.join(sums) or 'nobody in the file'}{' (nothing was changed)' * dry_run}")
    return _PUT_ASIDE if counts["refused"] else 0
