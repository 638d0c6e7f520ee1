"""Dumps as `digest parse` prints them."""

from __future__ import annotations

import msgspec

from digest.cli import dump_json
from digest.model.papers import Organization, Reject, Sighting
from tests.support.builders import dump, sighting


def test_every_key_scripts_depend_on() -> None:
    """Also those of which the page says nothing; rejects with line and reason."""
    page = dump(sighting("Lanterns"), rejects=(Reject(7, "cut"),), evidence={"year": "its ids"})
    found = msgspec.json.decode(msgspec.json.encode(dump_json.as_data(page)))
    assert [{"line": 7, "reason": "cut"}] == found["rejects"]
    expected = {"dump", "dialect", "source", "page_date", "witness", "sightings", "rejects"}
    assert expected == found.keys()
    (shown,) = found["sightings"]
    assert set(Sighting.__struct_fields__) == shown.keys()
    assert ("Lanterns", None, [], 1) == (
        shown["title"], shown["abstract"], shown["authors"], shown["line"],
    )  # fmt: skip


def test_clean_mends_every_word() -> None:
    """As an issue would print them; what is absent stays absent, facts stay as they are."""
    page = dump(
        sighting(
            "Lanterns &amp;  Tunnels",
            abstract="We hang\x00 lanterns.",
            authors=("Ada&nbsp;Vance",),
            organization=Organization("north\x00", "North &amp; Co"),
            published_text="Nov 20",
            upvotes=3,
        )
    )
    (mended,) = dump_json.clean(page).sightings
    expected = sighting(
        "Lanterns & Tunnels",
        abstract="We hang lanterns.",
        authors=("Ada Vance",),
        organization=Organization("north", "North & Co"),
        published_text="Nov 20",
        upvotes=3,
    )
    assert expected == mended
    assert mended == next(iter(dump_json.clean(dump(mended)).sightings))
