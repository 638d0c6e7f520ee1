"""The command line: arguments, printing, exit statuses. Decides nothing about papers.

Commands import what they need when they run, so that ``digest --version`` and a run with
nothing new stay quick.
"""

from __future__ import annotations

import atexit
import gc
import sys
from pathlib import Path
from typing import NoReturn

import click

from digest import __version__
from digest.cli import log
from digest.cli.commands import Commands
from digest.cli.context import NAME, CliContext, paste_command
from digest.errors import Busy, DamagedLedger, DigestError

_COLLECT = 100_000  # new containers between two collections


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--root",
    default=".",
    envvar="DIGEST_ROOT",
    metavar="DIR",
    help="Working folder (default: the current one, or DIGEST_ROOT).",
)
@click.option("--now", metavar="ISO8601", help="The moment of the run (default: the clock).")
@click.option("-v", "--verbose", count=True, help="Say more; twice, everything.")
@click.option("-q", "--quiet", count=True, help="Say only what went wrong.")
@click.option(
    "--log-format",
    type=click.Choice(log.FORMS),
    envvar="DIGEST_LOG_FORMAT",
    help="Log each step to standard error, a line each (or DIGEST_LOG_FORMAT).",
)
@click.version_option(__version__, prog_name=NAME)
@click.pass_context
def cli(
    context: click.Context,
    root: str,
    now: str | None,
    verbose: int,
    quiet: int,
    log_format: log.Form | None,
) -> None:
    """Turn dropped copies of paper listings into a newsletter: pages, Markdown and feeds.

    \b
    A first time:
      digest init ~/papers
      cp papers-2026-11-22.txt ~/papers/inbox/
      digest --root ~/papers run
    """
    verbosity = verbose - quiet
    context.obj = CliContext(root, now, verbosity, log.choose(log_format, verbosity))


@cli.command()
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--topics", is_flag=True, help="Copy the topics, to change them.")
@click.option("--templates", is_flag=True, help="Copy the page templates, to change them.")
@click.option("--deploy", is_flag=True, help="Write what cron, systemd and containers need.")
@click.option("--sample", is_flag=True, help="Put sample dumps into an empty inbox.")
@click.pass_obj
def init(folder: CliContext, /, directory: str | None, **wanted: bool) -> None:
    """Make a working folder; what is there already is never overwritten.

    \b
    Example:
      digest init --sample ~/papers
    """
    from digest.cli import init

    root = Path(directory) if directory else folder.root
    for line in init.make(root, **wanted):
        folder.say(line)


@cli.command()
@click.option("--due", is_flag=True, help="Issue only what the schedule says is due.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def run(folder: CliContext, due: bool, dry_run: bool, as_json: bool) -> None:
    """Take in what waits in the inbox, make the issue, publish.

    Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 done but something was
    quarantined or rejected, 4 no input for longer than expected.

    \b
    Example, every quarter of an hour from cron:
      */15 * * * *  digest --root ~/papers -q run --due
    """
    from digest.cli import progress
    from digest.cli import report as cli_report
    from digest.operations import notify

    settings = folder.settings()
    moment = folder.moment(settings)
    try:
        with progress.watch() as watch:
            if dry_run:
                from digest.operations import dry_run as operations_dry_run

                report = operations_dry_run.dry_run(settings, moment, due=due, progress=watch)
            else:
                tell = folder.log.tell
                report = notify.run_and_notify(settings, moment, due=due, progress=watch, log=tell)
    except Busy as busy:
        if not due:
            raise
        folder.say(str(busy), detail=True)
        return
    if as_json:
        cli_report.trouble(folder, report.quarantined, report.rejected, report.skipped)
        click.echo(cli_report.as_json(report))
    else:
        cli_report.show(folder, settings, report, dry_run=dry_run)
    sys.exit(report.exit_status)


@cli.command()
@click.option(
    "--scan",
    type=click.FloatRange(min=0, min_open=True),
    default=15,
    show_default=True,
    metavar="SECONDS",
    help="How often to look into the inbox.",
)
@click.pass_obj
def serve(folder: CliContext, scan: float) -> None:
    """Stay in the foreground and publish at the editions' times, until stopped.

    Watches the inbox; a page dropped in is taken in within seconds. SIGTERM or Ctrl-C ends
    it cleanly. Cron beside it does no harm.

    \b
    Example:
      digest --root ~/papers serve
    """
    from digest.cli import report as cli_report
    from digest.operations import notify, serve

    def poke() -> None:
        folder.log.tell("wake", level="debug")
        try:
            settings = folder.settings()
            moment = folder.moment(settings)
            report = notify.run_and_notify(settings, moment, due=True, log=folder.log.tell)
        except Busy as busy:
            folder.say(str(busy), detail=True)
        except (DigestError, OSError) as error:
            _fail(error)
        except Exception:  # noqa: BLE001 - a fault of ours must not end what runs for years
            _fault()
        else:
            cli_report.show(folder, settings, report, idle=False)

    serve.serve(folder.settings(), poke, folder.note, scan)


@cli.command()
@click.pass_obj
def rebuild(folder: CliContext) -> None:
    """Write the whole output again from the ledger.

    \b
    Example:
      rm -r output && digest rebuild
    """
    from digest.cli import progress
    from digest.operations import rebuild as operations_rebuild

    settings = folder.settings()
    with progress.watch() as watch:
        published = operations_rebuild.rebuild(settings, folder.moment(settings), progress=watch)
    folder.say(
        f"{len(published.written)} files written, {published.same} the same,"
        f" {len(published.removed)} removed"
    )


def _fail(error: Exception) -> None:
    """The line of a failure that was expected."""
    log.chosen().complain(f"digest: {error}", "failed", level="error", reason=str(error))


def _fault() -> None:
    """The traceback of a failure that nobody expected, in a log as one line."""
    import traceback

    fault = traceback.format_exc().rstrip()
    log.chosen().complain(fault, "failed", level="error", reason=fault)


def main() -> NoReturn:
    """The console script: expected errors become a line and an exit status.

    Collects cycles seldom, and none at the end, when all goes anyway: a run lives for a second
    and makes next to none, and looking for them took a sixteenth of it, at the end a twentieth.
    """
    gc.set_threshold(_COLLECT)
    atexit.register(gc.freeze)
    try:
        status = cli.main(prog_name=NAME, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except DigestError as error:
        _fail(error)
        if isinstance(error, DamagedLedger) and error.backup:
            command = paste_command("restore", "--yes")
            click.echo(f"digest: puts its newest sound backup in its place: {command}", err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our pipe has gone; there is nobody to tell
        sys.exit(1)
    except OSError as error:
        _fail(error)
        sys.exit(1)
    except Exception:
        if not log.chosen().is_asked_for:
            raise
        _fault()
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
