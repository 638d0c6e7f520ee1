"""Read the complete objects of JSON that is damaged, or too dense to be decoded at once.

Each object is decoded alone, so damage in one changes nothing in the others, and memory holds
one at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from digest.errors import Unreadable
from digest.parsers.fields import json_brackets, json_values
from digest.parsers.fields.json_brackets import End
from digest.parsers.fields.json_values import Json, JsonDamage, JsonSpan
from digest.parsers.input.rejects import MAX_REJECTS

TOO_DENSE = "too many small values for a list of papers"

# An object, or a string that holds one.
_START = re.compile(rb"""\{(?=\s*["'}])|(?<![^\[,\s])"(?=\{)""")
_LITERAL = re.compile(rb"\{\s*'")
_TITLE = re.compile(rb'title"?\s*+:', re.IGNORECASE)
_KEY = re.compile(rb'"([^"\\]{1,64})"\s*:\s*\Z')
_KEY_BYTES = 80  # before an object, in which its key is looked for
_SEPARATOR = re.compile(rb"[\s,]*")
_MAX_RECORD = 1 << 20  # bytes of a record that is mended; one with 664 authors has 330 kB
# How often the text may be looked through from an object that is never closed. A listing has
# fewer objects around its records.
_MAX_PASSES = 12
_MAX_SIBLINGS = 99  # objects before the first record of a list


class _Failure(NamedTuple):
    """An object that cannot be decoded: where its damage is, why, and where it seems to end."""

    start: int
    damage: int
    reason: str
    end: int

    def is_before(self, position: int) -> bool:
        """Return whether the damage is before a position, where the next object begins."""
        # Where nesting is too deep, the next object is the rest of the same one.
        is_deep = self.reason == json_brackets.TOO_DEEP
        return self.damage < position or (self.damage == position and not is_deep)


def iter_objects(data: bytes, is_record: Callable[[Any], bool]) -> Iterator[JsonSpan | JsonDamage]:
    """Yield each record of a text in UTF-8, and the damage of each other one.

    Also yields the objects beside a record in a list, whatever they are, and damage between
    records. Raises `Unreadable` if there is no record and no damaged one.
    """
    scan = _ObjectScan(data, is_record)
    yield from scan.run()
    if scan.is_empty:
        start = len(data) - len(data.lstrip())
        is_bracket = data[start : start + 1] in {b"[", b"{"}
        end = json_brackets.find_end(data, start) if is_bracket else End(start)
        raise Unreadable(end.reason or "JSON, but not a list of papers", line=scan.line(end[0]))


class _ObjectScan:
    """One pass over a text."""

    def __init__(self, data: bytes, is_record: Callable[[Any], bool]) -> None:
        self._data, self._is_record = data, is_record
        self._position = 0  # where the next object is looked for
        self._budget = _MAX_PASSES * len(data) + _MAX_RECORD
        self._mend_budget = 4 * len(data) + _MAX_RECORD
        self._failures: list[_Failure] = []  # those whose damage is not reached yet
        self._siblings: list[JsonSpan] = []  # objects beside each other, before a record
        self._sibling_count = 0
        self._end = 0  # of the last object that was read
        self._last_record = -1  # where the last record begins
        self._is_beside_record = False
        self._is_mended = False  # a record had a mistake that the decoder takes
        self._rejected_start = self._rejected_end = -1  # where the last damaged record seems to be
        self._is_clean = True  # nothing but blanks and commas between the records
        self._line_position, self._line = 0, 1
        self.is_empty = True

    def run(self) -> Iterator[JsonSpan | JsonDamage]:
        """Yield the records and the rejects."""
        found, size = False, len(self._data)
        while match := _START.search(self._data, self._position):
            for reject in self._resolved(match.start()):
                found = True
                yield reject
            if self._budget < 0:
                reason = "damaged too often to be read on"
                self._failures.append(_Failure(match.start(), size, reason, size))
                break
            yield from self._object(match.start())
        for reject in self._resolved(size + 1):
            found = True
            yield reject
        if self._last_record >= 0 and not found and not self._is_whole():
            cut = bool(_SEPARATOR.fullmatch(self._data, self._end))
            yield JsonDamage(self.line(self._end), "damaged from here on", is_cut=cut)
        self.is_empty = self._last_record < 0 and not found

    def line(self, position: int) -> int:
        """Return the line of a position."""
        first, last = sorted((position, self._line_position))
        count = self._data.count(b"\n", first, last)
        self._line += count if position >= self._line_position else -count
        self._line_position = position
        return self._line

    def _object(self, start: int) -> Iterator[JsonSpan]:
        """Yield the object that begins here, if it is a record or stands beside one."""
        end, value = json_brackets.find_end(self._data, start), None
        reason = end.reason
        if not reason:
            reason, value = self._decoded(self._data[start : end.position])
        if not reason and self._swallows(value):
            reason = json_brackets.INVALID
        if not reason:
            yield from self._placed(JsonSpan(value, 0), start, end.position)
            return
        self._budget -= end.position - start
        loose_end = self._loose_end(start) if reason != TOO_DENSE else None
        mended = json_values.mended(self._data[start:loose_end]) if loose_end else None
        if loose_end and isinstance(mended, dict) and not self._swallows(mended):
            if self._is_record(mended):
                self._is_mended = True
                # An object around it is found damaged at the same place, which is now no damage.
                self._failures = [one for one in self._failures if one.damage != end.position]
            yield from self._placed(JsonSpan(mended, 0), start, loose_end)
            return
        damage = end.position
        if _LITERAL.match(self._data, start):
            damage = loose_end or len(self._data)  # Python's syntax is no damage by itself
        self._fail(_Failure(start, damage, reason, loose_end or end.position))
        # The brackets of a text nested deeply are not tried one by one.
        is_deep = reason == json_brackets.TOO_DEEP
        self._position = end.position if is_deep else start + 1

    def _decoded(self, piece: bytes) -> tuple[str, Any]:
        """Return the reason why an object cannot be decoded, "" if it can, and its value."""
        if not json_values.fits_memory(piece):
            return TOO_DENSE, None
        try:
            value = msgspec.json.decode(piece)
        except json_values.DECODE_ERRORS:
            if (value := json_values.decoded(piece)) is None:
                return json_brackets.INVALID, None
            self._is_mended |= self._is_record(value)
        if isinstance(value, str):
            value = json_values.parse_embedded(value) or value
        return "", value

    def _placed(self, span: JsonSpan, start: int, end: int) -> Iterator[JsonSpan]:
        is_record = self._is_record(span.value)
        is_beside = self._end > 0 and bool(_SEPARATOR.fullmatch(self._data, self._end, start))
        if not (is_record or is_beside) and _TITLE.search(self._data, start, end):
            self._position = start + 1  # an object around records
            return
        span = span._replace(line=self.line(start), key=self._key(start))
        if is_record or (is_beside and self._is_beside_record):
            self._is_clean &= is_beside or self._last_record < 0
            if is_beside:
                yield from self._siblings
            self._siblings, self._last_record, self._is_beside_record = [], start, True
            yield span
        else:
            self._siblings = self._siblings[-_MAX_SIBLINGS:] if is_beside else []
            self._is_beside_record = False
            if start >= self._rejected_end:  # else it is a part of a damaged record
                self._count_sibling()
                self._siblings.append(span)
        self._position = self._end = end

    def _count_sibling(self) -> None:
        self._sibling_count += 1
        if self._sibling_count > MAX_REJECTS:
            raise Unreadable(TOO_DENSE)

    def _loose_end(self, start: int) -> int | None:
        if self._mend_budget < 0:
            return None
        limit = min(len(self._data), start + _MAX_RECORD)
        end = json_brackets.find_loose_end(self._data, start, limit)
        self._mend_budget -= (end or limit) - start
        return end

    def _key(self, start: int) -> str:
        match = _KEY.search(self._data[max(0, start - _KEY_BYTES) : start])
        return match[1].decode(errors="replace") if match else ""

    def _fail(self, failure: _Failure) -> None:
        last = self._failures[-1] if self._failures else None
        if last and last.reason == failure.reason == json_brackets.TOO_DEEP:
            self._failures[-1] = last._replace(damage=failure.damage)
        else:
            self._failures.append(failure)

    def _resolved(self, position: int) -> Iterator[JsonDamage]:
        """Yield a reject for each place of damage before a position.

        An object around records only contains the damage. The outermost without a record in it
        is the damaged one.
        """
        reached = [failure for failure in self._failures if failure.is_before(position)]
        if not reached:
            return
        self._failures = [one for one in self._failures if not one.is_before(position)]
        for damage in sorted({failure.damage for failure in reached}):
            here = [failure for failure in reached if failure.damage == damage]
            damaged = next((one for one in here if one.start > self._last_record), None)
            if damaged is None:
                if here[0].reason != TOO_DENSE:
                    yield self._damage(damage, here[-1].reason)
            elif damaged.start >= self._rejected_end or self._last_record > self._rejected_start:
                self._rejected_start, self._rejected_end = damaged.start, damaged.end
                self._siblings = []  # they stand inside the damaged record
                yield self._damage(damaged.start, damaged.reason)

    def _damage(self, position: int, reason: str) -> JsonDamage:
        return JsonDamage(self.line(position), reason, reason == json_brackets.CUT_OFF)

    def _swallows(self, value: Any) -> bool:
        """Return whether a list in an object holds its neighbours, because a bracket is missing."""
        return isinstance(value, dict) and any(
            isinstance(member, dict)
            and (member.keys() == value.keys() or self._is_stranger(member, inner[0]))
            for inner in value.values()
            for member in (inner if isinstance(inner, list) else ())
        )

    def _is_stranger(self, member: Json, first: Any) -> bool:
        """Return whether a record stands in a list that begins with something else."""
        shares_keys = isinstance(first, dict) and not first.keys().isdisjoint(member)
        return not shares_keys and self._is_record(member) and not self._is_record(first)

    def _is_whole(self) -> bool:
        """Return whether the text is valid, or holds nothing but records in a row."""
        if self._is_mended and self._is_clean:
            return True
        try:
            msgspec.json.decode(self._data, type=msgspec.Raw)
        except json_values.DECODE_ERRORS:
            begins = self._data.lstrip()[:1] == b"{"
            return begins and self._is_clean and not self._data[self._end :].strip()
        return True
