"""``digest subscribers export``: all subscribers as CSV or JSON, or all that is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import QueryText
from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.argument("address", type=QueryText(), metavar="[ADDRESS]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a line for each person.")
@click.pass_obj
def export(context: CliContext, address: str | None, as_json: bool) -> None:
    """Print all subscribers as CSV or JSON, or everything about one as JSON.

    With ADDRESS and --json it is everything that is stored about that person, for one who asks:
    consents, wishes, what was mailed and what came back. The file holds personal data; keep it
    where only you can read it.

    \b
    Example:
      digest subscribers export > subscribers.csv
      digest subscribers export --json ada@example.org
    """
    import msgspec

    from digest.operations.subscribers import listing

    settings = context.settings()
    if address is None:
        found = listing.list_subscribers(settings)
        if not as_json:
            for line in listing.csv_lines(found):
                terminal.write_line(line)
        for person in found if as_json else ():
            terminal.write_json(msgspec.json.encode(person))
        return
    if not as_json:
        raise click.UsageError("everything about one person is printed as JSON: add --json")
    with options.wrong_usage("ADDRESS"):
        terminal.write_json(msgspec.json.encode(listing.collect_data(settings, address)))
