"""Plays a story of review on the invented country, so that there is something in every stage.

    followthrough import fixtures/invented
    python docs/clients/play-a-review.py

Ida, a PROPOSER, and Edda, an EDITOR, propose, dispute, correct, reject, retract, merge and take
back. Their tokens stand in FOLLOWTHROUGH_PROPOSER_TOKEN and FOLLOWTHROUGH_EDITOR_TOKEN. What is
there already stays, so it can be run again where it was cut off. Needs httpx2.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from typing import Any

from graphql_client import Client

SIGNED = {"edtf": "2020-09-14"}


def tell(exact: str) -> list[Mapping[str, Any]]:
    """Evidence: words of the second article."""
    return [{"article": "v-a2", "selector": {"exact": exact}, "mode": "PARAPHRASE"}]


MASTS = "The government and Telnó together will put up warning masts along the river Ombra."
DESK = "The office also asked Telnó to open a help desk for people who are hard of\nhearing."
BEGUN = "In September 2020 work on the sluice began, the ministry says."
LATE = (
    "River Watch criticised that the yearly figures on water came late and as pictures of tables."
)


def commitment(key: str, title: str) -> Mapping[str, Any]:
    """A commitment of Telnó."""
    return {
        "key": key,
        "title": f"[Invented] {title}",
        "gist": f"{title}.",
        "promisors": [{"party": "v-telno", "attribution": "JOINT_STATEMENT"}],
        "term": "ONE_OFF",
        "strength": "PLEDGED",
        "madeOn": SIGNED,
        "evidence": tell(MASTS),
    }


def follow_up(key: str, kind: str, words: str) -> Mapping[str, Any]:
    """A follow-up of the sluice."""
    return {
        "key": key,
        "target": "v-k1",
        "kind": kind,
        "occurredOn": {"edtf": "2020-09"},
        "independence": "SELF",
        "confidence": "LOW",
        "rationale": "[Invented] As the ministry says.",
        "evidence": tell(words),
    }


def play(ida: Client, edda: Client) -> None:
    """The story, each step once."""

    def review(action: str, noun: str, key: str, reason: str | None = None) -> None:
        records = [{"noun": noun, "key": key}]
        edda.write("review", {"action": action, "records": records, "reason": reason, **once()})

    steps = iter(range(1_000))

    def once() -> Mapping[str, str]:
        return {"idempotencyKey": f"play-a-review-{next(steps)}"}

    # Proposed, and left so.
    ida.write("createCommitment", {**commitment("v-k20", "Put up warning masts"), **once()})
    # Proposed, disputed, corrected, accepted; and corrected once more in public.
    ida.write("createFollowUp", {**follow_up("v-f20", "FULFILLED", BEGUN), **once()})
    dispute = {"noun": "FOLLOW_UPS", "key": "v-f20", "path": "kind"}
    edda.write("comment", {**dispute, "text": "It began; nothing says that it was done.", **once()})
    ida.write("comment", {**dispute, "text": "Right, it is progress.", **once()})
    ida.write("updateFollowUp", {"key": "v-f20", "kind": "PROGRESSED", **once()})
    review("SUBMIT", "FOLLOW_UPS", "v-f20")
    review("ACCEPT", "FOLLOW_UPS", "v-f20")
    corrected = {"key": "v-f20", "confidence": "MEDIUM", "correction": True}
    edda.write("updateFollowUp", {**corrected, "reason": "A second source was seen.", **once()})
    # Submitted, and waiting.
    ida.write("createFollowUp", {**follow_up("v-f21", "CHALLENGED", LATE), **once()})
    review("SUBMIT", "FOLLOW_UPS", "v-f21")
    # Rejected; and rejected, then looked at again.
    for key in ("v-f22", "v-f23"):
        ida.write("createFollowUp", {**follow_up(key, "STALLED", LATE), **once()})
        review("REJECT", "FOLLOW_UPS", key, "The words are about the figures, not the sluice.")
    review("REOPEN", "FOLLOW_UPS", "v-f23")
    # Accepted, and retracted.
    ida.write("createCommitment", {**commitment("v-k21", "Paint the masts red"), **once()})
    review("ACCEPT", "COMMITMENTS", "v-k21")
    review("RETRACT", "COMMITMENTS", "v-k21", "The article does not say so.")
    # Merged, and taken back; merged, and left so.
    for key, name in (("v-telno-masts", "Telnó Masts"), ("v-telnoo", "Telnoo")):
        party = {"key": key, "kind": "COMPANY", "name": name, "note": "Invented.", "accept": True}
        edda.write("createParty", {**party, **once()})
        merged = {"noun": "PARTIES", "keys": [key], "into": "v-telno"}
        edda.write("mergeRecords", {**merged, "reason": "It looks like one company.", **once()})
    unmerged = {"noun": "PARTIES", "key": "v-telno-masts", "reason": "The register has two."}
    edda.write("unmergeRecord", {**unmerged, **once()})


def main() -> None:
    """Reads the command line."""
    sys.stdout.reconfigure(encoding="utf-8")  # the record has letters that a locale may lack
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000", help="the server's address")
    url = parser.parse_args().url
    names = ("FOLLOWTHROUGH_PROPOSER_TOKEN", "FOLLOWTHROUGH_EDITOR_TOKEN")
    if missing := [name for name in names if name not in os.environ]:
        sys.exit(f"{' and '.join(missing)}: not set; `followthrough token create` makes one")
    ida, edda = (Client(url, os.environ[name]) for name in names)
    play(ida, edda)


if __name__ == "__main__":
    main()
