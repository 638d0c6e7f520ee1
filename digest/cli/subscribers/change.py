"""``digest subscribers change``: what a subscriber gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from digest.cli.subscribers import options

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@options.address_argument
@options.wish_options
@click.option(
    "--all", "anew", is_flag=True, help="Begin with everything of the first edition mailed."
)
@click.pass_obj
def change(context: CliContext, /, address: str, anew: bool, **wish: Any) -> None:
    """Change what a subscriber gets.

    An option that is given replaces what they asked for before, and "" empties it; the others
    stay. With --all they get everything of the first edition mailed, but for the options beside it.

    \b
    Example:
      digest subscribers change ada@example.org --words "kelp" --weekday fri
      digest subscribers change ada@example.org --words ""
    """
    from digest.operations.subscribers import changing
    from digest.operations.subscribers.wish_checks import describe_wish

    values = options.given_values(wish)
    if not values and not anew:
        raise click.UsageError("say what they want: --words, --topics, --edition, ... or --all")
    settings = context.settings()
    with options.wrong_usage():
        wanted = changing.change(settings, address, values, anew=anew)
    context.echo(f"Gets: {describe_wish(settings, wanted)}")
