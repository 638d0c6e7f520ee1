"""``digest parse``: dumps as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

import digest
from digest.cli import terminal
from digest.errors import Unreadable

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.model.papers import Dump, Sighting

FILES = click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE...",
)


@click.command()
@click.option(
    "--clean", is_flag=True, help="Repair entities, blanks and broken symbols, as issues do."
)
@FILES
@click.pass_obj
def parse(context: CliContext, clean: bool, files: tuple[str, ...]) -> None:
    """Print the papers in dumps as JSON, one line for each file.

    Works without a working folder. Exit status 3 if one of the files could not be read.

    \b
    Example:
      digest parse inbox/papers-2026-11-22.txt | jq '.sightings[].title'
    """
    import msgspec

    failed = False
    for dump in read_dumps(context, files):
        failed = failed or dump is None
        if dump is not None:
            row = as_data(clean_dump(dump) if clean else dump)
            terminal.write_json(msgspec.json.encode(row))
    sys.exit(3 if failed else 0)


def read_dumps(context: CliContext, files: tuple[str, ...]) -> Iterator[Dump | None]:
    """Yield the dump of each file. A file that cannot be read is reported and yields None.

    Raises `SettingsError` if the configuration of the working folder is wrong.
    """
    limits = context.settings_or_defaults().limits
    for file in files:
        try:
            yield digest.parse(file, limits=limits)
        except (Unreadable, OSError) as error:
            reason = str(error) if isinstance(error, Unreadable) else error.strerror or str(error)
            context.log.log_problem(f"{file}: {reason}", "unusable", dump=file, reason=reason)
            yield None


def as_data(dump: Dump) -> dict[str, Any]:
    """Return a dump with the keys that scripts depend on.

    They are listed in docs/reference/json.md and may only be added to.
    """
    return {
        "dump": dump.name,
        "dialect": dump.format_name,
        "source": dump.source,
        "page_date": dump.page_date,
        "witness": dump.evidence,
        "sightings": tuple(dump.sightings),  # msgspec cannot encode a spilled collection
        "rejects": dump.rejects,
    }


def clean_dump(dump: Dump) -> Dump:
    """Return a dump with all words mended, as an issue would print them."""
    import msgspec

    return msgspec.structs.replace(dump, sightings=tuple(map(_clean, dump.sightings)))


def _clean(sighting: Sighting) -> Sighting:
    import msgspec

    from digest import text
    from digest.model.papers import Organization

    organization = sighting.organization
    return msgspec.structs.replace(
        sighting,
        title=text.mend(sighting.title).text,
        abstract=_clean_text(sighting.abstract),
        summary=_clean_text(sighting.summary),
        authors=text.mend_each(sighting.authors),
        organization=organization
        and Organization(text.mend(organization.slug).text, text.mend(organization.name).text),
    )


def _clean_text(words: str | None) -> str | None:
    from digest import text

    return None if words is None else text.mend(words).text
