"""docs/reference/api.md is complete."""

from __future__ import annotations

import inspect
import re

import msgspec
import pytest

import digest
from tests.support import documents

PAGE = documents.CHECKOUT / "docs" / "reference" / "api.md"
TEXT = PAGE.read_text("utf-8")
NAMES = [name for name in digest.__all__ if isinstance(getattr(digest, name), type)]
RECORDS = [name for name in NAMES if issubclass(getattr(digest, name), msgspec.Struct)]
ERRORS = [name for name in NAMES if issubclass(getattr(digest, name), digest.DigestError)]


def section(heading: str) -> str:
    """Return the part of the page under a heading, up to the next one."""
    parts = re.split(r"^#+ ", TEXT, flags=re.MULTILINE)[1:]
    (part,) = [part for part in parts if part.splitlines()[0] == heading][-1:]
    return part


@pytest.mark.parametrize("name", RECORDS)
def test_every_field_of_a_result_is_described(name: str) -> None:
    """The table of the result has its fields, in their order."""
    record: type[msgspec.Struct] = getattr(digest, name)
    rows = re.findall(r"^\| `(\w+)` \|", section(name), re.MULTILINE)
    assert list(record.__struct_fields__) == rows


def test_every_public_name_is_described() -> None:
    """Members of a publication, errors, and all other names stand on the page."""
    members = {name for name in dir(digest.Publication) if not name.startswith("_")}
    assert members == set(re.findall(r"^\| \[?`(\w+)`", section("Publication"), re.MULTILINE))
    assert set(ERRORS) == set(re.findall(r"^\| `(\w+)`", section("Errors"), re.MULTILINE))
    assert [] == [name for name in digest.__all__ if not re.search(rf"\b{name}\b", TEXT)]


@pytest.mark.parametrize("name", ERRORS)
def test_the_described_attributes_of_an_error_exist(name: str) -> None:
    """The table names no other; a subclass has those of its base too."""
    (row,) = re.findall(rf"^\| `{name}` \|(.*)\|$", section("Errors"), re.MULTILINE)
    error: type[digest.DigestError] = getattr(digest, name)
    known = {*inspect.signature(error.__init__).parameters, "exit_status"}
    assert set(re.findall(r"`(\w+)`", row.rpartition("|")[2])) - {"None", "hint"} <= known


def test_every_example_shows_what_it_prints() -> None:
    """The tests of all documents run the examples and compare."""
    examples = [block for block in documents.blocks(PAGE) if block.language == "python"]
    assert len(examples) > 5
    assert all(example.output for example in examples)
