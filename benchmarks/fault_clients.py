"""Clients for `benchmarks.faults`: they write, read, subscribe and import, and keep what they were
told, so that it can be held against what is there in the end.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx2

from store.mongodb.keys import new_key

STALE_S = 2.0
"""What is promised: an answer is never staler, in seconds."""

PATIENCE_S = 70.0

SUBSCRIBERS = 2

TO_BE_EXPECTED = frozenset({"UNAVAILABLE"})
"""Codes that say to try again; any other is a fault, of ours or of these clients."""

CREATE = """mutation ($input: CreatePartyInput!) {
  createParty(input: $input) { dataVersion userErrors { code message } }
}"""
PARTY = "query ($key: String!) { party(by: {key: $key}) { key } }"
CHANGES = "subscription ($after: String) { recordChanges(after: $after) { cursor change { key } } }"
LAST = "{ changes(last: 1) { pageInfo { endCursor } } }"


@dataclass(slots=True)
class Ledger:
    """What all clients were told in one campaign."""

    token: str
    urls: Sequence[str]
    draw: Random
    end: float
    acknowledged: dict[str, float] = field(default_factory=dict)
    """When a write was acknowledged, by the key of its record."""
    unknown: set[str] = field(default_factory=set)
    """Keys of which no answer came in the end."""
    versions: dict[str, int] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    """How often a subscriber was told of a key."""
    errors: Counter[str] = field(default_factory=Counter)
    without_retry: int = 0
    """Answers of 503 or 429 that did not say when to try again."""
    reads: int = 0
    stale: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    imports: Counter[str] = field(default_factory=Counter)

    @property
    def over(self) -> bool:
        """Whether the campaign has ended."""
        return time.monotonic() > self.end

    def client(self) -> httpx2.AsyncClient:
        """A client that signs in as an editor."""
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx2.AsyncClient(headers=headers, timeout=PATIENCE_S)

    def note(self, answer: httpx2.Response) -> dict[str, Any] | None:
        """The body of an answer that has data; else counts the error, and gives None."""
        try:
            body: dict[str, Any] = answer.json()
        except ValueError:
            self.errors[f"{answer.status_code}, no JSON"] += 1
            return None
        if "errors" not in body:
            return body
        code = body["errors"][0].get("extensions", {}).get("code", "none")
        self.errors[f"{answer.status_code} {code}"] += 1
        if answer.status_code in (429, 503) and "retry-after" not in answer.headers:
            self.without_retry += 1
        if code not in TO_BE_EXPECTED:
            self.faults.append(str(body["errors"][0])[:300])
        return None

    async def send(
        self, client: httpx2.AsyncClient, url: str, query: str, **more: Any
    ) -> dict[str, Any] | None:
        """The body of an answer with data; None where there is none, which is counted."""
        try:
            answer = await client.post(f"{url}/graphql", json={"query": query, **more})
        except httpx2.HTTPError as error:
            # A server was killed, or is not back yet: that is told by no code.
            self.errors[f"no answer ({type(error).__name__})"] += 1
            return None
        return self.note(answer)


async def write_parties(ledger: Ledger) -> None:
    """Creates one party after another."""
    async with ledger.client() as client:
        while not ledger.over:
            await write_party(ledger, client)
            await asyncio.sleep(ledger.draw.uniform(0, 0.1))


async def write_party(ledger: Ledger, client: httpx2.AsyncClient) -> None:
    """Creates a party, again and again under one idempotency key until that is answered."""
    key = f"w-{new_key()}"
    given = {"key": key, "kind": "COMPANY", "name": key, "accept": True}
    variables = {"input": {**given, "idempotencyKey": key}}
    while time.monotonic() < ledger.end + PATIENCE_S:
        url = ledger.draw.choice(ledger.urls)
        body = await ledger.send(client, url, CREATE, variables=variables)
        if body is None:
            await asyncio.sleep(ledger.draw.uniform(0.1, 0.5))
            continue
        payload = body["data"]["createParty"]
        if wrong := payload["userErrors"]:
            ledger.faults.append(f"createParty: {wrong}")
        else:
            ledger.acknowledged[key] = time.monotonic()
            ledger.versions[key] = payload["dataVersion"]
        return
    ledger.unknown.add(key)


async def read_parties(ledger: Ledger) -> None:
    """Reads what was acknowledged, from any server: at once where the request says which version it
    wants, and without that as soon as it is promised.
    """
    async with ledger.client() as client:
        while not ledger.over:
            await asyncio.sleep(ledger.draw.uniform(0, 0.1))
            if not ledger.acknowledged:
                continue
            key = next(reversed(ledger.acknowledged))
            more: dict[str, Any] = {"variables": {"key": key}}
            said = ledger.draw.random() < 0.5
            if said:
                more["extensions"] = {"minDataVersion": ledger.versions[key]}
            elif time.monotonic() - ledger.acknowledged[key] < STALE_S:
                await asyncio.sleep(STALE_S)
            url = ledger.draw.choice(ledger.urls)
            body = await ledger.send(client, url, PARTY, **more)
            if body is not None:
                ledger.reads += 1
                if body["data"]["party"] is None:
                    ledger.stale.append(f"{key} at {url}{' by its version' if said else ''}")


async def find_cursor(ledger: Ledger) -> str:
    """Writes a first party, and gives the cursor of that change, from which to subscribe."""
    async with ledger.client() as client:
        await write_party(ledger, client)
        body = await ledger.send(client, ledger.urls[0], LAST)
        while body is None:  # nothing is killed yet, but the machine may be busy
            body = await ledger.send(client, ledger.urls[0], LAST)
    for key in ledger.acknowledged:
        # Subscribers are told of what comes after it.
        ledger.told[key] = SUBSCRIBERS
    return str(body["data"]["changes"]["pageInfo"]["endCursor"])


async def subscribe_to_changes(ledger: Ledger, after: str, until: asyncio.Event) -> None:
    """Is told of all changes by server-sent events, and goes on after the last cursor."""
    headers = {"accept": "text/event-stream"}
    async with ledger.client() as client:
        while not until.is_set():
            url = f"{ledger.draw.choice(ledger.urls)}/graphql/stream"
            asked = {"query": CHANGES, "variables": {"after": after}}
            with suppress(httpx2.HTTPError):
                async with client.stream("POST", url, json=asked, headers=headers) as answer:
                    if answer.status_code != 200:
                        await answer.aread()
                        ledger.note(answer)
                    async for line in answer.aiter_lines():
                        if line.startswith("data: {"):
                            after = _take_event(ledger, json.loads(line[6:]), after)
            await asyncio.sleep(0.2)


def _take_event(ledger: Ledger, body: dict[str, Any], after: str) -> str:
    """Counts what a subscriber is told; the cursor to go on after."""
    if "errors" in body:
        code = body["errors"][0].get("extensions", {}).get("code")
        ledger.errors[f"event {code}"] += 1
        if code not in TO_BE_EXPECTED:
            ledger.faults.append(f"event: {body['errors'][0]}"[:300])
        return after
    event = body["data"]["recordChanges"]
    ledger.told[event["change"]["key"]] += 1
    return str(event["cursor"])


async def import_bundles(ledger: Ledger, settings: dict[str, str], folder: Path) -> None:
    """Imports bundles by the command line, one after another. Each is killed at a random moment,
    and then imported again to its end.
    """
    number = 0
    while not ledger.over:
        number += 1
        bundle = folder / f"bundle-{number}.yaml"
        keys = [f"i-{number}-{n}" for n in range(200)]
        parties = [{"key": key, "kind": "COMPANY", "name": key} for key in keys]
        bundle.write_text(json.dumps({"parties": parties}))
        for patience in (ledger.draw.uniform(0.5, 8), PATIENCE_S):
            if ledger.over:
                return
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "api.cli", "import", str(bundle)),
                env={**os.environ, **settings},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            try:
                async with asyncio.timeout(patience):
                    _, said = await process.communicate()
            except TimeoutError:
                process.kill()
                await process.wait()
                ledger.imports["killed"] += 1
                continue
            if process.returncode == 0:
                ledger.imports["done"] += 1
                now = time.monotonic()
                ledger.acknowledged.update(dict.fromkeys(keys, now))
                ledger.versions.update(dict.fromkeys(keys, 0))
                break
            words = said.decode(errors="replace").strip().splitlines()[-1:]
            ledger.imports[f"exit {process.returncode}"] += 1
            if process.returncode not in (3,):
                ledger.faults.append(f"import: {words}")
