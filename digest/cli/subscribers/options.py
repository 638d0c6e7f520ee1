"""Arguments and options that several commands on subscribers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from digest.cli.arguments import QueryText

C = TypeVar("C", bound=Callable[..., Any])
_MANY = {
    "editions": "Editions they get (default: the first one mailed).",
    "topics": "Topic ids: papers under these.",
    "words": "Papers with one of these words in title or abstract.",
    "authors": "Papers by one of these.",
    "organizations": "Papers of one of these.",
    "mute_words": "No papers with one of these words.",
    "mute_authors": "No papers by one of these.",
    "mute_organizations": "No papers of one of these.",
}
_NAMES = {"editions": "--edition"}


def address_argument(command: C) -> C:
    """Add the argument for an address."""
    return click.argument("address", type=QueryText(), metavar="ADDRESS")(command)


def wish_options(command: C) -> C:
    """Add an option for each part of a wish; the command gets their values as ``wish``."""
    for decorate in reversed(list(_options())):
        command = decorate(command)
    return command


def given_values(options: dict[str, Any]) -> dict[str, Sequence[str]]:
    """Return the values of the options of a wish that were given, by name."""
    lists = {name: options[name] for name in _MANY if options[name]}
    single = {name: (options[name],) for name in ("most", "weekday", "pause") if options[name]}
    return lists | single


@contextmanager
def wrong_usage(hint: str | None = None) -> Iterator[None]:
    """Turn a `ValueError` of the block, such as what is no address, into wrong usage."""
    try:
        yield
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=hint) from error


def _options() -> Iterator[Callable[[C], C]]:
    for name, text in _MANY.items():
        flag = _NAMES.get(name, f"--{name.replace('_', '-')}")
        yield click.option(flag, name, multiple=True, type=QueryText(), metavar="LIST", help=text)
    text = "Papers in a mail at most; 0 is no limit."
    yield click.option("--most", type=QueryText(), metavar="NUMBER", help=text)
    text = 'The weekday the mail comes on ("fri"); "any" is every day.'
    yield click.option("--weekday", type=QueryText(), metavar="DAY", help=text)
    text = 'No mail before this day (2026-12-24); "no" ends a pause.'
    yield click.option("--pause", type=QueryText(), metavar="DATE", help=text)
