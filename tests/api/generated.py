"""A bundle of many invented records, for tests of long work."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

PROMISE = "In report {i} the company said that it would publish a report every quarter."
REPLY = "The ministry of area {i} answered that it expects more, and soon."

COUNTS = {"parties": 70, "articles": 200, "meetings": 70, "commitments": 460, "follow_ups": 1300}
"""Of which an import makes more than two batches."""


def write_bundle(folder: Path, counts: dict[str, int] = COUNTS) -> int:
    """Writes `<noun>.jsonl` for every noun into a new folder; how many records there are."""
    folder.mkdir()
    for noun, rows in records(counts).items():
        with (folder / f"{noun}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(row)}\n" for row in rows)
    return sum(counts.values())


def records(counts: dict[str, int]) -> dict[str, Iterable[dict[str, Any]]]:
    """The records of each noun, as they stand in files."""
    parties, articles = counts["parties"], counts["articles"]

    def evidence(i: int, sentence: str) -> list[dict[str, Any]]:
        selector = {"exact": sentence.format(i=i % articles)}
        by = f"p{i % parties}"
        article = f"a{i % articles}"
        return [{"article": article, "selector": selector, "mode": "PARAPHRASE", "saidBy": by}]

    def all_of(noun: str, letter: str) -> Iterator[tuple[int, dict[str, Any]]]:
        for i in range(counts[noun]):
            yield i, {"key": f"{letter}{i}", "curation": "ACCEPTED"}

    kinds = ["COMPANY", "MINISTRY", "REGULATOR", "MEDIA"]
    return {
        "parties": (
            {**base, "kind": kinds[i % 4], "name": f"Party {i}"}
            for i, base in all_of("parties", "p")
        ),
        "articles": (
            {
                **base,
                "headline": f"Report {i}",
                "publisher": "p3",
                "datePublished": "2013-01-02",
                "text": f"{PROMISE.format(i=i)} {REPLY.format(i=i)}",
                "textKind": "DIGEST",
            }
            for i, base in all_of("articles", "a")
        ),
        "meetings": (
            {
                **base,
                "title": f"Meeting {i}",
                "kind": "BILATERAL",
                "date": "2011-01-01",
                "participations": [{"party": f"p{i % parties}", "nameAsStated": "One side"}],
                "evidence": evidence(i, PROMISE),
            }
            for i, base in all_of("meetings", "m")
        ),
        "commitments": (
            {
                **base,
                "title": f"Commitment {i}",
                "gist": "It will publish a report every quarter.",
                "promisors": [{"party": f"p{i % parties}", "attribution": "SELF_PARAPHRASED"}],
                "addressees": [f"p{(i + 1) % parties}"],
                "topics": ["online-safety"],
                "term": "STANDING",
                "strength": "PLEDGED",
                "madeOn": "2011-01-01",
                "madeAt": f"m{i % counts['meetings']}",
                "evidence": evidence(i, PROMISE),
            }
            for i, base in all_of("commitments", "c")
        ),
        "follow_ups": (
            {
                **base,
                "target": f"c{i % counts['commitments']}",
                "kind": ["REAFFIRMED", "PROGRESSED", "CHALLENGED", "MENTIONED"][i % 4],
                "occurredOn": f"2012-{1 + i % 12:02d}-{1 + i % 28:02d}",
                "actors": [f"p{i % parties}"],
                "independence": "COUNTERPART",
                "confidence": "HIGH",
                "evidence": evidence(i % counts["commitments"] + 1, REPLY),
            }
            for i, base in all_of("follow_ups", "f")
        ),
    }
