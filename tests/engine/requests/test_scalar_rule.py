"""Values that do not fit our scalars: where they stand and what is right, never the value."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.exports.routes import Exports
from engine.errors import BadUserInput
from schema.build import build
from schema.shared.scalars import SCALARS, Edtf, Instant
from tests.conftest import Dataset

DAY = "write one that it has as YYYY-MM-DD, such as 2025-07-09"
FORM = "a day is written YYYY-MM-DD"
LITERALS = [
    ('changesBetween(from: "2024-01-01", to: "2025-02-29") { totalCount }', "to", DAY),
    ('changesBetween(from: "2024-13-01") { totalCount }', "from", DAY),
    ('changesBetween(from: "2024") { totalCount }', "from", FORM),
    ('changesBetween(from: "2024-W01-1") { totalCount }', "from", FORM),
    ("changesBetween(from: 20240101) { totalCount }", "from", FORM),
    ('commitments(filter: {or: [{}, {madeOn: {to: "2023-02-29"}}]}) { totalCount }',
     "filter.or[1].madeOn.to", DAY),
    ('commitments(filter: {updatedSince: "2025-02-30T00:00:00Z"}) { totalCount }',
     "filter.updatedSince", "there is no such moment"),
    ('commitments(filter: {updatedSince: "2025-02-20T00:00:00"}) { totalCount }',
     "filter.updatedSince", "a moment is written with its zone"),
    ('commitments(filter: {updatedSince: "0001-01-01T00:00:00+09:00"}) { totalCount }',
     "filter.updatedSince", "in the years 0001 to 9999"),
    ('parties(filter: {country: "UK"}) { totalCount }', "filter.country", "write GB"),
    ('commitments(filter: {country: "XX"}) { totalCount }', "filter.country", "leave it out"),
    ('commitment(by: {url: "ftp://2025"}) { key }', "by.url", "an address starts with https://"),
    ('commitments(first: 1) { nodes { status(asOf: "2025-06-31") { value } } }', "asOf", DAY),
]  # fmt: skip
VARIABLES = [
    ("$d: Date!", "changesBetween(from: $d) { totalCount }", {"d": "2025-02-29"}, "$d", DAY),
    ("$f: CommitmentFilter", "commitments(filter: $f) { totalCount }",
     {"f": {"madeOn": {"from": "2023-02-29"}}}, "$f.madeOn.from", DAY),
    ("$f: [CommitmentFilter!]", "commitments(filter: {or: $f}) { totalCount }",
     {"f": [{}, {"status": {"asOf": "2025"}}]}, "$f[1].status.asOf", FORM),
    ("$m: DateTime", "commitments(filter: {updatedSince: $m}) { totalCount }",
     {"m": "2025-07-09T25:00:00Z"}, "$m", "there is no such moment"),
    ("$b: By!", "commitment(by: $b) { key }", {"b": {"url": "2025"}}, "$b.url", "an address"),
]  # fmt: skip
REFUSED = [
    *((f"{{ {field} }}", {}, place, said) for field, place, said in LITERALS),
    ('query ($d: Date = "2025-02-29") { statusSeries(from: $d) { day } }', {}, "$d", DAY),
    *((f"query ({declared}) {{ {field} }}", values, place, said)
      for declared, field, values, place, said in VARIABLES),
]  # fmt: skip


@pytest.mark.parametrize(("query", "variables", "place", "said"), REFUSED)
async def test_a_wrong_scalar_is_told_with_its_place(
    meta_pakistan: Dataset, query: str, variables: dict[str, Any], place: str, said: str
) -> None:
    (error,) = (await meta_pakistan.execute(query, variables))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": place}
    assert error["message"].startswith(f"{place}: ") and said in error["message"]
    assert error["locations"]
    values = ("2025-02", "2025-06", "2023", "2024", "ftp", "T25", "+09")
    assert not any(value in error["message"] for value in values)


async def test_each_of_several_wrong_scalars_is_told(meta_pakistan: Dataset) -> None:
    query = "query ($d: Date!, $n: Int) { changesBetween(from: $d, first: $n) { totalCount } }"
    errors = (await meta_pakistan.execute(query, {"d": "x", "n": "y"}))["errors"]
    assert [e["extensions"].get("argument") for e in errors] == ["$d", None]
    assert {e["extensions"]["code"] for e in errors} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    "field",
    [
        'commitments(filter: {madeOn: {from: "2024-01-02", to: "2023-01-01"}}) { totalCount }',
        'changesBetween(from: "2024-01-02", to: "2023-01-01") { totalCount }',
        'statusSeries(from: "2024-01-02", to: "2023-01-01") { day }',
    ],
)
async def test_a_reversed_range_is_not_repeated(meta_pakistan: Dataset, field: str) -> None:
    (error,) = (await meta_pakistan.execute(f"{{ {field} }}"))["errors"]
    assert "reversed" in error["message"] and "20" not in error["message"]


def test_a_refused_edtf_says_what_to_write() -> None:
    parsed = SCALARS[Edtf].parse_value
    assert parsed is not None and parsed("2024-12-06?") == "2024-12-06?"
    with pytest.raises(ValueError, match="write") as refused:
        parsed("2024-13-77")
    assert "13" not in str(refused.value) and "77" not in str(refused.value)
    with pytest.raises(ValueError, match="write") as refused:
        parsed("24 April 2009")
    assert "2009" not in str(refused.value)


NULLS = [
    ("{ commitment(by: null) { key } }", {}),
    ("{ commitments(filter: {and: [null]}) { totalCount } }", {}),
    ("{ commitments(filter: {madeOn: {match: null}}) { totalCount } }", {}),
    ("query ($i: [ID!] = [null]) { nodes(ids: $i) { id } }", {}),
    ("query ($n: Int!) { commitments(first: $n) { totalCount } }", {"n": None}),
    ('query ($i: ID = "x") { node(id: $i) { id } }', {"i": None}),
    ('query ($i: ID = "x") { nodes(ids: [$i]) { id } }', {"i": None}),
    ('query ($k: String = "x") { commitment(by: {key: $k}) { key } }', {"k": None}),
    ("query ($f: CommitmentFilter) { commitments(filter: $f) { totalCount } }",
     {"f": {"madeOn": {"match": None}}}),
]  # fmt: skip


@pytest.mark.parametrize(("query", "variables"), NULLS)
async def test_a_null_is_called_null(
    meta_pakistan: Dataset, query: str, variables: dict[str, Any]
) -> None:
    (error,) = (await meta_pakistan.execute(query, variables))["errors"]
    assert error["message"].endswith("not to be null.")
    assert "None" not in error["message"]


def test_a_null_in_a_parameter_is_called_null() -> None:
    export = Exports(build()).of("commitments")
    with pytest.raises(BadUserInput) as refused:
        export.parameters.read([("filter", '{"and": [null]}')])
    assert refused.value.message.endswith("not to be null.")
    with pytest.raises(BadUserInput) as refused:
        export.parameters.read([("filter", '{"country": true}')])
    assert "True" not in refused.value.message


BY = "commitment(by: {key: $k}) { key }"


@pytest.mark.parametrize(
    "query", [f"query ($k: String) {{ {BY} }}", f"query ($k: String = null) {{ {BY} }}",
              f"query ($k: String) {{ ...F }} fragment F on Query {{ {BY} }}"]
)  # fmt: skip
async def test_a_nullable_variable_names_no_record(meta_pakistan: Dataset, query: str) -> None:
    """By the specification: of a OneOf input, the member that is given takes no null."""
    (error,) = (await meta_pakistan.execute(query, {"k": "K01"}))["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["message"].endswith("declare it as 'String!'.")
    assert len(error["locations"]) == 2


@pytest.mark.parametrize("declared", ["$k: String!", '$k: String = "x"'])
async def test_a_variable_that_cannot_be_null_names_a_record(
    meta_pakistan: Dataset, declared: str
) -> None:
    body = await meta_pakistan.execute(f"query ({declared}) {{ {BY} }}", {"k": "K01"})
    assert body == {"data": {"commitment": {"key": "K01"}}}


MOMENT = datetime(2025, 7, 9, 1, 51, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-09T01:51:09Z", MOMENT),
        ("2025-07-09t01:51:09z", MOMENT),
        ("2025-07-09T06:51:09+05:00", MOMENT),
        ("2025-07-08T20:51:09.000-05:00", MOMENT),
        ("2025-07-09T01:51:09-00:00", MOMENT),
        ("2025-07-09T01:51:09.5Z", MOMENT.replace(microsecond=500_000)),
        ("2025-07-09T01:51:09.1234567899Z", MOMENT.replace(microsecond=123_456)),
        ("20250709T235959Z", None),
        ("2025-W28-3T01:51:09Z", None),
        ("2025-190T01:51:09Z", None),
        ("2025-07-09T01:51Z", None),
        ("2025-07-09T01Z", None),
        ("2025-07-09T0151Z", None),
        ("2025-07-09 01:51:09Z", None),
        ("2025-07-09T01:51:09,5Z", None),
        ("2025-07-09T01:51:09.Z", None),
        ("2025-07-09T01:51:09", None),
        ("2025-07-09T01:51:09+05", None),
        ("2025-07-09T01:51:09+0500", None),
        ("2025-07-09T01:51:09+05:00:30", None),
        ("2025-07-09T01:51:09+24:00", None),
        ("2025-07-09T01:51:60Z", None),
        ("2025-07-09T24:00:00Z", None),
        ("2025-02-29T00:00:00Z", None),
        ("0000-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+00:01", None),
        ("9999-12-31T23:59:59-00:01", None),
        ("2025-07-09T01:51:09Z\n", None),
        (" 2025-07-09T01:51:09Z", None),
        ("\u0662025-07-09T01:51:09Z", None),
        ("2025-07-09", None),
        ("", None),
        (1752025869, None),
    ],
)
def test_a_moment_is_written_as_rfc_3339_has_it(text: object, moment: datetime | None) -> None:
    parsed = SCALARS[Instant].parse_value
    assert parsed is not None
    if moment is not None:
        assert parsed(text) == moment
        return
    with pytest.raises(ValueError, match="a moment"):
        parsed(text)
