"""Choose between the forms in which a mail holds one page, and drop parts that hold none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from digest.model.papers import Dump, Reject
from digest.parsers.containers.members import Member

NOT_A_LISTING = "not a listing of papers"
EMPTY = "the file is empty"
BINARY = "not text in a known encoding"
NO_LISTINGS = (NOT_A_LISTING, EMPTY, BINARY)  # how the reasons for other texts and files begin
HTML = "text/html"
_NO_WORD = re.compile(r"\W+")


class Reading(NamedTuple):
    """A member with its dump, or with the reject that stands for it."""

    member: Member
    dump: Dump | None
    reject: Reject | None


def one_form_each(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings in their order, each page in one form only.

    Of alternatives the one with the most papers and ids stays. A text and an
    HTML body of one mail that name the same papers are one page, too. A part of a mail without
    a listing (a signature, a note) goes; if a mail has none at all, one reject stays for it.
    """
    chosen = _best_forms(readings)
    kept = [reading for reading in readings if _is_chosen(reading.member, chosen)]
    kept = list(_without_repetition(kept))
    return list(_without_notes(kept))


def _is_chosen(member: Member, chosen: dict[str, str]) -> bool:
    return not member.choice or chosen[member.choice] == member.form


def _best_forms(readings: Sequence[Reading]) -> dict[str, str]:
    """Return the best form of each choice; of equal ones HTML, which has the links."""
    values: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for member, dump, _ in readings:
        if member.choice:
            value = values[member.choice][member.form]
            sightings = dump.sightings if dump else ()
            # A paper with an id is worth two without one, such as a text shows.
            value[0] += sum(1 + bool(paper.arxiv_id or paper.doi) for paper in sightings)
            value[1] += member.body == HTML
    return {choice: max(forms, key=lambda form: forms[form]) for choice, forms in values.items()}


def _without_repetition(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Yield the readings without text bodies whose papers an HTML body of the mail has too."""
    in_html: dict[int, set[int]] = defaultdict(set)
    for member, dump, _ in readings:
        if dump and member.body == HTML:
            in_html[member.mail] |= _titles(dump)
    for reading in readings:
        member, dump, _ = reading
        is_text = dump is not None and member.body not in ("", HTML)
        if not (
            dump and is_text and member.mail in in_html and _titles(dump) <= in_html[member.mail]
        ):
            yield reading


def _titles(dump: Dump) -> set[int]:
    # Hashes, because a hundred thousand titles would take too much memory.
    return {hash(_NO_WORD.sub("", paper.title).casefold()) for paper in dump.sightings}


def _without_notes(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Yield the readings without parts that are no listing, but with one for each mail."""
    accounted = {
        member.mail
        for member, _, reject in readings
        if reject is None or not reject.reason.startswith(NO_LISTINGS)
    }
    several = len({member.mail for member, *_ in readings}) > 1
    for reading in readings:
        member, _, reject = reading
        is_note = reject is not None and reject.reason.startswith(NO_LISTINGS)
        if not member.mail or not (reject and is_note):
            yield reading
        elif member.mail not in accounted:
            accounted.add(member.mail)
            line = member.line if several else reject.line
            yield reading._replace(reject=Reject(line, reject.reason))
