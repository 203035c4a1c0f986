"""A reader sees what is published and nothing else, whatever is asked: the whole schema is walked.

The same walk finds every hidden record for a proposer, and for a reader without the clause.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema

from engine.global_ids import to_global_id
from engine.requests.limits import Limits
from engine.requests.prepared import Request
from engine.requests.service import Service
from engine.requests.subscriptions import SubscriptionFailed, Subscriptions
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store import layout
from store.log import Log, Replaced
from store.mongodb.driver import CommandLog, Database, UpdateOne
from store.mongodb.keys import new_key
from store.reads import read_tracking
from store.reads.reader import Reader
from store.records.base import Curation, Record
from store.records.nouns import NOUNS
from store.viewers import ANONYMOUS, Role, SignIn, Viewer
from store.writes.counters import data_version
from store.writes.rebuild import rebuild
from store.writes.writer import Draft, Writer
from tests.conftest import PROPOSER, Dataset
from tests.schema import hidden
from tests.schema.hidden import HIDDEN, MARKERS, Walk, key, marker
from tests.store import samples

READER = Viewer("Rita Legens", Role.READER, SignIn.OPENID)
_HIDDEN_KEY = re.compile(r"-(PROPOSED|IN-REVIEW|REJECTED)\b")
SUBSCRIBED = ("recordChanges", "statusChanges")
WIDE = Limits(depth=40, aliases=9_000, fields=90_000, cost=10**9, seconds=60)


@pytest.fixture(scope="module")
async def dataset(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """The store with what is hidden in it."""
    log = CommandLog()
    database = Database.connect(mongodb_url, f"test-{new_key()}", log=log)
    await layout.prepare(database)
    await hidden.fill(database)
    yield Dataset(database, log, schema)
    await database.drop()
    database.close()


async def walk(dataset: Dataset, viewer: Viewer, links: int = 2) -> AsyncIterator[tuple[str, Any]]:
    """Every query of the walk with its answer. Lists of everything are gone through deeper."""
    schema = dataset.service.schema
    service, writing = Service(schema, COLLECTIONS, limits=WIDE), Walk(schema)
    assert schema.query_type is not None
    for name, field in schema.query_type.fields.items():
        for given in hidden.root_arguments(name, field):
            deep = links if not given else 1
            for query in writing.queries(name, given, deep):
                operation = make_operation(Reader(dataset.database), viewer=viewer)
                answer = await service.answer(Request(query), operation)
                assert answer is not None
                yield query, answer.body


class Finished(Log):
    """A log to which nothing is added: who has read it to its end waits for nothing."""

    async def wait_beyond(self, version: int) -> int:
        if self.end is not None and self.end <= version:
            raise Replaced
        return await super().wait_beyond(version)


async def walk_events(dataset: Dataset, viewer: Viewer) -> AsyncIterator[tuple[str, str]]:
    """Every subscription of the walk, with each event after the first entry of the log."""
    everything = await dataset.ask("{ changes(first: 1) { pageInfo { endCursor } } }")
    after = f'after: "{everything["changes"]["pageInfo"]["endCursor"]}"'
    log = Finished()
    log.hear(await data_version(dataset.database))
    schema = dataset.service.schema
    subscriptions = Subscriptions(Service(schema, COLLECTIONS, limits=WIDE), log)
    reader = Reader(dataset.database)
    for query in Walk(schema).subscriptions(after, links=2):
        make = partial(make_operation, reader, viewer=viewer)
        try:
            async for event in await subscriptions.begin(Request(query), make):
                yield query, event.payload.decode()
        except SubscriptionFailed as ended:
            assert ended.errors[0]["extensions"]["code"] == "CURSOR_GONE", (query, ended.errors)


def find_connections(value: Any) -> Iterator[dict[str, Any]]:
    """Every connection in an answer of which all nodes are shown."""
    if isinstance(value, dict):
        if "totalCount" in value and ("nodes" in value or "edges" in value):
            yield value
        for part in value.values():
            yield from find_connections(part)
    elif isinstance(value, list):
        for part in value:
            yield from find_connections(part)


@pytest.mark.slow
@pytest.mark.parametrize(("viewer", "links"), [(ANONYMOUS, 2), (READER, 1)])
async def test_no_query_shows_a_reader_what_is_hidden(
    dataset: Dataset, viewer: Viewer, links: int
) -> None:
    asked = refused = lists = 0
    async for query, body in walk(dataset, viewer, links):
        asked += 1
        refused += "errors" in body
        text = orjson.dumps(body).decode()
        assert "zq" not in text and not _HIDDEN_KEY.search(text), (query, text)
        for connection in find_connections(body["data"]):
            lists += 1
            shown = connection.get("nodes", connection.get("edges"))
            assert connection["totalCount"] == len(shown), query
    assert asked > 200 * links and lists > 50 * links and refused == 0


@pytest.mark.slow
async def test_the_walk_finds_every_hidden_record_for_a_proposer(dataset: Dataset) -> None:
    found = ""
    async for _, body in walk(dataset, PROPOSER, links=1):
        found += orjson.dumps(body).decode()
    assert [word for word in MARKERS if word not in found] == []
    assert hidden.BY in found and hidden.WHY in found and hidden.WITHHELD in found
    assert hidden.INTAKE in found


@pytest.mark.slow
async def test_the_walk_finds_what_a_reader_would_see_without_the_clause(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_tracking, "match_published", lambda _, query: query)
    monkeypatch.setattr(read_tracking, "limit_pipeline", lambda _, pipeline, **__: pipeline)
    monkeypatch.setattr(read_tracking, "publish", lambda documents, **_: documents)
    found = ""
    async for _, body in walk(dataset, ANONYMOUS, links=1):
        found += orjson.dumps(body).decode()
    missed = [word for word in MARKERS if word not in found]
    # Of these no text is asked for by the walk where they are taken for notices.
    assert hidden.INTAKE in found
    assert missed == [word for word in MARKERS if word in missed and word.endswith("retracted")]


@pytest.mark.slow
async def test_no_event_shows_a_reader_what_is_hidden(dataset: Dataset) -> None:
    told: Counter[str] = Counter()
    async for query, event in walk_events(dataset, ANONYMOUS):
        told[query] += 1
        assert '"errors"' not in event, (query, event)
        assert "zq" not in event and not _HIDDEN_KEY.search(event), (query, event)
    asked = {name: sum(name in query for query in told) for name in SUBSCRIBED}
    assert len(told) > 20 and all(asked.values()), asked


@pytest.mark.slow
async def test_the_events_tell_a_proposer_of_every_hidden_record(dataset: Dataset) -> None:
    told = "".join([event async for _, event in walk_events(dataset, PROPOSER)])
    assert [word for word in MARKERS if word not in told] == []
    assert hidden.BY in told and hidden.WHY in told and hidden.INTAKE in told


async def test_what_is_retracted_is_a_notice_by_id_and_address_for_ever(dataset: Dataset) -> None:
    notice = "__typename ... on Record { key curation url retraction { at why } }"
    kind = "... on RetractedRecord { noun }"
    for noun in NOUNS:
        own = key(noun, Curation.RETRACTED)
        identity, url = to_global_id(noun, own), f"/{noun.replace('_', '-')}/{own}"
        asked = f'''{{ a: node(id: "{identity}") {{ {notice} {kind} }}
            b: nodes(ids: ["{identity}"]) {{ {notice} }}
            c: record(url: "{url}") {{ {notice} }} }}'''
        found = await dataset.ask(asked)
        retraction = {"at": "2025-01-01T12:00:00Z", "why": hidden.REASON}
        told = {"__typename": "RetractedRecord", "key": own, "curation": "RETRACTED", "url": url,
                "retraction": retraction}  # fmt: skip
        assert found == {"a": told | {"noun": noun.upper()}, "b": [told], "c": told}
        whole = await dataset.seen_by(PROPOSER).ask(asked)
        assert whole["a"]["__typename"] != "RetractedRecord"
        assert whole["a"]["retraction"] == whole["c"]["retraction"] == retraction


async def test_a_typed_look_up_and_a_link_to_what_is_retracted_are_null(dataset: Dataset) -> None:
    gone = key("commitments", Curation.RETRACTED)
    found = await dataset.ask(
        f'''{{ commitment(by: {{key: "{gone}"}}) {{ title }}
            followUp(by: {{key: "f4"}}) {{ target {{ key }}
                evidence {{ excerpt article {{ key }} }} }}
            c3: commitment(by: {{key: "c3"}}) {{ madeAt {{ key }} addressees {{ key }}
                articles {{ key }} parties {{ role party {{ key }} }}
                evidence {{ excerpt article {{ key }} }} }}
            request(by: {{key: "r2"}}) {{ answered answeredBy {{ key }} }} }}'''
    )
    assert found["commitment"] is None
    assert found["followUp"] == {"target": None, "evidence": [{"excerpt": None, "article": None}]}
    assert found["c3"]["madeAt"] is None
    assert found["c3"]["addressees"] == [{"key": "office"}]
    assert found["c3"]["articles"] == [{"key": "a3"}]
    assert {"role": "PARTICIPANT"} not in [{"role": p["role"]} for p in found["c3"]["parties"]]
    assert all(of["party"] is not None for of in found["c3"]["parties"])
    assert found["c3"]["evidence"] == [
        {"excerpt": None, "article": None},
        {"excerpt": None, "article": {"key": "a3"}},
    ]
    assert found["request"] == {"answered": False, "answeredBy": []}


async def test_no_search_finds_words_of_what_is_hidden(dataset: Dataset) -> None:
    found: dict[str, int] = {}
    for word in MARKERS:
        lists = " ".join(
            f'{noun}(filter: {{search: "{word}"}}) {{ totalCount nodes {{ key }} }}'
            for noun in ("articles", "parties", "meetings", "commitments", "requests")
        )
        asked = f'{{ search(query: "{word}") {{ totalCount nodes {{ score }} }} {lists} }}'
        for answer in (await dataset.ask(asked)).values():
            assert answer == {"totalCount": 0, "nodes": []}
        hits = await dataset.seen_by(PROPOSER).ask(
            f'{{ search(query: "{word}", filter: {{curation: [{", ".join(HIDDEN)}]}})'
            " { totalCount } }"
        )
        found[word] = hits["search"]["totalCount"]
    # The others are of nouns that are not searched.
    assert sum(1 for n in found.values() if n) == 5 * len(HIDDEN)


async def test_a_hidden_record_is_as_if_it_were_not(dataset: Dataset) -> None:
    for noun in NOUNS:
        for state in HIDDEN:
            if state is not Curation.RETRACTED:
                identity = to_global_id(noun, key(noun, state))
                found = await dataset.ask(f'{{ node(id: "{identity}") {{ id }} }}')
                assert found == {"node": None}


async def test_a_filter_by_what_is_hidden_finds_nothing_and_is_no_error(dataset: Dataset) -> None:
    for state in HIDDEN:
        asked = f"commitments(filter: {{curation: [{state}]}}) {{ totalCount nodes {{ key }} "
        found = await dataset.ask(f"{{ {asked} facets(by: [TOPIC]) {{ values {{ count }} }} }} }}")
        nothing = {"totalCount": 0, "nodes": [], "facets": [{"values": []}]}
        assert found == {"commitments": nothing}


async def test_a_topic_that_only_hidden_records_have_is_not_suggested(dataset: Dataset) -> None:
    word = marker("commitments", Curation.PROPOSED)
    asked = f'{{ commitments(filter: {{topic: {{eq: "{word[:-1]}"}}}}) {{ totalCount }} }}'
    (error,) = (await dataset.execute(asked))["errors"]
    assert "prices" in error["message"] and "zq" not in error["message"]
    (error,) = (await dataset.seen_by(PROPOSER).execute(asked))["errors"]
    assert word in error["message"]


async def test_who_asks_is_told_to_nobody_else(dataset: Dataset) -> None:
    asked = "{ viewer { name role } }"
    for viewer in (ANONYMOUS, READER, PROPOSER):
        found = await dataset.seen_by(viewer).ask(asked)
        assert found["viewer"] == {"name": viewer.name, "role": viewer.role.name}


async def test_changes_begin_when_a_record_is_accepted(dataset: Dataset) -> None:
    asked = "{ changes(first: 100) { nodes { key kind by why correction } } }"
    found = (await dataset.ask(asked))["changes"]["nodes"]
    retracted = {key(noun, Curation.RETRACTED) for noun in NOUNS}
    gone = [change for change in found if change["key"] in retracted]
    assert [change["kind"] for change in gone] == ["RETRACTED"] * len(NOUNS)
    assert {change["why"] for change in gone} == {hidden.REASON}
    assert {change["by"] for change in found} == {None}
    assert {c["why"] for c in found if c["correction"]} == {"Corrected it."}
    kinds = [c["kind"] for c in found if c["key"] == "c1"]
    assert kinds == ["CREATED"]
    every = (await dataset.seen_by(PROPOSER).ask(asked))["changes"]["nodes"]
    assert len(every) > len(found) and {c["by"] for c in every} == {hidden.BY}


async def test_the_past_shows_what_is_published_today_and_nothing_else(
    database: Database, schema: GraphQLSchema
) -> None:
    early, late = datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)

    async def write(at: datetime, *records: Record) -> None:
        writer = Writer(database, clock=lambda: at)
        await writer.write([Draft(record) for record in records], samples.TESTER)

    await write(samples.NOON, *samples.store())
    was = {"f7": "PROPOSED", "f8": "PROPOSED", "f9": "ACCEPTED"}
    now = {"f7": "PROPOSED", "f8": "ACCEPTED", "f9": "RETRACTED"}
    for at, states in ((early, was), (late, now)):
        made = (samples.follow_up(key, "c2", curation=state) for key, state in states.items())
        await write(at, *made)
    known = 'knownAt: "2025-02-02T00:00:00Z"'
    asked = f"""{{ commitment(by: {{key: "c2"}}) {{
        followUps({known}) {{ totalCount nodes {{ key }} }}
        trail({known}) {{ totalCount nodes {{ followUp {{ key }} }} }}
        timeline({known}) {{ nodes {{ item {{ ... on FollowUp {{ key }} }} }} }}
        latestFollowUp({known}) {{ key }} status({known}) {{ followUpCount }} }}
        changes(filter: {{since: "2025-02-01T00:00:00Z"}}) {{ nodes {{ key at }} }} }}"""
    data = Dataset(database, CommandLog(), schema)
    found = await data.ask(asked)
    told = found["commitment"]
    assert told["followUps"] == {"totalCount": 1, "nodes": [{"key": "f8"}]}
    assert told["trail"] == {"totalCount": 1, "nodes": [{"followUp": {"key": "f8"}}]}
    items = [entry["item"] for entry in told["timeline"]["nodes"]]
    assert [item["key"] for item in items if item] == ["f8"]
    # What was accepted late counts from when it was recorded, as what was corrected late does.
    assert told["latestFollowUp"] == {"key": "f8"} and told["status"] == {"followUpCount": 1}
    changes = [(change["key"], change["at"][:10]) for change in found["changes"]["nodes"]]
    assert changes == [("f8", "2025-03-01"), ("f9", "2025-03-01")]


async def test_a_link_to_what_is_hidden_is_null_in_a_store_of_before(
    database: Database, schema: GraphQLSchema
) -> None:
    hidden_party = samples.party("secret", curation="PROPOSED")
    await samples.write(database, *samples.store(), hidden_party)
    broken = {"promisors.0.party": "secret", "addressees": ["secret"]}
    await database.write("commitments", [UpdateOne({"_id": "c2"}, {"$set": broken})])
    async for _ in rebuild(database):
        pass
    asked = """{ commitment(by: {key: "c2"}) { title promisors { party { name } attribution }
        addressees { name } parties { role party { name } } }
        search(query: "secret") { totalCount }
        commitments { facets(by: [PROMISOR, PROMISOR_KIND]) { values { value count } } } }"""
    data = Dataset(database, CommandLog(), schema)
    found = await data.ask(asked)
    assert found["commitment"]["promisors"] == [{"party": None, "attribution": "SELF_PARAPHRASED"}]
    assert found["commitment"]["addressees"] == []
    assert "ecret" not in str(found) and found["search"]["totalCount"] == 0
    for facet in found["commitments"]["facets"]:
        assert [value["count"] for value in facet["values"]] == [1]
