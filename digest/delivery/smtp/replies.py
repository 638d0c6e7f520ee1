"""What a mail server answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digest.delivery.envelopes import one_line


class Reply(NamedTuple):
    """A whole reply of the server: its code, and its lines without the code."""

    code: int
    text: bytes

    def shown(self, hidden: Sequence[str] = ()) -> str:
        """Return code and text on one line, without what is in ``hidden``."""
        text = self.text.decode("utf-8", "replace")
        for secret in hidden:
            text = text.replace(secret, "...")
        return one_line(f"{self.code} {text}")
