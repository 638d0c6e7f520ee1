"""A command with commands of its own, such as `digest mail`, each in a module of its name."""

from __future__ import annotations

import builtins
import inspect
import keyword
from importlib import import_module

import click

from digest.cli.global_options import (
    HelpfulCommand,
    format_options,
    unknown_name,
    with_global_options,
)


class CommandGroup(HelpfulCommand, click.Group):
    """A group whose commands are known by name before any of their modules is imported.

    ``package`` is the package that has a module for each of the ``names``, and in it a function
    of the same name, which is the command. Names that Python has for itself, such as ``import``
    and ``list``, end in an underscore there. A call imports the module of its command alone; the
    help imports all of them.
    """

    package: str
    names: tuple[str, ...]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - of click
        """Return the names of all commands, in the order of ``names``."""
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of this name, with the global options; None if there is none."""
        if cmd_name not in self.names:
            return None
        is_taken = keyword.iskeyword(cmd_name) or hasattr(builtins, cmd_name)
        name = f"{cmd_name}_" if is_taken else cmd_name
        command: click.Command = getattr(import_module(f"{self.package}.{name}"), name)
        return with_global_options(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the command, the command and its arguments.

        Raises `click.UsageError`, with the nearest command and the list, if there is none.
        """
        if args[0] not in self.names and not ctx.resilient_parsing:
            raise unknown_name("command", args[0], self.names, ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, and then the options."""
        if ctx.parent is None:
            super().format_options(ctx, formatter)
            return
        self.format_commands(ctx, formatter)
        format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each with its whole summary."""
        found = ((name, self.get_command(ctx, name)) for name in self.names)
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(command)) for name, command in found if command])


def summary(command: click.Command) -> str:
    """Return the first paragraph of a command's help, on one line."""
    return " ".join(inspect.cleandoc(command.help or "").partition("\n\n")[0].split())
