"""What was asked of a platform's tracker and of a campaign's, against counting over the rows."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLSchema

from tests.conftest import Dataset
from tests.store.bundles.tables import asking
from tests.store.bundles.tables.asking import count, facet, keys
from tests.store.bundles.tables.generated_sets import (
    LEADS,
    PLATFORM,
    SPEECH,
    make_first_days,
    make_platform,
)

Set = tuple[Dataset, list[dict[str, Any]]]


@pytest.fixture(scope="module")
async def platform(
    mongodb_url: str, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Set]:
    async with asking.empty(mongodb_url, schema, "platform") as dataset:
        folder = tmp_path_factory.mktemp("platform")
        entries = await asking.load(dataset, folder, "platform", make_platform)
        yield dataset, [entry for entry in entries if entry["status"] == "active"]


def linked(entry: dict[str, Any], before: str = "9999") -> list[str]:
    """The days of what followed a promise, before a day."""
    return [one["date"] for one in entry["linked_evidence"] if one["date"] < before]


def progressed(entry: dict[str, Any]) -> list[str]:
    """The days of what the tracker calls progress, of all that followed a promise."""
    return [one["date"] for one in entry["linked_evidence"] if one["impact"] == "progressed"]


async def test_by_the_ministry_that_leads(platform: Set) -> None:
    dataset, entries = platform
    names = Counter(entry["responsible_department_lead"] for entry in entries)
    for lead in filter(None, LEADS):
        data = await dataset.ask(
            "query ($name: String!) { parties(filter: {name: $name}) { nodes { key } } }", name=lead
        )
        (ministry,) = data["parties"]["nodes"]
        found = await count(dataset, "commitments", f'lead: {{eq: "{ministry["key"]}"}}')
        assert found == names[lead]
        assert (await facet(dataset, "commitments", "LEAD"))[ministry["key"]] == names[lead]
        promised = await count(dataset, "commitments", f'promisor: {{eq: "{ministry["key"]}"}}')
        assert promised == 0, "who is to do it has promised nothing"


async def of_document(dataset: Dataset, url: str, condition: str = "") -> set[str]:
    data = await dataset.ask(
        """query ($url: URL) { articles(filter: {sourceUrl: $url}) { nodes { key } }
             all: articles(first: 100) { nodes { key sourceUrl } } }""",
        url=url,
    )
    found = [one["key"] for one in data["all"]["nodes"] if one["sourceUrl"] == url]
    assert [one["key"] for one in data["articles"]["nodes"]] == found
    (article,) = found
    return await keys(dataset, "commitments", f'article: {{eq: "{article}"}}{condition}')


async def test_by_the_document_that_has_them(platform: Set) -> None:
    dataset, entries = platform
    for url in (PLATFORM, SPEECH):
        by_hand = {entry["id"] for entry in entries if entry["source_url"] == url}
        assert await of_document(dataset, url) == by_hand
        with_evidence = {e["id"] for e in entries if e["source_url"] == url and linked(e)}
        assert await of_document(dataset, url, ", hasFollowUp: true") == with_evidence


async def test_with_evidence_and_with_the_most(platform: Set) -> None:
    dataset, entries = platform
    with_evidence = {entry["id"] for entry in entries if linked(entry)}
    assert await keys(dataset, "commitments", "hasFollowUp: true") == with_evidence
    none = {entry["id"] for entry in entries} - with_evidence
    assert await keys(dataset, "commitments", "hasFollowUp: false") == none
    data = await dataset.ask(
        """{ commitments(first: 100, orderBy: [{field: FOLLOW_UP_COUNT, direction: DESC}]) {
               nodes { key followUpCount status(asOf: "2024-06-30") { followUpCount } } } }"""
    )
    # The list has what came before, too; the status counts what followed alone.
    counts = [node["followUpCount"] for node in data["commitments"]["nodes"]]
    assert counts == sorted(counts, reverse=True)
    found = {n["key"]: n["status"]["followUpCount"] for n in data["commitments"]["nodes"]}
    assert found == {entry["id"]: len(linked(entry)) for entry in entries}
    before = {e["id"]: len(e["commitment_history_rationale"]) for e in entries}
    assert all(
        node["followUpCount"] == found[node["key"]] + before[node["key"]]
        for node in data["commitments"]["nodes"]
    )


SCORED = "2023-06-09"


async def test_assessed_differently_and_not_up_to_date(platform: Set) -> None:
    dataset, entries = platform
    day = "2024-06-30"
    fulfilled = {entry["id"] for entry in entries if entry["progress_score"] == 5}
    status = f'status: {{in: [FULFILLED], asOf: "{day}"}}'
    assert await keys(dataset, "commitments", status) == fulfilled
    # Nothing that follows says FULFILLED here, so the assessment differs from all that it judges.
    differs = f'status: {{assessedDifferently: true, asOf: "{day}"}}'
    assert await keys(dataset, "commitments", differs) == fulfilled
    later = {
        e["id"] for e in entries if e["id"] in fulfilled and any(d > SCORED for d in linked(e))
    }
    outdated = f'status: {{assessmentOutdated: true, asOf: "{day}"}}'
    assert await keys(dataset, "commitments", outdated) == later
    assert later < fulfilled


def statuses_on(entries: list[dict[str, Any]], day: str) -> Counter[str]:
    counted: Counter[str] = Counter()
    for entry in entries:
        if entry["progress_score"] == 5 and day >= SCORED:
            counted["FULFILLED"] += 1
        elif any(one <= day for one in progressed(entry)):
            counted["IN_PROGRESS"] += 1
        else:
            counted["NO_FOLLOW_UP"] += 1
    return counted


async def test_how_all_stood_on_a_day_and_month_by_month(platform: Set) -> None:
    dataset, entries = platform
    data = await dataset.ask(
        """{ commitmentStats(asOf: "2023-06-30") { total { statuses { status count } } }
             statusSeries(from: "2023-01-01", to: "2023-12-31") {
               day statuses { status count } } }"""
    )
    on_day = {
        one["status"]: one["count"]
        for one in data["commitmentStats"]["total"]["statuses"]
        if one["count"]
    }
    assert on_day == statuses_on(entries, "2023-06-30")
    assert len(data["statusSeries"]) > 10
    for point in data["statusSeries"]:
        counted = {one["status"]: one["count"] for one in point["statuses"] if one["count"]}
        assert counted == statuses_on(entries, point["day"]), point["day"]


async def test_what_was_new_in_june(platform: Set) -> None:
    dataset, entries = platform
    new = [day for entry in entries for day in linked(entry) if day.startswith("2023-06")]
    condition = 'occurredOn: {from: "2023-06-01", to: "2023-06-30", match: CERTAIN}, kind: '
    progress = [d for entry in entries for d in progressed(entry) if d.startswith("2023-06")]
    assert await count(dataset, "followUps", condition + "[PROGRESSED]") == len(progress)
    mentioned = len(new) - len(progress)
    assert await count(dataset, "followUps", condition + "[MENTIONED]") == mentioned
    data = await dataset.ask(
        """{ changesBetween(from: "2023-05-31", to: "2023-06-30", first: 100) {
               nodes { commitment { key } before { value } after { value } } } }"""
    )
    changed = {
        node["commitment"]["key"]
        for node in data["changesBetween"]["nodes"]
        if node["before"]["value"] != node["after"]["value"]
    }
    before, after = "2023-05-31", "2023-06-30"
    by_hand = {
        entry["id"]
        for entry in entries
        if statuses_on([entry], before) != statuses_on([entry], after)
    }
    assert changed == by_hand


async def test_scores_are_numbers_beside_the_words(platform: Set) -> None:
    dataset, entries = platform
    data = await dataset.ask(
        "{ commitments(first: 100) { nodes { key measures { what value target unit } } } }"
    )
    found = {node["key"]: node["measures"] for node in data["commitments"]["nodes"]}
    for entry in entries:
        scores = [float(one["value"]) for one in found[entry["id"]]]
        assert scores == [float(s) for s in [entry["progress_score"]] if s is not None]


async def test_what_came_before_is_told_and_touches_no_status(platform: Set) -> None:
    dataset, entries = platform
    before = sum(len(entry["commitment_history_rationale"]) for entry in entries)
    assert await count(dataset, "followUps", "kind: [CONTEXT]") >= before
    alone = [e for e in entries if e["commitment_history_rationale"] and not linked(e)]
    for entry in alone[:3]:
        data = await dataset.ask(
            "query ($key: String!) { commitment(by: {key: $key}) { trail { __typename } "
            'status(asOf: "2022-01-01") { value } } }',
            key=entry["id"],
        )
        assert data["commitment"]["status"]["value"] == "NO_FOLLOW_UP"
        assert data["commitment"]["trail"]


async def test_words_of_promises(platform: Set) -> None:
    dataset, entries = platform
    for word in ("housing", "water", "bridges"):
        # A search takes the names of parties as well: the Water Office leads many of these.
        by_hand = {
            entry["id"]
            for entry in entries
            if word in f"{entry['text']} {entry['responsible_department_lead']}".lower()
        }
        assert await keys(dataset, "commitments", f'search: "{word}"') == by_hand


# --- A campaign, without any date ----------------------------------------------------------------


@pytest.fixture(scope="module")
async def campaign(
    mongodb_url: str, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Set]:
    async with asking.empty(mongodb_url, schema, "first-days") as dataset:
        folder = tmp_path_factory.mktemp("first-days")
        yield dataset, await asking.load(dataset, folder, "first-days", make_first_days)


MEANT = {
    "Achieved": "FULFILLED",
    "Compromised": "PARTLY_FULFILLED",
    "Broken": "BROKEN",
    "Not started": "NO_FOLLOW_UP",
}


async def test_statuses_although_nothing_is_dated(campaign: Set) -> None:
    dataset, promises = campaign
    by_hand = Counter(MEANT[promise["status"]] for promise in promises)
    assert await facet(dataset, "commitments", "STATUS") == by_hand
    open_ = await count(dataset, "commitments", 'status: {in: [NO_FOLLOW_UP], asOf: "2030-01-01"}')
    assert open_ == by_hand["NO_FOLLOW_UP"]


async def test_by_category_and_tag(campaign: Set) -> None:
    dataset, promises = campaign
    topics = Counter(
        topic
        for promise in promises
        for topic in (promise["category"].lower(), *promise["tags"].split(","))
    )
    assert await facet(dataset, "commitments", "TOPIC") == topics
    both = [p for p in promises if p["category"] == "Finance" and "money" in p["tags"]]
    condition = 'and: [{topic: {eq: "finance"}}, {topic: {eq: "money"}}]'
    assert await count(dataset, "commitments", condition) == len(both)


async def test_words(campaign: Set) -> None:
    dataset, promises = campaign
    by_hand = [promise for promise in promises if "Israel" in promise["title"]]
    assert await count(dataset, "commitments", 'search: "israel"') == len(by_hand)


async def test_what_was_overdue_on_a_day(campaign: Set) -> None:
    dataset, promises = campaign
    due = [promise for promise in promises if "due" in promise]
    for day, is_over in (("2017-04-30", False), ("2017-06-01", True)):
        found = await count(
            dataset, "commitments", f'dueOn: {{to: "{day}"}}, status: {{asOf: "{day}"}}'
        )
        assert found == len(due)
        overdue = await count(dataset, "commitments", f'status: {{overdue: true, asOf: "{day}"}}')
        # On that day nothing was recorded yet, so nothing had certainly been done.
        assert overdue == (len(due) if is_over else 0)


async def test_what_may_have_happened_in_a_year_and_what_surely_did(campaign: Set) -> None:
    dataset, promises = campaign
    sources = sum(len(promise["sources"]) for promise in promises)
    span = 'occurredOn: {from: "2017-01-01", to: "2017-12-31", match: '
    assert await count(dataset, "followUps", f"{span}CERTAIN}}") == 0
    assert await count(dataset, "followUps", f"{span}POSSIBLE}}") == sources


async def test_an_address_finds_its_article(campaign: Set) -> None:
    dataset, promises = campaign
    (url, *_) = next(promise["sources"] for promise in promises if promise["sources"])
    assert await count(dataset, "articles", f'sourceUrl: "{url}"') == 1
