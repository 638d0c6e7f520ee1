"""The command line: global options, the group of commands, and the console script.

A command imports what it needs when it runs, so that ``digest --version`` and a run with
nothing new are quick.
"""

from __future__ import annotations

import atexit
import gc
import sys
from typing import NoReturn

import click

from digest import __version__
from digest.cli import log
from digest.cli.commands import Commands
from digest.cli.context import NAME, CliContext, paste_command
from digest.errors import DamagedLedger, DigestError

_GC_THRESHOLD = 100_000  # new containers between two collections


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--root",
    default=".",
    envvar="DIGEST_ROOT",
    metavar="DIR",
    help="Working folder (default: DIGEST_ROOT, else the current folder).",
)
@click.option("--now", metavar="ISO8601", help="Date and time of the run (default: now).")
@click.option("-v", "--verbose", count=True, help="Print details; twice for all of them.")
@click.option("-q", "--quiet", count=True, help="Print only problems.")
@click.option(
    "--log-format",
    type=click.Choice(log.LOG_FORMATS),
    envvar="DIGEST_LOG_FORMAT",
    help="Log each step to standard error, one line each (or set DIGEST_LOG_FORMAT).",
)
@click.version_option(__version__, prog_name=NAME)
@click.pass_context
def cli(
    context: click.Context,
    root: str,
    now: str | None,
    verbose: int,
    quiet: int,
    log_format: log.LogFormat | None,
) -> None:
    """Turn copies of paper listings into a newsletter: pages, Markdown and feeds.

    \b
    To start:
      digest init ~/papers
      cp papers-2026-11-22.txt ~/papers/inbox/
      digest --root ~/papers run
    """
    verbosity = verbose - quiet
    context.obj = CliContext(root, now, verbosity, log.set_log(log_format, verbosity))


def main() -> NoReturn:
    """Run the command line and exit; an expected error becomes one line on standard error.

    The exit status is that of the command or of the `DigestError`, 1 for an error of the system,
    2 for wrong usage, and 130 for an interrupt. An unexpected exception is raised, or logged with
    exit status 1 if a log was asked for.
    """
    # A run takes a second and makes next to no reference cycles. Collecting them took 6 % of its
    # time. Python's collection at exit took another 5 %: frozen objects are left out of it.
    gc.set_threshold(_GC_THRESHOLD)
    atexit.register(gc.freeze)
    try:
        status = cli.main(prog_name=NAME, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)  # as shells report SIGINT
    except DigestError as error:
        log.report_error(error)
        if isinstance(error, DamagedLedger) and error.backup:
            command = paste_command("restore", "--yes")
            click.echo(f"digest: to restore its newest sound backup: {command}", err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.stderr.close()  # else Python complains at exit that it cannot flush
        sys.exit(1)
    except OSError as error:
        log.report_error(error)
        sys.exit(1)
    except Exception:
        if not log.current_log().is_asked_for:
            raise
        log.report_fault()
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
