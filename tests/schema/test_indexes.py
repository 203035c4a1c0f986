"""Every member of a filter and every order is answered from an index, as MongoDB itself says."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    get_named_type,
    parse_value,
)
from pydantic.alias_generators import to_camel

from schema.registry import COLLECTIONS
from store.mongodb.collections import CHANGES
from store.reads.scans import find_scans
from store.records.nouns import NOUNS
from store.viewers import ANONYMOUS, Viewer
from tests.conftest import PROPOSER, Dataset, Generated

KEY = '{eq: "b000-p000001"}'
BELOW = '{eq: "b000-p000001", includeSubordinates: true}'
RANGES = (
    '{from: "2020-01-01"}',
    '{to: "2013-01-01"}',
    '{from: "2020-01-01", match: CERTAIN}',
    '{to: "2013-01-01", match: CERTAIN}',
    '{from: "2019-01-01", to: "2019-02-01"}',
)

_SEARCHED = {"search": ('"promise"', '"ministry -of"')}
_EVERY = {
    "key": ('{in: ["x", "y"]}',),
    "curation": ("[PROPOSED, REJECTED]", "[RETRACTED]"),
    "updatedSince": ('"2026-01-01T00:00:00Z"',),
    "identifier": ('{value: "Q42"}', '{value: ["Q1", "Q2"], scheme: "wikidata"}'),
    "sourceUrl": ('"https://example.org/1"',),
}
_TRACKABLE = {
    **_EVERY,
    **_SEARCHED,
    "party": (
        KEY,
        BELOW,
        '{eq: "b000-p000001", role: PROMISOR, kind: COMPANY}',
        '{in: ["b000-p000001", "b000-p000002"], role: ADDRESSEE}',
        "{kind: [REGULATOR], role: ADDRESSEE}",
        "{role: BENEFICIARY}",
        '{country: "SG", role: PROMISOR}',
    ),
    "memberOf": ('{eq: "b000-p000001"}', '{in: ["b000-p000001"], role: PROMISOR}'),
    "country": ('"SG"',),
    "topic": ('{eq: "privacy"}', '{in: ["privacy/access", "water"]}'),
    "madeOn": RANGES,
    "madeAt": (KEY,),
    "meetingKind": ("[SIGNING]",),
    "article": (KEY,),
    "publisher": (KEY,),
    "relays": (KEY, BELOW),
    "relayed": ("true", "false"),
    "status": (
        "{in: [BROKEN]}",
        '{contested: true, asOf: "2019-05-05"}',
        "{verificationAtLeast: DOCUMENTED}",
        "{certainty: POSSIBLE}",
        "{overdue: true}",
        "{overdue: false}",
        "{silentFor: 4000}",
        '{assessedDifferently: true, asOf: "2019-05-05"}',
        "{assessmentOutdated: true}",
        "{answer: [DECLINED]}",
        '{asOf: "2012-03-01"}',
    ),
    "contested": ("true", "false"),
    "assessedDifferently": ("true",),
    "hasFollowUp": ("true", "false"),
    "followedBy": ("[SUPERSEDED]",),
    "notFollowedBy": ("[PROGRESSED]",),
    "orderUncertain": ("true",),
    "actor": (KEY, BELOW),
    "participant": (KEY, BELOW),
    "strength": ("[ACKNOWLEDGED]",),
    "strengthAtLeast": ("SPECIFIC",),
    "language": ('["th"]',),
}
MEMBERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "articles": {
        **_EVERY,
        **_SEARCHED,
        "publisher": (KEY,),
        "hasPublisher": ("true", "false"),
        "relays": (KEY,),
        "mentions": (KEY, BELOW),
        "topic": ('{eq: "privacy"}', '{in: ["privacy/access", "water"]}'),
        "datePublished": RANGES,
        "inLanguage": ('"ur"',),
        "textKind": ("[TITLE]",),
        "textAccess": ("WITHHELD",),
    },
    "parties": {
        **_EVERY,
        **_SEARCHED,
        "name": ('"Meta"',),
        "kind": ("[REGULATOR]",),
        "country": ('"SG"',),
        "parent": (KEY,),
        "within": (KEY,),
        "role": (
            '{name: "minister"}',
            '{name: "minister", eq: "b000-p000001"}',
            '{name: "minister", in: ["b000-p000001"]}',
        ),
        "memberOf": (KEY,),
    },
    "meetings": {
        **_EVERY,
        **_SEARCHED,
        "parties": (
            '[{key: "b000-p000001"}]',
            '[{key: "b000-p000001", includeSubordinates: true}]',
            "[{kind: REGULATOR}]",
            '[{country: "SG"}]',
            "[{capacity: [HOST]}]",
            "[{kind: REGULATOR, capacity: [HOST, CHAIR]}]",
        ),
        "kind": ("[SIGNING]",),
        "state": ("[CANCELLED]",),
        "topic": ('{eq: "privacy"}',),
        "date": RANGES,
        "article": (KEY,),
        "publisher": (KEY,),
        "disputed": ("true", "false"),
    },
    "commitments": {
        **_TRACKABLE,
        "promisor": (KEY, BELOW, '{in: ["b000-p000001", "b000-p000002"]}'),
        "promisorKind": ("[REGULATOR]",),
        "addressee": (KEY, BELOW),
        "beneficiary": (KEY, BELOW),
        "implementer": (KEY, BELOW),
        "lead": (KEY, BELOW),
        "term": ("[PROCESS]",),
        "attribution": ("{any: [HEADLINE_ONLY]}", "{all: [HEADLINE_ONLY, REPORTER_GLOSS]}"),
        "dueOn": RANGES,
        "presupposesEarlier": ("true",),
    },
    "requests": {
        **_TRACKABLE,
        "asker": (KEY, BELOW),
        "asked": (KEY, BELOW),
        "answered": ("true", "false"),
    },
    "follow_ups": {
        **_EVERY,
        "target": (KEY,),
        "topic": ('{eq: "privacy"}', '{in: ["privacy/access", "water"]}'),
        "party": (
            KEY,
            BELOW,
            '{eq: "b000-p000001", role: SPEAKER, kind: COMPANY}',
            '{in: ["b000-p000001", "b000-p000002"], role: SPEAKER}',
            "{kind: [REGULATOR], role: ACTOR}",
            "{role: RELAYER}",
            '{country: "SG", role: PARTICIPANT}',
        ),
        "kind": ("[BROKEN]",),
        "scopeChange": ("[NARROWED]",),
        "actor": (KEY, BELOW),
        "meeting": (KEY,),
        "meetingKind": ("[SIGNING]",),
        "article": (KEY,),
        "publisher": (KEY,),
        "independence": ("[DOCUMENT]",),
        "confidence": ("[LOW]",),
        "occurredOn": RANGES,
        "orderCertain": ("false",),
        "orderUncertain": ("true",),
        "recordedSince": ('"2026-01-01T00:00:00Z"',),
    },
    "assessments": {
        **_EVERY,
        "trackable": (KEY,),
        "value": ("[BROKEN]",),
        "effectiveOn": RANGES,
    },
    "concepts": {**_EVERY, "path": ('{eq: "water"}',), "label": ('"Water"',)},
    "check_logs": {**_EVERY, "trackable": (KEY,), "checkedOn": RANGES},
    "changes": {
        "since": ('"2026-01-01T00:00:00Z"',),
        "noun": ("[PARTIES]",),
        "record": (KEY,),
        "kind": ("[MERGED]",),
    },
}
"""What each member is asked for, alone. Where one value is nearly everything (not assessed, no
uncertain order), an index would only be a way round, and only the other value is here."""

CASES = [
    (collection, f"{{{member}: {value}}}")
    for collection, members in MEMBERS.items()
    for member, values in members.items()
    for value in values
]
ORDERS = [(name, field, way) for name in MEMBERS for field in COLLECTIONS[name].orders
          for way in ("ASC", "DESC") if field != "RELEVANCE"]  # fmt: skip
SEARCHED = sorted(name for name in MEMBERS if "RELEVANCE" in COLLECTIONS[name].orders)

FACETS = [(name, facet) for name in MEMBERS for facet in COLLECTIONS[name].facets]


@pytest.fixture(scope="module")
async def generated(generated_store: Generated) -> Dataset:
    """A generated store of 400 commitments."""
    return await generated_store(400)


async def plans(dataset: Dataset, query: str) -> list[set[str]]:
    """For each command of a query, the stages of the plan that MongoDB chose."""
    await dataset.ask(query)
    commands = list(dataset.log.commands)
    return [set(_stages(await dataset.database.explain(command))) for command in commands]


def _stages(plan: Any) -> Iterator[str]:
    if isinstance(plan, list):
        for part in plan:
            yield from _stages(part)
    elif isinstance(plan, dict):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for name, part in plan.items():
            if name not in ("rejectedPlans", "parsedQuery", "command"):
                yield from _stages(part)


HERE = "in tests/schema/test_indexes.py"


@pytest.mark.parametrize("noun", [*NOUNS, CHANGES])
def test_every_member_of_every_filter_is_asked_for(schema: GraphQLSchema, noun: str) -> None:
    filter_ = schema.type_map[COLLECTIONS[noun].filter_name]
    assert isinstance(filter_, GraphQLInputObjectType)
    members, asked = set(filter_.fields) - {"and", "or", "not"}, set(MEMBERS[noun])
    assert not members - asked, f"ask for {sorted(members - asked)} in MEMBERS[{noun!r}] {HERE}"
    assert not asked - members, f"take {sorted(asked - members)} out of MEMBERS[{noun!r}] {HERE}"


def test_every_member_of_an_input_within_a_filter_is_asked_for(schema: GraphQLSchema) -> None:
    inputs: dict[str, set[str]] = {}
    asked = defaultdict[str, set[str]](set)
    for noun, members in MEMBERS.items():
        filter_ = schema.type_map[COLLECTIONS[noun].filter_name]
        assert isinstance(filter_, GraphQLInputObjectType)
        for member, literals in members.items():
            type_ = get_named_type(filter_.fields[member].type)
            if isinstance(type_, GraphQLInputObjectType):
                inputs[type_.name] = set(type_.fields)
                asked[type_.name].update(*map(_members_in, literals))
    for name, members in inputs.items():
        assert not members - asked[name], (
            f"ask for {sorted(members - asked[name])} of {name} {HERE}"
        )


def _members_in(literal: str) -> set[str]:
    """The members of an object in the literal, or of the objects in its list."""
    value = parse_value(literal)
    objects = value.values if isinstance(value, ListValueNode) else (value,)
    return {f.name.value for o in objects if isinstance(o, ObjectValueNode) for f in o.fields}


@pytest.mark.parametrize(("collection", "filter_"), CASES)
async def test_a_filter_scans_no_collection(
    generated: Dataset, collection: str, filter_: str
) -> None:
    root = to_camel(collection)
    query = f"{{ {root}(filter: {filter_}) {{ totalCount nodes {{ __typename id }} }} }}"
    # Page, total, and where there are keys, which may be of what was merged, their look-up.
    page, *others = await plans(generated, query)
    assert page and others and all(others)
    assert "COLLSCAN" not in page
    # What nearly all match is counted fastest by reading them, in no order.
    if "notFollowedBy" not in filter_:
        assert "COLLSCAN" not in set().union(*others)


@pytest.mark.parametrize(("collection", "field", "way"), ORDERS)
async def test_an_order_is_read_from_its_index(
    generated: Dataset, collection: str, field: str, way: str
) -> None:
    root = to_camel(collection)
    order = f"orderBy: [{{field: {field}, direction: {way}}}]"
    page = "{ pageInfo { endCursor } nodes { __typename id } }"
    *before, first = await plans(generated, f"{{ {root}(first: 5, {order}) {page} }}")
    assert first and not first & {"SORT", "COLLSCAN"}
    check_before(collection, before)
    found = (await generated.ask(f"{{ {root}(first: 5, {order}) {page} }}"))[root]
    if cursor := found["pageInfo"]["endCursor"]:
        *before, next_ = await plans(generated, f'{{ {root}(after: "{cursor}", {order}) {page} }}')
        assert not next_ & {"SORT", "COLLSCAN"}
        check_before(collection, before)


def check_before(collection: str, before: list[set[str]]) -> None:
    """Of changes, it is asked first which records were taken back from readers; of others
    nothing.
    """
    assert len(before) == (collection == "changes")
    assert all(stages and not stages & {"SORT", "COLLSCAN"} for stages in before)


@pytest.mark.parametrize("collection", SEARCHED)
async def test_the_order_of_relevance_scans_no_collection(
    generated: Dataset, collection: str
) -> None:
    best = 'filter: {search: "the"}, orderBy: [{field: RELEVANCE, direction: DESC}]'
    stages = await plans(generated, f"{{ {collection}(first: 5, {best}) {{ nodes {{ id }} }} }}")
    assert len(stages) == 3 and "COLLSCAN" not in set().union(*stages)


@pytest.mark.parametrize(("collection", "facet"), FACETS)
async def test_a_facet_of_everything_scans_nothing(
    generated: Dataset, collection: str, facet: str
) -> None:
    root = to_camel(collection)
    asked = f"{{ {root} {{ facets(by: [{facet}], first: 3) {{ values {{ value }} }} }} }}"
    found = await plans(generated, asked)
    assert len(found) == (2 if facet == "TARGET" else 1)
    for counted in found:
        assert counted & {"IXSCAN", "IDHACK"} and "COLLSCAN" not in counted


@pytest.mark.parametrize("collection", sorted(MEMBERS))
async def test_the_default_order_is_read_from_its_index(
    generated: Dataset, collection: str
) -> None:
    root = to_camel(collection)
    *before, page = await plans(generated, f"{{ {root} {{ nodes {{ __typename id }} }} }}")
    assert page and not page & {"SORT", "COLLSCAN"}
    check_before(collection, before)


async def test_a_timeline_of_a_body_scans_no_collection(generated: Dataset) -> None:
    query = f"{{ timeline(filter: {{within: {KEY}}}) {{ totalCount nodes {{ __typename }} }} }}"
    found = await plans(generated, query)
    assert len(found) >= 2 and "COLLSCAN" not in set().union(*found)


@pytest.mark.parametrize("known", ["", '(knownAt: "2015-01-01T00:00:00Z")'])
async def test_a_timeline_of_a_commitment_is_read_from_its_index(
    generated: Dataset, known: str
) -> None:
    query = f"""{{ commitment(by: {{key: "b000-c000001"}}) {{
        timeline{known} {{ totalCount nodes {{ date {{ edtf }} }} }} }} }}"""
    _, *found = await plans(generated, query)
    assert len(found) == 2
    for stages in found:
        assert "IXSCAN" in stages and not stages & {"COLLSCAN", "SORT"}


@pytest.mark.parametrize("topic", ["online-safety", "water"])
@pytest.mark.parametrize("viewer", [ANONYMOUS, PROPOSER], ids=["reader", "proposer"])
async def test_a_topic_reads_only_what_is_about_it(
    generated: Dataset, topic: str, viewer: Viewer
) -> None:
    seen = generated.seen_by(viewer)
    await seen.ask(f'{{ commitments(filter: {{topic: {{eq: "{topic}"}}}}) {{ totalCount }} }}')
    asked, command = generated.log.commands
    (topics,) = find_scans("topics", await generated.database.explain(asked))
    if viewer is PROPOSER:
        assert topics.documents == 0 and "DISTINCT_SCAN" in topics.stages
    else:
        assert topics.collection == "counters" and topics.documents <= len(NOUNS)
    (scan,) = find_scans("count", await generated.database.explain(command))
    found = await generated.database.find("commitments", {}, fields={"topics": 1})
    about = [row for row in found if any(t.startswith(f"{topic}/") for t in row["topics"])]
    assert 0 < scan.documents == len(about) < len(found) / 2


async def test_a_page_as_of_a_day_reads_nothing_that_was_made_later(generated: Dataset) -> None:
    given = '{status: {in: [NO_FOLLOW_UP], asOf: "2015-06-30"}}'
    latest = "[{field: MADE_ON, direction: DESC}]"
    page = f"commitments(first: 5, filter: {given}, orderBy: {latest}) {{ nodes {{ key }} }}"
    await generated.ask(f"{{ {page} }}")
    # In a store of this size MongoDB may find it cheaper to sort what the other index gives.
    (sent,) = ({**command, "hint": "madeOn.earliest__id"} for command in generated.log.commands)
    (scan,) = find_scans("page", await generated.database.explain(sent))
    by_then = {"madeOn.earliest": {"$lte": "2015-06-30"}}
    made = await generated.database.find("commitments", by_then)
    assert 0 < scan.documents <= len(made)


async def test_the_test_sees_scans_and_sorts(generated: Dataset) -> None:
    all_but = "{assessedDifferently: false}"
    (count,) = await plans(generated, f"{{ commitments(filter: {all_but}) {{ totalCount }} }}")
    assert "COLLSCAN" in count
    two = "[{field: FOLLOW_UP_COUNT}, {field: TITLE, direction: DESC}]"
    (page,) = await plans(generated, f"{{ commitments(orderBy: {two}) {{ nodes {{ key }} }} }}")
    assert "SORT" in page
