"""Which commands there are: most are imported only when they are asked for."""

from __future__ import annotations

from importlib import import_module

import click

_ELSEWHERE = {
    "parse": "parse", "classify": "parse", "explain": "parse", "status": "parse",
    "check": "parse", "search": "search", "topics": "topics", "backfill": "backfill",
    "withdraw": "backfill", "backup": "backup", "restore": "backup",
}  # fmt: skip


class Commands(click.Group):
    """The commands of `cli`, and those of its sister modules."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, in the order of the alphabet."""
        return sorted({*super().list_commands(context), *_ELSEWHERE})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        if name not in _ELSEWHERE:
            return super().get_command(context, name)
        found: click.Command = getattr(import_module(f"digest.cli.{_ELSEWHERE[name]}"), name)
        return found
