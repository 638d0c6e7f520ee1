"""Move the files that were read to ``done/`` in the inbox, if the settings ask for it."""

from __future__ import annotations

from digest.model.files import SeenFile
from digest.model.results import InputProblem
from digest.pipeline.context import RunContext
from digest.storage import archive


def list_seen_files(context: RunContext) -> dict[str, SeenFile]:
    """Return the files of the inbox that need not be read again, by name.

    If files are moved, a file with name, size and time of one that was read is another file,
    unless it has the same content. Raises `OSError` when the inbox cannot be listed.
    """
    seen = context.ledger.seen_files.list_seen_files(context.parser_version)
    if context.settings.inbox.done == "move":
        read = context.ledger.seen_files.list_read_files()
        for name in archive.replaced_names(context.inbox, read):
            seen.pop(name, None)
    return seen


def move_read_files(context: RunContext) -> tuple[tuple[InputProblem, ...], OSError | None]:
    """Move the files that were read to ``done/``; return why they are not moved, or the error."""
    if context.settings.inbox.done != "move":
        return (), None
    try:
        problem = archive.archive(context.inbox, context.ledger.seen_files.list_read_files())
    except OSError as error:
        return (), error
    return (() if problem is None else (problem,)), None
