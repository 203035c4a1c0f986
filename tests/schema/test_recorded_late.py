"""What was recorded long after it happened is marked, wherever it is shown."""

from datetime import date
from itertools import chain
from typing import Any

import pytest

DATES = {
    "commitments": "madeOn",
    "requests": "madeOn",
    "followUps": "occurredOn",
    "meetings": "date",
    "articles": "datePublished",
}


def _days(node: dict[str, Any], member: str) -> int | None:
    latest = node[member]["latest"]
    if latest is None:
        return None
    recorded = date.fromisoformat(node["recordedAt"][:10])
    return max(0, (recorded - date.fromisoformat(latest)).days)


@pytest.mark.parametrize(("noun", "member"), DATES.items())
async def test_days_lie_between_the_event_and_its_record(
    meta_pakistan: Any, invented: Any, noun: str, member: str
) -> None:
    query = f"""query {{ {noun}(first: 100) {{ nodes {{
        recordedAt {member} {{ latest }} daysUntilRecorded recordedLate
        early: recordedLate(after: 0) never: recordedLate(after: 2000000000)
    }} }} }}"""
    found = [(await data.ask(query))[noun]["nodes"] for data in (meta_pakistan, invented)]
    assert all(found)
    for node in chain(*found):
        days = _days(node, member)
        assert node["daysUntilRecorded"] == days
        assert node["recordedLate"] == (days is not None and days > 30)
        assert node["early"] == (days is not None and days > 0)
        assert node["never"] is False


async def test_a_timeline_marks_as_the_records_do(meta_pakistan: Any, invented: Any) -> None:
    mark = "daysUntilRecorded recordedLate(after: 1)"
    query = f"""{{ timeline(first: 100) {{ nodes {{
        {mark} item {{ __typename
            ... on Meeting {{ {mark} }} ... on Trackable {{ {mark} }}
            ... on FollowUp {{ {mark} }} ... on Article {{ {mark} }}
    }} }} }} }}"""
    for data in (meta_pakistan, invented):
        entries = (await data.ask(query))["timeline"]["nodes"]
        assert len({entry["item"].pop("__typename") for entry in entries}) == 5
        assert [
            entry for entry in entries if entry != {**entry["item"], "item": entry["item"]}
        ] == []


async def test_a_trail_marks_the_steps_that_came_in_late(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask(
        """{ followUps(first: 100) { nodes { key recordedLate(after: 1) } }
             commitments(first: 14) { nodes { trail(first: 9) { nodes { followUp {
               key recordedLate(after: 1)
             } } } } } }"""
    )
    late = {f["key"]: f["recordedLate"] for f in data["followUps"]["nodes"]}
    steps = [s["followUp"] for c in data["commitments"]["nodes"] for s in c["trail"]["nodes"]]
    assert {s["recordedLate"] for s in steps} == {True, False}
    assert all(step["recordedLate"] == late[step["key"]] for step in steps)


@pytest.mark.parametrize(
    "query",
    [
        "{ meetings(first: 1) { nodes { recordedLate(after: -1) } } }",
        "{ timeline(first: 1) { nodes { recordedLate(after: -5) } } }",
        "{ commitments(first: 1) { nodes { status { stale(after: -5) } } } }",
        "{ commitments(filter: {status: {silentFor: -5}}) { totalCount } }",
        '{ changesBetween(from: "2020-01-01", silentFor: -5) { totalCount } }',
    ],
)
async def test_no_number_of_days_is_negative(meta_pakistan: Any, query: str) -> None:
    (error,) = (await meta_pakistan.execute(query))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "-5" not in error["message"] and "days" in error["message"]
