"""Over HTTP, with two processes on one store: whatever viewers read and write in which order, no
answer holds what its viewer may not see. `INTERLEAVINGS=10000` looks longer.
"""

import asyncio
import os
import random
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from store.mongodb.driver import Database
from store.tokens import Tokens
from store.viewers import Role
from tests.conftest import served
from tests.store.samples import PROMISED, store, write

STEPS = int(os.environ.get("INTERLEAVINGS", "1500"))
KEYS = ("x1", "x2", "x3")
TITLE = re.compile(r"secret-x\d-\d+")
MIN_VERSION = "x-followthrough-min-data-version"

QUERIES = (
    *(f'{{ commitment(by: {{key: "{key}"}}) {{ title curation }} }}' for key in KEYS),
    *(f'{{ record(url: "/commitments/{key}") {{ key curation }} }}' for key in KEYS),
    "{ commitments(first: 50) { totalCount nodes { title } } }",
    "{ commitments(filter: {curation: [PROPOSED, RETRACTED]}) { totalCount nodes { title } } }",
    '{ search(query: "secret") { totalCount nodes { item { ... on Commitment { title } } } } }',
    '{ meeting(by: {key: "m1"}) { commitments(first: 50) { totalCount nodes { title } } } }',
    "{ changes(last: 20) { nodes { by record { ... on Commitment { title } } } } }",
    "{ viewer { name role } commitments(first: 1) { totalCount } }",
)
ADDRESSES = (*(f"/commitments/{key}" for key in KEYS), "/export/commitments.jsonl")

CREATE = """mutation ($i: CreateCommitmentInput!) { createCommitment(input: $i) {
  dataVersion userErrors { code message } } }"""
UPDATE = """mutation ($i: UpdateCommitmentInput!) { updateCommitment(input: $i) {
  dataVersion userErrors { code message } } }"""
REVIEW = """mutation ($i: ReviewInput!) { review(input: $i) {
  dataVersion userErrors { code message } } }"""


class Desk:
    """Writes three records by mutations, and knows which titles were ever published, and which are
    now.
    """

    def __init__(self, chance: random.Random, headers: dict[str, str]) -> None:
        self._chance, self._headers = chance, headers
        self._stages: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._made = 0
        self.version = 0
        self.once_published: set[str] = set()

    @property
    def published(self) -> set[str]:
        """The titles that readers may see now."""
        return {title for key, title in self._titles.items() if self._stages[key] == "ACCEPTED"}

    async def write(self, client: httpx.AsyncClient) -> None:
        """Moves one record on to another title, or another stage of review."""
        key = self._chance.choice(KEYS)
        stage = self._stages.get(key)
        if stage is None:
            await self._send(client, CREATE, self._make(key), "createCommitment")
            self._stages[key] = "PROPOSED"
        elif self._chance.random() < 0.3:
            title = self._name(key)
            given = {"key": key, "title": title, "topics": [title]}
            await self._send(client, UPDATE, given, "updateCommitment")
        else:
            action, after = {
                "PROPOSED": ("ACCEPT", "ACCEPTED"),
                "ACCEPTED": ("RETRACT", "RETRACTED"),
                "RETRACTED": ("ACCEPT", "ACCEPTED"),
            }[stage]
            records = [{"noun": "COMMITMENTS", "key": key}]
            given = {"action": action, "records": records, "reason": "R"}
            # What is being accepted may be seen from now on, before the answer is here.
            if after == "ACCEPTED":
                self.once_published.add(self._titles[key])
            await self._send(client, REVIEW, given, "review")
            self._stages[key] = after

    def _name(self, key: str) -> str:
        self._made += 1
        self._titles[key] = title = f"secret-{key}-{self._made}"
        if self._stages.get(key) == "ACCEPTED":
            self.once_published.add(title)
        return title

    def _make(self, key: str) -> dict[str, Any]:
        title = self._name(key)
        proof = {"article": "a1", "selector": {"exact": PROMISED}, "mode": "PARAPHRASE"}
        return {
            "key": key,
            "title": title,
            "gist": "G",
            "topics": [title],
            "promisors": [{"party": "telno", "attribution": "SELF_QUOTED"}],
            "term": "ONE_OFF",
            "strength": "PLEDGED",
            "madeOn": {"edtf": "2020-01-10"},
            "madeAt": "m1",
            "evidence": [proof],
        }

    async def _send(
        self, client: httpx.AsyncClient, query: str, given: dict[str, Any], name: str
    ) -> None:
        body = {"query": query, "variables": {"i": given}}
        answer = (await client.post("/graphql", json=body, headers=self._headers)).json()
        payload = answer["data"][name]
        assert payload["userErrors"] == [], payload
        self.version = payload["dataVersion"]


@pytest.mark.slow
async def test_no_answer_of_two_processes_holds_what_its_viewer_may_not_see(
    mongodb_url: str, database: Database
) -> None:
    await write(database, *store())
    signed_in = {
        role: {
            "authorization": "Bearer "
            + (await Tokens(database).create(f"{role.name} Exempla", role, datetime.now(UTC)))[0]
        }
        for role in (Role.READER, Role.PROPOSER, Role.EDITOR)
    }
    readers: list[dict[str, str]] = [{}, signed_in[Role.READER]]
    viewers = [*readers, signed_in[Role.PROPOSER], signed_in[Role.EDITOR]]
    chance = random.Random(11)
    desk = Desk(chance, signed_in[Role.EDITOR])
    done = seen = kept = 0
    async with (
        served(mongodb_url, database.name, "--debug", "true") as one,
        served(mongodb_url, database.name, "--debug", "true") as other,
        httpx.AsyncClient(base_url=one, timeout=60) as first,
        httpx.AsyncClient(base_url=other, timeout=60) as second,
    ):

        async def read(
            headers: dict[str, str], client: httpx.AsyncClient, asked: str
        ) -> httpx.Response:
            if asked.startswith("/"):
                return await client.get(asked, headers=headers)
            return await client.post("/graphql", json={"query": asked}, headers=headers)

        while done < STEPS:
            # Reads beside a write: of it or of what was before, but of nothing never published.
            asked = [
                (
                    chance.choice(viewers),
                    chance.choice((first, second)),
                    chance.choice(QUERIES if chance.random() < 0.8 else ADDRESSES),
                )
                for _ in range(chance.randrange(1, 20))
            ]
            reading = asyncio.gather(*(read(*one) for one in asked))
            await desk.write(chance.choice((first, second)))
            found = [(*one, answer) for one, answer in zip(asked, await reading, strict=True)]
            for headers, _, query, answer in found:
                titles = {*TITLE.findall(answer.text)}
                seen += not titles <= desk.once_published
                kept += answer.headers.get("x-followthrough-tier") == "kept"
                if headers in readers:
                    assert titles <= desk.once_published, (query, answer.text)
                    assert '"EDITOR Exempla"' not in answer.text, (query, answer.text)
            # Reads after it, which name its version: of what is published now, and nothing else.
            at = {MIN_VERSION: str(desk.version)}
            after = [({**h, **at}, client, query) for h, client, query in asked if h in readers]
            for (_, _, query), answer in zip(
                after, await asyncio.gather(*(read(*one) for one in after)), strict=True
            ):
                titles = {*TITLE.findall(answer.text)}
                assert titles <= desk.published, (query, answer.text)
            done += len(asked) + len(after) + 1
    assert seen > STEPS / 100, "others see it, so that it could have been given to readers"
    assert kept > STEPS / 100, "answers were given again"
