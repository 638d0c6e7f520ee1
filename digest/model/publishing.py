"""What is remembered of the commands that bring the output to where people read it."""

from __future__ import annotations

from typing import Literal

import msgspec

Outcome = Literal["published", "failed"]


class TargetState(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The last outcome of one command of ``[[publish]]``. Moments are RFC 3339.

    ``settings`` is a hash of the command's settings: with others, nothing here is true of it.
    ``mark`` stands for the output that the last success had. ``begun`` is set while it runs, so
    a command that was killed is known to have ended badly. ``failures`` counts those in a row
    since ``failing_since``. ``output`` is the end of what a failed command printed. ``feeds`` are
    the hashes of those that a hub was told of, by path.
    """

    settings: str
    mark: str | None = None
    published: str | None = None
    begun: bool = False
    moment: str | None = None
    seconds: float = 0.0
    failures: int = 0
    failing_since: str | None = None
    reason: str | None = None
    output: str = ""
    feeds: dict[str, str] = {}


class PublishState(msgspec.Struct):
    """The content of `state/publish.json`, by the name of the command.

    Losing it costs one more call of each command.
    """

    version: int = 1
    targets: dict[str, TargetState] = {}


class TargetResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one command of ``[[publish]]`` did.

    ``reason`` is why it failed, and ``output`` the end of what it printed then.
    ``first_failure`` is True for the first failure after a success, or of a hub for the fifth.
    """

    name: str
    outcome: Outcome
    seconds: float
    reason: str | None = None
    output: str = ""
    first_failure: bool = False
    failing_since: str | None = None


class TargetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A command of ``[[publish]]`` in the status: it never ran, published, or failed.

    ``moment`` is that of its last end, ``published`` that of its last success. What the command
    printed is left out, because the status is published.
    """

    name: str
    outcome: Literal["published", "failed", "never ran"]
    moment: str | None = None
    published: str | None = None
    failing_since: str | None = None
    reason: str | None = None
