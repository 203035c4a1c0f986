"""Links what a text tells to what is stored: the same commitment or follow-up, or a later one.

The words of a commitment alone hardly find what follows it. What is compared are parties and days
first, then words, with those of what is linked to it already.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from intake.claims.events import Event
from intake.claims.promises import Promise
from intake.claims.wording import content_words
from intake.dates import Day
from intake.known import Known
from intake.lexicon import Lexicon
from intake.meetings import FoundMeeting
from intake.names.cast import Cast
from intake.names.directory import Directory
from intake.names.entities import Entity
from intake.names.sides import side_of
from store.records.commitments import Commitment, Term
from store.records.follow_ups import OPPOSES, FollowUp, FollowUpKind
from store.records.requests import Request

SAME_COMMITMENT = 0.17
SAME_FOLLOW_UP = 0.13
RESTATED = 0.30
CONCERNS = 0.24
"""From these likenesses on (0 to 1), measured on the open set; see docs/intake.md."""

_SUFFIXES = tuple(
    "ations ation ating ative ated ates ments ating ment ities ings ions ing ion ity ive ate ies "  # noqa: SIM905 - a row of endings is read at once
    "ed es al ty ly er e s".split()
)


@lru_cache(maxsize=8_192)
def stem_word(word: str) -> str:
    """A word without its ending, so that "moderate" and "moderation" are alike."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


@dataclass(frozen=True, slots=True)
class FoundFollowUp:
    """A follow-up in a text: what it follows, with other candidates, and where it stands.
    `same_as` is the stored follow-up that it tells again.
    """

    target: str
    kind: FollowUpKind
    candidates: tuple[str, ...]
    start: int
    end: int
    reason: str
    same_as: str | None = None


@dataclass
class Linker:
    """Compares one text with what is stored."""

    known: Known
    cast: Cast
    lexicon: Lexicon
    published: Day | None
    _rarity: dict[str, float] = field(default_factory=dict)
    _bags: dict[str, frozenset[str]] = field(default_factory=dict)
    _wide: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        linked: dict[str, list[FollowUp]] = {}
        for follow_up in self.known.follow_ups.values():
            linked.setdefault(follow_up.target, []).append(follow_up)
        counts: Counter[str] = Counter()
        for key, record in self.known.trackables.items():
            evidence = " ".join(e.selector.exact or "" for e in record.evidence)
            self._bags[key] = self._stems(f"{record.title} {record.gist} {evidence}")
            told = " ".join(self._told_by(f) for f in linked.get(key, ()))
            self._wide[key] = self._bags[key] | self._stems(told)
            counts.update(self._bags[key])
        total = len(self._bags) + 1
        self._rarity = {word: math.log(1 + total / n) for word, n in counts.items()}
        self._most = math.log(1 + total)

    def _told_by(self, follow_up: FollowUp) -> str:
        evidence = " ".join(f"{e.selector.exact or ''} {e.gist or ''}" for e in follow_up.evidence)
        return f"{follow_up.rationale or ''} {evidence}"

    def _stems(self, text: str) -> frozenset[str]:
        return frozenset(stem_word(w) for w in content_words(text, self.lexicon))

    def likeness(self, one: frozenset[str], other: frozenset[str]) -> float:
        """How alike two sets of stems are, rare ones counting more: 0 to 1."""
        weigh = self._rarity.get
        shared = sum(weigh(w, self._most) ** 2 for w in one & other)
        if not shared:
            return 0.0
        a = sum(weigh(w, self._most) ** 2 for w in one)
        b = sum(weigh(w, self._most) ** 2 for w in other)
        return shared / math.sqrt(a * b)

    # -- Commitments ------------------------------------------------------------------------------

    def find_same(
        self, promise: Promise, meetings: Sequence[FoundMeeting]
    ) -> tuple[str | None, list[str]]:
        """The stored commitment that a promise is, and those that it may be, likeliest first."""
        here = {m.match for m in meetings if m.match}
        words = frozenset(stem_word(w) for w in promise.words)
        ranked = sorted(
            (
                (self.likeness(words, self._bags[c.key]), c.key)
                for c in self.known.commitments.values()
                if c.made_at in here and self._may_promise(promise, c)
            ),
            reverse=True,
        )
        near = [key for score, key in ranked if score > SAME_COMMITMENT / 2]
        if ranked and ranked[0][0] >= SAME_COMMITMENT:
            return ranked[0][1], near
        return None, near

    def _may_promise(self, promise: Promise, commitment: Commitment) -> bool:
        if not promise.promisors:
            return True
        keys = {e.key for e in promise.promisors} | {e.key for e in promise.candidates[:2]}
        theirs = {p.party for p in commitment.promisors}
        if keys & theirs:
            return True
        directory = self.known.directory
        return any(
            key in directory.parties and side_of_key(key, directory) == side_of(e, directory)
            for key in theirs
            for e in promise.promisors
        )

    # -- Follow-ups -------------------------------------------------------------------------------

    def find_follow_ups(
        self,
        sentences: Sequence[tuple[int, int, frozenset[str]]],
        promises: Sequence[tuple[Promise, str | None]],
        requests: Sequence[Event],
        challenges: Sequence[Event],
        progress: Sequence[Event],
        meetings: Sequence[FoundMeeting],
    ) -> list[FoundFollowUp]:
        """What the text tells of stored commitments and requests, each target and kind once."""
        stems = [
            (start, end, frozenset(stem_word(w) for w in words)) for start, end, words in sentences
        ]
        found = [
            *self._told_again(stems, meetings, frozenset(c.start for c in challenges)),
            *self._engagements(meetings),
            *self._restated(promises, meetings),
            *self._asked_again(requests, meetings),
            *self._about(challenges, meetings),
            *self._about(progress, meetings),
        ]
        unique: dict[tuple[str, FollowUpKind], FoundFollowUp] = {}
        for follow_up in found:
            unique.setdefault((follow_up.target, follow_up.kind), follow_up)
        return list(unique.values())

    def _told_again(
        self,
        sentences: Sequence[tuple[int, int, frozenset[str]]],
        meetings: Sequence[FoundMeeting],
        doubting: frozenset[int],
    ) -> Iterable[FoundFollowUp]:
        """Stored follow-ups of the same meeting, told by a sentence like theirs."""
        here = {m.match for m in meetings if m.match and not m.is_background}
        for follow_up in self.known.follow_ups.values():
            if follow_up.meeting not in here or follow_up.target not in self._bags:
                continue
            told = self._stems(self._told_by(follow_up))
            allowed = doubting if follow_up.kind in OPPOSES else None
            best = max(
                (
                    (self.likeness(words, told), -start, end)
                    for start, end, words in sentences
                    if allowed is None or start in allowed
                ),
                default=(0.0, 0, 0),
            )
            if best[0] >= SAME_FOLLOW_UP:
                yield FoundFollowUp(
                    follow_up.target,
                    follow_up.kind,
                    (follow_up.target,),
                    -best[1],
                    best[2],
                    f"told of the same meeting, as in {follow_up.key}",
                    follow_up.key,
                )

    def _engagements(self, meetings: Sequence[FoundMeeting]) -> Iterable[FoundFollowUp]:
        """A new meeting of those who promised to meet again is progress of that."""
        for meeting in meetings:
            if meeting.match or meeting.is_background:
                continue
            sides = {side_of(e, self.known.directory) for e in meeting.participants}
            for commitment in self.known.commitments.values():
                if commitment.term is Term.PROCESS and self._promises_to_meet(commitment):
                    theirs = {
                        side_of_key(p.party, self.known.directory) for p in commitment.promisors
                    }
                    if len(theirs) > 1 and theirs <= sides and self._is_before(commitment):
                        yield FoundFollowUp(
                            commitment.key,
                            FollowUpKind.PROGRESSED,
                            (commitment.key,),
                            meeting.start,
                            meeting.end,
                            "those who promised to meet again met",
                        )

    def _promises_to_meet(self, commitment: Commitment) -> bool:
        words = set(f"{commitment.title} {commitment.gist}".lower().replace(".", " ").split())
        return bool(words & self.lexicon.words("engagement_noun"))

    def _is_before(self, record: Commitment | Request) -> bool:
        first = record.made_on.earliest
        day = self.published.day if self.published else None
        return day is None or first is None or first <= day

    def _restated(
        self, promises: Sequence[tuple[Promise, str | None]], meetings: Sequence[FoundMeeting]
    ) -> Iterable[FoundFollowUp]:
        """A new promise that is like an earlier one of the same party restates it."""
        here = {m.match for m in meetings if m.match and not m.is_background}
        for promise, same in promises:
            if same is not None:
                continue
            words = frozenset(stem_word(w) for w in promise.words)
            ranked = self.rank_targets(
                words,
                [
                    c
                    for c in self.known.commitments.values()
                    if c.made_at not in here
                    and self._may_promise(promise, c)
                    and self._is_before(c)
                ],
            )
            if ranked and ranked[0][0] >= RESTATED:
                yield FoundFollowUp(
                    ranked[0][1],
                    FollowUpKind.REAFFIRMED,
                    tuple(k for _, k in ranked[:3]),
                    *promise.spans[0],
                    "promised again, in words like those of then",
                )

    def _asked_again(
        self, requests: Sequence[Event], meetings: Sequence[FoundMeeting]
    ) -> Iterable[FoundFollowUp]:
        """A request like an earlier one to the same party."""
        here = {m.match for m in meetings if m.match and not m.is_background}
        for request in requests:
            words = frozenset(stem_word(w) for w in request.words)
            ranked = self.rank_targets(
                words,
                [
                    r
                    for r in self.known.requests.values()
                    if r.made_at not in here
                    and self._is_before(r)
                    and {e.key for e in request.to} & set(r.asked)
                ],
            )
            if ranked and ranked[0][0] >= CONCERNS:
                yield FoundFollowUp(
                    ranked[0][1],
                    FollowUpKind.REAFFIRMED,
                    tuple(k for _, k in ranked[:3]),
                    request.start,
                    request.end,
                    "asked again of the same party",
                )

    def _about(
        self, events: Sequence[Event], meetings: Sequence[FoundMeeting]
    ) -> Iterable[FoundFollowUp]:
        """Doubt or progress that is like a stored commitment of the party it is about."""
        here = {m.match for m in meetings if m.match and not m.is_background}
        for event in events:
            if event.kind is None:
                continue
            words = frozenset(stem_word(w) for w in event.words)
            parties = {e.key for e in (*event.by, *event.to) if e.key}
            targets: list[Commitment | Request] = [
                c
                for c in self.known.commitments.values()
                if c.made_at not in here
                and self._is_before(c)
                and {p.party for p in c.promisors} & parties
            ]
            ranked = self.rank_targets(words, targets)
            if ranked and ranked[0][0] >= CONCERNS:
                yield FoundFollowUp(
                    ranked[0][1],
                    event.kind,
                    tuple(k for _, k in ranked[:3]),
                    event.start,
                    event.end,
                    f"“{event.reason}”, in words like those of the promise",
                )

    def rank_targets(
        self, words: frozenset[str], among: Iterable[Commitment | Request]
    ) -> list[tuple[float, str]]:
        """What a sentence may follow, likeliest first: by its words and those of what is linked."""
        ranked = [
            (
                max(
                    self.likeness(words, self._bags[r.key]), self.likeness(words, self._wide[r.key])
                ),
                r.key,
            )
            for r in among
        ]
        return sorted(ranked, key=lambda r: (-r[0], r[1]))


def side_of_key(key: str, directory: Directory) -> tuple[str, str]:
    """The side of a stored party."""
    if key not in directory.parties:
        return "BODY", key
    party = directory.parties[key]
    return side_of(Entity(party.kind, party.name, 0, key, country=party.country), directory)
