"""The timeline against a naive merge of all records in Python."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from engine.lists.cursors import encode
from store.mongodb.documents import to_record
from store.records.dates import Order, order

NOUNS = ("articles", "commitments", "follow_ups", "meetings", "requests")
DATES = {
    "articles": "date_published",
    "commitments": "made_on",
    "requests": "made_on",
    "follow_ups": "occurred_on",
    "meetings": "date",
}


class Everything:
    """All live records, with what a timeline should know of them, worked out naively."""

    def __init__(self, records: dict[str, list[Any]]) -> None:
        self.records = [(noun, r) for noun in NOUNS for r in records[noun]]
        self.parties = {r.key: r for r in records["parties"]}
        self.trackables = {r.key: r for noun, r in self.records if hasattr(r, "made_on")}

    def merged(
        self,
        *,
        party: str | None = None,
        topic: str | None = None,
        types: Sequence[str] = NOUNS,
        known_at: datetime | None = None,
    ) -> list[str]:
        """Ids in the order of time."""
        found = [
            (self._place(noun, r), f"{noun}:{r.key}", noun, r)
            for noun, r in self.records
            if noun in types
            and (known_at is None or r.recorded_at <= known_at)
            and (party is None or party in self._parties(noun, r))
            and (topic is None or self._about(noun, r, topic))
        ]
        return [identity for _, identity, _, _ in sorted(found, key=lambda item: item[:2])]

    def within(self, bodies: list[str]) -> list[str]:
        """Ids in the order of time of what each of these, or something below it, is named in."""
        found = [
            (self._place(noun, r), f"{noun}:{r.key}")
            for noun, r in self.records
            if noun in DATES
            and all(
                any(key and body in self._above(key) for key in self._parties(noun, r))
                for body in bodies
            )
        ]
        return [identity for _, identity in sorted(found)]

    def _above(self, key: str) -> list[str]:
        """The party of this key, and the bodies above it."""
        above = getattr(self.parties[key], "parent", None)
        return [key, *(self._above(above) if above else [])]

    def date(self, identity: str) -> Any:
        noun, _, key = identity.partition(":")
        return next(getattr(r, DATES[n]) for n, r in self.records if (n, r.key) == (noun, key))

    def _place(self, noun: str, record: Any) -> tuple[str, str]:
        date = getattr(record, DATES[noun])
        return date.earliest or "", date.latest or ""

    def _parties(self, noun: str, record: Any) -> set[str]:
        match noun:
            case "articles":
                named = {m.party for m in record.mentions if m.judgement == "POSITIVE"}
                return named | {record.publisher, record.relays}
            case "meetings":
                return {k for p in record.participations for k in (p.party, p.on_behalf_of)}
            case "follow_ups":
                target = self.trackables[record.target]
                return {*record.actors} | self._parties("trackable", target)
        if hasattr(record, "askers"):
            return {*record.askers, *record.asked}
        return {p.party for p in record.promisors} | {*record.addressees, *record.beneficiaries}

    def _about(self, noun: str, record: Any, topic: str) -> bool:
        if noun == "follow_ups":
            return self._about("", self.trackables[record.target], topic)
        if noun == "articles" and any(
            self._has(m.topics, topic) for m in self._reported_in(record.key)
        ):
            return True
        if noun == "articles" or (noun == "meetings" and not self._has(record.topics, topic)):
            return any(self._has(t.topics, topic) for t in self._resting_on(noun, record.key))
        return self._has(record.topics, topic)

    def _has(self, topics: tuple[str, ...], topic: str) -> bool:
        return any(t == topic or t.startswith(f"{topic}/") for t in topics)

    def _reported_in(self, article: str) -> Iterator[Any]:
        for noun, record in self.records:
            if noun == "meetings":
                claimed = [claim.evidence for claim in record.claims]
                if article in {evidence.article for evidence in (*record.evidence, *claimed)}:
                    yield record

    def _resting_on(self, noun: str, key: str) -> Iterator[Any]:
        for of, record in self.records:
            if of in ("commitments", "requests"):
                meeting, target = record.made_at, record
            elif of == "follow_ups":
                meeting, target = record.meeting, self.trackables[record.target]
            else:
                continue
            articles = {evidence.article for evidence in record.evidence}
            if (noun == "articles" and key in articles) or (noun, key) == ("meetings", meeting):
                yield target


@pytest.fixture(scope="module")
async def everything(meta_pakistan: Any) -> Everything:
    live = {"curation": "ACCEPTED", "mergedInto": {"$exists": False}}
    return Everything(
        {
            noun: [to_record(noun, d) for d in await meta_pakistan.database.find(noun, live)]
            for noun in ("parties", *NOUNS)
        }
    )


async def _page(dataset: Any, filter_: dict[str, Any], arguments: str) -> dict[str, Any]:
    data = await dataset.ask(
        f"query Q($f: TimelineFilter) {{ timeline(filter: $f, {arguments}) {{ totalCount"
        " pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        " nodes { orderCertain item { __typename ... on Record { key } } } } }",
        f=filter_,
    )
    return dict(data["timeline"])


def _ids(page: dict[str, Any]) -> list[str]:
    nouns = {"FollowUp": "follow_ups"}
    return [
        f"{nouns.get(n['item']['__typename'], n['item']['__typename'].lower() + 's')}:"
        f"{n['item']['key']}"
        for n in page["nodes"]
    ]


CASES = [
    {"party": party, "topic": topic, "types": types}
    for party, topic in (
        (None, None),
        ("meta", None),
        ("pta", None),
        ("moitt", None),
        (None, "online-safety"),
        ("nsmcwg", "connectivity"),
    )
    for types in (list(NOUNS), ["meetings", "follow_ups"])
]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("size", [1, 4, 100])
async def test_pages_are_a_naive_merge(
    meta_pakistan: Any, everything: Everything, case: dict[str, Any], size: int
) -> None:
    wanted = everything.merged(**case)
    filter_: dict[str, Any] = {"types": [noun.upper() for noun in case["types"]]}
    if case["party"]:
        filter_["party"] = {"eq": case["party"]}
    if case["topic"]:
        filter_["topic"] = {"eq": case["topic"]}
    for way in ("forwards", "backwards"):
        found: list[str] = []
        certain: list[bool | None] = []
        cursor = ""
        while True:
            n, at = ("first", "after") if way == "forwards" else ("last", "before")
            page = await _page(meta_pakistan, filter_, f"{n}: {size}" + (
                f', {at}: "{cursor}"' if cursor else ""))  # fmt: skip
            assert page["totalCount"] == len(wanted)
            orders = [node["orderCertain"] for node in page["nodes"]]
            info = page["pageInfo"]
            if way == "forwards":
                found, certain = found + _ids(page), certain + orders
                more, cursor = info["hasNextPage"], info["endCursor"]
            else:
                found, certain = _ids(page) + found, orders + certain
                more, cursor = info["hasPreviousPage"], info["startCursor"]
            if not more:
                break
        assert found == wanted
        assert certain == _certain(everything, wanted)


@pytest.mark.parametrize(
    "bodies", [["gov-pk"], ["meta", "gov-pk"], ["gov-sg"], ["no-such"]], ids=str
)
async def test_a_body_with_all_that_belongs_to_it(
    meta_pakistan: Any, everything: Everything, bodies: list[str]
) -> None:
    wanted = everything.within(bodies)
    page = await _page(
        meta_pakistan, {"and": [{"within": {"eq": b}} for b in bodies]}, "first: 100"
    )
    assert (page["totalCount"], _ids(page)) == (len(wanted), wanted)
    if bodies == ["meta", "gov-pk"]:
        alone = await _page(meta_pakistan, {"parties": bodies}, "first: 100")
        assert set(_ids(alone)) < set(wanted)


def _certain(everything: Everything, ids: list[str]) -> list[bool | None]:
    dates = [everything.date(identity) for identity in ids]
    return ([None] if ids else []) + [
        order(a, b) in (Order.BEFORE, Order.AFTER) for a, b in pairwise(dates)
    ]


async def test_what_reports_a_meeting_is_about_its_topics(meta_pakistan: Any) -> None:
    found = _ids(
        await _page(meta_pakistan, {"topic": {"eq": "online-safety/child-safety"}}, "first: 100")
    )
    assert {"meetings:M4", "articles:A3"} <= set(found)


async def test_articles_are_filtered_by_the_topics_that_they_have_in_it(
    meta_pakistan: Any, invented: Any
) -> None:
    asked = """query ($f: ArticleFilter) { articles(first: 100, filter: $f) { nodes { key } } }"""
    for data in (meta_pakistan, invented):
        for topic in filter(None, await data.database.distinct("entries", "topics")):
            of_topic = {"topic": {"eq": topic}}
            page = await _page(data, {"types": ["ARTICLES"], **of_topic}, "first: 100")
            found = (await data.ask(asked, f=of_topic))["articles"]["nodes"]
            assert [f"articles:{node['key']}" for node in found] == _ids(page)


async def test_of_a_commitment_it_is_all_that_it_rests_on(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask(
        '{ commitment(by: {key: "K09"}) { timeline { nodes { item { ... on Record { key } } } } } }'
    )
    keys = [node["item"]["key"] for node in data["commitment"]["timeline"]["nodes"]]
    assert keys == ["A3", "K09", "M4", "A4", "F12", "M5"]


MOMENTS = ["2017-07-07T00:00:00Z", "2022-12-31T00:00:00Z", "2025-01-01T00:00:00Z",
           "2025-07-09T23:59:59Z", "2100-01-01T00:00:00Z"]  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
async def test_what_was_recorded_later_is_not_in_it(
    meta_pakistan: Any, everything: Everything, moment: str
) -> None:
    at = datetime.fromisoformat(moment)
    page = await _page(meta_pakistan, {}, f'first: 100, knownAt: "{moment}"')
    assert _ids(page) == everything.merged(known_at=at)
    orders = [node["orderCertain"] for node in page["nodes"]]
    assert orders == _certain(everything, _ids(page))
    wanted = everything.merged(party="pta", known_at=at)
    given = await _page(meta_pakistan, {"party": {"eq": "pta"}}, f'first: 100, knownAt: "{moment}"')
    assert _ids(given) == wanted and given["totalCount"] == len(wanted)
    of_party = await meta_pakistan.ask(
        f"""{{ party(by: {{key: "pta"}}) {{ timeline(first: 100, knownAt: "{moment}") {{
            nodes {{ item {{ __typename ... on Record {{ key }} }} }} }} }} }}"""
    )
    assert _ids(of_party["party"]["timeline"]) == wanted


@pytest.mark.parametrize(("member", "key"), [("topic", "connectivity"), ("trackable", "K05")])
async def test_what_articles_bear_on_is_known_only_as_it_is_now(
    meta_pakistan: Any, member: str, key: str
) -> None:
    query = """query ($f: TimelineFilter, $at: DateTime) {
        timeline(filter: $f, knownAt: $at) { totalCount } }"""
    variables = {"f": {"not": {member: {"eq": key}}}, "at": MOMENTS[1]}
    (error,) = (await meta_pakistan.execute(query, variables))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": f"filter.not.{member}"}
    await meta_pakistan.ask(query, f=variables["f"])


async def test_of_a_pair_both_have_to_do_with_it(meta_pakistan: Any) -> None:
    def keys(page: dict[str, Any]) -> set[str]:
        return set(_ids(page))

    of = {p: keys(await _page(meta_pakistan, {"party": {"eq": p}}, "first: 100"))
          for p in ("meta", "pta")}  # fmt: skip
    both = keys(await _page(meta_pakistan, {"parties": ["meta", "pta"]}, "first: 100"))
    assert both == of["meta"] & of["pta"] and both
    assert keys(await _page(meta_pakistan, {"parties": []}, "first: 100")) == set()


async def test_a_forged_cursor_does_no_harm(meta_pakistan: Any) -> None:
    forged = encode((("date.earliest", 1), ("date.latest", 1), ("_id", 1)),
                    {"date": {"earliest": 5, "latest": 6}, "_id": "x"})  # fmt: skip
    whole = await _page(meta_pakistan, {}, "first: 100")
    page = await _page(meta_pakistan, {}, f'first: 2, after: "{forged}"')
    assert page["totalCount"] == whole["totalCount"]
    # Days are texts, and no text comes after a number: there is nothing behind such a cursor.
    assert _ids(page) == []
