"""Tell of a name that fits no paper or several, with the papers that could be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.cli import terminal

if TYPE_CHECKING:
    from digest.errors import UnknownPaper
    from digest.model.settings import Settings
    from digest.operations.corrections.papers import PaperSummary


def report_unknown(settings: Settings, name: str, error: UnknownPaper) -> int:
    """Print the error and a line for each paper that could be meant; return the exit status."""
    from digest.cli import log
    from digest.operations.corrections import papers

    log.report_error(error)
    for summary in papers.summarise_papers(settings, name) if error.matches else ():
        terminal.write_line(f"  {describe(summary)}", error=True)
    return error.exit_status


def describe(paper: PaperSummary) -> str:
    """Return the key of a paper, its title, and where it stands."""
    return f"{paper.key}  {paper.title}  ({paper.places})"
