"""Dimensions: each is worked out a second time by tests, and says what it reads."""

from typing import Any

import pytest

from store.records.dimensions import DIMENSIONS, GROUPS, PAIRING, Dimension
from store.records.nouns import NOUNS
from tests.schema import naive_facets
from tests.store.reads import test_statistics

DECLARED = [
    pytest.param(dimension, id=f"{noun}-{dimension.name}")
    for noun, dimensions in DIMENSIONS.items()
    for dimension in dimensions.values()
]


@pytest.mark.parametrize("noun", NOUNS)
def test_facets_of_every_dimension_are_worked_out_by_tests_as_well(noun: str) -> None:
    missing = DIMENSIONS.get(noun, {}).keys() ^ naive_facets.OWN.get(noun, {}).keys()
    assert not missing, f"say in OWN and _values of {naive_facets.__file__} what they count"


def test_statistics_by_every_dimension_are_worked_out_by_tests_as_well() -> None:
    missing = GROUPS.keys() ^ set(test_statistics.DIMENSIONS)
    assert not missing, f"say in DIMENSIONS and own_groups of {test_statistics.__file__} what it is"


def paths_in(expression: Any) -> set[str]:
    """The paths of documents that an expression of MongoDB names: `$path`, and not `$$variable`."""
    if isinstance(expression, str):
        is_path = expression.startswith("$") and not expression.startswith("$$")
        return {expression[1:]} if is_path else set()
    parts = expression.values() if isinstance(expression, dict) else expression
    return set().union(*map(paths_in, parts)) if isinstance(expression, dict | list) else set()


@pytest.mark.parametrize("dimension", DECLARED)
def test_a_dimension_says_which_paths_it_reads(dimension: Dimension) -> None:
    found = paths_in(dimension.expression_on("2020-01-01"))
    assert found
    for path in found:
        # An expression may take a list whole, of which it reads a member.
        assert any(read == path or read.startswith(f"{path}.") for read in dimension.reads)
    assert all(any(read == path or read.startswith(f"{path}.") for path in found)
               for read in dimension.reads)  # fmt: skip


def test_what_is_paired_can_be_grouped_by() -> None:
    assert set(PAIRING.names) <= GROUPS.keys()
