"""The methods of a `Publication` that correct what was published."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from digest.publication import results
from digest.publication.moments import site_time

if TYPE_CHECKING:
    from digest.model.settings import Settings


class Corrections:
    """A working folder whose papers can be withdrawn and moved, and issues taken back."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def withdraw(
        self, name: str, *, undo: bool = False, moment: datetime | None = None
    ) -> results.Withdrawal:
        """Take a paper off pages and feeds, and write the changed ones again.

        ``name`` is its key, or its whole title. The stored issues stay as they are; their pages
        state how many papers were withdrawn. Later dumps do not bring the paper back. With
        ``undo`` it comes back to where it stood; one in no issue waits for the next again.

        Raises `UnknownPaper` if no paper has that name or several have, also for a part of a
        title, and what `run` raises.
        """
        from digest.operations.corrections import papers, withdraw

        paper = papers.find_paper(self._settings, name)
        # The lock is taken only in the next call. No run deletes a paper, so it is still there.
        at = site_time(self._settings, moment)
        published = withdraw.withdraw(self._settings, at, paper.id, undo=undo)
        return results.withdrawal(paper, published)

    def move(
        self,
        name: str,
        topic: str | None = None,
        *,
        undo: bool = False,
        moment: datetime | None = None,
    ) -> results.Move:
        """Put a paper under another topic, and write the changed pages again.

        ``name`` is its key, or its whole title; ``topic`` the id of a topic, or its whole name.
        The stored issues and their pages stay as they are: topic pages, their feeds, the search
        and later issues have it under this topic. With ``undo``, and no topic, its words decide
        again.

        Raises `ValueError` if there is no such topic, or one is missing or too much, and what
        `withdraw` raises.
        """
        from digest.operations.corrections import move, papers

        if undo is (topic is not None):
            raise ValueError("give a topic, or undo without one")
        found = move.find_topic(self._settings, topic) if topic is not None else None
        paper = papers.find_paper(self._settings, name)
        at = site_time(self._settings, moment)
        done = move.move(self._settings, at, paper.id, found)
        return results.move(paper, found, done.publication)

    def undo(
        self,
        edition: str | None = None,
        *,
        drop: bool = False,
        force: bool = False,
        moment: datetime | None = None,
    ) -> results.UndoResult:
        """Take the newest issue of an edition back, by default the main one.

        Pages and feeds are written as if it had never been made. Its number is used again, and
        its papers wait for the next issue; with ``drop`` they are withdrawn.
        With ``force`` also one that was mailed or posted in a chat; what of it still waits to be
        sent is cancelled.

        Raises `CannotUndo` if there is no issue, or it was backfilled, or a weekly or monthly
        issue links to it, or without ``force`` somebody has it by mail or in a
        chat; `ValueError` if there is no such edition; and what `run` raises.
        """
        from digest.operations.corrections import undo

        issue = undo.find_issue(self._settings, edition, force=force)
        at = site_time(self._settings, moment)
        summary = undo.undo(self._settings, at, issue, drop=drop, force=force)
        return results.undo_result(summary)
