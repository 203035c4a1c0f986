"""Answers that are kept, and look-ups that are shared, hold nothing that their viewer may not see,
however viewers, writes and reads follow each other over two workers.
"""

import asyncio
import os
import random
import re
from functools import partial

import pytest
from graphql import GraphQLSchema

from engine.requests.answer import Tier
from engine.requests.prepared import Request
from engine.requests.response_cache import ResponseCache
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.feed import follow_data_version
from store.mongodb.driver import Database
from store.reads.reader import Reader
from store.records.base import Curation
from store.viewers import ANONYMOUS, Role, SignIn, Viewer
from tests.store.samples import changed, commitment, store, write

STEPS = int(os.environ.get("INTERLEAVINGS", "10000"))
READERS = (ANONYMOUS, Viewer("Rita Legens", Role.READER, SignIn.OPENID))
PROPOSERS = tuple(
    Viewer(name, role, SignIn.TOKEN)
    for name, role in (("Ida Exempla", Role.PROPOSER), ("Edda Exempla", Role.EDITOR))
)
VIEWERS = (*READERS, *PROPOSERS)
KEYS = ("x1", "x2", "x3")
QUERIES = (
    *(f'{{ commitment(by: {{key: "{key}"}}) {{ title curation }} }}' for key in KEYS),
    *(f'{{ record(url: "/commitments/{key}") {{ key curation retraction {{ why }} }} }}'
      for key in KEYS),
    "{ commitments(first: 50) { totalCount nodes { title } } }",
    "{ commitments(filter: {curation: [PROPOSED, RETRACTED]}) { totalCount nodes { title } } }",
    '{ search(query: "secret") { totalCount nodes { item { ... on Commitment { title } } } } }',
    "{ commitments(first: 1) { facets(by: [TOPIC]) { values { value count } } } }",
    '{ meeting(by: {key: "m1"}) { commitments(first: 50) { totalCount nodes { title } } } }',
    "{ changes(last: 20) { nodes { by why record { key } } } }",
    "{ viewer { name role } commitments(first: 1) { totalCount } }",
)  # fmt: skip


class Worker:
    """A process with a cache of its own. `version` tells it the version of the data; else it asks
    before each answer.
    """

    def __init__(
        self, database: Database, schema: GraphQLSchema, cache: ResponseCache | None = None
    ) -> None:
        self._reader = Reader(database)
        if cache is None:
            cache = ResponseCache(10_000_000)
            cache.version = partial(cache.ask, self._reader)
        self.service = Service(schema, COLLECTIONS, cache=cache)

    async def answer(self, query: str, viewer: Viewer) -> str:
        """The body of the answer."""
        operation = make_operation(self._reader, viewer=viewer)
        answer = await self.service.answer(Request(query), operation)
        assert answer is not None and answer.payload is not None
        return answer.payload.decode()


class Store:
    """The records that are written, each version with a title of its own, and which titles are
    published.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._states: dict[str, Curation | None] = dict.fromkeys(KEYS)
        self._versions = 0
        self._published: dict[str, str] = {}

    async def write(self, chance: random.Random) -> int:
        """Moves one record on to another title and stage of review. Returns the data version."""
        key = chance.choice(KEYS)
        onward = [*Curation]
        if self._states[key] is Curation.RETRACTED:
            onward = [Curation.ACCEPTED, Curation.RETRACTED]
        self._states[key] = state = chance.choice(onward)
        self._versions += 1
        title = f"secret-{key}-{self._versions}"
        record = commitment(key, title=title, gist=title, topics=[title])
        receipt = await write(self._database, changed(record, curation=state.value))
        self._published.pop(key, None)
        if state is Curation.ACCEPTED:
            self._published[key] = title
        return receipt.data_version

    def find_hidden(self, text: str) -> set[str]:
        """The titles in an answer that are not published, or not any more."""
        return {*_TITLE.findall(text)} - {*self._published.values()}


_TITLE = re.compile(r"secret-x\d-\d+")


@pytest.mark.slow
async def test_no_answer_holds_what_its_viewer_may_not_see(
    database: Database, schema: GraphQLSchema
) -> None:
    await write(database, *store())
    chance, kept, told = random.Random(7), Store(database), ResponseCache(10_000_000)
    async with follow_data_version(database, told.hear) as data:

        async def get_heard_version() -> int | None:
            return data.current

        told.version = get_heard_version
        workers = [Worker(database, schema), Worker(database, schema, told)]
        done = seen = 0
        while done < STEPS:
            # Reads by several viewers at a time share look-ups; then something is written.
            asked = [
                (chance.choice(QUERIES), chance.choice(VIEWERS), chance.choice(workers))
                for _ in range(chance.randrange(1, 80))
            ]
            found = await asyncio.gather(*(w.answer(query, viewer) for query, viewer, w in asked))
            for (query, viewer, _), text in zip(asked, found, strict=True):
                hidden = kept.find_hidden(text)
                seen += bool(hidden)
                if viewer in READERS:
                    assert not hidden and '"by":"tests"' not in text, (query, text)
                others = {other.name for other in VIEWERS if other.name} - {viewer.name}
                assert not any(name in text for name in others), (query, text)
            done += len(asked) + 1
            version = await kept.write(chance)
            # An answer may be as old as what the process has heard of, and no older.
            while data.current != version:
                await asyncio.sleep(0.001)
    assert seen > STEPS / 20, "proposers see it, so that it could have been given to readers"
    for worker in workers:
        assert worker.service.tiers[Tier.KEPT] > STEPS / 40, "answers were given again"


async def test_those_who_see_alike_share_answers_and_others_do_not(
    database: Database, schema: GraphQLSchema
) -> None:
    await write(database, *store())
    worker = Worker(database, schema)
    query, tiers = "{ commitments { totalCount } }", worker.service.tiers
    for viewer, tier in (
        (READERS[0], Tier.PLAN),
        (PROPOSERS[0], Tier.PLAN),
        (READERS[1], Tier.KEPT),
        (PROPOSERS[1], Tier.KEPT),
    ):
        before = tiers[tier]
        await worker.answer(query, viewer)
        assert tiers[tier] == before + 1


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_an_answer_that_names_its_viewer_is_not_kept(
    database: Database, schema: GraphQLSchema, viewer: Viewer
) -> None:
    worker = Worker(database, schema)
    for _ in range(2):
        await worker.answer("{ viewer { name } }", viewer)
    assert worker.service.tiers == {Tier.PLAN: 2}


async def test_a_look_up_under_way_is_not_shared_with_who_sees_less(
    database: Database, schema: GraphQLSchema
) -> None:
    await write(database, *store(), changed(commitment("x1", title="secret"), curation="PROPOSED"))
    worker = Worker(database, schema)
    query = '{ commitment(by: {key: "x1"}) { title } }'
    viewers = VIEWERS * 20
    found = await asyncio.gather(*(worker.answer(query, viewer) for viewer in viewers))
    for viewer, text in zip(viewers, found, strict=True):
        assert ("secret" in text) == (viewer in PROPOSERS)
