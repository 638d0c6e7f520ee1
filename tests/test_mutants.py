"""Planted faults: `tests/mutants.toml` fits the code, and the tests catch every fault."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest

from tests.support import mutants

MUTANTS = mutants.mutants()


def test_there_are_enough_faults_and_each_has_a_name() -> None:
    """There are forty or more, in many modules."""
    assert len(MUTANTS) >= 40
    assert len(MUTANTS) == len({mutant.name for mutant in MUTANTS})
    assert max(Counter(mutant.file for mutant in MUTANTS).values()) <= len(MUTANTS) / 4


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_can_be_planted(mutant: mutants.Mutant) -> None:
    """Its text stands in the code once, and its tests exist."""
    source = (mutants.CHECKOUT / mutant.file).read_text("utf-8")
    assert 1 == source.count(mutant.old)
    assert mutant.old != mutant.new
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (mutants.CHECKOUT / file).read_text("utf-8")


@pytest.mark.soak
@pytest.mark.long
def test_every_planted_fault_is_caught(figure: Callable[[str], None]) -> None:
    """The tests named for a fault fail while it is planted."""
    verdicts = list(mutants.plant_each(MUTANTS, workers=os.cpu_count() or 1))
    survived = [verdict.mutant.name for verdict in verdicts if not verdict.is_caught]
    figure(f"{len(verdicts)} faults planted, {len(survived)} survived")
    assert [] == survived
