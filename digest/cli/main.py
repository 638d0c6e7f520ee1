"""The command line: the group of commands, and the console script.

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
from digest.cli import log, terminal
from digest.cli.commands import Commands
from digest.cli.context import NAME, paste_command
from digest.cli.global_options import global_options
from digest.errors import DamagedLedger, DigestError

_GC_THRESHOLD = 100_000  # new containers between two collections


@click.group(
    cls=Commands,
    params=global_options(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name=NAME)
def cli(**_: object) -> None:
    """Turn listings of papers into a newsletter: pages, Markdown and feeds.

    \b
    To start with a page that you copied:
      digest init ~/papers
      cp papers-2026-11-22.txt ~/papers/inbox/
      digest --root ~/papers run

    \b
    To start with a source that is asked:
      digest init --source hf-daily --contact you@example.org ~/papers
      digest --root ~/papers run
    """


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
    terminal.guard_streams()
    try:
        sys.exit(_call())
    finally:
        terminal.give_up_streams()


def _call() -> int:
    """Run the command and report its error; return the exit status."""
    try:
        status = cli.main(prog_name=NAME, standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.ClickException as problem:
        terminal.write_usage_error(problem)
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130  # as shells report SIGINT
    except BrokenPipeError:
        return 1
    except (DigestError, OSError) as error:
        return _report(error)
    except Exception:
        if not log.current_log().is_asked_for:
            raise
        log.report_fault()
        return 1


def _report(error: DigestError | OSError) -> int:
    """Print an expected error, with the command that helps if there is one."""
    log.report_error(error)
    if isinstance(error, DamagedLedger) and error.backup:
        command = paste_command("restore", "--yes")
        terminal.write_line(f"digest: to restore its newest sound backup: {command}", error=True)
    return error.exit_status if isinstance(error, DigestError) else 1
