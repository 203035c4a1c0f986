"""Records an invented article over GraphQL alone, and undoes it: a client to begin yours with.

It proposes a party, an article, a meeting, two promises and a follow-up to K03, shows what their
acceptance would change, and accepts them. `--undo` retracts them all. Needs httpx2, and the token
of an EDITOR in FOLLOWTHROUGH_TOKEN. docs/recording-an-article.md walks through it.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from typing import Any

from graphql_client import Client

PARTY, ARTICLE, MEETING = "x-open-networks", "x-a6", "x-m6"
FIBRE, REPORT, FOLLOW_UP = "x-k1", "x-k2", "x-f1"
SAID_ON = "2025-09-04"
"""The day of the article, from which its words are seen."""

DIGEST = (
    "The institute met telecom operators last Tuesday. "
    "It promised to lend its test network to five start-ups by the end of next month. "
    "It will also publish a report on rural connectivity in early 2026. "
    "Terms for a community lab were drafted at the meeting."
)


def tell(exact: str) -> list[Mapping[str, Any]]:
    """Evidence: the words of the article. Where they stand is worked out by the server."""
    return [{"article": ARTICLE, "selector": {"exact": exact}, "mode": "PARAPHRASE"}]


def read_date(client: Client, words: str) -> Mapping[str, str]:
    """The date that words of the article mean; ends the program where that is not clear."""
    query = """query Reads($text: String!, $on: Date!) {
      fuzzyDate(text: $text, on: $on) { date { edtf basis } sentence }
    }"""
    reading = client.send(query, text=words, on=SAID_ON)["fuzzyDate"]
    print(reading["sentence"])
    if reading["date"] is None:
        sys.exit(1)
    return {**reading["date"], "statedAs": words}


def propose(client: Client) -> None:
    """Writes the records as proposals, which no reader sees."""
    met, due = read_date(client, "last Tuesday"), read_date(client, "by the end of next month")
    report_due = read_date(client, "early 2026")
    promisors = [{"party": PARTY, "attribution": "SELF_PARAPHRASED"}]
    promise = {"promisors": promisors, "madeAt": MEETING, "madeOn": met, "strength": "SPECIFIC"}
    promised, also, drafted = DIGEST.split(". ")[1:]
    records: list[tuple[str, Mapping[str, Any]]] = [
        (
            "createParty",
            {
                "key": PARTY,
                "kind": "CIVIL_SOCIETY",
                "name": "[Invented] Institute for Open Networks",
                "note": "Invented: an example of docs/recording-an-article.md.",
            },
        ),
        (
            "createArticle",
            {
                "key": ARTICLE,
                "headline": "[Invented] Institute lends its test network",
                "datePublished": {"edtf": SAID_ON},
                "text": DIGEST,
                "textKind": "DIGEST",
            },
        ),
        (
            "createMeeting",
            {
                "key": MEETING,
                "title": "[Invented] Institute meets telecom operators",
                "kind": "BILATERAL",
                "date": met,
                "participations": [{"party": PARTY, "nameAsStated": "The institute"}],
                "evidence": tell(DIGEST.split(". ")[0]),
            },
        ),
        (
            "createCommitment",
            {
                "key": FIBRE,
                "title": "[Invented] Lend a test network to start-ups",
                "gist": "The institute will lend its test network to five start-ups.",
                "term": "ONE_OFF",
                "dueOn": due,
                "evidence": tell(promised),
                **promise,
            },
        ),
        (
            "createCommitment",
            {
                "key": REPORT,
                "title": "[Invented] Report on rural connectivity",
                "gist": "The institute will publish a report on rural connectivity.",
                "term": "ONE_OFF",
                "dueOn": report_due,
                "evidence": tell(also),
                **promise,
            },
        ),
        (
            "createFollowUp",
            {
                "key": FOLLOW_UP,
                "target": "K03",
                "kind": "PROGRESSED",
                "occurredOn": met,
                "actors": [PARTY],
                "meeting": MEETING,
                "independence": "SELF",
                "confidence": "LOW",
                "rationale": "[Invented] Terms for a lab are a step towards it.",
                "evidence": tell(drafted),
            },
        ),
    ]
    for name, given in records:
        # What was recorded before, and undone, waits to be accepted again.
        client.write(name, given, expected="KEY_TAKEN")


ALL = (
    ("PARTIES", PARTY),
    ("ARTICLES", ARTICLE),
    ("MEETINGS", MEETING),
    ("COMMITMENTS", FIBRE),
    ("COMMITMENTS", REPORT),
    ("FOLLOW_UPS", FOLLOW_UP),
)


def review(client: Client, action: str, reason: str) -> None:
    """Shows what a review would change, and carries it out."""
    given = {
        "action": action,
        "records": [{"noun": noun, "key": key} for noun, key in ALL],
        "reason": reason,
    }
    select = "effects { trackable { key } before after decidedBy { key } } written { key }"
    tried = client.write("review", {**given, "dryRun": True}, select)
    print(f"to {action.lower()} them would change")
    for effect in tried["effects"]:
        before, after = (effect[when] or "not published" for when in ("before", "after"))
        decided = ", ".join(follow_up["key"] for follow_up in effect["decidedBy"])
        because = f", decided by {decided}" if decided else ""
        print(f"  {effect['trackable']['key']}: {before} becomes {after}{because}")
    done = client.write("review", given, select)
    print("done:", *sorted(written["key"] for written in done["written"]))


def main() -> None:
    """Reads the command line."""
    sys.stdout.reconfigure(encoding="utf-8")  # the record has letters that a locale may lack
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000", help="the server's address")
    parser.add_argument("--undo", action="store_true", help="retract what was recorded")
    asked = parser.parse_args()
    token = os.environ.get("FOLLOWTHROUGH_TOKEN")
    if token is None:
        sys.exit("FOLLOWTHROUGH_TOKEN is not set; `followthrough token create` makes one")
    client = Client(asked.url, token)
    if asked.undo:
        review(client, "RETRACT", "An example, invented.")
    else:
        propose(client)
        review(client, "ACCEPT", "An example, invented.")


if __name__ == "__main__":
    main()
