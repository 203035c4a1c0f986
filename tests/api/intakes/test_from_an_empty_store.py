"""From an empty store to statuses: digests of the five articles are submitted, proposals accepted,
and what came of the promises is told for each day as the fixtures tell it.
"""

from typing import Any

import orjson
import yaml

from tests.api.intakes.conftest import Curator
from tests.conftest import FIXTURES

BUNDLE = FIXTURES / "meta-pakistan"
DAYS = ("2017-12-31", "2022-12-31", "2025-07-09")
STATUSES = """query ($day: Date!) { commitments(first: 50) {
    nodes { key status(asOf: $day) { value contested } } } }"""
FEBRUARY = {"edtf": "2022-02/2022-02-19", "basis": "REPORT_DAY", "certainty": "PROBABLE"}


def read_bundle(noun: str) -> dict[str, Any]:
    """The fixtures of a noun, by key."""
    records = yaml.safe_load((BUNDLE / f"{noun}.yaml").read_text("utf-8"))[noun]
    return {record["key"]: record for record in records}


ARTICLES, COMMITMENTS = read_bundle("articles"), read_bundle("commitments")


def write_own(key: str) -> dict[str, Any]:
    """What a curator writes of a commitment in their own words. The digest of an article is our
    own as well, so that a gist of the fixtures may repeat it; the title does not.
    """
    held = COMMITMENTS[key]
    return {"key": key, "title": held["title"], "gist": held["title"], "term": held["term"]}


class Desk:
    """Decides about the proposals of one article."""

    def __init__(self, curator: Curator, found: Any) -> None:
        self.curator, self.found = curator, found
        self.open = {p["number"]: p for p in found["proposals"]["nodes"]}
        self.chosen: list[dict[str, Any]] = []

    def pick(self, kind: str, words: str, **given: Any) -> None:
        """Chooses the proposal of a kind that rests on these words."""
        fits = [
            number
            for number, p in self.open.items()
            if p["kind"] == kind and any(words in " ".join(s["exact"].split()) for s in p["spans"])
        ]
        self.chosen.append({"key": self.open.pop(fits[0])["key"], **given})

    def pick_party(self, name: str, **given: Any) -> None:
        """Chooses the new party of this name."""
        number = next(
            number
            for number, p in self.open.items()
            if p["kind"] == "PARTY" and orjson.loads(p["draft"])["name"] == name
        )
        self.chosen.append({"key": self.open.pop(number)["key"], **given})

    def pick_other_parties(self) -> None:
        """Chooses all other new parties as they are proposed."""
        for number, p in [*self.open.items()]:
            if p["kind"] == "PARTY":
                self.chosen.append({"key": self.open.pop(number)["key"]})

    async def accept(self) -> None:
        """Accepts what was chosen, at once."""
        await self.curator.writing.do(
            "acceptProposals", intake=self.found["key"], proposals=self.chosen, accept=True
        )


async def sit_down(curator: Curator, key: str) -> Desk:
    """The desk with the proposals of an article that was submitted under this key."""
    held = ARTICLES[key]
    published = {n: v for n, v in held["datePublished"].items() if n != "statedAs"}
    article = {"key": key, "datePublished": published}
    return Desk(curator, await curator.take_in(held["text"], article=article))


async def read_statuses(curator: Curator, day: str) -> dict[str, tuple[str, bool]]:
    body = await curator.writing.execute(STATUSES, day=day)
    assert "errors" not in body, body["errors"]
    nodes = body["data"]["commitments"]["nodes"]
    return {
        n["key"]: (n["status"]["value"], n["status"]["contested"]) for n in nodes if n["status"]
    }


async def test_promises_of_digests_get_their_statuses(curator: Curator) -> None:
    first = await sit_down(curator, "A1")
    first.pick_party("Facebook", party={"key": "meta"})
    first.pick_other_parties()
    first.pick("MEETING", "received Joel Kaplan", meeting={"key": "M1", "title": "A visit"})
    first.pick("COMMITMENT", "undertook to take down", commitment=write_own("K02"))
    asked = {"key": "R01", "title": "An office", "gist": "Open an office."}
    first.pick("REQUEST", "open an office", request=asked)
    await first.accept()
    k02 = await curator.writing.document("commitments", "K02")
    assert [p["party"] for p in k02["promisors"]] == ["meta"] and k02["madeAt"] == "M1"
    kaplan = await curator.writing.document("parties", "joel-kaplan")
    assert [m["organization"] for m in kaplan["memberships"]] == ["meta"]

    second = await sit_down(curator, "A2")
    second.pick_party("Meta", about={"noun": "PARTIES", "key": "meta"})
    second.pick_other_parties()
    made = {"madeOn": FEBRUARY}
    meeting = {"key": "M2", "title": "A first session", "date": FEBRUARY}
    second.pick("MEETING", "a first session", meeting=meeting)
    second.pick("COMMITMENT", "agreed to look into", commitment={**write_own("K03"), **made})
    second.pick("COMMITMENT", "The group will go on", commitment={**write_own("K06"), **made})
    # The rules take this for the company's own words, which the digest denies.
    claimed = {"promisors": [{"party": "meta", "attribution": "COUNTERPART_CLAIM"}]}
    corrected = {**write_own("K07"), **made, **claimed}
    second.pick("COMMITMENT", "Meta has promised", commitment=corrected)
    await second.accept()
    k07 = await curator.writing.document("commitments", "K07")
    assert k07["promisors"] == claimed["promisors"]
    meta = await curator.writing.document("parties", "meta")
    assert [n["value"] for n in meta["names"] if n["kind"] == "ALIAS"] == ["Meta"]
    challenge = {
        "key": "F03",
        "target": "K02",
        "kind": "CHALLENGED",
        "independence": "COUNTERPART",
        "confidence": "HIGH",
        "occurredOn": FEBRUARY,
        "evidence": [{
            "article": "A2", "selector": {"exact": "The group raised a concern"},
            "mode": "PARAPHRASE",
        }],
    }  # fmt: skip
    await curator.writing.do("createFollowUp", accept=True, **challenge)

    last = await sit_down(curator, "A5")
    last.pick_other_parties()
    last.pick("MEETING", "held a", meeting={"key": "M6", "title": "A workshop"})
    last.pick("COMMITMENT", "renewed the authority's promise", commitment=write_own("K13"))
    last.pick("COMMITMENT", "PTA and Meta will act together", commitment=write_own("K14"))
    await last.accept()

    assert await read_statuses(curator, DAYS[0]) == {"K02": ("NO_FOLLOW_UP", False)}
    in_2022 = await read_statuses(curator, DAYS[1])
    assert in_2022 == {
        "K02": ("NO_FOLLOW_UP", True),
        **dict.fromkeys(("K03", "K06", "K07"), ("NO_FOLLOW_UP", False)),
    }
    assert await read_statuses(curator, DAYS[2]) == {
        **in_2022,
        **dict.fromkeys(("K13", "K14"), ("NO_FOLLOW_UP", False)),
    }
