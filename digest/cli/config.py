"""``digest config``: every setting, its value, where it comes from, and its default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.operations.config import SettingRow

_ROOT_ORIGINS = {ParameterSource.COMMANDLINE: "--root", ParameterSource.ENVIRONMENT: "DIGEST_ROOT"}
_INDENT = "    "


@click.command()
@click.argument("key", default="", metavar="[KEY]")
@click.option("--changed", is_flag=True, help="Only settings that are not at their default.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def config(context: CliContext, key: str, changed: bool, as_json: bool) -> None:
    """Show every setting: its value, where it comes from, its default and its meaning.

    KEY is a setting such as `site.title` or a table such as `inbox`; a source, a command of
    `publish`, a channel of `chat` and an edition are named by their names. The addresses of
    `notify` and `chat`, passwords and tokens are secrets: only whether each can be read is shown.

    \b
    Example:
      digest config
      digest config edition.daily.at
      digest config --changed --json
    """
    from digest.operations import config

    source = click.get_current_context().find_root().get_parameter_source("root")
    origin = _ROOT_ORIGINS.get(source, config.DEFAULT) if source else config.DEFAULT
    rows = list(config.list_settings(context.settings(), origin))
    chosen = [row for row in rows if not key or f"{row.key}.".startswith(f"{key}.")]
    if not chosen:
        raise click.UsageError(_unknown(key, rows))
    shown = [row for row in chosen if not changed or row.value != row.default]
    if as_json:
        import msgspec

        terminal.write_json(msgspec.json.encode({"settings": shown}))
        return
    for row in shown:
        for line in _lines(row):
            terminal.write_line(line)
    if not shown:
        context.echo("Every setting is at its default.")


def _unknown(key: str, rows: list[SettingRow]) -> str:
    from digest.errors import did_you_mean

    names = [row.key for row in rows]
    tables = dict.fromkeys(name.rpartition(".")[0] for name in names if "." in name)
    hint = did_you_mean(key, [*names, *tables]) or f"tables: {', '.join(tables)}"
    return f"there is no setting {key!r} ({hint})"


def _lines(row: SettingRow) -> Iterator[str]:
    """Yield a line with value, origin and default, and then the meaning, to the terminal's width.

    Not wrapped in a pipe: there each setting is two lines.
    """
    import textwrap

    default = "" if row.value == row.default else f"; default {_value(row.default)}"
    address = f", {row.address}" if row.address else ""
    yield f"{row.key} = {_value(row.value)}{address}  ({row.origin}{default})"
    width = terminal.width()
    about = row.about.replace("`", "")  # Markdown
    lines = textwrap.wrap(about, width - len(_INDENT)) if width else [about]
    yield from (f"{_INDENT}{line}" for line in lines)


def _value(value: Any) -> str:
    """Return a value as the file would have it, on one line; TOML has no word for none."""
    import json

    import msgspec

    plain = msgspec.to_builtins(value)
    return "none" if plain is None else json.dumps(plain, ensure_ascii=False)
