"""A reading as documents for curators: what is kept of the article, and each proposal.

Parties and meetings that are not stored get the keys that they would have, so that drafts can name
them; a proposal says in `needs` which others it names so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intake.claims.events import Event
from intake.claims.promises import Promise
from intake.drafting import NOUNS, choose_party_keys, describe_article
from intake.kinds import ProposalKind
from intake.known import Known
from intake.names.entities import Entity
from intake.proposals import Proposal, Span, make_proposals
from intake.reading import Reading
from store.records.base import Record
from store.records.follow_ups import Confidence

MOST_PROPOSALS = 500
"""Proposals for one article: of a longer one, its parts are read one by one."""

LONGEST_SPAN = 20_000
"""Characters of a span: longer ones are no evidence of anything."""

_AROUND = 32
"""Characters that are shown before and after a span."""

_SURENESS = {Confidence.LOW: 1, Confidence.MEDIUM: 2, Confidence.HIGH: 3}

_NOUNS_OF_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "promisors": ("parties",),
    "sameAs": ("commitments",),
    "about": ("commitments", "follow_ups", "requests"),
    "target": ("commitments", "requests"),
}
"""By member, the nouns of the records that its candidates may be."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What is kept of an article that was read: members of its intake, and its proposals, each as
    documents of the store.
    """

    members: Mapping[str, Any]
    proposals: Sequence[Mapping[str, Any]]


def file_reading(
    reading: Reading,
    known: Known,
    intake: str,
    article: str,
    source_sha256: str | None,
    make_key: Callable[[], str],
    extra: Iterable[Proposal] = (),
) -> Filed:
    """The documents for a reading. `intake` is the key of the intake, `article` the one that the
    article is to have, unless it is stored already. `extra` are proposals beside those of the
    rules.
    """
    members = describe_article(reading, article, source_sha256)
    text = members.pop("text")
    same = next((key for key, a in known.articles.items() if a.text == text), None)
    key = same or article
    for name in ("key", "textKind", "textAccess"):
        del members[name]
    found = [*make_proposals(reading, known, key), *(_rest_on(key, p) for p in extra)]
    fitting = [p for p in found if all(s.end - s.start <= LONGEST_SPAN for s in p.spans)]
    kept, left = fitting[:MOST_PROPOSALS], len(found) - min(len(fitting), MOST_PROPOSALS)
    warnings = [*reading.warnings]
    if left:
        warnings.append(f"{left:,} proposals were left out; give the parts of the text one by one")
    return Filed(
        {
            "text": text,
            "language": reading.language,
            "article": key,
            "articleMembers": members,
            **({"sameText": same} if same is not None else {}),
            "alike": [{"article": one, "share": share} for share, one in reading.alike],
            "warnings": warnings,
        },
        _Filing(reading, known, intake, text, make_key).file_all(kept),
    )


def _rest_on(article: str, proposal: Proposal) -> Proposal:
    """The proposal with this article as its evidence."""
    evidence = [{**e, "article": article} for e in proposal.members["evidence"]]
    return replace(proposal, members={**proposal.members, "evidence": evidence})


class _Filing:
    """Makes documents of the proposals of one reading."""

    def __init__(
        self, reading: Reading, known: Known, intake: str, text: str, make_key: Callable[[], str]
    ) -> None:
        self._known = known
        self._intake = intake
        self._text = text
        self._make_key = make_key
        self._promises = {tuple(p.spans): p for p, _, _ in reading.promises}
        self._entities = {e.name: e for e in reading.names.entities if e.key is None}
        self._requests = {(r.start, r.end): r for r in reading.requests}
        main = next((m for m in reading.meetings if not m.is_background), None)
        self._main = (main.start, main.end) if main is not None and not main.match else None
        self._new_parties: dict[str, str] = {}
        """By name, the keys that new parties would have."""
        self._new_meeting: str | None = None
        self._numbers: dict[str, int] = {}
        """By the key that a new party or meeting would have, the number of its proposal."""

    def file_all(self, proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
        """The documents, in the order of the proposals."""
        keys = choose_party_keys(proposals, self._known)
        for number, proposal in enumerate(proposals):
            if proposal.kind is ProposalKind.PARTY:
                self._new_parties.setdefault(proposal.members["name"], keys[number])
                self._numbers[keys[number]] = number
            elif proposal.kind is ProposalKind.MEETING:
                keys[number] = self._make_key()
                self._numbers[keys[number]] = number
                if self._place(proposal) == self._main:
                    self._new_meeting = keys[number]
        return [self._file(n, p, keys.get(n)) for n, p in enumerate(proposals)]

    def _file(self, number: int, proposal: Proposal, key: str | None) -> dict[str, Any]:
        members = {**proposal.members, **self._name_new(proposal)}
        if key is not None:
            members["key"] = key
        about = self._find_about(proposal)
        noun = NOUNS.get(proposal.kind)
        return {
            "_id": self._key_of(number),
            "intake": self._intake,
            "number": number,
            "kind": proposal.kind.value,
            "state": "OPEN",
            "confidence": proposal.confidence.value,
            "sureness": _SURENESS[proposal.confidence],
            "origin": proposal.origin.value,
            "reasons": [*proposal.reasons],
            "spans": [self._show_span(span) for span in proposal.spans],
            **({"noun": noun} if noun is not None else {}),
            "members": members,
            **({"about": {"noun": about[0], "key": about[1]}} if about is not None else {}),
            "candidates": [*self._list_candidates(proposal)],
            "unresolved": [*proposal.unresolved],
            "needs": [
                self._key_of(self._numbers[named])
                for named in dict.fromkeys(_strings_in(members))
                if self._numbers.get(named, number) != number
            ],
        }

    def _key_of(self, number: int) -> str:
        return f"{self._intake}-{number:03}"

    def _place(self, proposal: Proposal) -> tuple[int, int] | None:
        return (proposal.spans[0].start, proposal.spans[0].end) if proposal.spans else None

    def _show_span(self, span: Span) -> dict[str, Any]:
        return {
            "start": span.start,
            "end": span.end,
            "exact": self._text[span.start : span.end],
            "prefix": self._text[max(0, span.start - _AROUND) : span.start],
            "suffix": self._text[span.end : span.end + _AROUND],
            "exactSha256": span.exact_sha256,
        }

    # --- Who and what is new ---------------------------------------------------------------------

    def _name_new(self, proposal: Proposal) -> dict[str, Any]:
        """Members of a draft that name new parties and the new meeting by the keys they would
        have.
        """
        match proposal.kind:
            case ProposalKind.PARTY:
                return self._membership(self._entities.get(proposal.members["name"]))
            case ProposalKind.COMMITMENT:
                spans = tuple((s.start, s.end) for s in proposal.spans)
                promise = self._promises.get(spans)
                sides = self._promisors(promise) if promise else self._chosen_by_model(proposal)
                return {**sides, **self._made_at(proposal)}
            case ProposalKind.REQUEST:
                request = self._requests.get(self._place(proposal) or (0, 0))
                return {**self._sides(request), **self._made_at(proposal)}
            case ProposalKind.MEETING:
                seats = [self._seat(seat) for seat in proposal.members["participations"]]
                return {"participations": seats}
        return {}

    def _membership(self, entity: Entity | None) -> dict[str, Any]:
        if entity is None or entity.organization is None or not entity.role:
            return {}
        keys = self._keys([entity.organization])
        return {"memberships": [{"organization": k, "role": entity.role} for k in keys]}

    def _chosen_by_model(self, proposal: Proposal) -> dict[str, Any]:
        """Who promises and to whom, as a model chose them from the parties of the text, of which
        some are proposed beside it.
        """
        promisors, addressees = proposal.members["promisors"], proposal.members["addressees"]
        new = [
            {"party": self._new_parties[name], "attribution": attribution}
            for name, attribution in proposal.new_promisors.items()
            if name in self._new_parties
        ]
        to = [self._new_parties[n] for n in proposal.new_addressees if n in self._new_parties]
        return {"promisors": [*promisors, *new], "addressees": [*addressees, *to]}

    def _promisors(self, promise: Promise) -> dict[str, Any]:
        attribution = promise.attribution.value
        keys = self._keys(promise.promisors)
        return {
            "promisors": [{"party": key, "attribution": attribution} for key in keys],
            "addressees": [k for k in self._keys(promise.addressees) if k not in keys],
        }

    def _sides(self, request: Event | None) -> dict[str, Any]:
        if request is None:
            return {}
        return {"askers": self._keys(request.by), "asked": self._keys(request.to[:1])}

    def _seat(self, seat: Mapping[str, Any]) -> dict[str, Any]:
        key = self._new_parties.get(seat["nameAsStated"])
        return {**seat, **({"party": key} if key is not None and "party" not in seat else {})}

    def _made_at(self, proposal: Proposal) -> dict[str, Any]:
        if self._new_meeting is None or "madeAt" in proposal.members:
            return {}
        return {"madeAt": self._new_meeting}

    def _keys(self, entities: Iterable[Entity]) -> list[str]:
        """The keys of parties, stored or new; those that are neither are left out."""
        named = (e.key or self._new_parties.get(e.name) for e in entities)
        return [*dict.fromkeys(key for key in named if key is not None)]

    # --- What is stored --------------------------------------------------------------------------

    def _find_about(self, proposal: Proposal) -> tuple[str, str] | None:
        """The stored record that a proposal is about, as noun and key."""
        if proposal.about is None:
            return None
        is_date = proposal.kind is ProposalKind.MEETING_DATE
        nouns = ("meetings",) if is_date else _NOUNS_OF_MEMBERS["about"]
        return next((n, proposal.about) for n in nouns if proposal.about in self._stored(n))

    def _stored(self, noun: str) -> Mapping[str, Record]:
        match noun:
            case "parties":
                return self._known.directory.parties
            case "meetings":
                return self._known.meetings
            case "commitments":
                return self._known.commitments
            case "requests":
                return self._known.requests
        return self._known.follow_ups

    def _list_candidates(self, proposal: Proposal) -> Iterator[dict[str, Any]]:
        for member, references in proposal.candidates.items():
            for reference in references:
                yield {"member": member, **self._show_candidate(member, reference)}

    def _show_candidate(self, member: str, reference: str) -> dict[str, Any]:
        """A stored record by its noun, key and name; a new party by its name, and its key if one
        is proposed for it.
        """
        for noun in _NOUNS_OF_MEMBERS[member]:
            record = self._stored(noun).get(reference)
            if record is not None:
                return {"noun": noun, "key": reference, "name": _name_of(record)}
        key = self._new_parties.get(reference)
        return {"name": reference, **({"noun": "parties", "key": key} if key else {})}


def _name_of(record: Record) -> str:
    """What a record is called: its name or title, and else its key."""
    for name in ("name", "title"):
        if (text := getattr(record, name, None)) is not None:
            return str(text)
    return record.key


def _strings_in(value: Any) -> Iterator[str]:
    """Every text in a draft, at any depth."""
    match value:
        case str():
            yield value
        case Mapping():
            for part in value.values():
                yield from _strings_in(part)
        case list() | tuple():
            for part in value:
                yield from _strings_in(part)
