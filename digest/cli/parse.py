"""The commands that only look: parse, classify, explain, status, check."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest import errors
from digest.cli import log as cli_log

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.papers import Dump

_FILES = click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE...",
)


@click.command()
@click.option("--clean", is_flag=True, help="Give the words as they would be printed.")
@_FILES
@click.pass_obj
def parse(folder: CliContext, clean: bool, files: tuple[str, ...]) -> None:
    """Read files and print what they hold: one line of JSON for each.

    Exit status 3 when nothing could be read in one of them.

    \b
    Example:
      digest parse inbox/papers-2026-11-22.txt | jq '.sightings[].title'
    """
    import msgspec

    from digest.cli import dump_json

    failed = False
    for dump in _dumps(folder, files):
        failed = failed or dump is None
        if dump is not None:
            shown = dump_json.clean(dump) if clean else dump
            click.echo(cli_log.escaped_json(msgspec.json.encode(dump_json.as_data(shown))))
    sys.exit(3 if failed else 0)


@click.command()
@_FILES
@click.pass_obj
def classify(folder: CliContext, files: tuple[str, ...]) -> None:
    """Place the papers of files under topics and say why: one line of JSON for each paper.

    \b
    Example:
      digest classify inbox/papers-2026-11-22.txt | jq -r '[.topic, .title] | @tsv'
    """
    import msgspec

    from digest import text
    from digest.editorial import topics
    from digest.pipeline import context

    headings = context.headings(folder.root)
    failed = False
    for dump in _dumps(folder, files):
        failed = failed or dump is None
        for sighting in dump.sightings if dump else ():
            title, abstract = (
                text.mend(sighting.title).text,
                text.mend(sighting.abstract or "").text,
            )
            placed = topics.place(headings.lexicon, title, abstract, sighting.categories)
            row = {"title": title, "arxiv_id": sighting.arxiv_id, **msgspec.structs.asdict(placed)}
            click.echo(cli_log.escaped_json(msgspec.json.encode(row)))
    sys.exit(3 if failed else 0)


@click.command()
@click.argument("wanted", metavar="KEY_OR_TITLE")
@click.pass_obj
def explain(folder: CliContext, wanted: str) -> None:
    """Tell a paper's story: where it was seen, why it is one paper, its topic, its issue.

    \b
    Example:
      digest explain 2611.01234
      digest explain "half a byte is enough"
    """
    from digest.operations import explain, run

    settings = folder.settings()
    with run.opened_to_read(settings) as ledger:
        if ledger is None:
            raise errors.UnknownPaper(wanted)
        for line in explain.explain(settings, ledger, wanted):
            click.echo(cli_log.escaped(line))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def status(folder: CliContext, as_json: bool) -> None:
    """Show the last runs, what is due next, how fresh each source is, what was quarantined.

    The same stands in output/status.html and output/status.json after each run. Exit status
    4 when nothing came for longer than `inbox.expect_every`, 1 when the last run failed.

    \b
    Example:
      digest status --json
    """
    import msgspec

    from digest.cli import status
    from digest.operations import status as operations_status

    settings = folder.settings()
    found = operations_status.read_status(settings, folder.moment(settings))
    if as_json:
        click.echo(cli_log.escaped_json(msgspec.json.encode(found)))
    else:
        for line in status.lines(found):
            click.echo(line)
    sys.exit(status.exit_status(found))


@click.command()
@click.option("--notify", is_flag=True, help="Send a test to the heartbeat and the webhook.")
@click.pass_obj
def check(folder: CliContext, notify: bool) -> None:
    """Check configuration, topics and templates, without running.

    Exit status 2 when something cannot be used, 1 when a test did not arrive.

    \b
    Example:
      digest check
    """
    from digest.operations import check

    settings = folder.settings()
    for line in check.findings(settings):
        click.echo(cli_log.escaped(line))
    if notify:
        from digest.operations import notify as operations_notify

        if not operations_notify.send_test(settings, folder.moment(settings), folder.log.tell):
            sys.exit(1)
        click.echo("ok  the test was sent")


def _dumps(folder: CliContext, files: tuple[str, ...]) -> Iterator[Dump | None]:
    """Each file read; None, and a line on standard error, where nothing could be read."""
    from digest import parsers
    from digest.storage import inbox

    limits = folder.settings().limits
    for name in files:
        path = Path(name)
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        try:
            with path.open("rb") as stream:
                yield parsers.read_dump(
                    path.name, stream, modified, spill_factory=inbox.unnamed_file, limits=limits
                )
        except errors.Unreadable as error:
            log = cli_log.chosen()
            log.complain(f"{name}: {error}", "unusable", dump=name, reason=str(error))
            yield None
