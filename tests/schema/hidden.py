"""A store with records of every noun in every stage of review, and queries that walk the schema.

Each record that readers may not see holds a word in every text that no other has: its marker.
"""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from engine.global_ids import to_global_id
from store.mongodb.driver import Database
from store.records.base import Curation, Record
from store.records.nouns import NOUNS, noun_of
from store.writes.counters import data_version
from store.writes.writer import Author, Draft, Writer
from tests.store import intake_samples, samples

HIDDEN = [state for state in Curation if state is not Curation.ACCEPTED]
AT = samples.NOON
BY, WHY, REASON = "zqmarkedby", "zqmarkedwhy", "Published by mistake."
"""Who wrote everything and why, for nobody to read; and why records were retracted, for all."""
WITHHELD = "zqmarkedwithheld"


def marker(noun: str, state: Curation) -> str:
    """The word that the texts of a record in this state have."""
    return f"zq{noun.replace('_', '')}{state.value.replace('_', '').lower()}"


def key(noun: str, state: Curation) -> str:
    """The key of that record; that of a concept is in lower case."""
    found = f"{noun}-{state.value}".replace("_", "-")
    return found.lower() if noun == "concepts" else found


INTAKE = "zqmarkedintake"
"""The word in every text of an intake and its proposals."""

MARKERS = [marker(noun, state) for noun in NOUNS for state in HIDDEN]


def made(noun: str, state: Curation) -> Record:
    """A record with its marker in every text, which names those of other nouns in this state."""
    word, own = marker(noun, state), key(noun, state)
    of = {n: key(n, state) for n in NOUNS}
    proof = samples.evidence(
        of["articles"],
        f"Of {marker('articles', state)}",
        gist=word,
        sourceLocator=word,
        saidBy=of["parties"],
        relayedBy=of["parties"],
    )
    topic = f"{word}/narrow"
    members: dict[str, dict[str, Any]] = {
        "parties": {
            "kind": "COMPANY",
            "name": word,
            "names": [{"value": f"{word} also", "kind": "ALIAS", "source": word}],
            "memberships": [{"organization": "telno", "role": word}],
            "parent": "gov",
            "note": word,
        },
        "articles": {
            "headline": word,
            "publisher": of["parties"],
            "relays": of["parties"],
            "byline": word,
            "dateline": word,
            "datePublished": "2020-01-11/..",
            "text": f"Of {word}. With {word}two.",
            "textKind": "DIGEST",
            "mentions": [
                {
                    "surface": f"{word}two",
                    "party": of["parties"],
                    "span": {"exact": f"{word}two"},
                    "sourceLocator": word,
                }
            ],
        },
        "meetings": {
            "title": word,
            "kind": "CALL",
            "date": "2020-01-10",
            "place": {"name": word, "basis": "STATED"},
            "participations": [
                {"party": of["parties"], "nameAsStated": word, "roleAsStated": word}
            ],
            "topics": [topic],
            "claims": [
                {"place": {"name": word, "basis": "STATED"}, "evidence": proof},
                {"date": "2020-01-11", "evidence": proof},
            ],
            "evidence": [proof],
        },
        "commitments": {
            "title": word,
            "gist": word,
            "test": word,
            "topics": [topic],
            "promisors": [{"party": of["parties"], "attribution": "SELF_QUOTED"}],
            "addressees": [of["parties"]],
            "implementers": [{"party": of["parties"], "part": "LEAD"}],
            "measures": [{"what": word, "value": 1, "unit": word}],
            "term": "ONE_OFF",
            "strength": "SPECIFIC",
            "madeOn": "2020-01-10",
            "madeAt": of["meetings"],
            "evidence": [proof],
        },
        "requests": {
            "title": word,
            "gist": word,
            "topics": [topic],
            "askers": [of["parties"]],
            "asked": [of["parties"]],
            "madeOn": "2020-01-10",
            "madeAt": of["meetings"],
            "answeredBy": [of["commitments"]],
            "evidence": [proof],
        },
        "follow_ups": {
            "target": of["commitments"],
            "kind": "CHALLENGED",
            "occurredOn": "2021-05-03",
            "actors": [of["parties"]],
            "meeting": of["meetings"],
            "independence": "SELF",
            "confidence": "HIGH",
            "rationale": word,
            "evidence": [proof],
        },
        "assessments": {
            "trackable": "c1",
            "value": "BROKEN",
            "rationale": word,
            "assessor": word,
            "effectiveOn": "2023-01-01",
        },
        "concepts": {"labels": [{"value": word}], "note": word},
        "check_logs": {
            "trackable": "c1",
            "checkedOn": "2022",
            "checkedBy": word,
            "articles": [of["articles"]],
            "found": 0,
            "note": word,
        },
    }
    members[noun] |= {
        "identifiers": [{"scheme": word, "value": word}],
        "url": f"https://example.org/{word}",
    }
    return samples.record(noun, own, curation=state.value, **members[noun])


def accepted() -> list[Record]:
    """Accepted records, some of which name what is to be retracted."""
    of = {n: key(n, Curation.RETRACTED) for n in NOUNS}
    rests = samples.evidence(
        of["articles"], f"Of {marker('articles', Curation.RETRACTED)}", saidBy=of["parties"]
    )
    return [
        samples.article("a3", text=f"{WITHHELD} it is.", textAccess="WITHHELD"),
        samples.article(
            "a4",
            publisher=of["parties"],
            mentions=[{"surface": "them", "party": of["parties"]}],
        ),
        samples.party("sub", parent=of["parties"], memberships=[{"organization": of["parties"]}]),
        samples.commitment(
            "c3",
            addressees=[of["parties"], "office"],
            madeAt=of["meetings"],
            topics=["prices"],
            evidence=[rests, samples.evidence("a3", WITHHELD)],
        ),
        samples.request("r2", answeredBy=[of["commitments"]], evidence=[rests]),
        samples.follow_up("f4", of["commitments"], "CHALLENGED", evidence=[rests]),
        samples.follow_up("f5", restatedAs=of["commitments"], kind="REAFFIRMED"),
        samples.follow_up("f6", kind="ANSWERED", target=of["commitments"],
                          answers=of["follow_ups"], meeting=of["meetings"]),
        samples.record("check_logs", "l2", trackable=of["commitments"], checkedOn="2023",
                       checkedBy="Ida Exempla", found=1, articles=[of["articles"]]),
    ]  # fmt: skip


async def fill(database: Database) -> None:
    """Writes it all: what is retracted was accepted before."""
    writer = Writer(database, clock=lambda: AT)

    async def write(*records: Record, **by: Any) -> None:
        author = Author(**{"by": BY, "why": WHY, **by})
        await writer.write([Draft(record) for record in records], author)

    await write(*samples.store())
    gone = [made(noun, Curation.RETRACTED) for noun in NOUNS]
    before = [samples.changed(record, curation="ACCEPTED") for record in gone]
    await write(*before, *accepted())
    await write(samples.changed(samples.party("telno", country="BB"), note="Corrected."),
                why="Corrected it.", correction=True)  # fmt: skip
    await write(*gone, why=REASON)
    for state in HIDDEN:
        if state is not Curation.RETRACTED:
            await write(*(made(noun, state) for noun in NOUNS))
    merged = samples.party("merged", note=marker("parties", Curation.PROPOSED),
                           names=[{"value": marker("parties", Curation.PROPOSED), "kind": "ALIAS"}],
                           curation="PROPOSED", mergedInto="telno")  # fmt: skip
    await write(merged)
    await _fill_intakes(database)


async def _fill_intakes(database: Database) -> None:
    """An article that was read, and one that could not be, with the marker in every text."""
    text = f"{INTAKE} {intake_samples.TEXT}"
    said: dict[str, Any] = {
        "submittedBy": INTAKE,
        "text": text,
        "fileName": INTAKE,
        "warnings": [INTAKE],
        "modelNote": INTAKE,
        "articleMembers": {"headline": INTAKE},
    }
    failure = {"code": "LOOKS_TRUNCATED", "message": INTAKE}
    await intake_samples.keep(
        database,
        intake_samples.intake(f"{INTAKE}-1", **said),
        intake_samples.intake(f"{INTAKE}-2", "FAILED", failure=failure, **said),
        proposals=tuple(
            intake_samples.proposal(
                f"{INTAKE}-1",
                number,
                state,
                reasons=[INTAKE],
                spans=[intake_samples.span(0, 20, text)],
                candidates=[{"member": "promisors", "name": INTAKE}],
                unresolved=[INTAKE],
                decidedBy=INTAKE,
                reason=INTAKE,
            )
            for number, state in enumerate(("OPEN", "REJECTED"))
        ),
    )
    version = await data_version(database)
    await intake_samples.keep_event(database, f"{INTAKE}-1", version)


def ats() -> list[tuple[str, str]]:
    """Noun and key of every record."""
    found = [(noun_of(record), record.key) for record in (*samples.store(), *accepted())]
    return [*found, *((noun, key(noun, state)) for noun in NOUNS for state in HIDDEN)]


# --- Queries that walk the schema ----------------------------------------------------------------


class Walk:
    """Writes selections of everything that there is below a field, so many links deep."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def queries(self, root: str, given: str, links: int) -> Iterator[str]:
        """Queries of a root field, which together select all that is so many links below it; the
        records that it gives are one link away.
        """
        query = self._schema.query_type
        assert query is not None
        yield from (f"{{ {one} }}" for one in self._field(root, query.fields[root], links, given))

    def subscriptions(self, given: str, links: int) -> Iterator[str]:
        """Subscriptions to every root field, which together select all that is so many links below
        its events.
        """
        root = self._schema.subscription_type
        assert root is not None
        for name, field in root.fields.items():
            for one in self._field(name, field, links, given):
                yield f"subscription {{ {one} }}"

    def _field(self, name: str, field: GraphQLField, links: int, given: str = "") -> Iterator[str]:
        """Selections of a field; none where it is too many links away."""
        named: Any = get_named_type(field.type)
        head = f"{name}{self._arguments(field, given)}"
        if is_leaf_type(named):
            yield head
        elif links >= self._is_record(named):
            left = links - self._is_record(named)
            yield from (f"{head} {below}" for below in self._below(named, left))

    def _below(self, type_: Any, links: int) -> Iterator[str]:
        """Selections of a type: what needs no link, at once; then each way over a link."""
        if is_abstract_type(type_):
            for one in self._schema.get_possible_types(type_):
                for selected in self._below(one, links):
                    yield f"{{ __typename ... on {one.name} {selected} }}"
            return
        here = "__typename " + self._without_links(type_)
        yield f"{{ {here} }}"
        total = "totalCount" if "totalCount" in type_.fields else ""
        for name, field in type_.fields.items():
            if links and not is_leaf_type(get_named_type(field.type)) and name != "edges":
                ways = list(self._field(name, field, links))
                # The first way into a part is what needs no link.
                start = 0 if self._is_record(get_named_type(field.type)) else 1
                yield from (f"{{ {total} {way} }}" for way in ways[start:])

    def _without_links(self, type_: Any) -> str:
        found = []
        for name, field in type_.fields.items():
            named: Any = get_named_type(field.type)
            head = f"{name}{self._arguments(field)}"
            if is_leaf_type(named):
                found.append(head)
            elif not self._is_record(named) and (below := self._without_links(named)):
                found.append(f"{head} {{ {below} }}")
        return " ".join(found)

    def _arguments(self, field: GraphQLField, given: str = "") -> str:
        """What is given, and what must be given or makes a page as long as it can be."""
        told = [given] if given else []
        for name, argument in field.args.items():
            named = get_named_type(argument.type)
            if name == "by" and isinstance(named, GraphQLEnumType):
                told.append(f"by: [{', '.join(sorted(named.values))}]")
            elif name == "from":
                told.append('from: "2000-01-01"')
            elif name == "first" and "last:" not in given:
                told.append("first: 100")
        return f"({', '.join(told)})" if told else ""

    def _is_record(self, type_: Any) -> bool:
        types = self._schema.get_possible_types(type_) if is_abstract_type(type_) else [type_]
        return any(face.name == "Node" for one in types for face in one.interfaces)


def root_arguments(name: str, field: GraphQLField) -> Iterator[str]:
    """Arguments with which a root field is asked: by key, by id, for every stage of review."""
    by_noun = {"followUp": "follow_ups", "party": "parties"}
    noun = by_noun.get(name, f"{name}s")
    if name == "node":
        yield from (f'id: "{to_global_id(*at)}"' for at in _SOME)
    elif name == "nodes":
        ids = ", ".join(f'"{to_global_id(*at)}"' for at in ats())
        yield f"ids: [{ids}]"
    elif name == "record":
        yield from (f'url: "/{noun.replace("_", "-")}/{key}"' for noun, key in _SOME)
    elif name == "search":
        yield from ('query: "zq", prefix: true', 'query: "telno"')
    elif name in ("intakes", "proposals"):
        yield from ("", "last: 100")
    elif name == "intake":
        yield f'by: {{key: "{INTAKE}-1"}}'
    elif name == "fuzzyDate":
        yield 'text: "last Friday", on: "2022-02-19"'
    elif "by" in field.args:
        keys = (key(noun, state) for state in (Curation.RETRACTED, Curation.PROPOSED))
        yield from (f'by: {{key: "{key}"}}' for key in keys)
    elif name in ("changes", "corrections"):
        yield from ("", "last: 100")
    elif "filter" in field.args:
        yield from ("", f"filter: {{curation: [{', '.join(Curation)}]}}")
    else:
        yield ""


_SOME = [
    ("commitments", "c3"),
    *(("commitments", key("commitments", state)) for state in HIDDEN),
    ("follow_ups", key("follow_ups", Curation.RETRACTED)),
]
