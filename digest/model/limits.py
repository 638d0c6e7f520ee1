"""How much of anything one file may bring: the operator's choice, `[limits]` of the configuration.

Each keeps a file that was made to do harm, or that is something else, from keeping all others
waiting. The defaults are far above what listings hold.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that passes one is put aside with its reason; of the last three only the record."""

    file_mb: Count = 256  # of a file as it lies in the inbox, in MiB (1,048,576 bytes)
    # A year of the busiest listing is 12 MB as text, 30 MB as JSON; a page is below 1 MB.
    unpacked_mb: Count = 64  # of all that is packed in a file, over all layers, in MiB
    # Listings shrink to a third or a tenth, gzip's own bound is a thousandth.
    ratio: Count = 100  # how many times its size a file above 40 KiB may unpack to
    # A year of daily captures, and its leap day twice over.
    members: Count = 1_000  # files in a packed one, or parts of a mail
    layers: Count = 3  # a zip in a mail in a zip
    records: Count = 100_000  # ten years of the busiest listing
    title_chars: Count = 1_000
    abstract_chars: Count = 50_000
    authors: Count = 10_000  # the longest list there is has 5,154

    def passed(self, name: str, what: str) -> str:
        """The reason of what was put aside: what it is, the limit's name and its value."""
        return f"{what}: more than limits.{name} = {getattr(self, name)} allows"

    @property
    def changed(self) -> str:
        """The limits that are not the defaults, as text; a changed one is a reason to retry."""
        given, usual = msgspec.structs.asdict(self), msgspec.structs.asdict(Limits())
        return "".join(f" {name}={value}" for name, value in given.items() if value != usual[name])
