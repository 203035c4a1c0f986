"""Facets: what they count, what they leave out, what is selected, and what they cost."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from schema.registry import COLLECTIONS
from tests.conftest import Dataset, Generated

QUERY = """
query Facets($by: [%sFacet!]!, $filter: %sFilter) {
  %s(filter: $filter) { facets(by: $by) { facet cut values { value count selected } } }
}
"""
NOUNS = {
    "commitments": "Commitment", "requests": "Request", "parties": "Party", "meetings": "Meeting",
    "articles": "Article", "followUps": "FollowUp",
}  # fmt: skip


async def facets(
    data: Dataset, noun: str, by: list[str], filter: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The values of each facet, with counts and what is selected."""
    query = QUERY % (NOUNS[noun], NOUNS[noun], noun)
    found = (await data.ask(query, by=by, filter=filter))[noun]["facets"]
    assert [facet["facet"] for facet in found] == list(dict.fromkeys(by))
    return {facet["facet"]: facet["values"] for facet in found}


def counts(values: list[dict[str, Any]]) -> dict[str, int]:
    return {value["value"]: value["count"] for value in values}


def selected(values: list[dict[str, Any]]) -> set[str]:
    return {value["value"] for value in values if value["selected"]}


def dimensions(noun: str) -> list[str]:
    name = "follow_ups" if noun == "followUps" else noun
    return list(COLLECTIONS[name].facets)


@pytest.fixture(scope="module")
async def generated(generated_store: Generated) -> Dataset:
    """A generated store of 300 commitments."""
    return await generated_store(300)


@pytest.mark.parametrize("noun", NOUNS)
async def test_counters_and_pipelines_agree(
    noun: str, meta_pakistan: Dataset, invented: Dataset, generated: Dataset
) -> None:
    for dataset in (meta_pakistan, invented, generated):
        kept = await facets(dataset, noun, dimensions(noun))
        # A filter that chooses everything is not known to do so, and is counted.
        by_pipeline = await facets(dataset, noun, dimensions(noun), {"not": {"key": {"in": []}}})
        assert kept == by_pipeline
        assert any(kept.values()) or (noun == "requests" and dataset is generated)


async def test_unfiltered_facets_read_three_counters(generated: Dataset) -> None:
    await facets(generated, "commitments", ["STATUS", "CONTESTED", "MADE_YEAR", "TOPIC"])
    assert generated.commands == ["find counters"]
    assert generated.log.commands[0]["filter"] == {
        "_id": {"$in": ["commitments", "commitments/2025", "commitments/2025-07"]}
    }


async def test_filtered_facets_are_one_command(generated: Dataset) -> None:
    by = ["STATUS", "CONTESTED", "PROMISOR", "TOPIC", "STRENGTH", "MADE_YEAR"]
    chosen = {"strength": ["PLEDGED"], "term": ["STANDING"], "madeOn": {"from": "2015-01-01"}}
    await facets(generated, "commitments", by, chosen)
    assert generated.commands == ["aggregate commitments"]


async def test_facets_of_both_sorts_are_two_commands_at_once(generated: Dataset) -> None:
    chosen = {"status": {"in": ["BROKEN"]}}
    await facets(generated, "commitments", ["STATUS", "TERM"], chosen)
    assert sorted(generated.commands) == ["aggregate commitments", "find counters"]


async def test_facets_of_what_is_narrow_name_its_index(generated: Dataset) -> None:
    by_party = "derived.terms_madeOn.earliest__id"
    chosen = {"promisor": {"eq": "b000-p000001"}, "status": {"in": ["BROKEN"]}}
    # Without their own choice, promisors are counted under the status alone: no index is named.
    for by in (["TOPIC"], ["PROMISOR", "TOPIC"]):
        await facets(generated, "commitments", by, chosen)
        assert sorted(generated.commands) == ["aggregate commitments", "find parties"]
        (counted,) = (c for c in generated.log.commands if "aggregate" in c)
        assert counted["hint"] == by_party
    await facets(generated, "commitments", ["PROMISOR"], chosen)
    assert not any("hint" in command for command in generated.log.commands)


async def test_unfiltered_facets_by_party_are_a_command_each(generated: Dataset) -> None:
    chosen = {"promisor": {"eq": "b000-p000001"}}
    await facets(generated, "commitments", ["PROMISOR"], chosen)
    # Whether the party of that key was merged is asked beside.
    assert sorted(generated.commands) == ["aggregate counters", "find parties"]
    in_role = {"party": {"eq": "b000-p000001", "role": ["PROMISOR"]}}
    await facets(generated, "commitments", ["PROMISOR"], {"and": [in_role]})
    assert sorted(generated.commands) == ["aggregate counters", "find parties"]
    await facets(generated, "commitments", ["PROMISOR", "ADDRESSEE", "TERM"])
    assert sorted(generated.commands) == [*["aggregate counters"] * 2, "find counters"]
    await facets(generated, "articles", ["PUBLISHER"], {"hasPublisher": False})
    assert generated.commands == ["aggregate counters"]
    await facets(generated, "followUps", ["TARGET"])
    # Which number the last of them has, and then those that have it, in order of their keys.
    assert generated.commands == ["aggregate commitments"] * 2


async def test_the_total_of_everything_is_a_counter(generated: Dataset) -> None:
    for noun in ("articles", "commitments", "followUps", "meetings", "parties"):
        found = await generated.ask(f"{{ {noun} {{ totalCount nodes {{ key }} }} }}")
        assert found[noun]["totalCount"] > 0
        assert "find counters" in generated.commands
        one_by_one = await generated.ask(
            f"{{ {noun}(filter: {{not: {{key: {{in: []}}}}}}) {{ totalCount }} }}"
        )
        assert one_by_one[noun]["totalCount"] == found[noun]["totalCount"]


# --- What is left out, and what is selected -------------------------------------------------------


async def test_a_facet_leaves_its_own_choice_out_and_keeps_the_others(
    meta_pakistan: Dataset,
) -> None:
    chosen = {"status": {"in": ["NO_FOLLOW_UP"]}, "term": ["STANDING"]}
    found = await facets(meta_pakistan, "commitments", ["STATUS", "TERM"], chosen)
    assert counts(found["STATUS"]) == {"NO_FOLLOW_UP": 5, "REAFFIRMED": 2, "IN_PROGRESS": 2}
    assert selected(found["STATUS"]) == {"NO_FOLLOW_UP"}
    assert counts(found["TERM"]) == {"STANDING": 5, "PROCESS": 2, "ONE_OFF": 1}
    assert selected(found["TERM"]) == {"STANDING"}


async def test_facets_of_a_status_are_of_the_filters_day(meta_pakistan: Dataset) -> None:
    then = {"status": {"asOf": "2022-12-31", "in": ["REAFFIRMED"]}}
    found = await facets(meta_pakistan, "commitments", ["STATUS", "CONTESTED"], then)
    assert counts(found["STATUS"]) == {"NO_FOLLOW_UP": 7, "REAFFIRMED": 1}
    assert selected(found["STATUS"]) == {"REAFFIRMED"}
    assert counts(found["CONTESTED"]) == {"true": 1}
    today = await facets(meta_pakistan, "commitments", ["STATUS"])
    assert counts(today["STATUS"])["IN_PROGRESS"] == 4


async def test_the_status_facet_of_a_day_needs_no_documents(meta_pakistan: Dataset) -> None:
    then = {"status": {"asOf": "2022-12-31", "in": ["REAFFIRMED"]}}
    await facets(meta_pakistan, "commitments", ["STATUS"], then)
    assert meta_pakistan.commands == ["find counters"]


async def test_facets_can_be_asked_for_another_day(meta_pakistan: Dataset) -> None:
    found = await meta_pakistan.ask(
        '{ commitments { facets(by: [STATUS], asOf: "2017-12-31") { values { value count } } } }'
    )
    (facet,) = found["commitments"]["facets"]
    assert counts(facet["values"]) == {"NO_FOLLOW_UP": 2}


@pytest.mark.parametrize(
    ("by", "chosen", "expected"),
    [
        ("STRENGTH", {"strength": ["PLEDGED", "WILLING"]}, {"PLEDGED", "WILLING"}),
        (
            "STRENGTH",
            {"strengthAtLeast": "CONTINUING"},
            {"CONTINUING", "WILLING", "PLEDGED", "SPECIFIC"},
        ),
        ("STRENGTH", {"strength": ["SPECIFIC"]}, {"SPECIFIC"}),
        ("STRENGTH", {"and": [{"strength": ["PLEDGED"]}]}, {"PLEDGED"}),
        ("STATUS", {"status": {"in": ["FULFILLED"]}}, {"FULFILLED"}),
        ("MADE_YEAR", {"madeOn": {"from": "2022-02-10", "to": "2024-03-01"}}, {"2022", "2024"}),
        ("MADE_YEAR", {"madeOn": {"to": "2017-12-31"}}, {"2017"}),
        ("CONTESTED", {"contested": True}, {"true"}),
        ("PROMISOR", {"promisor": {"eq": "meta"}}, {"meta"}),
        ("PROMISOR", {"promisor": {"in": ["pta", "mohr"]}}, {"pta", "mohr"}),
        ("PROMISOR", {"promisor": {"eq": "$title"}}, {"$title"}),
        ("PROMISOR", {"party": {"eq": "meta", "role": ["PROMISOR"]}}, {"meta"}),
        ("PROMISOR_KIND", {"party": {"kind": ["COMPANY"], "role": ["PROMISOR"]}}, {"COMPANY"}),
        ("ADDRESSEE", {"party": {"role": ["ADDRESSEE"]}}, set()),
        ("ATTRIBUTION", {"attribution": {"all": ["HEADLINE_ONLY"]}}, {"HEADLINE_ONLY"}),
        ("TERM", {"term": None}, set()),
        ("TERM", {"term": []}, set()),
        ("TERM", {}, set()),
    ],
)
async def test_what_is_selected(
    meta_pakistan: Dataset, by: str, chosen: dict[str, Any], expected: set[str]
) -> None:
    found = (await facets(meta_pakistan, "commitments", [by], chosen))[by]
    assert selected(found) == expected
    without = counts((await facets(meta_pakistan, "commitments", [by]))[by])
    assert counts(found) == {**dict.fromkeys(expected - without.keys(), 0), **without}


async def included(
    data: Dataset, noun: str, by: str, chosen: dict[str, Any]
) -> tuple[set[str], set[str]]:
    """What is selected, and what is chosen with that."""
    query = (QUERY % (NOUNS[noun], NOUNS[noun], noun)).replace("selected", "selected included")
    ((facet,),) = ((await data.ask(query, by=[by], filter=chosen))[noun]["facets"],)
    return selected(facet["values"]), {v["value"] for v in facet["values"] if v["included"]}


async def test_what_belongs_to_a_chosen_body_is_included(meta_pakistan: Dataset) -> None:
    government = {"eq": "gov-pk", "includeSubordinates": True}
    for chosen in (
        {"promisor": government},
        {"and": [{"party": {**government, "role": ["PROMISOR"]}}]},
    ):
        told, below = await included(meta_pakistan, "commitments", "PROMISOR", chosen)
        assert told == {"gov-pk"} and {"mohr", "pta"} <= below and "meta" not in below | told
        assert "gov-pk" not in below
        # Whether that key was merged, and what is below it.
        assert meta_pakistan.commands.count("find parties") == 2
    alone = {"promisor": {"eq": "gov-pk"}}
    assert await included(meta_pakistan, "commitments", "PROMISOR", alone) == ({"gov-pk"}, set())
    under_or = {"or": [{"promisor": government}]}
    assert await included(meta_pakistan, "commitments", "PROMISOR", under_or) == (set(), set())


async def test_what_is_narrower_than_a_chosen_topic_is_included(meta_pakistan: Dataset) -> None:
    chosen = {"topic": {"eq": "online-safety"}}
    told, narrower = await included(meta_pakistan, "commitments", "TOPIC", chosen)
    assert told == {"online-safety"} and "online-safety/child-safety" in narrower
    assert all(topic.startswith("online-safety/") for topic in narrower)


@pytest.mark.parametrize(
    "chosen",
    [
        {"or": [{"strength": ["PLEDGED"]}]},
        {"not": {"not": {"strength": ["PLEDGED"]}}},
        {"and": [{"or": [{"strength": ["PLEDGED"]}]}]},
    ],
)
async def test_what_stands_under_or_and_not_always_narrows(
    meta_pakistan: Dataset, chosen: dict[str, Any]
) -> None:
    found = (await facets(meta_pakistan, "commitments", ["STRENGTH"], chosen))["STRENGTH"]
    assert counts(found).keys() == {"PLEDGED"} and not selected(found)


async def test_members_under_and_choose_as_those_beside_it(meta_pakistan: Dataset) -> None:
    beside = {"strength": ["PLEDGED"], "term": ["STANDING"]}
    under = {"and": [{"strength": ["PLEDGED"]}, {"and": [{"term": ["STANDING"]}]}]}
    by = ["STRENGTH", "TERM", "STATUS"]
    first = await facets(meta_pakistan, "commitments", by, beside)
    assert await facets(meta_pakistan, "commitments", by, under) == first
    assert selected(first["STRENGTH"]) == {"PLEDGED"} and len(first["STRENGTH"]) > 1


async def test_how_it_stood_on_another_day_always_narrows(meta_pakistan: Dataset) -> None:
    then = {"status": {"asOf": "2022-12-31", "in": ["REAFFIRMED"]}}
    query = """query Q($then: CommitmentFilter) { commitments(filter: $then) {
        facets(by: [STATUS], asOf: "2025-07-10") { values { value count selected } } } }"""
    ((facet,),) = ((await meta_pakistan.ask(query, then=then))["commitments"]["facets"],)
    assert sum(counts(facet["values"]).values()) == 1 and not selected(facet["values"])


async def test_a_party_that_more_is_told_of_always_narrows(meta_pakistan: Dataset) -> None:
    chosen = {"party": {"eq": "meta", "role": ["PROMISOR"], "kind": ["COMPANY"]}}
    for by in ("PROMISOR", "PROMISOR_KIND"):
        assert not selected((await facets(meta_pakistan, "commitments", [by], chosen))[by])


async def test_publishers_can_be_seen_from_what_has_none(meta_pakistan: Dataset) -> None:
    found = await facets(meta_pakistan, "articles", ["PUBLISHER"], {"hasPublisher": False})
    assert found == await facets(meta_pakistan, "articles", ["PUBLISHER"])
    assert found["PUBLISHER"]


async def test_a_facet_counts_what_the_list_then_has(generated: Dataset) -> None:
    chosen = {"strength": ["PLEDGED"]}
    found = await facets(generated, "commitments", ["STATUS", "TOPIC", "PROMISOR_KIND"], chosen)
    members = {
        "STATUS": lambda value: {"status": {"in": [value]}},
        "TOPIC": lambda value: {"topic": {"eq": value}},
        "PROMISOR_KIND": lambda value: {"promisorKind": [value]},
    }
    query = "query Q($filter: CommitmentFilter) { commitments(filter: $filter) { totalCount } }"
    for name, member in members.items():
        for value, n in counts(found[name]).items():
            asked = await generated.ask(query, filter={**chosen, **member(value)})
            assert asked["commitments"]["totalCount"] == n, (name, value)


async def test_the_facets_of_each_parents_connection(meta_pakistan: Dataset) -> None:
    found = await meta_pakistan.ask(
        "{ commitments { nodes { key followUps { nodes { kind } "
        "facets(by: [KIND]) { values { value count } } } } } }"
    )
    for node in found["commitments"]["nodes"]:
        (facet,) = node["followUps"]["facets"]
        assert counts(facet["values"]) == Counter(f["kind"] for f in node["followUps"]["nodes"])


# --- Bounds ---------------------------------------------------------------------------------------


async def test_only_the_most_frequent_are_shown_and_it_is_said(generated: Dataset) -> None:
    query = """{
      commitments { facets(by: [PROMISOR, STATUS], first: 3) { cut values { value count } }
                    all: facets(by: [PROMISOR], first: 1000) { cut values { value count } } }
    }"""
    found = (await generated.ask(query))["commitments"]
    promisor, status = found["facets"]
    assert promisor["cut"] and status["cut"] and not found["all"][0]["cut"]
    assert promisor["values"] == found["all"][0]["values"][:3]


@pytest.mark.parametrize("more", [{}, {"term": ["STANDING", "PROCESS", "ONE_OFF"]}])
@pytest.mark.parametrize("noun", ["commitments", "followUps"])
async def test_what_is_selected_is_shown_beyond_the_first(
    generated: Dataset, noun: str, more: dict[str, Any]
) -> None:
    facet, member = {"commitments": ("PROMISOR", "promisor"), "followUps": ("TARGET", "target")}[
        noun
    ]
    everything = (await facets(generated, noun, [facet]))[facet]
    last = everything[-1]
    chosen = {member: {"in": [last["value"], "no-such"]}, **(more if noun == "commitments" else {})}
    query = (QUERY % (NOUNS[noun], NOUNS[noun], noun)).replace("by: $by", "by: $by, first: 2")
    ((shown,),) = ((await generated.ask(query, by=[facet], filter=chosen))[noun]["facets"],)
    assert shown["cut"]
    assert shown["values"] == [
        *everything[:2],
        {**last, "selected": True},
        {"value": "no-such", "count": 0, "selected": True},
    ]


@pytest.mark.parametrize("first", [-1, 1001])
async def test_too_many_values_are_refused(meta_pakistan: Dataset, first: int) -> None:
    query = f"{{ commitments {{ facets(by: [TOPIC], first: {first}) {{ facet }} }} }}"
    (error,) = (await meta_pakistan.execute(query))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "first"}
