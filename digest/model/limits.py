"""The limits on the size of one input file: the table `[limits]` of the configuration.

They keep a hostile file, or one that is no listing at all, from blocking all others. The
defaults are far above the size of real listings.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

LONGEST_QUERY = 10_000  # characters of a key or title; SQLite takes patterns of 50,000 bytes
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits. A file above one is quarantined; above the last three, a record is rejected."""

    file_mb: Count = 256
    """MiB of a file in the inbox. A larger one is neither opened nor copied."""
    # A year of the busiest listing is 12 MB as text, 30 MB as JSON; a page is below 1 MB.
    unpacked_mb: Count = 64
    """MiB of everything packed in a file, over all layers."""
    # Packed listings have a third to a tenth of their size; gzip can reach a thousandth.
    ratio: Count = 100
    """How many times its own size a file may unpack to, where that is more than 4 MiB."""
    # More than two years of daily captures.
    members: Count = 1_000
    """Files in a packed one, or parts of a mail."""
    layers: Count = 3
    """Packed files within packed files, such as a zip in a mail."""
    # Ten years of the busiest listing.
    records: Count = 100_000
    """Records of a file."""
    title_chars: Count = 1_000
    """Characters of a title. A record with a longer one is rejected, the others are used."""
    abstract_chars: Count = 50_000
    """Characters of an abstract, likewise."""
    # The longest known list of authors has 5,154 names.
    authors: Count = 10_000
    """Authors of a record, likewise."""

    def passed(self, name: str, what: str) -> str:
        """Return the reason for a file or record above a limit, with the limit and its value."""
        return f"{what}: more than limits.{name} = {getattr(self, name)} allows"

    @property
    def overrides(self) -> str:
        """Return the limits that differ from the defaults, as text.

        Quarantined files are read again when this text changes.
        """
        limits, defaults = msgspec.structs.asdict(self), msgspec.structs.asdict(Limits())
        return "".join(
            f" {name}={value}" for name, value in limits.items() if value != defaults[name]
        )
