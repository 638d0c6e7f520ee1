"""The global options, which stand before a command or after it, and errors on unknown names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import click

from digest.cli import log
from digest.cli.arguments import PathText
from digest.cli.context import CliContext

_SHOWN = 100  # characters of a wrong word


class GlobalOption(click.Option):
    """An option that every command takes, before its name or after it."""


def global_options(*, after: bool = False) -> list[click.Parameter]:
    """Return the global options as they stand before a command, or ``after`` its name.

    Environment variables count before the command only, so that ``--root`` beats DIGEST_ROOT
    wherever it stands.
    """
    return [
        GlobalOption(
            ["--root"],
            type=PathText(completion="dir"),
            envvar=None if after else "DIGEST_ROOT",
            metavar="DIR",
            help="Working folder (default: DIGEST_ROOT, else the current folder).",
        ),
        GlobalOption(["--now"], metavar="ISO8601", help="Date and time of the run (default: now)."),
        GlobalOption(["-v", "--verbose"], count=True, help="Print details; twice for all of them."),
        GlobalOption(["-q", "--quiet"], count=True, help="Print only problems."),
        GlobalOption(
            ["--log-format"],
            type=click.Choice(log.LOG_FORMATS),
            envvar=None if after else "DIGEST_LOG_FORMAT",
            help="Log each step to standard error, one line each (or set DIGEST_LOG_FORMAT).",
        ),
    ]


class HelpfulCommand(click.Command):
    """A command whose error on an unknown option names the nearest one, and all of them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words of the command line; raises `click.UsageError`."""
        typed = tuple(args)  # click takes words out of the list
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            name = error.option_name
            if not name.startswith("--"):  # click reads "-due" as "-d -u -e"
                name = next((word for word in typed if word.startswith(name)), name)
            options = [
                max(option.opts, key=len)
                for option in self.get_params(ctx)
                if isinstance(option, click.Option)
            ]
            raise unknown_name("option", name, options, ctx) from error


def unknown_name(
    kind: str, name: str, known: Collection[str], context: click.Context
) -> click.UsageError:
    """Return the error on a command or an option that does not exist."""
    import difflib  # needed for mistakes only

    name = name[:_SHOWN]
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    question = f" Did you mean {nearest[0]}?" if nearest else ""
    message = f"No such {kind} {name!r}.{question} There are: {', '.join(known)}"
    return click.UsageError(message, context)


def with_global_options(command: click.Command) -> click.Command:
    """Return a command that also takes the global options; a group, which names them, as it is."""
    if isinstance(command, click.Group):
        return command
    return _Subcommand(
        command.name,
        context_settings=command.context_settings,
        callback=command.callback,
        params=[*command.params, *global_options(after=True)],
        help=command.help,
    )


class _Subcommand(HelpfulCommand):
    """A command that gets the global options, given before or after its name, as a `CliContext`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        ctx.obj = _cli_context([*reversed(list(_given_before(ctx))), _taken_out(ctx)])
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the command, and below them the global ones."""
        format_options(self, ctx, formatter)


def format_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write the options of a command, and below them the global ones."""
    rows: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
    for parameter in command.get_params(ctx):
        # Arguments stand in the line of usage and in the text.
        is_option = isinstance(parameter, click.Option)
        if is_option and (record := parameter.get_help_record(ctx)):
            rows[isinstance(parameter, GlobalOption)].append(record)
    with formatter.section("Options"):
        formatter.write_dl(rows[False])
    with formatter.section("Global options, here or before the command"):
        formatter.write_dl(rows[True])


def _given_before(ctx: click.Context) -> Iterator[Mapping[str, Any]]:
    """Yield the options given before the command: those of its group, then the program's."""
    while ctx.parent:
        ctx = ctx.parent
        yield ctx.params


def _taken_out(ctx: click.Context) -> dict[str, Any]:
    """Return the global options given after the command; the command does not get them."""
    return {option.name: ctx.params.pop(option.name) for option in global_options() if option.name}


def _cli_context(given: Sequence[Mapping[str, Any]]) -> CliContext:
    """Return the options of one call: of several values the last one, of counts the sum."""
    values: dict[str, Any] = {"root": None, "now": None, "log_format": None}
    for options in given:
        values |= {name: options[name] for name in values if options.get(name) is not None}
    verbosity = sum(options["verbose"] - options["quiet"] for options in given if options)
    writer = log.set_log(values["log_format"], verbosity)
    return CliContext(values["root"] or ".", values["now"], verbosity, writer)
