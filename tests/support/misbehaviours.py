"""Everything that a server may do, by name, and what must come of it."""

from __future__ import annotations

from tests.support import answer_faults, transport_faults

CASES = (*transport_faults.CASES, *answer_faults.CASES)
