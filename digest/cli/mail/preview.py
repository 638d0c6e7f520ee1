"""``digest mail preview``: the mail of the newest issue in a browser, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.arguments import PathText
from digest.cli.context import paste_command

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option("--to", "address", metavar="ADDRESS", help="As this subscriber gets it.")
@click.option("--edition", metavar="NAME", help="Of this edition (default: the one mailed).")
@click.option(
    "--out", type=PathText(), metavar="FILE", help="Write the whole mail into this file (.eml)."
)
@click.pass_obj
def preview(context: CliContext, address: str | None, edition: str | None, out: str | None) -> None:
    """Show the mail of the newest issue in a browser. Sends nothing.

    Mail programs open the file that --out writes, with the text part and the header lines. With
    --to the mail has what that subscriber asked for.

    \b
    Example:
      digest mail preview
      digest mail preview --to ada@example.org --out issue.eml
    """
    from digest.operations.mail import preview

    settings = context.settings()
    moment = context.site_time(settings)
    try:
        person = preview.find_person(settings, moment, address)
        mail = preview.newest_mail(settings, moment, person, edition=edition)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if mail is None:
        raise click.ClickException(f"there is no issue yet: {paste_command('run')}")
    if out is None:
        _show(mail.html)
        return
    try:
        with Path(out).open("xb") as file:
            file.write(mail.message)
    except FileExistsError as error:
        raise click.ClickException(f"{out} exists already, and is not overwritten") from error
    context.echo(f"{mail.edition} {mail.key}: {len(mail.message):,} bytes in {out}")


def _show(html: str) -> None:
    """Serve the mail on loopback, and open the browser of the desktop, until Ctrl-C."""
    import tempfile

    from digest.cli.preview import open_browser
    from digest.operations.preview import PreviewServer

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index.html").write_text(html, "utf-8")
        with PreviewServer(Path(folder), 0) as server:

            def announce() -> None:
                line = f"The mail is at {server.address} until you press Ctrl-C."
                terminal.write_line(line)
                open_browser(server.address)

            server.serve_until_stopped(announce)
