"""Statistics, series and differences as the API shows them, on the five articles."""

from typing import Any

import pytest
from graphql import GraphQLSchema, graphql

from engine.requests.answer import Tier
from schema.build import make_operation
from store.reads.reader import Reader
from tests.conftest import THE_DAY, Dataset, Generated


@pytest.fixture(scope="module")
async def generated(generated_store: Generated) -> Dataset:
    """A generated store of 300 commitments."""
    return await generated_store(300)


FIGURES = """
fragment Figures on CommitmentFigures {
  count trackable notTrackable
  statuses { status count share }
  followedUp { count of share } contested { count of share }
  knownOnlyFromOtherSide { count of share }
}
"""


async def test_all_of_the_five_articles(meta_pakistan: Dataset) -> None:
    found = await meta_pakistan.ask("{ commitmentStats { asOf total { ...Figures } } }" + FIGURES)
    assert found["commitmentStats"] == {
        "asOf": "2025-07-09",
        "total": {
            "count": 14,
            "trackable": 14,
            "notTrackable": 0,
            "statuses": [
                {"status": "NO_FOLLOW_UP", "count": 8, "share": 8 / 14},
                {"status": "REAFFIRMED", "count": 2, "share": 2 / 14},
                {"status": "IN_PROGRESS", "count": 4, "share": 4 / 14},
            ],
            "followedUp": {"count": 6, "of": 14, "share": 6 / 14},
            "contested": {"count": 2, "of": 14, "share": 2 / 14},
            # K07 alone: of K08 the government speaks for itself.
            "knownOnlyFromOtherSide": {"count": 1, "of": 14, "share": 1 / 14},
        },
    }


async def test_as_of_and_as_known(meta_pakistan: Dataset) -> None:
    query = """
    query ($asOf: Date, $knownAt: DateTime) {
      commitmentStats(groupBy: [STATUS], asOf: $asOf, knownAt: $knownAt) {
        knownAt total { count } groups { key { status } figures { count } }
      }
    }
    """
    then = (await meta_pakistan.ask(query, asOf="2022-12-31"))["commitmentStats"]
    assert by_status(then) == {"NO_FOLLOW_UP": 7, "REAFFIRMED": 1}
    known = await meta_pakistan.ask(query, asOf="2025-07-09", knownAt="2022-12-31T00:00:00Z")
    # What A3 to A5 tell had not been recorded.
    assert by_status(known["commitmentStats"]) == {"NO_FOLLOW_UP": 7, "REAFFIRMED": 1}
    assert known["commitmentStats"]["knownAt"] == "2022-12-31T00:00:00Z"
    early = await meta_pakistan.ask(query, knownAt="2000-01-01T00:00:00Z")
    assert early["commitmentStats"]["total"]["count"] == 0


def by_status(stats: dict[str, Any]) -> dict[str, int]:
    return {g["key"]["status"]: g["figures"]["count"] for g in stats["groups"]}


@pytest.mark.parametrize("by", ["", "STATUS", "VERIFICATION"])
@pytest.mark.parametrize("day", ["2011-06-15", "2017-12-31", "2025-07-09"])
async def test_plain_numbers_come_from_counters(generated: Dataset, by: str, day: str) -> None:
    query = f"""query ($filter: CommitmentFilter) {{
      commitmentStats(groupBy: [{by}], asOf: "{day}", filter: $filter) {{
        groupCount cut total {{ count trackable notTrackable statuses {{ status count share }} }}
        groups {{ key {{ status verification }} figures {{ count }} }}
      }}
    }}"""
    kept = await generated.ask(query, filter=None)
    assert generated.commands == ["find counters"]
    # A filter that chooses everything is not known to do so, and is counted.
    counted = await generated.ask(query, filter={"not": {"key": {"in": []}}})
    assert generated.commands == ["aggregate commitments"]
    assert kept == counted


async def test_what_cannot_be_tracked_stays_out_of_rates(generated: Dataset) -> None:
    found = await generated.ask("{ commitmentStats { total { ...Figures } } }" + FIGURES)
    total = found["commitmentStats"]["total"]
    assert total["notTrackable"] > 0
    assert total["count"] == total["trackable"] + total["notTrackable"]
    assert total["followedUp"]["of"] == total["contested"]["of"] == total["trackable"]
    shares = {s["status"]: s["share"] for s in total["statuses"]}
    assert shares.pop("NOT_TRACKABLE") is None
    assert sum(shares.values()) == pytest.approx(1)


async def test_rates_of_nothing_are_null(meta_pakistan: Dataset) -> None:
    query = "{ commitmentStats(filter: {key: {in: []}}) { total { ...Figures } groupCount } }"
    found = (await meta_pakistan.ask(query + FIGURES))["commitmentStats"]
    assert found["total"]["followedUp"] == {"count": 0, "of": 0, "share": None}
    assert found["groupCount"] == 0


async def test_a_promisor_goes_with_its_own_attribution(meta_pakistan: Dataset) -> None:
    found = await meta_pakistan.ask(
        """{ commitmentStats(filter: {key: {eq: "K08"}}, groupBy: [PROMISOR, ATTRIBUTION]) {
          groups { key { promisor { key } attribution madeYear } } } }"""
    )
    keys = [group["key"] for group in found["commitmentStats"]["groups"]]
    assert keys == [
        {"promisor": {"key": p}, "attribution": a, "madeYear": None}
        for p, a in (("gov-pk", "SELF_PARAPHRASED"), ("meta", "COUNTERPART_CLAIM"))
    ]


async def test_latency_says_how_sure_it_is(meta_pakistan: Dataset) -> None:
    found = await meta_pakistan.ask(
        """{ commitmentStats { latency {
          firstFollowUp { count exact undated atLeast { median } atMost { median } }
          fulfilment { count atLeast { median } } } } }"""
    )
    latency = found["commitmentStats"]["latency"]
    assert latency["firstFollowUp"]["count"] == 6
    assert latency["firstFollowUp"]["exact"] == 1  # F01, on the day of K01
    low, high = (latency["firstFollowUp"][m]["median"] for m in ("atLeast", "atMost"))
    assert low < high
    assert latency["fulfilment"] == {"count": 0, "atLeast": None}


# --- Over time ------------------------------------------------------------------------------------


async def test_a_series_over_the_years(meta_pakistan: Dataset) -> None:
    query = """{
      statusSeries(from: "2022-01-10", to: "2022-03-15") {
        day count contested statuses { status count share }
      }
    }"""
    found = (await meta_pakistan.ask(query))["statusSeries"]
    assert meta_pakistan.commands == ["find counters"]
    assert [(p["day"], p["count"], p["contested"]) for p in found] == [
        ("2022-01-31", 2, 1),
        ("2022-02-28", 8, 2),
        ("2022-03-15", 8, 2),
    ]
    assert [s["count"] for s in found[0]["statuses"]] == [2, 0]
    assert [s["count"] for s in found[1]["statuses"]] == [7, 1]


async def test_a_series_agrees_with_the_statistics_of_each_day(generated: Dataset) -> None:
    for given in ("{}", "{term: [STANDING]}"):
        query = f"""{{ statusSeries(filter: {given}, from: "2015-05-20", to: "2016-02-10") {{
            day count contested statuses {{ status count share }} }} }}"""
        for point in (await generated.ask(query))["statusSeries"]:
            stats = await generated.ask(
                f"""{{ commitmentStats(filter: {given}, asOf: "{point["day"]}") {{ total {{
                count statuses {{ status count share }} }} }} }}"""
            )
            total = stats["commitmentStats"]["total"]
            assert total["count"] == point["count"]
            assert total["statuses"] == [s for s in point["statuses"] if s["count"]]


# --- Differences ----------------------------------------------------------------------------------


async def test_what_changed_in_2022(meta_pakistan: Dataset) -> None:
    found = await meta_pakistan.ask(
        """{ changesBetween(from: "2021-12-31", to: "2022-12-31", silentFor: 300) {
          totalCount
          nodes {
            commitment { key }
            before { value contested } after { value contested asOf }
            turns { kind on fromValue toValue answered { key } }
          }
        } }"""
    )
    assert sorted(meta_pakistan.commands) == [
        "aggregate commitments", "find commitments", "find commitments",
    ]  # fmt: skip
    changes = {node["commitment"]["key"]: node for node in found["changesBetween"]["nodes"]}
    assert sorted(changes) == [f"K0{n}" for n in range(1, 9)]
    assert changes["K01"]["before"] == {"value": "NO_FOLLOW_UP", "contested": True}
    assert changes["K01"]["after"] == {
        "value": "REAFFIRMED", "contested": True, "asOf": "2022-12-31",
    }  # fmt: skip
    assert [t["kind"] for t in changes["K01"]["turns"]] == ["STATUS_CHANGED", "FELL_SILENT"]
    assert changes["K03"]["before"] is None
    assert changes["K03"]["turns"] == [
        {"kind": "MADE", "on": "2022-02-01", "fromValue": None, "toValue": "NO_FOLLOW_UP",
         "answered": []},
        {"kind": "FELL_SILENT", "on": "2022-12-16", "fromValue": "NO_FOLLOW_UP",
         "toValue": "NO_FOLLOW_UP", "answered": []},
    ]  # fmt: skip


async def test_silence_has_the_status_of_its_day(invented: Dataset) -> None:
    found = await invented.ask(
        """{ changesBetween(from: "2021-06-30", to: "2023-06-30", kinds: [FELL_SILENT],
                            filter: {key: {eq: "v-k2"}}) {
          nodes { turns { on fromValue toValue } after { value } } }
          commitment(by: {key: "v-k2"}) { status(asOf: "2022-04-30") { value } } }"""
    )
    (change,) = found["changesBetween"]["nodes"]
    then = found["commitment"]["status"]["value"]
    assert then != change["after"]["value"]
    assert change["turns"] == [{"on": "2022-04-30", "fromValue": then, "toValue": then}]


async def test_the_silence_of_what_has_ended_is_no_news(invented: Dataset) -> None:
    query = """query ($to: Date) { changesBetween(from: "2015-01-01", to: $to, first: 100,
        kinds: [FELL_SILENT]) { nodes { after { value daysSilent } } }
      commitments(first: 100) { nodes { status(asOf: $to) { value daysSilent } } } }"""
    found = await invented.ask(query, to="2026-01-01")
    ended = {"FULFILLED", "SUPERSEDED", "WITHDRAWN", "NOT_TRACKABLE"}
    stands = [n["status"] for n in found["commitments"]["nodes"] if n["status"]]
    silent = [s for s in stands if (s["daysSilent"] or 0) >= 365]
    assert {s["value"] for s in silent} & ended
    told = [n["after"]["value"] for n in found["changesBetween"]["nodes"]]
    assert sorted(told) == sorted(s["value"] for s in silent if s["value"] not in ended)


async def test_only_some_kinds_page_by_page(generated: Dataset) -> None:
    query = """query ($after: String, $first: Int) {
      changesBetween(from: "2018-01-01", to: "2019-01-01", kinds: [STATUS_CHANGED, ANSWERED],
                     first: $first, after: $after) {
        totalCount nodes { commitment { key } turns { kind answered { key } } }
        pageInfo { hasNextPage endCursor }
      }
    }"""
    whole = (await generated.ask(query, first=100))["changesBetween"]
    seen, after = [], None
    while True:
        page = (await generated.ask(query, first=3, after=after))["changesBetween"]
        seen += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == whole["nodes"]
    assert len(seen) == whole["totalCount"] > 3
    kinds = {turn["kind"] for node in seen for turn in node["turns"]}
    assert kinds <= {"STATUS_CHANGED", "ANSWERED"}


async def test_as_known_then_what_was_recorded_since_did_not_change_it(
    meta_pakistan: Dataset, schema: GraphQLSchema
) -> None:
    query = """query ($at: DateTime) {
      changesBetween(from: "2024-11-30", to: "2025-07-09", knownAt: $at, first: 100) { totalCount
        nodes { commitment { key } before { value } after { value knownAt } turns { kind on } } }
    }"""
    now, told = (await meta_pakistan.ask(query))["changesBetween"], {}
    for moment in ("2025-07-09T23:59:59Z", "2024-12-20T00:00:00Z", "2000-01-01T00:00:00Z"):
        then = (await meta_pakistan.ask(query, at=moment))["changesBetween"]
        assert then["totalCount"] == len(then["nodes"]) < now["totalCount"]
        for node in then["nodes"]:
            assert node["after"]["knownAt"] == moment
            of_it = await meta_pakistan.ask(
                """query ($key: String!, $at: DateTime) { commitment(by: {key: $key}) {
                before: status(asOf: "2024-11-30", knownAt: $at) { value }
                after: status(asOf: "2025-07-09", knownAt: $at) { value knownAt } } }""",
                key=node["commitment"]["key"], at=moment,
            )  # fmt: skip
            assert of_it["commitment"] == {name: node[name] for name in ("before", "after")}
        context = make_operation(Reader(meta_pakistan.database), THE_DAY)
        executed = await graphql(
            schema, query, context_value=context, variable_values={"at": moment}
        )
        assert executed.data == {"changesBetween": then}
        told[moment] = {n["commitment"]["key"]: n["turns"] for n in then["nodes"]}
    before_a5, before_f12, early = told.values()
    assert {n["commitment"]["key"] for n in now["nodes"]} - before_a5.keys() == {"K13", "K14"}
    assert before_a5.keys() - before_f12.keys() == {"K09"} and early == {}
    assert [turn["on"] for turn in before_a5["K05"]] == ["2024-12-06", "2024-12-31"]
    assert [turn["on"] for turn in before_f12["K05"]] == ["2024-12-06"]


@pytest.mark.parametrize(
    ("given", "argument"),
    [
        ("filter: {hasFollowUp: true}", "filter.hasFollowUp"),
        ("orderBy: [{field: KEY}, {field: DAYS_SILENT}]", "orderBy[1].field"),
    ],
)
async def test_what_hangs_on_follow_ups_neither_filters_nor_orders_what_was_known(
    meta_pakistan: Dataset, given: str, argument: str
) -> None:
    query = """query ($at: DateTime) {
        changesBetween(from: "2020-01-01", knownAt: $at, %s) { totalCount } }"""
    variables = {"at": "2025-01-01T00:00:00Z"}
    (error,) = (await meta_pakistan.execute(query % given, variables))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
    await meta_pakistan.ask(query % given)


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "argument"),
    [
        ('statusSeries(from: "2024-02-01", to: "2024-01-31") { day }', "to"),
        ('statusSeries(from: "2100-01-01") { day }', "from"),
        ('statusSeries(from: "1900-01-01", to: "2024-01-01") { day }', "from"),
        ('changesBetween(from: "2024-01-01", to: "2024-01-01") { totalCount }', "to"),
        ('changesBetween(from: "2100-01-01") { totalCount }', "from"),
        ('changesBetween(from: "2024-01-01", silentFor: 0) { totalCount }', "silentFor"),
        ("commitmentStats(first: 1001) { cut }", "first"),
        ("commitmentStats(groupBy: [STATUS, TERM, TOPIC, STRENGTH]) { cut }", "groupBy"),
        ("commitmentStats(filter: {not: {not: {not: {not: {not: {not: {}}}}}}}) { cut }",
         "filter.not.not.not.not.not.not"),
    ],
)  # fmt: skip
async def test_bad_input_is_named(meta_pakistan: Dataset, query: str, argument: str) -> None:
    (error,) = (await meta_pakistan.execute(f"{{ {query} }}"))["errors"]
    told = error["extensions"]
    assert (told["code"], told["argument"]) == ("BAD_USER_INPUT", argument)


async def test_all_of_it_is_planned(meta_pakistan: Dataset) -> None:
    meta_pakistan.service.tiers.clear()
    await meta_pakistan.ask(
        """{ commitmentStats(groupBy: [PROMISOR, TOPIC]) { groups { key { promisor { name } } } }
             statusSeries(from: "2024-01-01") { day }
             changesBetween(from: "2024-01-01") { nodes { commitment { title } } } }"""
    )
    assert meta_pakistan.service.tiers == {Tier.PLAN: 1}
