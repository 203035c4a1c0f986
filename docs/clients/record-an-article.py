"""Records an invented article over GraphQL alone, and undoes it: a client to begin yours with.

It proposes a party, an article, a meeting, two promises and a follow-up to K03, shows what their
acceptance would change, and accepts them. `--undo` retracts them all. Needs httpx, and the token of
an EDITOR in FOLLOWTHROUGH_TOKEN. docs/recording-an-article.md walks through it.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from typing import Any

import httpx

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


class Client:
    """Sends operations, each with the version of the data that its answer must include, so that
    it reads what it wrote, whichever process answers.
    """

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=70)
        self._url = f"{url}/graphql"
        self._version = 0

    def send(self, query: str, **variables: Any) -> Any:
        """The data of an answer. Ends the program where there are errors."""
        body = {
            "query": query,
            "variables": variables,
            "extensions": {"minDataVersion": self._version},
        }
        answer = self._http.post(self._url, json=body).json()
        if "errors" in answer:
            sys.exit("\n".join(error["message"] for error in answer["errors"]))
        self._version = answer["extensions"]["dataVersion"]
        return answer["data"]

    def read_date(self, words: str) -> Mapping[str, str]:
        """The date that words of the article mean; ends the program where that is not clear."""
        query = """query Reads($text: String!, $on: Date!) {
          fuzzyDate(text: $text, on: $on) { date { edtf basis } sentence }
        }"""
        reading = self.send(query, text=words, on=SAID_ON)["fuzzyDate"]
        print(reading["sentence"])
        if reading["date"] is None:
            sys.exit(1)
        return {**reading["date"], "statedAs": words}

    def write(self, name: str, given: Mapping[str, Any], select: str = "") -> Any:
        """The payload of a mutation. Ends the program with what is wrong with the input."""
        capital = name[0].upper() + name[1:]
        query = f"""mutation Writes($input: {capital}Input!) {{
          {name}(input: $input) {{ {select} userErrors {{ code path message suggestions }} }}
        }}"""
        payload = self.send(query, input=given)[name]
        # What was proposed before, and retracted since, waits to be accepted again.
        wrong = [e for e in payload["userErrors"] if e["code"] != "KEY_TAKEN"]
        if wrong:
            sys.exit("\n".join(f"{e['path']}: {e['message']} {e['suggestions']}" for e in wrong))
        return payload


def propose(client: Client) -> None:
    """Writes the records as proposals, which no reader sees."""
    met, due = client.read_date("last Tuesday"), client.read_date("by the end of next month")
    report_due = client.read_date("early 2026")
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
        client.write(name, given, "record { key }")


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
