"""Mutations in any order, by viewers of every role: what is stored is what its rebuilding gives,
nothing breaks a rule, and trying something says what doing it does.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from store.viewers import Role
from tests.schema.commands.conftest import BY_ROLE, Writing, find_broken
from tests.schema.commands.test_every_mutation import select_all
from tests.store.samples import ASKED, DOUBTED, LATER, PROMISED, TEXTS

STEPS = int(os.environ.get("SEQUENCE_STEPS", "60"))

PARTIES = ("telno", "office", "gov", "p1", "p2", "p3")
TRACKED = ("c1", "c2", "k1", "k2", "r1", "q1")
FOLLOW_UPS = ("f1", "f2", "f3", "g1", "g2", "g3")
DAYS = ("2019", "2020-01-10", "2020-06", "2021-05-03", "2021?", "2021-05-03/..", "../2023")
KEYS = {
    "PARTIES": PARTIES,
    "ARTICLES": ("a1", "a2", "b1"),
    "MEETINGS": ("m1", "n1"),
    "COMMITMENTS": ("c1", "c2", "k1", "k2"),
    "REQUESTS": ("r1", "q1"),
    "FOLLOW_UPS": FOLLOW_UPS,
    "ASSESSMENTS": ("s1", "t1"),
    "CHECK_LOGS": ("l1", "i1"),
}
NEW = {noun: [key for key in keys if key[0] in "pbnkqgti"] for noun, keys in KEYS.items()}

Given = dict[str, Any]


class Somebody:
    """Draws mutations that somebody might send; most of them fit."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._ways: list[Callable[[], tuple[str, Given]]] = [
            self.create_party,
            self.create_commitment,
            self.create_request,
            self.create_follow_up,
            self.create_follow_up,
            self.update_follow_up,
            self.update_follow_up,
            self.update_party,
            self.update_commitment,
            self.review,
            self.review,
            self.review,
            self.merge,
            self.unmerge,
            self.revert,
            self.revert,
            self.replace_text,
            self.assess,
            self.withdraw,
            self.check,
            self.comment,
        ]

    def draw(self) -> tuple[str, Given]:
        """A mutation and its input."""
        return self._chance.choice(self._ways)()

    def pick(self, *among: Any) -> Any:
        """One of these."""
        return self._chance.choice(among)

    def some(self, **members: Any) -> Given:
        """Some of these members."""
        return {n: v for n, v in members.items() if self._chance.random() < 0.5}

    def day(self) -> Given:
        return {"edtf": self.pick(*DAYS)}

    def at(self) -> Given:
        noun = self.pick(*KEYS)
        return {"noun": noun, "key": self.pick(*KEYS[noun])}

    def proof(self) -> list[Given]:
        article, words = self.pick(("a1", PROMISED), ("a1", ASKED), ("a2", LATER), ("a2", DOUBTED))
        return [{"article": article, "selector": {"exact": words}, "mode": "PARAPHRASE"}]

    def create_party(self) -> tuple[str, Given]:
        more = self.some(parent=self.pick(*PARTIES), country=self.pick("AA", "BB"), accept=True)
        key = self.pick(*NEW["PARTIES"])
        return "createParty", {"key": key, "kind": "COMPANY", "name": key.title(), **more}

    def update_party(self) -> tuple[str, Given]:
        more = self.some(
            name=self.pick("One", "Two"), country=self.pick("AA", None), parent=self.pick(*PARTIES)
        )
        return "updateParty", {"key": self.pick(*PARTIES), **more}

    def _trackable(self, noun: str) -> Given:
        return {
            "key": self.pick(*NEW[noun]),
            "title": "T",
            "gist": "G",
            "madeOn": self.day(),
            "evidence": self.proof(),
            **self.some(madeAt="m1", topics=["a/b"], accept=True),
        }

    def create_commitment(self) -> tuple[str, Given]:
        promisor = {"party": self.pick(*PARTIES), "attribution": "SELF_QUOTED"}
        return "createCommitment", {
            **self._trackable("COMMITMENTS"),
            "promisors": [promisor],
            "term": self.pick("ONE_OFF", "STANDING"),
            "strength": self.pick("PLEDGED", "SPECIFIC"),
        }

    def create_request(self) -> tuple[str, Given]:
        sides = {"askers": [self.pick(*PARTIES)], "asked": [self.pick(*PARTIES)]}
        return "createRequest", {**self._trackable("REQUESTS"), **sides}

    def update_commitment(self) -> tuple[str, Given]:
        more = self.some(
            strength=self.pick("PLEDGED", "SPECIFIC"),
            addressees=[self.pick(*PARTIES)],
            dueOn=self.pick(None, {"edtf": "2022"}),
            evidence=self.proof(),
            madeOn=self.day(),
        )
        return "updateCommitment", {"key": self.pick(*KEYS["COMMITMENTS"]), **more}

    def create_follow_up(self) -> tuple[str, Given]:
        more = self.some(actors=[self.pick(*PARTIES)], meeting="m1", accept=True)
        return "createFollowUp", {
            "key": self.pick(*NEW["FOLLOW_UPS"]),
            "target": self.pick(*TRACKED),
            "kind": self.pick("PROGRESSED", "FULFILLED", "CHALLENGED", "STALLED", "BROKEN"),
            "occurredOn": self.day(),
            "independence": "SELF",
            "confidence": "LOW",
            "evidence": self.proof(),
            **more,
        }

    def update_follow_up(self) -> tuple[str, Given]:
        more = self.some(
            confidence=self.pick("LOW", "HIGH"),
            kind=self.pick("PROGRESSED", "FULFILLED", "STALLED"),
            scopeChange=self.pick("WIDENED", "NONE"),
            occurredOn=self.day(),
            actors=[self.pick(*PARTIES)],
            target=self.pick(*TRACKED),
            evidence=self.proof(),
        )
        return "updateFollowUp", {"key": self.pick(*FOLLOW_UPS), **more}

    def review(self) -> tuple[str, Given]:
        action = self.pick("SUBMIT", "ACCEPT", "ACCEPT", "REJECT", "RETRACT", "REOPEN")
        records = [self.at() for _ in range(self.pick(1, 1, 2))]
        return "review", {"action": action, "records": records, "reason": "R"}

    def merge(self) -> tuple[str, Given]:
        noun = self.pick("PARTIES", "PARTIES", "COMMITMENTS", "FOLLOW_UPS", "MEETINGS")
        keys = {"keys": [self.pick(*KEYS[noun])], "into": self.pick(*KEYS[noun])}
        return "mergeRecords", {"noun": noun, **keys, "reason": "R"}

    def unmerge(self) -> tuple[str, Given]:
        noun = self.pick("PARTIES", "PARTIES", "COMMITMENTS", "FOLLOW_UPS")
        return "unmergeRecord", {"noun": noun, "key": self.pick(*KEYS[noun]), "reason": "R"}

    def revert(self) -> tuple[str, Given]:
        return "revertRecord", {**self.at(), "version": self.pick(1, 2, 3), "reason": "R"}

    def replace_text(self) -> tuple[str, Given]:
        key = self.pick("a1", "a2")
        text = self.pick(TEXTS[key], f"Before. {TEXTS[key]}", f"{TEXTS[key]} After.")
        return "replaceArticleText", {"key": key, "text": text, "reason": "R"}

    def assess(self) -> tuple[str, Given]:
        more = self.some(accept=True)
        return "assess", {
            "key": "t1",
            "trackable": self.pick(*TRACKED),
            "value": self.pick("BROKEN", "FULFILLED"),
            "rationale": "R",
            "effectiveOn": {"edtf": "2021-06-01"},
            **more,
        }

    def withdraw(self) -> tuple[str, Given]:
        return "withdrawAssessment", {"key": self.pick("s1", "t1"), "reason": "R"}

    def check(self) -> tuple[str, Given]:
        given = {"key": "i1", "trackable": self.pick(*TRACKED), "checkedOn": self.day()}
        return "recordCheck", {**given, **self.some(accept=True)}

    def comment(self) -> tuple[str, Given]:
        return "comment", {**self.at(), "text": "Hm."}


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))]


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_order_leaves_the_store_whole(writing: Writing, seed: int) -> None:
    chance = random.Random(seed)
    somebody = Somebody(chance)
    written = 0
    for _ in range(STEPS):
        name, given = somebody.draw()
        role = chance.choice((Role.PROPOSER, Role.EDITOR, Role.EDITOR, Role.ADMIN))
        capital = name[0].upper() + name[1:]
        query = f"""mutation ($i: {capital}Input!) {{
          {name}(input: $i) {{ {select_all(name)} }}
        }}"""
        tried = await writing.execute(query, BY_ROLE[role], i={**given, "dryRun": True})
        done = await writing.execute(query, BY_ROLE[role], i=given)
        codes = {error["extensions"]["code"] for error in done.get("errors", ())}
        assert codes <= {"FORBIDDEN"}, (name, given, done["errors"])
        if name != "comment":
            assert tried == done, (name, given)
        payload = done["data"][name]
        if payload is not None and payload["userErrors"] == []:
            written += 1
            assert await find_broken(writing.database) == [], (name, given)
    assert written > STEPS // 10
