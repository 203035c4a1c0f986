"""Evidence that a bundle adds to records of the store, of which it says nothing else:

evidence:
  - to: commitments/K03
    evidence: [{article: A9, selector: {exact: "The lab opened."}, mode: PARAPHRASE}]
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError

from store.bundles.reader import SECTIONS, Fault, Raw
from store.bundles.stage import Stage
from store.mongodb.documents import to_record
from store.mongodb.driver import Database
from store.records.articles import Article
from store.records.base import SET_ASIDE, At, Form, Record, Shape, Some, group_keys
from store.records.evidence import Evidence, Selector, locate
from store.records.faults import faults_of, members_of
from store.records.nouns import NOUNS

SECTION = SECTIONS[-1]
"""The section of a bundle, beside those of the nouns; in JSON Lines what `noun` says."""

TAKING = tuple(noun for noun, models in NOUNS.items() if "evidence" in members_of(models[-1]))
"""The nouns whose records rest on evidence of their own."""

_BATCH = 500


class Addition(Shape):
    """Evidence to be added to a record that is stored; what it rests on already stays."""

    to: Annotated[
        str,
        StringConstraints(pattern=rf"^({'|'.join(TAKING)})/[A-Za-z0-9][A-Za-z0-9._-]{{0,127}}$"),
        Form(
            "name of a record with evidence",
            f"one of {', '.join(TAKING)}, a slash and the key, such as 'commitments/K03'",
        ),
    ] = Field(description="The record: its noun, a slash, its key.")
    evidence: Some[Evidence]

    def find_at(self) -> At:
        """The record that it adds to."""
        noun, _, key = self.to.partition("/")
        return noun, key


async def add_to_stored(
    database: Database, stage: Stage, additions: Iterable[Raw]
) -> AsyncIterator[Raw | Fault]:
    """The stored records with what is added to them, once all else of the bundle is staged; faults
    of additions to what is not stored. Evidence that a record has is not added again.
    """
    read: dict[At, list[tuple[Raw, Addition]]] = {}
    for raw in additions:
        try:
            addition = Addition.model_validate(raw.members)
        except ValidationError as error:
            for path, message in faults_of(error, Addition, raw.written):
                yield Fault(raw.place_of(path), _name(raw, path), message)
            continue
        read.setdefault(addition.find_at(), []).append((raw, addition))
    for noun, keys in group_keys(read).items():
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            documents = await database.find(noun, {"_id": {"$in": batch}})
            stored = {document["_id"]: to_record(noun, document) for document in documents}
            given = {key: read[noun, key] for key in batch}
            articles = await _read_articles(database, stage, given.values())
            for key, parts in given.items():
                yield _add(noun, stored.get(key), stage, articles, parts)


def _name(raw: Raw, path: str) -> str:
    to = raw.members.get("to")
    return f"{SECTION}/{to if isinstance(to, str) else '?'}" + (f" {path}" if path else "")


async def _read_articles(
    database: Database, stage: Stage, given: Iterable[Sequence[tuple[Raw, Addition]]]
) -> Mapping[str, Article]:
    """The articles that are pointed at, as they will be, as far as there are any."""
    named = {e.article for parts in given for _, addition in parts for e in addition.evidence}
    found = {key: stage.record("articles", key) for key in named}
    missing = sorted(key for key, record in found.items() if record is None)
    for document in await database.find("articles", {"_id": {"$in": missing}}):
        found[document["_id"]] = to_record("articles", document)
    return {key: record for key, record in found.items() if isinstance(record, Article)}


def _add(
    noun: str,
    stored: Record | None,
    stage: Stage,
    articles: Mapping[str, Article],
    parts: Sequence[tuple[Raw, Addition]],
) -> Raw | Fault:
    raw, first = parts[0]
    fault = None
    if (place := stage.place(*first.find_at())) is not None:
        fault = f"stands in this bundle itself, at {place}; give the evidence there"
    elif stored is None:
        fault = "is not stored; correct the key, or give the record itself"
    elif stored.merged_into is not None:
        fault = f"is merged into {noun}/{stored.merged_into}; add to that"
    elif stored.curation in SET_ASIDE:
        fault = f"is {stored.curation}; nothing is added to what was set aside"
    if fault is not None or stored is None:
        return Fault(raw.place_of("to"), _name(raw, ""), str(fault))
    kept: tuple[Evidence, ...] = getattr(stored, "evidence")  # noqa: B009 - of TAKING alone
    added: list[Evidence] = []
    lines: dict[str, int] = {}
    for source, addition in parts:
        for i, evidence in enumerate(addition.evidence):
            if any(_says_same(other, evidence, articles) for other in (*kept, *added)):
                continue
            old, new = f"evidence[{i}]", f"evidence[{len(kept) + len(added)}]"
            lines |= {
                path.replace(old, new, 1): line
                for path, line in source.lines.items()
                if path.startswith(old)
            }
            added.append(evidence)
    members = stored.model_copy(update={"evidence": (*kept, *added)}).model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude={"updated_at"}
    )
    return Raw(noun, members, raw.place, lines)


def _says_same(one: Evidence, given: Evidence, articles: Mapping[str, Article]) -> bool:
    """Whether evidence that is kept has the words and all that is said of the given one."""
    said = given.model_fields_set - {"selector"}
    return all(getattr(one, name) == getattr(given, name) for name in said) and _find_span(
        one.selector, articles.get(one.article)
    ) == _find_span(given.selector, articles.get(given.article))


def _find_span(selector: Selector, article: Article | None) -> object:
    """Where the words are; the selector itself if they are not found, which the check tells."""
    try:
        whole = locate(selector, article.text) if article is not None else selector
    except ValueError:
        return selector
    return (whole.start, whole.end) if article is not None else selector
