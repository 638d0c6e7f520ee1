"""Write the subject of an issue's mail, and the preheader that inboxes show beside it."""

from __future__ import annotations

import re
from collections.abc import Collection

from digest.model.issues import Issue, Item
from digest.render import wording

PREHEADER = (40, 130)  # characters, at least and at most: inboxes fill up a shorter one
_NAME = 50  # characters of a paper's name in a subject
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip


def subject(issue: Issue, unnamed: Collection[str], *, without_papers: str = "No papers") -> str:
    """Return such as "36 papers, Friday 20 November: Ledgerwalk and four more".

    The edition is named unless it is ``unnamed``. The papers named are those to read first. One of
    no papers begins with ``without_papers``.
    """
    count = len(issue.papers)
    papers = wording.count(count, "paper") if count else without_papers
    edition = "" if issue.edition in unnamed else f", {issue.edition}"
    named = _named(issue)
    rest = f": {_name(named[0])}{_others(len(named) - 1)}" if named else ""
    return f"{papers}, {_title(issue)}{edition}{rest}"


def preheader(issue: Issue, lead: str) -> str:
    """Return the lead, and the papers to read first as far as they fit, in one line.

    It has the length that `PREHEADER` says, unless the issue has fewer words.
    """
    least, most = PREHEADER
    words = lead
    for item in _named(issue)[1:]:
        longer = f"{words} {_name(item)}."
        if len(longer) > most:
            break
        words = longer
    if len(words) < least:
        words = f"{words} {wording.title(issue)}, number {issue.number}."
    return words if len(words) <= most else words[: most - 1].rpartition(" ")[0] + "…"


def _title(issue: Issue) -> str:
    """Return the title of an issue without its year: the date of the mail has it."""
    year = issue.date[:4]
    title = wording.title(issue)
    if issue.span:  # these words stand in the middle of a line here
        return re.sub(r"\A(Since|Week of)\b", lambda found: found[0].lower(), title)
    return title.replace(f" {year}", "", 1)


def _named(issue: Issue) -> list[Item]:
    """Return the papers to read first, or all papers if there are none."""
    items = {item.guid: item for item in issue.papers}
    return [items[guid] for guid in issue.picks if guid in items] or list(issue.papers)


def _name(item: Item) -> str:
    """Return a short name of a paper: its title up to a colon, or the words that fit."""
    name = item.title.partition(": ")[0]
    if len(name) <= _NAME:
        return name
    return f"{name[:_NAME].rpartition(' ')[0] or name[:_NAME]}…"


def _others(rest: int) -> str:
    if not rest:
        return ""
    return f" and {_NUMBERS[rest] if rest < len(_NUMBERS) else f'{rest:,}'} more"
