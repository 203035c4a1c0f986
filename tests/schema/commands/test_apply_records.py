"""Many records at once, as an import reads them."""

import json
from typing import Any

from tests.schema.commands.conftest import EDITOR, PROPOSER, Writing, find_broken
from tests.store.samples import LATER

QUERY = "mutation ($input: ApplyRecordsInput!) { applyRecords(input: $input) { dataVersion } }"


def lines(*records: dict[str, Any]) -> str:
    return "\n".join(json.dumps(record) for record in records)


def company(key: str, **members: Any) -> dict[str, Any]:
    return {"noun": "parties", "key": key, "kind": "COMPANY", "name": key.title(), **members}


def follow_up(key: str, **members: Any) -> dict[str, Any]:
    return {
        "noun": "follow_ups",
        "key": key,
        "target": "r1",
        "kind": "FULFILLED",
        "occurredOn": "2021-06",
        "independence": "SELF",
        "confidence": "HIGH",
        "evidence": [{"article": "a2", "selector": {"exact": LATER}, "mode": "PARAPHRASE"}],
        **members,
    }


async def test_records_may_name_each_other(writing: Writing) -> None:
    records = lines(
        follow_up("f9", actors=["later"], curation="ACCEPTED"),
        company("later", parent="above", curation="ACCEPTED"),
        company("above", curation="ACCEPTED"),
    )
    select = "written { noun key } unchanged effects { trackable { key } after }"
    payload = await writing.do("applyRecords", select, records=records)
    assert len(payload["written"]) == 3 and payload["unchanged"] == 0
    assert payload["effects"] == [{"trackable": {"key": "r1"}, "after": "FULFILLED"}]
    again = await writing.do("applyRecords", select, records=records)
    assert again["written"] == [] and again["unchanged"] == 3
    assert await find_broken(writing.database) == []


async def test_yaml_and_json(writing: Writing) -> None:
    record = {n: v for n, v in company("x1").items() if n != "noun"}
    await writing.do("applyRecords", records=json.dumps({"parties": [record]}), format="JSON")
    text = "defaults: {parties: {kind: COMPANY}}\nparties:\n- {key: x2, name: X}\n"
    await writing.do("applyRecords", records=text, format="YAML")
    assert (await writing.document("parties", "x2"))["kind"] == "COMPANY"


async def test_faults_have_code_place_and_suggestions(writing: Writing) -> None:
    records = lines(
        company("x1", kind="COMPANI", nmae="x"),
        follow_up("f9", occurredOn="May 2021"),
        {"noun": "partys", "key": "x3"},
    )
    payload = await writing.send("applyRecords", records=records)
    found = {e["path"]: (e["code"], e["suggestions"]) for e in payload["userErrors"]}
    code, values = found["input.records[0].kind"]
    assert code == "UNKNOWN_VALUE" and "COMPANY" in values
    assert found["input.records[0].nmae"] == ("UNKNOWN_MEMBER", ["name"])
    assert found["input.records[1].occurredOn"] == ("BAD_DATE", ["2021-05"])
    assert found["input.records[2]"][0] == "INVALID"


async def test_rules_are_told_with_the_place_of_the_record(writing: Writing) -> None:
    records = lines(company("x1"), company("x2", parent="telnno"))
    payload = await writing.send("applyRecords", records=records)
    (error,) = payload["userErrors"]
    assert (error["code"], error["path"]) == ("UNKNOWN_KEY", "input.records[1].parent")
    assert error["suggestions"] == ["telno"]


async def test_stated_version_must_be_the_stored_one(writing: Writing) -> None:
    records = lines(company("telno", version=3, curation="ACCEPTED"))
    assert await writing.refuse("applyRecords", records=records) == [
        ("VERSION_CONFLICT", "input.records[0].version")
    ]


async def test_at_most_a_thousand(writing: Writing) -> None:
    records = lines(*(company(f"x{i}") for i in range(1_001)))
    assert await writing.refuse("applyRecords", records=records) == [("INVALID", "input.records")]


async def test_proposer_applies_proposals_alone(writing: Writing) -> None:
    await writing.do("applyRecords", "dataVersion", PROPOSER, records=lines(company("x1")))
    before = await writing.dump()
    for record in (
        company("x2", curation="ACCEPTED"),
        company("telno", name="Other"),
        company("x3", mergedInto="telno"),
        company("x4", recordedAt="2001-01-01T00:00:00Z"),
    ):
        body = await writing.execute(QUERY, PROPOSER, input={"records": lines(record)})
        assert [e["extensions"]["code"] for e in body["errors"]] == ["FORBIDDEN"], record
    assert await writing.dump() == before


async def test_nothing_is_accepted_where_two_persons_look(by_two: Writing) -> None:
    records = lines(company("x1", curation="ACCEPTED"))
    assert await by_two.refuse("applyRecords", EDITOR, records=records) == [
        ("TWO_PERSONS", "input.records[0].curation")
    ]
