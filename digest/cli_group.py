"""Which commands there are: most are imported only when they are asked for."""

from __future__ import annotations

from importlib import import_module

import click

_ELSEWHERE = {
    "parse": "cli_look", "classify": "cli_look", "explain": "cli_look", "status": "cli_look",
    "check": "cli_look", "search": "cli_search", "topics": "cli_topics", "backfill": "cli_history",
    "withdraw": "cli_history", "backup": "cli_backup", "restore": "cli_backup",
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
        found: click.Command = getattr(import_module(f"digest.{_ELSEWHERE[name]}"), name)
        return found
