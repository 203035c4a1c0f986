"""What was asked of recommendations between states, against plain counting over the rows."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLSchema

from store.records.base import slug
from tests.conftest import Dataset
from tests.store.bundles.tables import asking
from tests.store.bundles.tables.asking import count, facet, keys
from tests.store.bundles.tables.generated_sets import ISSUES, STATES, UNION, make_reviews

Set = tuple[Dataset, list[dict[str, str]]]

STRENGTHS = ("ACKNOWLEDGED", "CONTINUING", "WILLING", "PLEDGED", "SPECIFIC")
"""Of the actions 1 to 5."""


@pytest.fixture(scope="module")
async def reviews(
    mongodb_url: str, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Set]:
    async with asking.empty(mongodb_url, schema, "reviews") as dataset:
        folder = tmp_path_factory.mktemp("reviews")
        yield dataset, await asking.load(dataset, folder, "reviews", make_reviews)


def lower(counted: Counter[str]) -> dict[str, int]:
    return {state.lower(): n for state, n in counted.items()}


def share(part: int, whole: int) -> dict[str, Any]:
    return {"count": part, "of": whole, "share": pytest.approx(part / whole)}


async def test_what_a_state_received_and_accepted(reviews: Set) -> None:
    dataset, rows = reviews
    for state in STATES:
        asked = f'asked: {{eq: "{state.lower()}"}}'
        received = [row["Response"] for row in rows if row["To"] == state]
        accepted = f'promisor: {{eq: "{state.lower()}"}}'
        assert await count(dataset, "requests", asked) == len(received)
        assert await count(dataset, "commitments", accepted) == received.count("Accepted")


async def test_by_who_recommended_by_state_and_by_issue(reviews: Set) -> None:
    dataset, rows = reviews
    for by, column in (("ASKER", "From"), ("ASKED", "To")):
        assert await facet(dataset, "requests", by) == lower(Counter(row[column] for row in rows))
    issues = Counter(slug(row["Issue"]) for row in rows)
    assert await facet(dataset, "requests", "TOPIC") == issues


async def test_what_was_accepted_by_state_and_by_action(reviews: Set) -> None:
    dataset, rows = reviews
    accepted = [row for row in rows if row["Response"] == "Accepted"]
    by_state = lower(Counter(row["To"] for row in accepted))
    assert await facet(dataset, "commitments", "PROMISOR") == by_state
    actions = Counter(STRENGTHS[int(row["Action"]) - 1] for row in accepted)
    assert await facet(dataset, "commitments", "STRENGTH") == actions
    for least, strength in enumerate(STRENGTHS, start=1):
        by_hand = sum(int(row["Action"]) >= least for row in accepted)
        assert await count(dataset, "commitments", f"strengthAtLeast: {strength}") == by_hand


async def test_which_states_refused_what(reviews: Set) -> None:
    dataset, rows = reviews
    answers = {"Accepted": "ANSWERED", "Noted": "NOTED", "": "OPEN"}
    for said, answer in answers.items():
        by_hand = {f"r-{row['Id']}" for row in rows if row["Response"] == said}
        assert await keys(dataset, "requests", f"status: {{answer: [{answer}]}}") == by_hand
    penalty = [r for r in rows if r["Response"] == "Noted" and r["Issue"] == "Death penalty"]
    condition = 'status: {answer: [NOTED]}, topic: {eq: "death-penalty"}'
    by_state = lower(Counter(row["To"] for row in penalty))
    found = await facet(dataset, "requests", "ASKED", condition)
    assert found == by_state
    five = sorted(by_state.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
    assert list(found.items())[:5] == five


async def test_what_one_state_asked_of_another(reviews: Set) -> None:
    dataset, rows = reviews
    for asker in STATES[:4]:
        for asked in STATES[4:8]:
            condition = f'asker: {{eq: "{asker.lower()}"}}, asked: {{eq: "{asked.lower()}"}}'
            by_hand = {
                f"r-{row['Id']}" for row in rows if (row["From"], row["To"]) == (asker, asked)
            }
            assert await keys(dataset, "requests", condition) == by_hand


async def test_reviews_of_a_month(reviews: Set) -> None:
    dataset, rows = reviews
    months = {"5": ("2009-05-01", "2009-05-31"), "6": ("2009-12-01", "2009-12-31")}
    for session, (first, last) in months.items():
        in_session = [row for row in rows if row["Session"] == session]
        span = f'{{from: "{first}", to: "{last}", match: CERTAIN}}'
        articles = await count(dataset, "articles", f"datePublished: {span}")
        assert articles == len({row["To"] for row in in_session})
        assert await count(dataset, "requests", f"madeOn: {span}") == len(in_session)


def words(row: dict[str, str]) -> set[str]:
    return set(row["Recommendation"].lower().replace(",", "").split())


async def test_words_and_words_left_out(reviews: Set) -> None:
    dataset, rows = reviews
    torture = {f"r-{row['Id']}" for row in rows if "torture" in words(row)}
    assert await keys(dataset, "requests", 'search: "torture"') == torture
    without = {
        f"r-{row['Id']}"
        for row in rows
        if {"ratify", "optional", "protocol"} <= words(row) and "torture" not in words(row)
    }
    found = await keys(dataset, "requests", 'search: "ratify optional protocol -torture"')
    assert found == without
    assert without < {f"r-{row['Id']}" for row in rows}


async def test_what_members_of_a_union_recommended(reviews: Set) -> None:
    dataset, rows = reviews
    by_hand = {f"r-{row['Id']}" for row in rows if row["From"] in UNION}
    member = 'memberOf: {eq: "union", role: [ASKER]}'
    assert await keys(dataset, "requests", member) == by_hand
    accepted = [r for r in rows if r["Response"] == "Accepted" and r["To"] in UNION]
    promised = await count(dataset, "commitments", 'memberOf: {eq: "union", role: [PROMISOR]}')
    assert promised == len(accepted)


async def test_rates_of_acceptance_and_refusal(reviews: Set) -> None:
    dataset, rows = reviews
    data = await dataset.ask(
        """{ requestStats(groupBy: [ASKED]) {
               total { asked answered { count of share } noted { count of share }
                       declined { count of share } open { count of share } }
               groups { key { asked { key } } figures { asked answered { count of share }
                        noted { count of share } } } } }"""
    )
    total = Counter(row["Response"] for row in rows)
    n = len(rows)
    assert data["requestStats"]["total"] == {
        "asked": n,
        "answered": share(total["Accepted"], n),
        "noted": share(total["Noted"], n),
        "declined": share(0, n),
        "open": share(total[""], n),
    }
    groups = {g["key"]["asked"]["key"]: g["figures"] for g in data["requestStats"]["groups"]}
    for state in STATES:
        said = Counter(row["Response"] for row in rows if row["To"] == state)
        of = said.total()
        assert groups[state.lower()] == {
            "asked": of,
            "answered": share(said["Accepted"], of),
            "noted": share(said["Noted"], of),
        }


async def test_what_the_source_calls_it_finds_it(reviews: Set) -> None:
    dataset, rows = reviews
    for row in rows[::30]:
        condition = f'identifier: {{scheme: "reviews", value: ["{row["Id"]}"]}}'
        assert await keys(dataset, "requests", condition) == {f"r-{row['Id']}"}


async def test_issues_by_year_and_strength_of_what_was_asked(reviews: Set) -> None:
    dataset, rows = reviews
    strengths = Counter(STRENGTHS[int(row["Action"]) - 1] for row in rows)
    assert await facet(dataset, "requests", "STRENGTH") == strengths
    for issue in ISSUES:
        noted = [r for r in rows if r["Issue"] == issue and r["Response"] == "Noted"]
        condition = f'topic: {{eq: "{slug(issue)}"}}, followedBy: [NOTED]'
        assert await count(dataset, "requests", condition) == len(noted)
