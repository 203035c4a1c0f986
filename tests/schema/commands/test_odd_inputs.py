"""Inputs that nobody would write: whatever is sent, a fault of ours is never the answer, and the
store breaks no rule after it.
"""

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schema.commands.conftest import ADMIN, ERRORS, Writing, find_broken
from tests.schema.commands.test_every_mutation import INPUTS, NAMES, ROOT
from tests.store.samples import LATER, PROMISED
from tests.tiers import examples

KEYS = ["telno", "gov", "ann", "a1", "a2", "m1", "c1", "c2", "r1", "f1", "f2", "s1", "l1", "x"]
WORDS = [LATER, PROMISED, "Telno", "It", "", " ", "é", "\u0000", "a" * 1_500]
DATES = ["2021-05", "../..", "2021-05-03?", "2030", "9999-12-31", "0001", "May", "20210503", "X"]
TEXTS = st.sampled_from([*KEYS, *WORDS, *DATES, "US", "en", "https://a.example/"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)
NUMBERS = st.sampled_from([0, 1, 2, 3, 20, -1, 2**31 - 1, -(2**31)])
MOMENTS = st.sampled_from(["2021-05-03T10:00:00Z", "0001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])


def values(type_: Any) -> st.SearchStrategy[Any]:
    """Values that GraphQL takes for a type."""
    if isinstance(type_, GraphQLNonNull):
        return values(type_.of_type).filter(lambda value: value is not None)
    if isinstance(type_, GraphQLList):
        return st.lists(values(type_.of_type), max_size=2) | st.none()
    if isinstance(type_, GraphQLEnumType):
        return st.sampled_from([*type_.values])
    if isinstance(type_, GraphQLInputObjectType):
        return members(type_)
    scalars = {"Int": NUMBERS, "Boolean": st.booleans(), "DateTime": MOMENTS}
    return scalars.get(get_named_type(type_).name, TEXTS)


def members(type_: GraphQLInputObjectType) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of an input, with any of the members that may be absent."""
    fields = {n: f.type for n, f in type_.fields.items() if n not in ("idempotencyKey", "dryRun")}
    must = {n: values(t) for n, t in fields.items() if isinstance(t, GraphQLNonNull)}
    may = {n: values(t) | st.none() for n, t in fields.items() if n not in must}
    return st.fixed_dictionaries(must, optional=may)


@settings(
    max_examples=examples(60),
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
@given(data=st.data())
@pytest.mark.parametrize("name", NAMES)
async def test_odd_input(writing: Writing, name: str, data: st.DataObject) -> None:
    assert ROOT is not None
    type_ = get_named_type(ROOT.fields[name].args["input"].type)
    assert isinstance(type_, GraphQLInputObjectType)
    # Half of it fits, so that more than the first thing is looked at.
    odd = data.draw(members(type_))
    chosen = data.draw(st.sets(st.sampled_from([*odd] or ["key"])))
    given = {**odd, **{n: v for n, v in INPUTS[name].items() if n not in chosen}}
    capital = name[0].upper() + name[1:]
    query = f"mutation ($i: {capital}Input!) {{ {name}(input: $i) {{ dataVersion {ERRORS} }} }}"
    tried = await writing.execute(query, ADMIN, i={**given, "dryRun": True})
    done = await writing.execute(query, ADMIN, i=given)
    for body in (tried, done):
        codes = [error["extensions"]["code"] for error in body.get("errors", ())]
        assert "INTERNAL_SERVER_ERROR" not in codes, (given, body["errors"])
    assert tried == done


async def test_store_breaks_no_rule_after_many(writing: Writing) -> None:
    for name in NAMES:
        await writing.send(name, "dataVersion", ADMIN, **INPUTS[name])
    assert await find_broken(writing.database) == []
