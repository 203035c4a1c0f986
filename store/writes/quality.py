"""The data-quality report: what in the store is broken, and what a curator should look at."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from store.mongodb.documents import find_broken_bounds, to_record
from store.mongodb.driver import Database
from store.records import contradictions, rules
from store.records.articles import Article
from store.records.base import SET_ASIDE, Curation, Problem
from store.records.enums import Described
from store.records.evidence import Evidence
from store.records.faults import faults_of
from store.records.follow_ups import FollowUpKind
from store.records.merges import find_lacking
from store.records.nouns import NOUNS, TRACKABLES, model_of
from store.records.references import find_parts, find_references
from store.writes.rebuild import Difference, differences
from store.writes.unit_of_work import World, problems

BATCH = 500


class Finding(Described):
    """What sort of thing was found."""

    BROKEN_RULE = "broken-rule", "A record breaks a rule: a dead link, a span that does not match."
    DERIVED_DIFFERS = "derived-differs", "What is derived is not what the records give: rebuild."
    NO_EVIDENCE = "no-evidence", "A record rests on no article."
    SINGLE_SOURCE = "single-source", "A commitment, request or meeting rests on one article."
    UNORDERED_PAIR = "unordered-pair", "Two follow-ups to one record cannot be ordered by date."
    SURVIVOR_LACKS = (
        "survivor-lacks",
        "A merged record says something that the one in which it lives on does not.",
    )
    ORDER_UNCERTAIN = "order-uncertain", "A follow-up may have come before what it follows."
    TARGET_RETRACTED = (
        "target-retracted",
        "A follow-up is accepted, and what it follows up was retracted: readers see no target.",
    )
    ODD_DATE = "odd-date", "A date may be right, and is unlikely beside the others."


FAULTS = frozenset({Finding.BROKEN_RULE, Finding.DERIVED_DIFFERS})
"""Findings that are wrong; the others are worth a look."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding about a record."""

    finding: Finding
    noun: str
    key: str
    message: str


async def report(database: Database) -> AsyncIterator[Found | int]:
    """Everything found, noun by noun; also yields how many records were looked at each time."""
    for noun in NOUNS:
        async for documents in database.stream_batches(noun, BATCH):
            async for found in _of_batch(database, noun, documents):
                yield found
            yield len(documents)
    async for difference in differences(database):
        if isinstance(difference, Difference):
            members = ", ".join(difference.members)
            yield Found(Finding.DERIVED_DIFFERS, difference.noun, difference.key, members)


async def _of_batch(
    database: Database, noun: str, documents: list[dict[str, Any]]
) -> AsyncIterator[Found]:
    world = World(database)
    await world.gather([(noun, document["_id"]) for document in documents])
    for document in documents:
        survivor = world.record(noun, document["mergedInto"]) if _is_left(document) else None
        for reference in find_references(survivor, noun) if survivor is not None else ():
            for named in reference.nouns:
                world.want(named, reference.key)
    await world.load()
    for refusal in problems(world, [(noun, document["_id"]) for document in documents]):
        for problem in refusal.problems:
            where = f"{problem.path}: " if problem.path else ""
            yield Found(Finding.BROKEN_RULE, noun, refusal.key, where + problem.message)
    now = datetime.now(UTC)
    for document in documents:
        if (broken := find_broken_bounds(noun, document)) is not None:
            for path, words in faults_of(broken, model_of(noun, document), {}):
                remedy = "" if ";" in words else "; shorten it and import the record"
                message = f"{path}: {words}{remedy}"
                yield Found(Finding.BROKEN_RULE, noun, document["_id"], message)
        for problem in _find_kept_words(world, noun, document):
            message = f"{problem.path}: {problem.message}"
            yield Found(Finding.BROKEN_RULE, noun, document["_id"], message)
        if left := _left_behind(world, noun, document):
            message = f"{document['mergedInto']}, in which it lives on, lacks: {', '.join(left)}"
            yield Found(Finding.SURVIVOR_LACKS, noun, document["_id"], message)
        if (target := _find_retracted_target(world, noun, document)) is not None:
            message = f"{target} was retracted; retract it as well, or say what else it followed up"
            yield Found(Finding.TARGET_RETRACTED, noun, document["_id"], message)
        for finding, message in _worth_a_look(noun, document):
            yield Found(finding, noun, document["_id"], message)
        for problem in _odd_dates(world, noun, document):
            message = f"{problem.path}: {problem.message}"
            yield Found(Finding.ODD_DATE, noun, document["_id"], message)
        for problem in contradictions.find_future_moments(to_record(noun, document), now):
            message = f"{problem.path}: {problem.message}"
            yield Found(Finding.BROKEN_RULE, noun, document["_id"], message)


def _find_kept_words(world: World, noun: str, document: dict[str, Any]) -> Iterable[Problem]:
    """Spans that hold words of an article which readers may not read; a program of before, or the
    import of an older export, may have left them.
    """
    record = world.record(noun, document["_id"])
    assert record is not None
    for path, evidence in find_parts(record, Evidence):
        article = world.record("articles", evidence.article)
        if evidence.selector.exact is None or not isinstance(article, Article):
            continue
        if not rules.shows_words(article):
            yield Problem(
                f"{path}.selector.exact",
                f"readers may not read the words of {article.key}; import this record again",
            )


def _odd_dates(world: World, noun: str, document: dict[str, Any]) -> Iterable[Problem]:
    record = world.record(noun, document["_id"])
    assert record is not None
    if record.curation in SET_ASIDE or record.merged_into is not None:
        return ()
    return contradictions.find_odd_dates(record, world.record)


def _is_left(document: dict[str, Any]) -> bool:
    return "mergedInto" in document and document["curation"] == Curation.ACCEPTED


def _left_behind(world: World, noun: str, document: dict[str, Any]) -> list[str]:
    """What an accepted record that is merged says, and its survivor does not."""
    survivor = world.record(noun, document["mergedInto"]) if _is_left(document) else None
    if survivor is None:  # which is a broken rule, if it is merged
        return []

    def living(named: str, key: str) -> str:
        record = world.record(named, key)
        return record.merged_into or key if record is not None else key

    return list(find_lacking(to_record(noun, document), survivor, noun, living))


def _find_retracted_target(world: World, noun: str, document: dict[str, Any]) -> str | None:
    """The key of what an accepted follow-up follows up, if that was retracted."""
    if noun != "follow_ups" or document["curation"] != Curation.ACCEPTED:
        return None
    target: str = document["target"]
    found = (world.record(tracked, target) for tracked in TRACKABLES)
    retracted = any(one is not None and one.curation is Curation.RETRACTED for one in found)
    return target if retracted else None


def _worth_a_look(noun: str, document: dict[str, Any]) -> list[tuple[Finding, str]]:
    found: list[tuple[Finding, str]] = []
    if document["curation"] in SET_ASIDE or document.get("mergedInto"):
        return found
    if noun in ("meetings", "commitments", "requests", "follow_ups"):
        articles = {e.article for _, e in find_parts(to_record(noun, document), Evidence)}
        if not articles:
            found.append((Finding.NO_EVIDENCE, "rests on no article"))
        elif len(articles) == 1 and noun != "follow_ups":
            found.append((Finding.SINGLE_SOURCE, f"rests on {next(iter(articles))} alone"))
    if noun in TRACKABLES:
        edges = document.get("derived", {}).get("edges", ())
        for a, b in combinations(edges, 2):
            if a["latest"] >= b["earliest"] and b["latest"] >= a["earliest"]:
                message = f"{a['key']} and {b['key']} overlap in time"
                found.append((Finding.UNORDERED_PAIR, message))
    follows = noun == "follow_ups" and document["kind"] != FollowUpKind.CONTEXT
    if follows and not document.get("derived", {}).get("orderCertain", True):
        occurred = document["occurredOn"]["edtf"]
        message = f"{occurred} may be before {document['target']} was made"
        found.append((Finding.ORDER_UNCERTAIN, message))
    return found
