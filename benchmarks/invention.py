"""Invents a block of records: parties, articles, meetings, commitments and their follow-ups.

Pure and seeded: the same numbers give the same records. They are valid by the project's models
and rules, and links stay within the block, so that blocks can stand beside each other.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from itertools import accumulate
from random import Random
from typing import Any, Generic, TypeVar

from store.mongodb.documents import plain_members, to_document
from store.records import derived, search_entries
from store.records.articles import Article, Mention, TextAccess, TextKind
from store.records.base import Curation, Identifier, Record, is_accepted, is_live
from store.records.commitments import (
    Attribution,
    Commitment,
    Implementer,
    ImplementerPart,
    Promisor,
    Strength,
    Term,
)
from store.records.dates import FuzzyDate
from store.records.evidence import Evidence, EvidenceMode, Selector, digest
from store.records.follow_ups import (
    ADVANCES,
    FULFILS,
    OPPOSES,
    RESTATES,
    Confidence,
    FollowUp,
    FollowUpKind,
    Independence,
    ScopeChange,
    TrackableNoun,
)
from store.records.meetings import Capacity, Meeting, MeetingKind, Participation, Place, PlaceBasis
from store.records.parties import Name, NameKind, Organization, Party, PartyKind, Person
from store.records.search_entries import ENTRIES, Bearing, latest_recording
from store.writes.projections import rests_on

FIRST_DAY, LAST_DAY = date(2012, 1, 1).toordinal(), date(2026, 6, 30).toordinal()
LATE = 8
"""Articles that come out from the last day on."""
ZIPF_EXPONENT = 0.8
LONGEST_CHAIN = 9
"""A chain of nine commitments has a trail to depth 8."""

_FAMILY_SIZES = {1: 45, 2: 15, 3: 10, 4: 8, 5: 6, 6: 5, 7: 4, 8: 3, LONGEST_CHAIN: 3, 12: 1}
_KINDS = {
    FollowUpKind.REAFFIRMED: 14,
    FollowUpKind.AMENDED: 5,
    FollowUpKind.PROGRESSED: 25,
    FollowUpKind.PARTLY_FULFILLED: 8,
    FollowUpKind.FULFILLED: 6,
    FollowUpKind.STALLED: 6,
    FollowUpKind.BROKEN: 4,
    FollowUpKind.CONTRADICTED: 4,
    FollowUpKind.CHALLENGED: 10,
    FollowUpKind.ANSWERED: 6,
    FollowUpKind.SUPERSEDED: 1,
    FollowUpKind.WITHDRAWN: 3,
    FollowUpKind.MENTIONED: 8,
}
_PARTY_KINDS = {
    PartyKind.PERSON: 35,
    PartyKind.COMPANY: 20,
    PartyKind.MINISTRY: 10,
    PartyKind.CIVIL_SOCIETY: 10,
    PartyKind.MEDIA: 10,
    PartyKind.REGULATOR: 5,
    PartyKind.PUBLIC_BODY: 5,
    PartyKind.GOVERNMENT: 5,
}
_COUNTRIES = ("PK", "US", "IE", "SG", "GB", "DE", "IN", "BR")
TOPICS = tuple(
    f"{wide}/{narrow}"
    for wide in ("online-safety", "privacy", "elections", "health", "trade", "water")
    for narrow in ("children", "hate-speech", "transparency", "training", "access", "prices")
)
_SYLLABLES = ("ba", "del", "ko", "mir", "sa", "tu", "ven", "lo", "rin", "pa", "gos", "te", "ná")
COMMON = ("the", "of", "to", "and", "in", "that", "for", "on", "with", "by", "it", "was", "said")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Body:
    """An article's text, and where its sentences are in it."""

    text: str
    sentences: Sequence[tuple[int, int]]


class Weighted(Generic[T]):
    """Draws items by weight."""

    def __init__(self, items: Sequence[T], weights: Iterable[float]) -> None:
        self._items = items
        self._sums = list(accumulate(weights))

    def draw(self, rng: Random) -> T:
        """One item."""
        return self._items[bisect_right(self._sums, rng.random() * self._sums[-1])]

    def draw_some(self, rng: Random, count: int) -> list[T]:
        """That many different items, fewer if they do not come up."""
        return list(dict.fromkeys(self.draw(rng) for _ in range(count)))


def zipf(items: Sequence[T], exponent: float = ZIPF_EXPONENT) -> Weighted[T]:
    """Draws the first item most often, after Zipf."""
    return Weighted(items, ((rank + 1) ** -exponent for rank in range(len(items))))


def weighted(weights: Mapping[T, float]) -> Weighted[T]:
    """Draws keys by their weights."""
    return Weighted(tuple(weights), weights.values())


def documents(prefix: str, commitments: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    """The documents of a block by noun, with what is derived; every key starts with `prefix`."""
    block = Block(prefix, commitments, Random(seed))
    made: dict[str, list[dict[str, Any]]] = {ENTRIES: []}
    for noun, pairs in block.with_derived():
        made[noun] = [
            {**to_document(record), "derived": plain_members(shape)} for record, shape in pairs
        ]
        made[ENTRIES] += (
            {
                "_id": search_entries.id_of(noun, record.key),
                **plain_members(block.entry(record, shape)),
            }
            for record, shape in pairs
        )
    return made


class Block:
    """The records of one block."""

    def __init__(self, prefix: str, commitments: int, rng: Random) -> None:
        self._prefix = prefix
        self._rng = rng
        self._kinds = weighted(_KINDS)
        self._words = _words(rng)
        self._clauses = self._invent_clauses()
        self.parties: dict[str, Party] = {}
        self.articles: dict[str, Article] = {}
        self.meetings: dict[str, Meeting] = {}
        self.commitments: dict[str, Commitment] = {}
        self.follow_ups: dict[str, FollowUp] = {}
        self._invent_parties(max(commitments // 10, 5))
        self._invent_articles(max(commitments // 2, 10))
        self._invent_meetings(max(commitments // 4, 3))
        self._invent_commitments(commitments)
        self._invent_follow_ups(3 * commitments - len(self.follow_ups))

    def with_derived(self) -> Iterator[tuple[str, list[tuple[Record, Any]]]]:
        """The records of each noun, each with what is derived of it."""
        following = defaultdict(list)
        for record in self.follow_ups.values():
            following[record.target].append(record)
        named = self._whole
        yield "parties", [(r, derived.derive_party(r, named)) for r in self.parties.values()]
        yield (
            "articles",
            [
                (r, derived.derive_article(r, (b.record for b in self._evidenced(key)), named))
                for key, r in self.articles.items()
            ],
        )
        yield "meetings", [(r, derived.derive_meeting(r, named)) for r in self.meetings.values()]
        yield (
            "commitments",
            [
                (
                    r,
                    derived.derive_trackable(
                        r, following[key], (), self._meeting(r.made_at), named
                    ),
                )
                for key, r in self.commitments.items()
            ],
        )
        yield (
            "follow_ups",
            [
                (
                    r,
                    derived.derive_follow_up(
                        r, self.commitments[r.target], self._meeting(r.meeting), named
                    ),
                )
                for r in self.follow_ups.values()
            ],
        )

    @cached_property
    def _whole(self) -> derived.Named:
        return derived.Named(self.parties, self.articles, _same)

    def entry(self, record: Record, shape: Any) -> search_entries.Entry:
        """What search and timeline know of a record."""
        match record:
            case Party():
                return search_entries.party_entry(record, shape)
            case Article():
                evidenced = self._evidenced(record.key)
                return search_entries.article_entry(
                    record, shape, evidenced, self._named(shape.parties)
                )
            case Meeting():
                named = self._named(ref.party for ref in shape.parties)
                return search_entries.meeting_entry(record, shape, self._borne(record.key), named)
            case FollowUp():
                target = self.commitments[record.target]
                restated_as = self.commitments.get(record.restated_as or "")
                parties = derived.parties_of(target, self._whole)
                return search_entries.follow_up_entry(
                    record, shape, target, restated_as, parties, self._whole
                )
        assert isinstance(record, Commitment)
        named = self._named(derived.parties_of(record, self._whole))
        return search_entries.trackable_entry(record, shape, named, self._whole)

    def _named(self, keys: Iterable[str]) -> list[Party]:
        return [self.parties[key] for key in keys]

    def _borne(self, key: str) -> list[Bearing]:
        """The live commitments that rest on an article or a meeting, in the order of keys."""
        resting = sorted(self._resting.get(key, {}).items())
        return [Bearing(self.commitments[k], since) for k, since in resting]

    def _evidenced(self, key: str) -> list[Bearing]:
        """The live commitments that rest on an article, then the live meetings that it reports."""
        reported = (self.meetings[k] for k in sorted(self._reporting.get(key, ())))
        return [*self._borne(key), *(Bearing(met, latest_recording(met)) for met in reported)]

    @cached_property
    def _reporting(self) -> dict[str, set[str]]:
        found = defaultdict(set)
        for record in self.meetings.values():
            if is_live(record):
                for _, key in rests_on(record):
                    found[key].add(record.key)
        return found

    @cached_property
    def _resting(self) -> dict[str, dict[str, datetime]]:
        found: dict[str, dict[str, datetime]] = defaultdict(dict)
        for record in (*self.commitments.values(), *self.follow_ups.values()):
            target = record.target if isinstance(record, FollowUp) else record.key
            if is_live(record) and is_live(self.commitments[target]):
                since = latest_recording(record, self.commitments[target])
                for _, key in rests_on(record):
                    found[key][target] = min(found[key].get(target, since), since)
        return found

    def _meeting(self, key: str | None) -> Meeting | None:
        return self.meetings[key] if key is not None else None

    # --- Words ---

    def _invent_clauses(self) -> list[str]:
        words = self._words
        return [
            " ".join(words.draw(self._rng) for _ in range(self._rng.randint(5, 11)))
            for _ in range(3000)
        ]

    def _clause(self) -> str:
        return self._clauses[int(self._rng.random() * len(self._clauses))]

    def _title(self) -> str:
        return self._clause().capitalize()

    def _body(self) -> _Body:
        length, wanted = 0, self._rng.randint(2_000, 6_000)
        sentences, spans = [], []
        while length < wanted:
            sentence = f"{self._clause().capitalize()}, {self._clause()}."
            spans.append((length, length + len(sentence)))
            sentences.append(sentence)
            length += len(sentence) + 1
        return _Body(" ".join(sentences), spans)

    # --- What every record has ---

    def _key(self, letter: str, number: int) -> str:
        return f"{self._prefix}{letter}{number:06}"

    def _bookkeeping(self, day: int, *, curated: bool = False) -> dict[str, Any]:
        """Learned of some days after it happened; nearly always accepted."""
        moment = _noon(day + self._rng.randint(0, 20))
        chance = self._rng.random() if curated else 1.0
        curation = Curation.ACCEPTED
        if chance < 0.04:
            curation = Curation.REJECTED if chance < 0.01 else Curation.PROPOSED
        return {
            "curation": curation,
            "recorded_at": moment,
            "created_at": moment,
            "updated_at": moment,
            "version": 1,
        }

    def _fuzzy(self, day: int) -> FuzzyDate:
        written, chance = date.fromordinal(day).isoformat(), self._rng.random()
        if chance < 0.03:
            written = written[:4]
        elif chance < 0.10:
            written = written[:7]
        elif chance < 0.13:
            written += "?"
        return _date(written)

    # --- Parties, articles, meetings ---

    def _invent_parties(self, count: int) -> None:
        kinds, rng = weighted(_PARTY_KINDS), self._rng
        for number in range(count):
            kind = PartyKind.MEDIA if number % 20 == 3 else kinds.draw(rng)
            name = " ".join(self._words.draw(rng).capitalize() for _ in range(rng.randint(2, 4)))
            names: tuple[Name, ...] = ()
            if rng.random() < 0.3:
                initials = "".join(word[0] for word in name.split())
                names = (Name(value=initials, kind=NameKind.ACRONYM),)
            model = Person if kind is PartyKind.PERSON else Organization
            party = model(
                key=self._key("p", number),
                kind=kind,
                name=name,
                names=names,
                country=rng.choice(_COUNTRIES) if rng.random() < 0.8 else None,
                **({} if model is Person else {"parent": self._parent(number)}),
                **self._bookkeeping(FIRST_DAY),
            )
            self.parties[party.key] = party
        keys = tuple(self.parties)
        self._party = zipf(keys)
        media = [key for key in keys if self.parties[key].kind is PartyKind.MEDIA]
        self._publisher = zipf(media or keys[:1])

    def _parent(self, number: int) -> str | None:
        """Every third body belongs to an earlier one, if that is no person."""
        key = self._key("p", number // 3)
        above = self.parties.get(key) if number % 3 == 0 else None
        return key if isinstance(above, Organization) else None

    def _invent_articles(self, count: int) -> None:
        self._bodies: list[_Body] = []
        self._article_keys: list[str] = []
        # The last ones report whatever came latest.
        self._article_days = [*_spread(count - LATE), *(LAST_DAY + i for i in range(LATE))]
        for number, day in enumerate(self._article_days):
            body = self._body()
            withheld = self._rng.random() < 0.05
            article = Article(
                key=self._key("a", number),
                headline=self._title(),
                publisher=self._publisher.draw(self._rng),
                byline=self._title() if self._rng.random() < 0.5 else None,
                date_published=_date(date.fromordinal(day).isoformat()),
                text=body.text,
                text_kind=TextKind.DIGEST,
                text_access=TextAccess.WITHHELD if withheld else TextAccess.PUBLIC,
                mentions=tuple(self._mention() for _ in range(self._rng.randint(1, 4))),
                **self._bookkeeping(day),
            )
            self._bodies.append(body)
            self._article_keys.append(article.key)
            self.articles[article.key] = article

    def _mention(self) -> Mention:
        party = self._party.draw(self._rng)
        return Mention(surface=self.parties[party].name, party=party)

    def _evidence(self, day: int, avoid: Iterable[str] = ()) -> tuple[Evidence, ...]:
        """One or two spans of articles that came out from the day on, and of none to `avoid`."""
        rng, count = self._rng, len(self._article_keys)
        place = bisect_left(self._article_days, day) + int(rng.expovariate(0.5))
        found: list[Evidence] = []
        while len(found) < (2 if rng.random() < 0.3 else 1):
            number = place if place < count else count - 1 - place % LATE
            if self._article_keys[number] not in avoid:
                found.append(self._evidence_from(number))
            place += 1
        return tuple(found)

    def _evidence_from(self, number: int) -> Evidence:
        rng, key = self._rng, self._article_keys[number]
        return Evidence(
            article=key,
            selector=self._selector(key, self._bodies[number]),
            mode=rng.choice(_MODES),
            said_by=self._party.draw(rng) if rng.random() < 0.6 else None,
        )

    def _selector(self, key: str, body: _Body) -> Selector:
        start, end = self._rng.choice(body.sentences)
        exact = body.text[start:end]
        shown = exact if self.articles[key].text_access is TextAccess.PUBLIC else None
        return Selector(start=start, end=end, exact_sha256=digest(exact), exact=shown)

    def _invent_meetings(self, count: int) -> None:
        rng = self._rng
        self._meeting_days = list(_spread(count))
        self._meeting_keys = [self._key("m", number) for number in range(count)]
        for key, day in zip(self._meeting_keys, self._meeting_days, strict=True):
            here = self._party.draw_some(rng, rng.randint(2, 5))
            place = Place(name=self._title(), country=rng.choice(_COUNTRIES), basis=_STATED)
            self.meetings[key] = Meeting(
                key=key,
                title=self._title(),
                kind=rng.choice(_MEETING_KINDS),
                date=self._fuzzy(day),
                place=place if rng.random() < 0.7 else None,
                participations=tuple(self._participation(party) for party in here),
                topics=(rng.choice(TOPICS),),
                evidence=self._evidence(day),
                **self._bookkeeping(day),
            )

    def _participation(self, party: str) -> Participation:
        name = self.parties[party].name
        return Participation(party=party, name_as_stated=name, capacity=Capacity.DELEGATE)

    # --- Commitments, and the follow-ups that made some of them ---

    def _invent_commitments(self, count: int) -> None:
        sizes, rng = weighted(_FAMILY_SIZES), self._rng
        self._days: dict[str, int] = {}
        size = LONGEST_CHAIN
        while (left := count - len(self.commitments)) > 0:
            straight = not self.commitments
            self._invent_family(min(size, left), straight=straight)
            size = sizes.draw(rng)

    def _invent_family(self, size: int, *, straight: bool) -> None:
        """A commitment and those that restate it, or each other. The first is a straight chain."""
        rng = self._rng
        family: list[tuple[Commitment, int]] = []
        for _ in range(size):
            if not family:
                day = rng.randint(FIRST_DAY, LAST_DAY)
                family.append((self._commitment(day, None, curated=not straight), 0))
                continue
            parent, depth = family[-1] if straight or rng.random() < 0.85 else rng.choice(family)
            if depth + 1 == LONGEST_CHAIN:
                parent, depth = family[0]
            day = min(self._days[parent.key] + rng.randint(20, 300), LAST_DAY)
            child = self._commitment(day, parent, curated=not straight)
            self._restate(parent, child, curated=not straight)
            family.append((child, depth + 1))

    def _commitment(self, day: int, parent: Commitment | None, *, curated: bool) -> Commitment:
        rng = self._rng
        meeting, day, made_on = self._occasion(day, 0.7)
        promisors = parent.promisors if parent and rng.random() < 0.8 else self._promisors()
        commitment = Commitment(
            key=self._key("c", len(self.commitments)),
            title=self._title(),
            gist=f"{self._clause().capitalize()}, {self._clause()}.",
            promisors=promisors,
            addressees=tuple(self._party.draw_some(rng, rng.randint(0, 2))),
            beneficiaries=tuple(self._party.draw_some(rng, int(rng.random() < 0.2))),
            # Without chance, so that all else that is invented stays as it was.
            implementers=tuple(
                Implementer(party=p.party, part=part)
                for p, part in zip(promisors, ImplementerPart, strict=False)
                if len(self.commitments) % 4 == 0
            ),
            identifiers=(Identifier(scheme="tracker", value=f"T-{len(self.commitments)}"),),
            topics=parent.topics if parent else (rng.choice(TOPICS),),
            term=parent.term if parent else rng.choices(_TERMS, (5, 3, 2))[0],
            strength=rng.choice(_STRENGTHS),
            made_on=made_on,
            made_at=meeting,
            due_on=self._fuzzy(day + rng.randint(90, 900)) if rng.random() < 0.4 else None,
            test=self._title() if rng.random() < 0.5 else None,
            verifiable=rng.random() < 0.96,
            evidence=self._evidence(day),
            **self._bookkeeping(day, curated=curated),
        )
        self.commitments[commitment.key] = commitment
        self._days[commitment.key] = day
        return commitment

    def _occasion(self, day: int, chance: float) -> tuple[str | None, int, FuzzyDate]:
        """With that chance the next meeting, its day and date; else none, and the day itself."""
        place = bisect_left(self._meeting_days, day)
        if place < len(self._meeting_days) and self._rng.random() < chance:
            key = self._meeting_keys[place]
            return key, self._meeting_days[place], self.meetings[key].date
        return None, day, self._fuzzy(day)

    def _promisors(self) -> tuple[Promisor, ...]:
        rng = self._rng
        parties = self._party.draw_some(rng, rng.choices((1, 2, 3), (75, 20, 5))[0])
        return tuple(
            Promisor(
                party=party,
                attribution=rng.choice(_ATTRIBUTIONS),
                spokesperson=self._party.draw(rng) if rng.random() < 0.3 else None,
            )
            for party in parties
        )

    def _restate(self, parent: Commitment, child: Commitment, *, curated: bool) -> None:
        kinds = sorted(RESTATES)
        self._follow_up(
            parent,
            self._days[child.key],
            curated=curated,
            kind=self._rng.choices(kinds, (1, 8, 1))[0],
            scope_change=self._rng.choice(_SCOPE_CHANGES),
            occurred_on=child.made_on,
            meeting=child.made_at,
            restated_as=child.key,
        )

    # --- The other follow-ups ---

    def _invent_follow_ups(self, count: int) -> None:
        """So many more, on some commitments many and on others none."""
        keys = tuple(self.commitments)
        busy = Weighted(keys, [self._rng.expovariate(1) for _ in keys])
        wanted: dict[str, int] = defaultdict(int)
        for _ in range(count):
            wanted[busy.draw(self._rng)] += 1
        for key, number in sorted(wanted.items()):
            self._follow(self.commitments[key], number)

    def _follow(self, target: Commitment, count: int) -> None:
        rng, made = self._rng, self._days[target.key]
        days = sorted(min(made + int(rng.expovariate(1 / 300)), LAST_DAY) for _ in range(count))
        unanswered: list[str] = []
        for day in days:
            kind = self._kinds.draw(rng)
            if kind in FULFILS and target.term is not Term.ONE_OFF:
                kind = FollowUpKind.PROGRESSED
            meeting, day, occurred_on = self._occasion(day, 0.25)
            answering = kind is FollowUpKind.ANSWERED and unanswered
            made_now = self._follow_up(
                target,
                day,
                curated=True,
                kind=kind,
                occurred_on=occurred_on,
                meeting=meeting,
                answers=unanswered.pop() if answering else None,
            )
            if kind in OPPOSES:
                unanswered.append(made_now.key)

    def _follow_up(
        self, target: Commitment, day: int, *, curated: bool, kind: FollowUpKind, **members: Any
    ) -> FollowUp:
        rng = self._rng
        own = {e.article for e in target.evidence} if kind in ADVANCES else ()
        actors = [p.party for p in target.promisors[:1]]
        if rng.random() < 0.4:
            actors = self._party.draw_some(rng, 2)
        follow_up = FollowUp(
            key=self._key("f", len(self.follow_ups)),
            target=target.key,
            target_noun=TrackableNoun.COMMITMENTS,
            kind=kind,
            actors=tuple(actors),
            independence=rng.choice(_INDEPENDENCES),
            confidence=rng.choice(_CONFIDENCES),
            evidence=self._evidence(day, own),
            rationale=self._title() if rng.random() < 0.3 else None,
            **members,
            **self._bookkeeping(day, curated=curated),
        )
        restated, answered = members.get("restated_as"), members.get("answers")
        named = [
            target,
            *([self.commitments[restated]] if restated is not None else ()),
            *([self.follow_ups[answered]] if answered is not None else ()),
        ]
        if is_accepted(follow_up) and not all(map(is_accepted, named)):
            # What is accepted names nothing that is not.
            follow_up = follow_up.model_copy(update={"curation": Curation.PROPOSED})
        self.follow_ups[follow_up.key] = follow_up
        return follow_up


_STATED = PlaceBasis.STATED
_TERMS = (Term.ONE_OFF, Term.STANDING, Term.PROCESS)
_STRENGTHS = (
    Strength.ACKNOWLEDGED,
    Strength.WILLING,
    Strength.CONTINUING,
    Strength.PLEDGED,
    Strength.SPECIFIC,
)
_MODES = tuple(mode for mode in EvidenceMode if mode is not EvidenceMode.UNSTATED)
_MEETING_KINDS = tuple(MeetingKind)
_ATTRIBUTIONS = tuple(a for a in Attribution if a is not Attribution.UNSTATED)
_SCOPE_CHANGES = tuple(ScopeChange)
_INDEPENDENCES = tuple(Independence)
_CONFIDENCES = tuple(c for c in Confidence if c is not Confidence.UNSTATED)


def _same(_noun: str, key: str) -> str:
    """Nothing is merged here: every record lives on under its own key."""
    return key


def _words(rng: Random) -> Weighted[str]:
    """Words for every text, the common ones often, the others after Zipf."""
    invented = {"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(4000)}
    return zipf([*COMMON, *sorted(invented)], 0.9)


def _spread(count: int) -> Iterator[int]:
    """Days from the first to the last, evenly."""
    return (FIRST_DAY + (LAST_DAY - FIRST_DAY) * i // count for i in range(count))


def _noon(day: int) -> datetime:
    return datetime(1, 1, 1, 12, tzinfo=UTC) + timedelta(days=day - 1)


@cache
def _date(written: str) -> FuzzyDate:
    return FuzzyDate.model_validate(written)
