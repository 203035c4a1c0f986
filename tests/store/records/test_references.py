"""Keys and parts are found in every noun, wherever the models declare them."""

from typing import Any

import pytest

from store.records.base import Record, Shape
from store.records.dates import FuzzyDate
from store.records.evidence import Evidence, Selector
from store.records.nouns import NOUNS, model_of, noun_of
from store.records.references import find_keys, find_parts, find_references, rewrite_parts
from tests.store.samples import (
    article,
    assessment,
    commitment,
    evidence,
    follow_up,
    party,
    record,
    request,
)

CITED = [evidence("A1", "x", saidBy="P1", relayedBy="P2"), evidence("A2", "y")]
CITES = {
    "evidence[0].article": "A1",
    "evidence[0].saidBy": "P1",
    "evidence[0].relayedBy": "P2",
    "evidence[1].article": "A2",
}
EVERYTHING: list[tuple[Record, dict[str, str]]] = [
    (record("concepts", "x", labels=[{"value": "X"}], mergedInto="T9"), {"mergedInto": "T9"}),
    (
        party("x", parent="P1", mergedInto="P9", memberships=[{"organization": "P2"}]),
        {"memberships[0].organization": "P2", "parent": "P1", "mergedInto": "P9"},
    ),
    (
        party("x", "PERSON", memberships=[{"organization": "P1"}, {"organization": "P2"}]),
        {"memberships[0].organization": "P1", "memberships[1].organization": "P2"},
    ),
    (
        article("x", publisher="P1", relays="P2", mentions=[{"surface": "s", "party": "P3"}]),
        {"publisher": "P1", "relays": "P2", "mentions[0].party": "P3"},
    ),
    (
        record(
            "meetings",
            "x",
            title="T",
            kind="CALL",
            date="2020",
            participations=[
                {"nameAsStated": "n"},
                {"party": "P1", "nameAsStated": "n", "onBehalfOf": "P2"},
            ],
            claims=[{"date": "2021", "evidence": evidence("A3", "z", saidBy="P3")}],
            evidence=CITED,
        ),
        {
            "participations[1].party": "P1",
            "participations[1].onBehalfOf": "P2",
            "claims[0].evidence.article": "A3",
            "claims[0].evidence.saidBy": "P3",
            **CITES,
        },
    ),
    (
        commitment(
            "x",
            promisors=[{"party": "P1", "attribution": "HEADLINE_ONLY", "spokesperson": "P2"}],
            addressees=["P3", "P4"],
            beneficiaries=["P5"],
            madeAt="M1",
            evidence=CITED,
        ),
        {
            "promisors[0].party": "P1",
            "promisors[0].spokesperson": "P2",
            "addressees[0]": "P3",
            "addressees[1]": "P4",
            "beneficiaries[0]": "P5",
            "madeAt": "M1",
            **CITES,
        },
    ),
    (
        request("x", askers=["P1"], asked=["P2"], madeAt="M1", answeredBy=["C1"], evidence=CITED),
        {"askers[0]": "P1", "asked[0]": "P2", "madeAt": "M1", "answeredBy[0]": "C1", **CITES},
    ),
    (
        follow_up(
            "x",
            "C1",
            "ANSWERED",
            actors=["P1"],
            meeting="M1",
            restatedAs="C2",
            answers="F1",
            evidence=CITED,
        ),
        {
            "target": "C1",
            "actors[0]": "P1",
            "meeting": "M1",
            "restatedAs": "C2",
            "answers": "F1",
            **CITES,
        },
    ),
    (assessment("x", "C1", mergedInto="S1"), {"trackable": "C1", "mergedInto": "S1"}),
    (
        record(
            "check_logs", "x", trackable="R1", checkedOn="2020", checkedBy="I", found=1,
            articles=["A1", "A2"],
        ),
        {"trackable": "R1", "articles[0]": "A1", "articles[1]": "A2"},
    ),
]  # fmt: skip
RECORDS = [pytest.param(r, keys, id=type(r).__name__) for r, keys in EVERYTHING]
NAMED = {
    "P": ("parties",),
    "A": ("articles",),
    "M": ("meetings",),
    "F": ("follow_ups",),
    "S": ("assessments",),
    "T": ("concepts",),
}


def test_every_model_is_here() -> None:
    models = {model for models in NOUNS.values() for model in models}
    assert {type(r) for r, _ in EVERYTHING} == models


@pytest.mark.parametrize(("whole", "keys"), RECORDS)
def test_every_key_is_found_where_it_stands(whole: Record, keys: dict[str, str]) -> None:
    found = list(find_references(whole, noun_of(whole)))
    assert {reference.path: reference.key for reference in found} == keys
    assert len(found) == len(keys)
    assert find_keys(whole, noun_of(whole)) == [(one.nouns, one.key) for one in found]
    for reference in found:
        if reference.path in ("target", "trackable"):
            assert reference.nouns == ("commitments", "requests")
        elif reference.key.startswith("C"):
            assert reference.nouns == ("commitments",)
        else:
            assert reference.nouns == NAMED[reference.key[0]]


@pytest.mark.parametrize(("whole", "keys"), RECORDS)
def test_no_capital_key_is_missed(whole: Record, keys: dict[str, str]) -> None:
    """Against a search that knows nothing of the models: keys alone are written like `P1`."""
    written = list(capitals(whole.model_dump(by_alias=True, exclude_none=True)))
    assert sorted(written) == sorted(keys.values())


def capitals(value: Any) -> Any:
    if isinstance(value, dict):
        for member in value.values():
            yield from capitals(member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from capitals(item)
    elif isinstance(value, str) and len(value) == 2 and value[0].isupper() and value[1].isdigit():
        yield value


@pytest.mark.parametrize(("whole", "keys"), RECORDS)
def test_evidence_is_found_where_it_stands(whole: Record, keys: dict[str, str]) -> None:
    found = {path: part.article for path, part in find_parts(whole, Evidence)}
    assert found == {
        path.removesuffix(".article"): key
        for path, key in keys.items()
        if path.endswith(".article")
    }


@pytest.mark.parametrize("kind", [Evidence, Selector, FuzzyDate, Shape])
@pytest.mark.parametrize(("whole", "keys"), RECORDS)
def test_rewriting_with_what_changes_nothing_gives_the_same_record(
    whole: Record, keys: dict[str, str], kind: type[Shape]
) -> None:
    assert rewrite_parts(whole, kind, lambda part: part) is whole


@pytest.mark.parametrize(("whole", "keys"), RECORDS)
def test_rewriting_reaches_every_part_and_nothing_else(whole: Record, keys: dict[str, str]) -> None:
    new = rewrite_parts(whole, Evidence, lambda e: e.model_copy(update={"gist": "seen"}))
    assert [path for path, _ in find_parts(new, Evidence)] == [
        p for p, _ in find_parts(whole, Evidence)
    ]
    assert all(part.gist == "seen" for _, part in find_parts(new, Evidence))
    back = rewrite_parts(new, Evidence, lambda e: e.model_copy(update={"gist": None}))
    assert back == whole
    assert (new is whole) == (not list(find_parts(whole, Evidence)))


@pytest.mark.parametrize(("whole", "keys"), RECORDS)
def test_a_record_names_only_records_of_earlier_nouns_or_its_own(
    whole: Record, keys: dict[str, str]
) -> None:
    order, own = list(NOUNS), noun_of(whole)
    for reference in find_references(whole, own):
        assert all(order.index(noun) <= order.index(own) for noun in reference.nouns)


@pytest.mark.parametrize(("whole", "keys"), RECORDS)
def test_a_record_outlives_its_json(whole: Record, keys: dict[str, str]) -> None:
    members = whole.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert model_of(noun_of(whole), members).model_validate(members) == whole
