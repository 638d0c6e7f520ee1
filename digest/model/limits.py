"""The limits on the size of one input file: the table `[limits]` of the configuration.

They keep a hostile file, or one that is no listing at all, from blocking all others. The
defaults are far above the size of real listings.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits. A file above one is quarantined; above the last three, a record is rejected."""

    file_mb: Count = 256  # size of a file in the inbox, in MiB (1,048,576 bytes)
    # A year of the busiest listing is 12 MB as text, 30 MB as JSON; a page is below 1 MB.
    unpacked_mb: Count = 64  # all unpacked content of a file, over all layers, in MiB
    # Listings shrink to between a third and a tenth. gzip cannot shrink below a thousandth.
    ratio: Count = 100  # unpacked size over packed size, for files above 40 KiB
    # More than two years of daily captures.
    members: Count = 1_000  # files in an archive, or parts of a mail
    layers: Count = 3  # of containers, such as a zip in a mail in a zip
    records: Count = 100_000  # ten years of the busiest listing
    title_chars: Count = 1_000
    abstract_chars: Count = 50_000
    authors: Count = 10_000  # the longest known list has 5,154

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
