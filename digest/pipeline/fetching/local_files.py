"""Copy what a mailbox or a folder has, and the working folder has not yet, into the inbox."""

from __future__ import annotations

from pathlib import Path

from digest.errors import FetchError
from digest.pipeline.context import parser_version
from digest.pipeline.fetching import judge
from digest.pipeline.fetching.source import Turn
from digest.sources import local
from digest.storage import inbox_files

_MOST_REMEMBERED = 20_000  # mails that are no listings


def take(turn: Turn) -> None:
    """Copy the files that are new. Raises `FetchError` if the place cannot be read.

    Of a mailbox only the mails that can be read as listings are copied, because people get other
    mail, too. Of a folder all files are, so that one that cannot be read is reported.
    """
    asking, known = turn.asking, turn.known
    version = parser_version(asking.settings)
    if known.reader != version:  # which may read what another could not
        known.reader, known.passed_over = version, ()
    passed_over = dict.fromkeys(known.passed_over)
    waiting = {file.content: name for name, file in asking.state.files.items()}
    holdings = asking.holdings

    def is_known(content: bytes) -> bool:
        name = waiting.get(content.hex())
        return (
            content.hex() in passed_over
            or holdings.is_taken_in(content)
            or holdings.is_refused(content)
            or (name is not None and holdings.is_waiting(name, content))
        )

    with holdings.kept_open():
        for file in local.files(
            turn.source,
            Path(asking.settings.root),
            is_known=is_known,
            now=asking.now,
            settle=asking.settings.inbox.settle_seconds,
        ):
            if turn.source.kind == "folder":
                turn.put(file.name, file.body)
            elif (papers := _count_papers(turn, file.name, file.body)) is not None:
                turn.put(file.name, file.body, papers)
            else:
                passed_over[inbox_files.content_of(file.body).hex()] = None
                known.passed_over = tuple(passed_over)[-_MOST_REMEMBERED:]


def _count_papers(turn: Turn, name: str, body: bytes) -> int | None:
    """Return how many papers a mail lists, or None if it cannot be read as a listing."""
    try:
        return judge.check(turn.asking.settings, name, body, turn.asking.today)
    except FetchError:
        return None
