"""What filters mean, worked out in plain Python from exported records, one record at a time.

Written from the domain's rules and not from any query: no index, nothing that is kept derived.
Merged records count as those in which they live on.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from store.records import derived
from store.records.base import Curation, Record
from store.records.changes import Change
from store.records.commitments import Attribution, Commitment, Strength
from store.records.dates import FuzzyDate, certainly_within, possibly_within
from store.records.evidence import Evidence
from store.records.follow_ups import FollowUp, FollowUpKind, order_certain
from store.records.history import statuses
from store.records.nouns import NOUNS, TRACKABLES, model_of
from store.records.parties import Organization, Party, fold_party_name
from store.records.references import find_parts
from store.records.requests import Request
from store.records.text_search import Phrase, parse_query, words
from store.viewers import Sight

Given = Mapping[str, Any]
Meaning = Callable[["World", Any, Any], bool]


class World:
    """All exported records, what was written in order, and the day it is, for who has a sight."""

    def __init__(
        self, folder: Path, log: Sequence[Change], today: str, sight: Sight = Sight.PUBLISHED
    ) -> None:
        self.today = today
        self.sees_all = sight is Sight.ALL
        self.log = log
        self.records: dict[str, dict[str, Any]] = {noun: {} for noun in NOUNS}
        for noun in NOUNS:
            file = folder / f"{noun}.jsonl"
            for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
                members = json.loads(line)
                record = model_of(noun, members).model_validate(members)
                self.records[noun][record.key] = record

    def changes(self, given: Given) -> list[str]:
        """The keys of the records whose changes match, in the order in which they were made."""
        return [
            change.record
            for change in self.log
            if self.shows(change) and self.holds("changes", change, given)
        ]

    def shows(self, change: Change) -> bool:
        """Whether a change is shown: to readers, what left a record accepted that is, or retracted
        one that is.
        """
        now = self.records[change.noun][change.record].curation
        before, after = ((of or {}).get("curation") for of in (change.before, change.after))
        if self.sees_all or after == now == Curation.ACCEPTED:
            return True
        shown = (Curation.ACCEPTED, Curation.RETRACTED)
        return after == Curation.RETRACTED != before and now in shown

    def matching(self, noun: str, given: Given) -> list[str]:
        """The keys of the records that a list shows under a filter, in its default order."""
        found = [
            record
            for record in self.records[noun].values()
            if record.merged_into is None
            and (
                record.curation is Curation.ACCEPTED
                or (self.sees_all and given.get("curation") is not None)
            )
            and self.holds(noun, record, given)
        ]
        way = -1 if noun == "check_logs" else 1
        return [r.key for r in sorted(found, key=lambda r: (_place(r), r.key))[::way]]

    def holds(self, noun: str, record: Any, given: Given) -> bool:
        """Whether all of a filter is true of a record."""
        for name, value in given.items():
            if value is None:
                continue
            if name == "and":
                right = all(self.holds(noun, record, part) for part in value)
            elif name == "or":
                right = any(self.holds(noun, record, part) for part in value)
            elif name == "not":
                right = not self.holds(noun, record, value)
            else:
                right = MEANINGS[noun][name](self, record, value)
            if not right:
                return False
        return True

    def alive(self, noun: str, key: str) -> Any:
        """The record in which the one of this key lives on."""
        record = self.records[noun][key]
        return self.records[noun][record.merged_into] if record.merged_into else record

    def living(self, given: Given, *nouns: str) -> Given:
        """A choice of keys, with those of the records in which they live on."""

        def key(named: str) -> str:
            return next((str(self.alive(n, named).key) for n in nouns if named in self.records[n]),
                        named)  # fmt: skip

        eq, in_ = given.get("eq"), given.get("in")
        settled = {
            "eq": key(eq) if eq is not None else None,
            "in": [key(named) for named in in_] if in_ is not None else None,
        }
        return {**given, **settled}

    def following(self, record: Record) -> list[FollowUp]:
        """The accepted follow-ups of a commitment or request, and of what was merged into it."""
        return [f for f in self.records["follow_ups"].values()
                if _counts(f) and self.target(f) is record]  # fmt: skip

    def target(self, follow_up: Any) -> Any:
        """What a follow-up or an assessment is about."""
        noun = getattr(follow_up, "target_noun", None) or follow_up.trackable_noun
        return self.alive(str(noun), getattr(follow_up, "target", None) or follow_up.trackable)

    def articles(self, record: Record) -> list[Any]:
        """The articles behind a record."""
        return [self.alive("articles", e.article) for _, e in find_parts(record, Evidence)]

    def publishers(self, record: Record) -> set[str]:
        """Who published them."""
        named = (a.publisher for a in self.articles(record))
        return {self.alive("parties", key).key for key in named if key is not None}

    def meeting(self, record: Any) -> Any:
        """The meeting at which it was made, or happened; None if it is none."""
        key = record.meeting if isinstance(record, FollowUp) else record.made_at
        return self.alive("meetings", key) if key is not None else None

    def present(self, meeting: Any) -> list[Party]:
        """Who took part, and for whom."""
        named = [k for p in meeting.participations for k in (p.party, p.on_behalf_of) if k]
        return [self.alive("parties", key) for key in named]

    def above(self, party: Any) -> set[str]:
        """The party, and the bodies that it belongs to."""
        found = {party.key}
        while isinstance(party, Organization) and party.parent is not None:
            party = self.alive("parties", party.parent)
            found.add(party.key)
        return found

    def roles(self, record: Any) -> Iterator[tuple[str, Party]]:
        """Who has to do with a commitment, request or follow-up, and as what."""
        if isinstance(record, FollowUp):
            yield from self._roles_in(record)
            return
        named: list[tuple[str, Iterable[str]]] = [
            ("ACTOR", (key for f in self.following(record) for key in f.actors))
        ]
        if isinstance(record, Commitment):
            named += [
                ("PROMISOR", (p.party for p in record.promisors)),
                ("ADDRESSEE", record.addressees),
                ("BENEFICIARY", record.beneficiaries),
                ("LEAD", (i.party for i in record.implementers if i.part == "LEAD")),
                ("SUPPORTING", (i.party for i in record.implementers if i.part == "SUPPORTING")),
            ]
        else:
            named += [("ASKER", record.askers), ("ASKED", record.asked)]
        for role, keys in named:
            yield from ((role, self.alive("parties", key)) for key in keys)
        if (meeting := self.meeting(record)) is not None:
            yield from (("PARTICIPANT", party) for party in self.present(meeting))

    def _roles_in(self, record: FollowUp) -> Iterator[tuple[str, Party]]:
        named = [("ACTOR", key) for key in record.actors]
        for said in record.evidence:
            named += [("SPEAKER", said.said_by)] if said.said_by else []
            named += [("RELAYER", said.relayed_by)] if said.relayed_by else []
        yield from ((role, self.alive("parties", key)) for role, key in named)
        if (meeting := self.meeting(record)) is not None:
            yield from (("PARTICIPANT", party) for party in self.present(meeting))

    def standing(self, record: Any, as_of: str) -> statuses.Standing | None:
        """How it stood on a day, folded for that very day."""

        def survivor(noun: str, key: str) -> str:
            return str(self.alive(noun, key).key)

        judged = [derived.judgement_of(a) for a in self.records["assessments"].values()
                  if _counts(a) and self.target(a) is record]  # fmt: skip
        edges = [derived.edge_of(f, record, survivor) for f in self.following(record)]
        answers = self.answers(record) if isinstance(record, Request) else None
        subject = derived.subject_of(record, answers)
        return statuses.fold_standing(subject, edges, judged, as_of)

    def answers(self, record: Request) -> tuple[statuses.Answer, ...]:
        """The commitments that answer a request, or what was merged into it, as far as they count:
        for an accepted request, those that are accepted.
        """
        keys = [key for of in _merged(self, record) for key in of.answered_by]
        found = [self.alive("commitments", key) for key in keys]
        hidden = record.curation is not Curation.ACCEPTED
        return tuple(derived.answer_of(one) for one in found
                     if hidden or one.curation is Curation.ACCEPTED)  # fmt: skip

    def outdated(self, record: Any, as_of: str) -> bool:
        """Whether a follow-up certainly came after the assessment that counts on a day."""
        live = [
            (_last_day(a.effective_on, a), a.recorded_at, a.key)
            for a in self.records["assessments"].values()
            if _counts(a)
            and self.target(a) is record
            and _last_day(a.effective_on, a) <= as_of
            and (a.withdrawn_at is None or as_of < a.withdrawn_at.date().isoformat())
        ]
        return bool(live) and any(
            (f.occurred_on.earliest or "") > max(live)[0]
            for f in self.following(record)
            if _last_day(f.occurred_on, f) <= as_of and f.kind is not FollowUpKind.CONTEXT
        )


def _counts(record: Record) -> bool:
    return record.curation is Curation.ACCEPTED and record.merged_into is None


def _place(record: Any) -> str:
    for name in ("made_on", "occurred_on", "date", "date_published", "effective_on", "checked_on"):
        if hasattr(record, name):
            return getattr(record, name).earliest or ""
    if hasattr(record, "labels"):
        preferred = [label for label in record.labels if label.kind == "PREFERRED"]
        return fold_party_name((preferred or record.labels)[0].value)
    return fold_party_name(record.name)


# --- Members of several filters ------------------------------------------------------------------


def _chosen(key: str, given: Given) -> bool:
    eq, in_ = given.get("eq"), given.get("in")
    return (eq is None or key == eq) and (in_ is None or key in in_)


def _key_of(keys: Callable[[World, Any], Iterable[str]], *nouns: str) -> Meaning:
    """One of some keys of these nouns is chosen; a choice of nothing chooses everything."""

    def holds(world: World, record: Any, given: Given) -> bool:
        if given.get("eq") is None and given.get("in") is None:
            return True
        living = world.living(given, *nouns)
        return any(_chosen(key, living) for key in keys(world, record))

    return holds


def _party_of(parties: Callable[[World, Any], Iterable[Party]]) -> Meaning:
    return lambda world, record, given: _key_of(
        lambda *_: [
            key
            for party in parties(world, record)
            for key in (world.above(party) if given["includeSubordinates"] else {party.key})
        ],
        "parties",
    )(world, record, given)


def _is_party(world: World, party: Party, given: Given) -> bool:
    keys = world.above(party) if given.get("includeSubordinates") else {party.key}
    living = world.living(given, "parties")
    return (
        any(_chosen(key, living) for key in keys)
        and (given.get("kind") is None or party.kind in given["kind"])
        and (given.get("country") is None or party.country == given["country"])
    )


def _held(world: World, meeting: Any, key: str, capacities: Sequence[str]) -> bool:
    """Whether a party was one of these at a meeting, itself or by who stood for it."""
    party = world.alive("parties", key)
    return any(
        p.capacity in capacities
        for p in meeting.participations
        for named in (p.party, p.on_behalf_of)
        if named is not None and world.alive("parties", named) is party
    )


def _in_role(world: World, record: Any, given: Given) -> bool:
    told = ("eq", "in", "kind", "country", "role")
    if all(given.get(name) is None for name in told):
        return True
    return any(
        _is_party(world, party, given) and (given.get("role") is None or role in given["role"])
        for role, party in world.roles(record)
    )


def _as(wanted: str) -> Meaning:
    return _party_of(lambda world, record: [p for role, p in world.roles(record) if role == wanted])


def _date(name: str) -> Meaning:
    def holds(_world: World, record: Any, given: Given) -> bool:
        date: FuzzyDate | None = getattr(record, name)
        if date is None:
            return False
        within = certainly_within if given["match"] == "CERTAIN" else possibly_within
        return within(date, given.get("from"), given.get("to"))

    return holds


def _topic(_world: World, record: Any, given: Given) -> bool:
    return _is_about(record.topics, given)


def _topic_of_target(world: World, record: Any, given: Given) -> bool:
    return _is_about(world.target(record).topics, given)


def _topic_borne(world: World, article: Any, given: Given) -> bool:
    """What rests on the article, itself or by a follow-up, is about it."""
    resting = [r for n in (*TRACKABLES, "meetings") for r in world.records[n].values()
               if _counts(r) and article in world.articles(r)]  # fmt: skip
    followed = [world.target(f) for f in world.records["follow_ups"].values()
                if _counts(f) and article in world.articles(f)]  # fmt: skip
    found = [*resting, *(target for target in followed if _counts(target))]
    return _is_about([topic for record in found for topic in record.topics], given)


def _is_about(topics: Iterable[str], given: Given) -> bool:
    if given.get("eq") is None and given.get("in") is None:
        return True
    wider = {
        "/".join(topic.split("/")[:n]) for topic in topics for n in range(1, topic.count("/") + 2)
    }
    eq, in_ = given.get("eq"), given.get("in")
    if eq is not None and in_ is not None:
        return eq in in_ and eq in wider
    return eq in wider if in_ is None else any(topic in wider for topic in in_)


def _one_of(name: str) -> Meaning:
    return lambda _world, record, given: getattr(record, name) in given


def _status(world: World, record: Any, given: Given) -> bool:
    as_of = given.get("asOf") or world.today
    status = world.standing(record, as_of)
    if status is None:
        return False
    due = getattr(record, "due_on", None)
    overdue = due is not None and due.latest is not None and statuses.is_overdue(
        status.value, due.latest, as_of
    )  # fmt: skip
    last = [_last_day(f.occurred_on, f) for f in world.following(record)
            if f.kind is not FollowUpKind.CONTEXT]  # fmt: skip
    certain = [day for day in last if day <= as_of]
    since = max(certain, default=_last_day(record.made_on, record))
    silent = statuses.days_silent(None, since, as_of)
    levels = list(statuses.Verification)
    tests = {
        "in": lambda v: status.value in v,
        "contested": lambda v: status.contested is v,
        "verificationAtLeast": lambda v: levels.index(status.verification) >= levels.index(v),
        "certainty": lambda v: status.certainty == v,
        "overdue": lambda v: overdue is v,
        "silentFor": lambda v: silent is not None and silent >= v,
        "assessedDifferently": lambda v: (status.value is not status.derived) is v,
        "assessmentOutdated": lambda v: world.outdated(record, as_of) is v,
        "answer": lambda v: isinstance(record, Request) and _answer(world, record, as_of) in v,
    }
    return all(
        tests[name](value) for name, value in given.items() if name != "asOf" and value is not None
    )


def _answer(world: World, record: Request, as_of: str) -> str:
    """What answered it last by a day; of what may have come on one day, what promises most."""
    weights = ["NOTED", "DECLINED", "ANSWERED"]
    found = [(one.latest, 2) for one in world.answers(record)]
    found += [
        (_last_day(f.occurred_on, f), weights.index(f.kind))
        for f in world.following(record)
        if f.kind in weights and f.answers is None
    ]
    last = max((one for one in found if one[0] <= as_of), default=None)
    return weights[last[1]] if last is not None else "OPEN"


def _last_day(date: FuzzyDate, record: Record) -> str:
    """The last day that it can have been: what was recorded had happened."""
    assert record.recorded_at is not None
    stated, recorded = date.latest or "9999-99-99", record.recorded_at.date().isoformat()
    return stated if (date.earliest or "") > recorded else min(stated, recorded)


def _differs(world: World, record: Any, given: bool) -> bool:
    status = world.standing(record, world.today)
    return (status is not None and status.value is not status.derived) is given


def _kinds(world: World, record: Any) -> set[FollowUpKind]:
    return {f.kind for f in world.following(record)}


def _uncertain(world: World, record: Any) -> bool:
    following = (f for f in world.following(record) if f.kind is not FollowUpKind.CONTEXT)
    return any(not order_certain(f, record) for f in following)


def _since(name: str) -> Meaning:
    return lambda _world, record, given: getattr(record, name) >= datetime.fromisoformat(given)


def _meeting_kind(world: World, record: Any, given: Any) -> bool:
    meeting = world.meeting(record)
    return meeting is not None and meeting.kind in given


def _keys(records: Iterable[Record]) -> list[str]:
    return [record.key for record in records]


def _meeting_key(world: World, record: Any) -> list[str]:
    meeting = world.meeting(record)
    return [meeting.key] if meeting is not None else []


def _party_named(name: str) -> Meaning:
    """The party that a member names, if it names one."""

    def keys(world: World, record: Any) -> list[str]:
        key = getattr(record, name, None)
        return [world.alive("parties", key).key] if key is not None else []

    return _key_of(keys, "parties")


def _attributed(_world: World, record: Commitment, given: Given) -> bool:
    found: set[Attribution] = {p.attribution for p in record.promisors}
    any_, all_ = given.get("any"), given.get("all")
    return (any_ is None or bool(found & set(any_))) and (all_ is None or found <= set(all_))


def _searched(texts: Callable[[World, Any], Iterable[str | None]]) -> Meaning:
    """All the words stand in texts of the record, none of the unwanted does."""

    def holds(world: World, record: Any, given: str) -> bool:
        sought = parse_query(given)
        lines = [[w.word for w in words(text)] for text in texts(world, record) if text]

        def stands(phrase: Phrase) -> bool:
            n = len(phrase)
            return any(
                tuple(line[i : i + n]) == phrase for line in lines for i in range(len(line) - n + 1)
            )

        return all(map(stands, sought.wanted)) and not any(map(stands, sought.unwanted))

    return holds


def _names(parties: Iterable[Party]) -> list[str]:
    return [form for party in parties for form in (party.name, *(n.value for n in party.names))]


def _about(world: World, article: Any) -> list[Party]:
    """Whom an article names for certain, relays or was published by."""
    named = [m.party for m in article.mentions if m.judgement == "POSITIVE"]
    keys = [article.publisher, article.relays, *named]
    return [world.alive("parties", key) for key in keys if key is not None]


def _of_article(world: World, record: Any) -> list[str | None]:
    served = record.text if record.text_access == "PUBLIC" else None
    of = [record.headline, served, *_names(_about(world, record))]
    return [*of, *_identifiers(world, record)]


def _of_meeting(world: World, record: Any) -> list[str | None]:
    stated = [text for p in record.participations for text in (p.name_as_stated, p.role_as_stated)]
    place = record.place.name if record.place is not None else None
    of = [record.title, place, *stated, *_names(world.present(record))]
    return [*of, *_identifiers(world, record)]


def _of_trackable(world: World, record: Any) -> list[str | None]:
    named = [p for role, p in world.roles(record) if role not in ("ACTOR", "PARTICIPANT")]
    of = [record.title, record.gist, getattr(record, "test", None), *_names(named)]
    return [*of, *_identifiers(world, record)]


def _answered(world: World, record: Request, given: bool) -> bool:
    answers = [f for f in world.following(record)
               if f.kind is FollowUpKind.ANSWERED and f.answers is None]  # fmt: skip
    return (bool(record.answered_by) or bool(answers)) is given


def _merged(world: World, record: Any) -> list[Any]:
    """The record, and the accepted ones that were merged into it."""
    (noun,) = (n for n, records in world.records.items() if records.get(record.key) is record)
    merged = (r for r in world.records[noun].values() if r.merged_into == record.key)
    return [record, *(one for one in merged if one.curation is Curation.ACCEPTED)]


def _identified(world: World, record: Any, given: Given) -> bool:
    return any(
        one.value in given["value"] and given.get("scheme") in (None, one.scheme)
        for of in _merged(world, record)
        for one in of.identifiers
    )


def _identifiers(world: World, record: Any) -> list[str]:
    return [one.value for of in _merged(world, record) for one in of.identifiers]


def _bodies(world: World, party: Any) -> set[str]:
    """The bodies that a party, or what was merged into it, is or was a member of."""
    return {body for body, _ in _posts(world, party)}


def _posts(world: World, party: Any) -> set[tuple[str, str]]:
    return {
        (body, fold_party_name(m.role or ""))
        for of in _merged(world, party)
        for m in of.memberships
        if (body := world.alive("parties", m.organization).key) != party.key
    }


def _has_member(world: World, record: Any, given: Given) -> bool:
    if given.get("eq") is None and given.get("in") is None:
        return True
    living = world.living(given, "parties")
    return any(
        any(_chosen(body, living) for body in _bodies(world, party))
        and (given.get("role") is None or role in given["role"])
        for role, party in world.roles(record)
    )


def _has_post(world: World, party: Any, given: Given) -> bool:
    living = world.living(given, "parties")
    return any(
        role == fold_party_name(given["name"]) and _chosen(body, living)
        for body, role in _posts(world, party)
    )


_EVERY: dict[str, Meaning] = {
    "key": _key_of(lambda _, record: [record.key], *NOUNS),
    "curation": _one_of("curation"),
    "updatedSince": _since("updated_at"),
    "identifier": _identified,
    "sourceUrl": lambda world, record, given: given in [of.url for of in _merged(world, record)],
}
_SOURCED: dict[str, Meaning] = {
    "article": _key_of(lambda world, record: _keys(world.articles(record)), "articles"),
    "publisher": _key_of(lambda world, record: world.publishers(record), "parties"),
}
_TRACKABLE: dict[str, Meaning] = {
    **_EVERY,
    **_SOURCED,
    "relays": _party_of(
        lambda world, record: [
            world.alive("parties", a.relays) for a in world.articles(record) if a.relays is not None
        ]
    ),
    "relayed": lambda world, record, given: (
        any(article.relays is not None for article in world.articles(record)) is given
    ),
    "search": _searched(_of_trackable),
    "party": _in_role,
    "memberOf": _has_member,
    "country": lambda world, record, given: _in_role(world, record, {"country": given}),
    "topic": _topic,
    "madeOn": _date("made_on"),
    "madeAt": _key_of(_meeting_key, "meetings"),
    "meetingKind": _meeting_kind,
    "status": _status,
    "contested": lambda world, record, given: _status(world, record, {"contested": given}),
    "assessedDifferently": _differs,
    "hasFollowUp": lambda world, record, given: (
        any(f.kind is not FollowUpKind.CONTEXT for f in world.following(record)) is given
    ),
    "followedBy": lambda world, record, given: bool(_kinds(world, record) & set(given)),
    "notFollowedBy": lambda world, record, given: not _kinds(world, record) & set(given),
    "orderUncertain": lambda world, record, given: _uncertain(world, record) is given,
    "actor": _as("ACTOR"),
    "participant": _as("PARTICIPANT"),
    "strength": _one_of("strength"),
    "strengthAtLeast": lambda _, record, given: (
        _STRENGTHS.index(record.strength) >= _STRENGTHS.index(given)
    ),
    "language": _one_of("in_language"),
}
_STRENGTHS = list(Strength)
_IN_ROLE = frozenset({"eq", "in", "kind", "country", "role", "includeSubordinates"})

NESTED: Mapping[str, frozenset[str]] = {
    "KeyFilter": frozenset({"eq", "in"}),
    "IdentifierFilter": frozenset({"value", "scheme"}),
    "PartyKeyFilter": frozenset({"eq", "in", "includeSubordinates"}),
    "MemberFilter": frozenset({"eq", "in", "role"}),
    "RoleFilter": frozenset({"name", "eq", "in"}),
    "DateFilter": frozenset({"from", "to", "match"}),
    "ParticipantFilter": frozenset({"key", "kind", "country", "capacity", "includeSubordinates"}),
    "PartyInRoleFilter": _IN_ROLE,
    "FollowUpPartyFilter": _IN_ROLE,
    "StatusFilter": frozenset(
        {"asOf", "in", "contested", "verificationAtLeast", "certainty", "overdue", "silentFor"}
        | {"assessedDifferently", "assessmentOutdated", "answer"}
    ),
    "AttributionFilter": frozenset({"any", "all"}),
}
"""The members of the inputs within filters that the meanings here know."""

MEANINGS: Mapping[str, Mapping[str, Meaning]] = {
    "commitments": {
        **_TRACKABLE,
        "promisor": _as("PROMISOR"),
        "promisorKind": lambda world, record, given: _in_role(
            world, record, {"kind": given, "role": ["PROMISOR"]}
        ),
        "addressee": _as("ADDRESSEE"),
        "beneficiary": _as("BENEFICIARY"),
        "implementer": _party_of(
            lambda world, record: [
                p for role, p in world.roles(record) if role in ("LEAD", "SUPPORTING")
            ]
        ),
        "lead": _as("LEAD"),
        "term": _one_of("term"),
        "attribution": _attributed,
        "dueOn": _date("due_on"),
        "presupposesEarlier": lambda _, record, given: record.presupposes_earlier is given,
    },
    "requests": {
        **_TRACKABLE,
        "asker": _as("ASKER"),
        "asked": _as("ASKED"),
        "answered": _answered,
    },
    "follow_ups": {
        **_EVERY,
        **_SOURCED,
        "target": _key_of(lambda world, record: [world.target(record).key], *TRACKABLES),
        "topic": _topic_of_target,
        "party": _in_role,
        "kind": _one_of("kind"),
        "scopeChange": _one_of("scope_change"),
        "actor": _party_of(
            lambda world, record: [world.alive("parties", key) for key in record.actors]
        ),
        "meeting": _key_of(_meeting_key, "meetings"),
        "meetingKind": _meeting_kind,
        "independence": _one_of("independence"),
        "confidence": _one_of("confidence"),
        "occurredOn": _date("occurred_on"),
        "orderCertain": lambda world, record, given: (
            order_certain(record, world.target(record)) is given
        ),
        "orderUncertain": lambda world, record, given: (
            order_certain(record, world.target(record)) is not given
        ),
        "recordedSince": _since("recorded_at"),
    },
    "meetings": {
        **_EVERY,
        **_SOURCED,
        "search": _searched(_of_meeting),
        "parties": lambda world, record, given: (
            bool(given)
            and all(
                all(wanted.get(name) is None for name in ("key", "kind", "country", "capacity"))
                or any(
                    _is_party(
                        world, world.alive("parties", key), {**wanted, "eq": wanted.get("key")}
                    )
                    and (
                        wanted.get("capacity") is None
                        or _held(world, record, key, wanted["capacity"])
                    )
                    for p in record.participations
                    for key in (p.party, p.on_behalf_of)
                    if key is not None
                )
                for wanted in given
            )
        ),
        "kind": _one_of("kind"),
        "state": _one_of("state"),
        "topic": _topic,
        "date": _date("date"),
        "disputed": lambda _, record, given: bool(record.claims) is given,
    },
    "articles": {
        **_EVERY,
        "search": _searched(_of_article),
        "publisher": _party_named("publisher"),
        "hasPublisher": lambda _, record, given: (record.publisher is not None) is given,
        "relays": _party_named("relays"),
        "mentions": _party_of(_about),
        "topic": _topic_borne,
        "datePublished": _date("date_published"),
        "inLanguage": lambda _, record, given: record.in_language == given,
        "textKind": _one_of("text_kind"),
        "textAccess": lambda _, record, given: record.text_access == given,
    },
    "parties": {
        **_EVERY,
        "search": _searched(
            lambda world, record: [*_names([record]), *_identifiers(world, record)]
        ),
        "name": lambda _, record, given: (
            fold_party_name(given)
            in {fold_party_name(n) for n in (record.name, *(n.value for n in record.names))}
        ),
        "kind": _one_of("kind"),
        "country": lambda _, record, given: record.country == given,
        "parent": _party_named("parent"),
        "within": _key_of(lambda world, record: world.above(record), "parties"),
        "role": _has_post,
        "memberOf": _key_of(
            lambda world, record: [
                world.alive("parties", m.organization).key for m in record.memberships
            ],
            "parties",
        ),
    },
    "changes": {
        "since": _since("at"),
        "noun": lambda _, change, given: change.noun.upper() in given,
        "record": _key_of(lambda _, change: [change.record]),
        "kind": _one_of("kind"),
    },
    "assessments": {
        **_EVERY,
        "trackable": _key_of(lambda world, record: [world.target(record).key], *TRACKABLES),
        "value": _one_of("value"),
        "effectiveOn": _date("effective_on"),
    },
    "concepts": {
        **_EVERY,
        "path": _key_of(lambda _, record: [record.key.replace(".", "/")]),
        "label": lambda world, record, given: (
            fold_party_name(given)
            in {fold_party_name(one.value) for of in _merged(world, record) for one in of.labels}
        ),
    },
    "check_logs": {
        **_EVERY,
        "trackable": _key_of(lambda world, record: [world.target(record).key], *TRACKABLES),
        "checkedOn": _date("checked_on"),
    },
}
