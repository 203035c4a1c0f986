"""What is proposed for an article: drafts of records, each with its span, its reasons and how sure.

A draft has what the text tells. What a curator has to say in their own words is missing in it: the
title and gist, whether a commitment is done once or holds, what would count as done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from intake.claims.events import Event
from intake.claims.promises import Promise
from intake.dates import Day
from intake.kinds import ProposalKind, ProposalOrigin
from intake.known import Known
from intake.lexicon import countries_by_name
from intake.meetings import FoundMeeting
from intake.names.directory import STATE
from intake.names.entities import Entity, Mention
from intake.places import find_city
from intake.reading import Reading
from store.records.commitments import Attribution
from store.records.dates import DateBasis, DateCertainty, FuzzyDate
from store.records.evidence import EvidenceMode, digest
from store.records.follow_ups import Confidence
from store.records.meetings import PlaceBasis
from store.records.parties import PartyKind


@dataclass(frozen=True, slots=True)
class Span:
    """A span of the cleaned text, with the SHA-256 of its words."""

    start: int
    end: int
    exact_sha256: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft, and what a curator needs to judge it.

    `members` are those of the record, as a bundle has them; a party that is not stored is missing
    there and stands by name in `unresolved`. `about` is the stored record that it is about.
    `candidates` are keys that a member may mean, likeliest first.
    """

    kind: ProposalKind
    spans: tuple[Span, ...]
    confidence: Confidence
    reasons: tuple[str, ...]
    members: Mapping[str, Any] = field(default_factory=dict)
    about: str | None = None
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unresolved: tuple[str, ...] = ()
    new_promisors: Mapping[str, str] = field(default_factory=dict)
    """By the names of parties that are not stored and that a model takes for promisors, the
    attribution; those of the rules stand in their promise."""
    new_addressees: tuple[str, ...] = ()
    origin: ProposalOrigin = ProposalOrigin.RULES


def make_proposals(reading: Reading, known: Known, article: str) -> list[Proposal]:
    """What is proposed for a reading, in the order in which records name each other. `article` is
    the key that the article has or is to have.
    """
    draft = _Drafts(reading, known, article)
    return [
        *draft.parties(),
        *draft.meetings(),
        *draft.commitments(),
        *draft.requests(),
        *draft.follow_ups(),
        *draft.doubtful(),
    ]


_MODES: Mapping[Attribution, EvidenceMode] = {
    Attribution.SELF_QUOTED: EvidenceMode.DIRECT_QUOTE,
    Attribution.COUNTERPART_CLAIM: EvidenceMode.COUNTERPART_CLAIM,
    Attribution.REPORTER_GLOSS: EvidenceMode.REPORTER_VOICE,
    Attribution.HEADLINE_ONLY: EvidenceMode.HEADLINE,
}


@dataclass
class _Drafts:
    reading: Reading
    known: Known
    article: str

    @property
    def _main(self) -> FoundMeeting | None:
        """The meeting that the article is about."""
        return next((m for m in self.reading.meetings if not m.is_background), None)

    @property
    def _made_on(self) -> Day | None:
        """When what is promised was promised: at the meeting, or else by the day of the report."""
        main = self._main
        return main.date if main and main.date else self._reported_on

    @property
    def _reported_on(self) -> Day | None:
        published = self.reading.published
        return replace(published, basis=DateBasis.REPORT_DAY) if published else None

    def _span(self, start: int, end: int) -> Span:
        return Span(start, end, digest(self.reading.segments.text[start:end]))

    def _evidence(
        self, spans: Iterable[tuple[int, int]], mode: EvidenceMode, said_by: Entity | None
    ) -> list[dict[str, Any]]:
        return [
            {
                "article": self.article,
                "selector": {
                    "start": start,
                    "end": end,
                    "exactSha256": self._span(start, end).exact_sha256,
                },
                "mode": mode.value,
                **({"saidBy": said_by.key} if said_by and said_by.key else {}),
            }
            for start, end in spans
        ]

    # -- Parties ----------------------------------------------------------------------------------

    def parties(self) -> Iterator[Proposal]:
        """New people, those for whom they act, and new bodies that promise, are asked or take
        part.
        """
        acting = {
            id(e) for p, _, _ in self.reading.promises for e in (*p.promisors, *p.addressees)
        } | {id(e) for m in self.reading.meetings for e in m.participants}
        for entity in self.reading.names.entities:
            if entity.key:
                continue
            employee = self._find_employee(entity)
            if not (entity.is_person or id(entity) in acting or employee):
                continue
            if not entity.is_person and entity.kind is None and entity.count == 1 and not employee:
                continue  # a name that is read once may be anything
            # A ministry that only its minister's title names stands where the minister does.
            place = self._find_first_mention(entity)
            if place is None and employee is not None:
                place = self._find_first_mention(employee)
            if place is None:
                continue
            yield Proposal(
                ProposalKind.PARTY,
                (self._span(place.start, place.end),),
                Confidence.MEDIUM if entity.role or entity.kind else Confidence.LOW,
                (_tell_how_named(entity, employee),),
                {
                    "kind": (entity.kind or PartyKind.COMPANY).value,
                    "name": entity.name,
                    **_country_of(entity),
                    **self._membership(entity),
                },
                unresolved=_names([entity.organization] if entity.organization else []),
            )

    def _find_employee(self, body: Entity) -> Entity | None:
        """The first new person that is said to act for a body."""
        return next(
            (
                e
                for e in self.reading.names.entities
                if e.is_person and e.count and not e.key and e.organization is body
            ),
            None,
        )

    def _find_first_mention(self, entity: Entity) -> Mention | None:
        if not entity.count:
            return None
        return next((m for m in self.reading.names.mentions if m.entity is entity), None)

    def _membership(self, entity: Entity) -> dict[str, Any]:
        body = entity.organization
        if body is None or body.key is None or not entity.role:
            return {}
        return {"memberships": [{"organization": body.key, "role": entity.role}]}

    # -- Meetings ---------------------------------------------------------------------------------

    def meetings(self) -> Iterator[Proposal]:
        """Meetings that are not stored, and other days of those that are."""
        for meeting in self.reading.meetings:
            span = self._span(meeting.start, meeting.end)
            if meeting.match:
                yield from self._other_day(meeting, span)
                continue
            seats = [
                {"nameAsStated": e.name, **({"party": e.key} if e.key else {})}
                for e in meeting.participants
            ]
            notes = ["told as background"] if meeting.is_background else []
            day = meeting.date
            if day is None and not meeting.is_background and self._reported_on is not None:
                day = self._reported_on
                notes.append("no day is named: that of the report stands there")
            yield Proposal(
                ProposalKind.MEETING,
                (span,),
                Confidence.LOW if meeting.is_background else Confidence.MEDIUM,
                ("a word for a meeting, and who took part", *notes),
                {
                    "kind": meeting.kind.value,
                    **_dated("date", day),
                    **self._place(meeting),
                    "participations": seats,
                    "evidence": self._evidence(
                        [(meeting.start, meeting.end)], EvidenceMode.REPORTER_VOICE, None
                    ),
                },
                unresolved=_names(meeting.participants),
            )

    def _place(self, meeting: FoundMeeting) -> dict[str, Any]:
        """Where the sentence says that a meeting was; of the main one, else the dateline."""
        text = self.reading.segments.text
        found = find_city(text, meeting.start, meeting.end)
        if found is not None:
            return {"place": {**found, "basis": PlaceBasis.STATED.value}}
        dateline = self.reading.segments.dateline
        if dateline is None or meeting is not self._main:
            return {}
        printed = text[slice(*dateline)]
        name = printed.title() if printed.isupper() else printed
        country = countries_by_name().get(name.lower())
        return {
            "place": {
                "name": name,
                **({"country": country[0]} if country else {}),
                "basis": PlaceBasis.DATELINE.value,
            }
        }

    def _other_day(self, meeting: FoundMeeting, span: Span) -> Iterator[Proposal]:
        """A finer day refines the stored one; another one competes with it."""
        assert meeting.match is not None
        stored = self.known.meetings[meeting.match].date
        day = meeting.date.day if meeting.date else None
        if meeting.date is None or day is None or stored.earliest == stored.latest == day:
            return
        within = (stored.earliest or day) <= day <= (stored.latest or day)
        reason = "a finer day of the same meeting" if within else "another day: a competing claim"
        yield Proposal(
            ProposalKind.MEETING_DATE,
            (span,),
            Confidence.MEDIUM,
            (f"{reason}, “{meeting.date.stated_as}”",),
            _dated("date", meeting.date),
            about=meeting.match,
        )

    # -- Commitments and requests -----------------------------------------------------------------

    def commitments(self) -> Iterator[Proposal]:
        """New commitments, and new evidence on stored ones."""
        for promise, same, near in self.reading.promises:
            spans = tuple(self._span(*span) for span in promise.spans)
            source = promise.source.entity if promise.source else None
            mode = _MODES.get(promise.attribution, EvidenceMode.PARAPHRASE)
            evidence = self._evidence(promise.spans, mode, source)
            if same is not None:
                yield Proposal(
                    ProposalKind.EVIDENCE,
                    spans,
                    Confidence.MEDIUM,
                    (f"the same commitment as {same}", *promise.reasons),
                    {"evidence": evidence},
                    about=same,
                    candidates={"about": tuple(near)},
                )
                continue
            yield Proposal(
                ProposalKind.COMMITMENT,
                spans,
                _sureness(promise),
                tuple(promise.reasons),
                {
                    "promisors": [
                        {"party": e.key, "attribution": promise.attribution.value}
                        for e in promise.promisors
                        if e.key
                    ],
                    "addressees": [
                        e.key for e in promise.addressees if e.key and e not in promise.promisors
                    ],
                    "strength": promise.strength.value,
                    **_dated("madeOn", self._made_on),
                    **self._made_at(),
                    "evidence": evidence,
                },
                candidates={
                    "promisors": tuple(e.reference for e in promise.candidates),
                    "sameAs": tuple(near),
                },
                unresolved=_names(promise.promisors),
            )

    def _made_at(self) -> dict[str, str]:
        main = self._main
        return {"madeAt": main.match} if main and main.match else {}

    def requests(self) -> Iterator[Proposal]:
        """What one side asks of another."""
        for request in self.reading.requests:
            both = bool(request.by and request.to)
            yield Proposal(
                ProposalKind.REQUEST,
                (self._span(request.start, request.end),),
                Confidence.MEDIUM if both else Confidence.LOW,
                (f"“{request.reason}”",),
                {
                    "askers": _keys(request.by),
                    "asked": _keys(request.to[:1]),
                    **_dated("madeOn", self._made_on),
                    **self._made_at(),
                    "evidence": self._event_evidence(request),
                },
                unresolved=_names((*request.by, *request.to[:1])),
            )

    def _event_evidence(self, event: Event) -> list[dict[str, Any]]:
        source = event.source.entity if event.source else None
        mode = EvidenceMode.PARAPHRASE if event.source else EvidenceMode.REPORTER_VOICE
        return self._evidence([(event.start, event.end)], mode, source)

    # -- Follow-ups, the rest ---------------------------------------------------------------------

    def follow_ups(self) -> Iterator[Proposal]:
        """New follow-ups, and new evidence on stored ones."""
        for found in self.reading.follow_ups:
            spans = (self._span(found.start, found.end),)
            evidence = self._evidence([(found.start, found.end)], EvidenceMode.REPORTER_VOICE, None)
            if found.same_as is not None:
                yield Proposal(
                    ProposalKind.EVIDENCE, spans, Confidence.MEDIUM, (found.reason,),
                    {"evidence": evidence}, about=found.same_as,
                )  # fmt: skip
                continue
            yield Proposal(
                ProposalKind.FOLLOW_UP,
                spans,
                Confidence.LOW,
                (found.reason,),
                {
                    "target": found.target,
                    "kind": found.kind.value,
                    **_dated("occurredOn", self._made_on),
                    "evidence": evidence,
                },
                candidates={"target": found.candidates},
            )

    def doubtful(self) -> Iterator[Proposal]:
        """Sentences to look at, without a draft."""
        for start, end, words in self.reading.doubtful:
            yield Proposal(
                ProposalKind.DOUBTFUL, (self._span(start, end),), Confidence.LOW, (f"“{words}”",)
            )


def _sureness(promise: Promise) -> Confidence:
    """How sure a commitment is: a party that is named, and a source for it."""
    if not promise.promisors or promise.is_vague:
        return Confidence.LOW
    if promise.attribution in (Attribution.HEADLINE_ONLY, Attribution.REPORTER_GLOSS):
        return (
            Confidence.LOW
            if promise.attribution is Attribution.HEADLINE_ONLY
            else Confidence.MEDIUM
        )
    return Confidence.HIGH if all(p.key for p in promise.promisors) else Confidence.MEDIUM


def _dated(member: str, day: Day | None) -> dict[str, Any]:
    """A date as a record has it; nothing where no day is known."""
    if day is None:
        return {}
    try:
        FuzzyDate.model_validate({"edtf": day.edtf})
    except ValueError:
        return {}
    found = {"edtf": day.edtf, "basis": day.basis.value}
    if day.basis is DateBasis.REPORT_DAY:
        found["certainty"] = DateCertainty.PROBABLE.value
    elif day.basis is not DateBasis.INGEST_HEADER:
        found["statedAs"] = day.stated_as
    return {member: found}


def _country_of(entity: Entity) -> dict[str, str]:
    """The country of a body, where it is known or stands in its name; nothing of people."""
    if entity.is_person:
        return {}
    named = (countries_by_name().get(word.lower()) for word in entity.name.split())
    country = entity.country
    if country is None and entity.kind in STATE:
        country = next((found[0] for found in named if found is not None), None)
    return {"country": country} if country else {}


def _tell_how_named(entity: Entity, employee: Entity | None) -> str:
    if not entity.count and employee is not None:
        return f"only the title of {employee.name} names it: {employee.role}"
    named = f"named {entity.count} times"
    return f"{named}, as {entity.role}" if entity.role else named


def _keys(entities: Sequence[Entity]) -> list[str]:
    return [e.key for e in entities if e.key]


def _names(entities: Sequence[Entity]) -> tuple[str, ...]:
    """The names of those that are not stored."""
    return tuple(e.name for e in entities if not e.key)
