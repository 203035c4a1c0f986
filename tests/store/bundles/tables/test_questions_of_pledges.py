"""What was asked of pledges in Thai and of minutes of a council, against plain counting."""

from collections import Counter
from collections.abc import AsyncIterator
from itertools import combinations
from typing import Any

import pytest
from graphql import GraphQLSchema

from tests.conftest import Dataset
from tests.store.bundles.tables import asking
from tests.store.bundles.tables.asking import count, facet, keys
from tests.store.bundles.tables.generated_sets import (
    COUNCILLORS,
    PARTIES,
    POLICIES,
    make_minutes,
    make_pledges,
)

Set = tuple[Dataset, list[dict[str, Any]]]


@pytest.fixture(scope="module")
async def pledges(
    mongodb_url: str, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Set]:
    async with asking.empty(mongodb_url, schema, "pledges") as dataset:
        folder = tmp_path_factory.mktemp("pledges")
        yield dataset, await asking.load(dataset, folder, "pledges", make_pledges)


def key_of(pledge: dict[str, Any]) -> str:
    return f"pledge-{pledge['promiseId']}"


async def party_key(dataset: Dataset, name: str) -> str:
    data = await dataset.ask(
        "query ($name: String!) { parties(filter: {name: $name}) { nodes { key } } }", name=name
    )
    (party,) = data["parties"]["nodes"]
    key: str = party["key"]
    return key


async def test_by_party_also_where_two_pledge_together(pledges: Set) -> None:
    dataset, rows = pledges
    for name in PARTIES:
        by_hand = {key_of(row) for row in rows if name in row["party"].split("/")}
        promisor = f'promisor: {{eq: "{await party_key(dataset, name)}"}}'
        assert await keys(dataset, "commitments", promisor) == by_hand


async def test_by_topic_with_its_name_in_thai(pledges: Set) -> None:
    dataset, rows = pledges
    for policy in POLICIES:
        data = await dataset.ask(
            """query ($label: String!) { concepts(filter: {label: $label}) {
                 nodes { path label(language: "th") } } }""",
            label=policy,
        )
        (concept,) = data["concepts"]["nodes"]
        assert concept["label"] == policy
        by_hand = {key_of(row) for row in rows if row["policy"] == policy}
        topic = f'topic: {{eq: "{concept["path"]}"}}'
        assert await keys(dataset, "commitments", topic) == by_hand
        assert (await facet(dataset, "commitments", "TOPIC"))[concept["path"]] == len(by_hand)


async def test_what_is_done(pledges: Set) -> None:
    dataset, rows = pledges
    by_hand = {key_of(row) for row in rows if row["status"] == "done"}
    done = 'status: {in: [FULFILLED], asOf: "2030-01-01"}'
    assert await keys(dataset, "commitments", done) == by_hand
    assert await count(dataset, "assessments", "value: [FULFILLED]") == len(by_hand)


def last_day(step: dict[str, str]) -> str:
    year, month, day = step["date"].split("-")
    return f"{year}-{int(month):02}-{day}"


async def test_what_was_silent_for_a_year(pledges: Set) -> None:
    dataset, rows = pledges
    # What has no step counts from when it was made, of which nothing is known.
    with_steps = [row for row in rows if row["timelines"]]
    by_hand = {
        key_of(row) for row in with_steps if max(map(last_day, row["timelines"])) <= "2021-12-31"
    }
    silent = 'hasFollowUp: true, status: {silentFor: 365, asOf: "2022-12-31"}'
    assert await keys(dataset, "commitments", silent) == by_hand
    assert by_hand


async def test_which_have_the_most_steps(pledges: Set) -> None:
    dataset, rows = pledges
    data = await dataset.ask(
        """{ commitments(first: 100, orderBy: [{field: FOLLOW_UP_COUNT, direction: DESC}]) {
               nodes { key followUpCount } } }"""
    )
    found = {node["key"]: node["followUpCount"] for node in data["commitments"]["nodes"]}
    assert found == {key_of(row): len(row["timelines"]) for row in rows}
    assert [*found.values()] == sorted(found.values(), reverse=True)


@pytest.mark.parametrize(
    "words",
    ["รัฐธรรมนูญ", "ภาษี", "ที่ดิน", "ผู้สูงอายุ", "ค่าแรง", "โรงเรียน", "แก้ไข", "ปฏิรูป", "เพิ่ม", "ภาษีน้ำ"],
)
async def test_words_in_a_script_without_blanks(pledges: Set, words: str) -> None:
    dataset, rows = pledges
    by_hand = {key_of(row) for row in rows if words in row["promiseTitle"]}
    found = await keys(dataset, "commitments", f'search: "{words}"')
    assert by_hand
    assert found == by_hand


async def test_texts_by_language(pledges: Set) -> None:
    dataset, rows = pledges
    assert await count(dataset, "commitments", 'language: ["th"]') == len(rows)
    assert await count(dataset, "commitments", 'language: ["en"]') == 0


# --- Minutes of a council ------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def minutes(
    mongodb_url: str, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Set]:
    async with asking.empty(mongodb_url, schema, "minutes") as dataset:
        folder = tmp_path_factory.mktemp("minutes")
        yield dataset, await asking.load(dataset, folder, "minutes", make_minutes)


def meeting_key(meeting: dict[str, Any]) -> str:
    return f"meeting-{meeting['id']}"


async def test_who_was_at_which_meeting(minutes: Set) -> None:
    dataset, meetings = minutes
    for name in COUNCILLORS:
        party = await party_key(dataset, name)
        by_hand = {meeting_key(m) for m in meetings if name in m["present"]}
        assert await keys(dataset, "meetings", f'parties: [{{key: "{party}"}}]') == by_hand


async def test_two_councillors_together(minutes: Set) -> None:
    dataset, meetings = minutes
    for one, other in combinations(COUNCILLORS[:5], 2):
        parties = [f'{{key: "{await party_key(dataset, name)}"}}' for name in (one, other)]
        by_hand = {meeting_key(m) for m in meetings if {one, other} <= {*m["present"]}}
        found = await keys(dataset, "meetings", f"parties: [{', '.join(parties)}]")
        assert found == by_hand


async def test_by_committee_and_in_march(minutes: Set) -> None:
    dataset, meetings = minutes
    for name in ("Parks committee", "Works committee"):
        committee = f'{{key: "{await party_key(dataset, name)}", capacity: [ORGANIZER]}}'
        held = [m for m in meetings if m["title"] == name]
        assert await count(dataset, "meetings", f"parties: [{committee}]") == len(held)
        march = 'date: {from: "2023-03-01", to: "2023-03-31"}'
        in_march = [m for m in held if m["date"].startswith("2023-03")]
        found = await keys(dataset, "meetings", f"parties: [{committee}], {march}")
        assert found == {*map(meeting_key, in_march)}


async def test_what_was_asked_of_the_administration_by_mover_and_outcome(minutes: Set) -> None:
    dataset, meetings = minutes
    motions = [(m, motion) for m in meetings for motion in m["motions"]]
    assert await count(dataset, "requests", 'asked: {eq: "sample-staff"}') == len(motions)
    movers = Counter(motion["mover"] for _, motion in motions)
    for name in COUNCILLORS:
        mover = f'asker: {{eq: "{await party_key(dataset, name)}"}}'
        assert await count(dataset, "requests", mover) == movers[name]
    lost = {f"motion-{m['id']}-{motion['id']}" for m, motion in motions if not motion["passed"]}
    assert await keys(dataset, "requests", "status: {answer: [DECLINED]}") == lost
    of_meeting = Counter(meeting_key(m) for m, _ in motions)
    for meeting in meetings:
        made = f'madeAt: {{eq: "{meeting_key(meeting)}"}}'
        assert await count(dataset, "requests", made) == of_meeting[meeting_key(meeting)]


async def test_words_in_minutes(minutes: Set) -> None:
    dataset, meetings = minutes
    for word in ("trees", "roads"):
        motions = {
            f"motion-{m['id']}-{motion['id']}"
            for m in meetings
            for motion in m["motions"]
            if word in motion["text"]
        }
        assert await keys(dataset, "requests", f'search: "{word}"') == motions
        articles = {
            f"minutes-{m['id']}" for m in meetings if any(word in x["text"] for x in m["motions"])
        }
        assert await keys(dataset, "articles", f'search: "{word}"') == articles
