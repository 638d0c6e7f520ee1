"""The benchmarks name functions of the product, which may move."""

from __future__ import annotations

import pkgutil

import pytest

from benchmarks import parts


@pytest.mark.parametrize("part", parts.PARTS)
def test_each_part_of_a_run_names_functions_that_exist(part: str) -> None:
    """Its time would otherwise be counted to the part around it."""
    functions = [pkgutil.resolve_name(f"digest.{name}") for name in parts.PARTS[part]]
    assert functions
    assert all(callable(function) for function in functions)


def test_each_part_of_the_sum_is_a_part() -> None:
    """`ADDED` lists the parts that publishing a new issue consists of."""
    assert set(parts.ADDED) <= parts.PARTS.keys()
