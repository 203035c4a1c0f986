"""The rules that need more than one record: what a record names must exist and fit.

Pure: other records are given by a look-up function.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from store.records import (
    articles,
    concepts,
    contradictions,
    countries,
    follow_ups,
    meetings,
    parties,
)
from store.records.articles import Article, Mention, TextAccess, TextKind
from store.records.assessments import Assessment
from store.records.base import (
    PUBLISHED,
    SET_ASIDE,
    Curation,
    Problem,
    Record,
    Shape,
    is_accepted,
    is_published,
)
from store.records.check_logs import CheckLog
from store.records.commitments import Commitment
from store.records.concepts import Concept
from store.records.evidence import (
    SPAN_IS_MISSING,
    Evidence,
    Selector,
    check_letters,
    check_span,
    locate,
)
from store.records.follow_ups import FollowUp, TrackableNoun
from store.records.history.statuses import OF_REQUESTS
from store.records.meetings import Meeting
from store.records.nouns import TRACKABLES
from store.records.parties import Organization, Party, Person
from store.records.references import find_keys, find_parts, find_references, rewrite_parts
from store.records.requests import Request

RESTING: Mapping[str, tuple[str, ...]] = {
    "articles": ("meetings", *TRACKABLES, "follow_ups"),
    **dict.fromkeys(TRACKABLES, ("follow_ups", "assessments")),
    "follow_ups": ("follow_ups",),
    "parties": ("parties",),
}
"""Per noun: the records whose rules rest on what one of that noun says, where they name it."""

_BOOKKEEPING = frozenset({"created_at", "updated_at", "version"})
_OF_THE_SOURCE = frozenset({"identifiers", "url", "in_language"})
_FREE: Mapping[str, frozenset[str]] = {
    "articles": frozenset({
        *("headline", "publisher", "byline", "dateline", "source_sha256", "relays", "mentions"),
    }),
    **dict.fromkeys(TRACKABLES, frozenset({
        *("title", "gist", "test", "strength", "topics", "due_on", "made_at", "verifiable"),
        *("promisors", "addressees", "beneficiaries", "presupposes_earlier"),
        *("implementers", "measures"),
    })),
    "follow_ups": frozenset({
        *("rationale", "confidence", "independence", "scope_change", "actors", "measures"),
    }),
}  # fmt: skip
"""Per noun: the members on which no rule of another record rests."""


def may_break_others(noun: str, before: Record, after: Record) -> bool:
    """Whether a change of a record can break a rule of what names it."""
    free = _FREE.get(noun, frozenset()) | _BOOKKEEPING | _OF_THE_SOURCE
    return type(before) is not type(after) or any(
        name not in free and getattr(before, name) != getattr(after, name)
        for name in type(after).model_fields
    )


LookUp = Callable[[str, str], Record | None]
"""Gives the record of a noun and key as it will be after the write; None if there is none."""


def check(noun: str, record: Record, look_up: LookUp) -> list[Problem]:
    """Every problem of a record together with the records that it names."""
    missing = list(_find_dead_links(noun, record, look_up))
    hidden = _find_hidden_links(noun, record, look_up) if is_accepted(record) else ()
    return [
        *missing,
        *hidden,
        *_check_merge(noun, record, look_up),
        *_check_noun(noun, record, look_up),
    ]


def _find_dead_links(noun: str, record: Record, look_up: LookUp) -> Iterator[Problem]:
    if all(_find_named(*named, look_up) for named in find_keys(record, noun)):
        return
    for reference in find_references(record, noun):
        if _find_named(reference.nouns, reference.key, look_up) is None:
            where = " or ".join(reference.nouns)
            remedy = "add it, or correct the key"
            if reference.path == "mergedInto":
                remedy += "; a record lives on in one of its own noun"
            yield Problem(
                reference.path,
                f"no record {reference.key!r} among {where}, neither here nor in the store; "
                + remedy,
                missing=reference.key,
                among=reference.nouns,
            )


def _find_hidden_links(noun: str, record: Record, look_up: LookUp) -> Iterator[Problem]:
    """What an accepted record names although readers may not know of it."""
    for reference in find_references(record, noun):
        named = _find_named(reference.nouns, reference.key, look_up)
        if reference.path == "mergedInto" and named is not None and named.curation in SET_ASIDE:
            continue  # the merge itself is refused
        if named is not None and not is_published(named):
            yield Problem(
                reference.path,
                f"{named.key} is {named.curation.value}, and readers would see that it is named; "
                "accept it first or together with this one, or name another record",
            )


def check_hiding(record: Record, before: Curation, namers: Iterable[Record]) -> Iterator[Problem]:
    """Whether a record that readers know of may become what it is now; `namers` are those that
    name it.
    """
    if before not in PUBLISHED or is_published(record):
        return
    if before is Curation.RETRACTED:
        yield Problem(
            "curation",
            "its address says for ever that it was retracted; leave it RETRACTED, or accept it "
            "again",
        )
    elif named_by := [namer.key for namer in namers if is_accepted(namer)]:
        more = f" and {len(named_by) - 1} more" if len(named_by) > 1 else ""
        yield Problem(
            "curation",
            f"{named_by[0]}{more} is ACCEPTED and names it, so that readers would be led to what "
            "they do not see; retract it instead, or take back what names it in the same write",
        )


def _find_named(nouns: Iterable[str], key: str, look_up: LookUp) -> Record | None:
    for noun in nouns:
        record = look_up(noun, key)
        if record is not None:
            return record
    return None


def _check_merge(noun: str, record: Record, look_up: LookUp) -> Iterator[Problem]:
    if record.merged_into is None:
        return
    if record.merged_into == record.key:
        yield Problem("mergedInto", "a record cannot be merged into itself")
        return
    survivor = look_up(noun, record.merged_into)
    if survivor is None:
        return
    if survivor.merged_into is not None:
        yield Problem(
            "mergedInto",
            f"{survivor.key} is itself merged into {survivor.merged_into}; name that one",
        )
    if isinstance(record, Person) != isinstance(survivor, Person):
        which = ("a person", "an organization")
        own, other = which if isinstance(record, Person) else which[::-1]
        yield Problem(
            "mergedInto",
            f"{record.key} is {own} and {survivor.key} {other}; correct the kind of one of the "
            "two, or name another record",
        )
    if survivor.curation in SET_ASIDE and record.curation not in SET_ASIDE:
        yield Problem(
            "mergedInto",
            f"{survivor.key} is {survivor.curation.value}, and {record.key} would be in no list "
            "any more; name a record that stands, or set this one aside, too",
        )


def _check_noun(noun: str, record: Record, look_up: LookUp) -> Iterator[Problem]:
    yield from _check_spans(record, look_up)
    yield from contradictions.check(record, look_up)
    yield from countries.check(record)
    match record:
        case Article():
            yield from articles.check(record)
        case Party():
            yield from parties.check(record)
            yield from _check_ancestors(record, look_up)
            yield from _check_bodies(record, look_up)
        case Meeting():
            yield from meetings.check(record)
        case Commitment() | Request():
            yield from _check_key_is_unique(noun, record, look_up)
        case FollowUp():
            yield from _check_follow_up(record, look_up)
        case Concept():
            yield from concepts.check(record)
        case Assessment():
            yield from _check_assessment(record, look_up)


def _check_spans(record: Record, look_up: LookUp) -> Iterator[Problem]:
    for path, evidence in find_parts(record, Evidence):
        article = look_up("articles", evidence.article)
        if isinstance(article, Article):
            if evidence.selector.is_whole and article.text_kind is not TextKind.TITLE:
                yield Problem(f"{path}.selector", SPAN_IS_MISSING)
                continue
            for check_ in (check_span, check_letters):
                for problem in check_(evidence.selector, article.key, article.text):
                    yield problem.prefix_path(f"{path}.selector")


def _check_bodies(party: Party, look_up: LookUp) -> Iterator[Problem]:
    named = [
        (f"memberships[{i}].organization", m.organization) for i, m in enumerate(party.memberships)
    ]
    if isinstance(party, Organization) and party.parent is not None:
        named.append(("parent", party.parent))
    for path, key in named:
        if isinstance(look_up("parties", key), Person):
            yield Problem(path, f"{key} is a person; only an organization has parts or members")
        if party.merged_into is None and path != "parent" and key != party.key:
            body = _survivor("parties", key, look_up)
            if body is not None and body.key == party.key:
                yield Problem(
                    path, f"{key} is merged into {party.key}: a party cannot be its own member"
                )


def _check_ancestors(party: Party, look_up: LookUp) -> Iterator[Problem]:
    seen: list[str] = []
    above = _survivor("parties", party.key, look_up)
    while isinstance(above, Organization) and above.parent is not None:
        seen.append(above.key)
        above = _survivor("parties", above.parent, look_up)
        if above is not None and above.key in seen:
            yield Problem("parent", f"the chain of parents runs in a circle at {above.key}")
            return


def _survivor(noun: str, key: str, look_up: LookUp) -> Record | None:
    """The record in which the one with this key lives on: itself, unless it was merged."""
    record = look_up(noun, key)
    if record is not None and record.merged_into is not None:
        return look_up(noun, record.merged_into)
    return record


def _check_key_is_unique(noun: str, record: Record, look_up: LookUp) -> Iterator[Problem]:
    other = next(n for n in TRACKABLES if n != noun)
    if look_up(other, record.key) is not None:
        yield Problem("key", f"{other}/{record.key} has this key; both are followed by key alone")


def _check_assessment(assessment: Assessment, look_up: LookUp) -> Iterator[Problem]:
    noun, named = target_of(assessment.trackable, look_up)
    if named is not None and noun == "commitments" and assessment.value in OF_REQUESTS:
        yield Problem(
            "value",
            f"{named.key} is a commitment, and only a request can be {assessment.value.value}; use "
            "WITHDRAWN or BROKEN",
        )


def _check_follow_up(follow_up: FollowUp, look_up: LookUp) -> Iterator[Problem]:
    """The problems of a follow-up; what it names stands for the record in which that lives on.

    One that was rejected or retracted decides nothing, so these rules do not apply to it.
    """
    noun, named = target_of(follow_up.target, look_up)
    target = _survivor(noun, follow_up.target, look_up)
    if named is None or follow_up.curation in SET_ASIDE:
        return
    if follow_up.target_noun not in (None, noun):
        yield Problem("targetNoun", f"{follow_up.target} is among {noun}")
    answered = _survivor("follow_ups", follow_up.answers, look_up) if follow_up.answers else None
    if isinstance(target, Commitment | Request):
        yield from follow_ups.check(
            _resolve_merges(follow_up, look_up),
            _resolve_merges(target, look_up),
            answered if isinstance(answered, FollowUp) else None,
        )
    if isinstance(answered, FollowUp) and not _same_target(follow_up, answered, look_up):
        message = f"{answered.key} follows {answered.target}, not {follow_up.target}"
        yield Problem("answers", message)


Followed = TypeVar("Followed", FollowUp, Commitment | Request)


def _resolve_merges(record: Followed, look_up: LookUp) -> Followed:
    """The record with each article and commitment replaced by the one in which it lives on."""

    def key_of(noun: str, key: str) -> str:
        living = _survivor(noun, key, look_up)
        return living.key if living is not None else key

    named = {e.article: key_of("articles", e.article) for e in record.evidence}
    evidence = tuple(
        e.model_copy(update={"article": named[e.article]}) if named[e.article] != e.article else e
        for e in record.evidence
    )
    updates: dict[str, Any] = {"evidence": evidence}
    if isinstance(record, FollowUp):
        updates["target"] = key_of(target_of(record.target, look_up)[0], record.target)
        if record.restated_as is not None:
            updates["restated_as"] = key_of("commitments", record.restated_as)
    return record.model_copy(update=updates)


def _same_target(a: FollowUp, b: FollowUp, look_up: LookUp) -> bool:
    targets = [target_of(follow_up.target, look_up)[1] for follow_up in (a, b)]
    ends = {target.merged_into or target.key for target in targets if target is not None}
    return len(ends) == 1


def target_of(key: str, look_up: LookUp) -> tuple[str, Commitment | Request | None]:
    """The noun and record of a commitment or request; the record is None if there is none."""
    for noun in TRACKABLES:
        record = look_up(noun, key)
        if isinstance(record, Commitment | Request):
            return noun, record
    return TRACKABLES[0], None


def complete(record: Record, look_up: LookUp) -> Record:
    """The record with what follows from other records: whole spans, and the noun of its target.

    The record must have passed `check`.
    """
    if isinstance(record, Article):
        article = record
        return rewrite_parts(article, Mention, lambda mention: _complete_mention(mention, article))
    record = rewrite_parts(record, Evidence, lambda evidence: _complete_evidence(evidence, look_up))
    if isinstance(record, FollowUp):
        noun, _ = target_of(record.target, look_up)
        return _with_member(record, "target_noun", TrackableNoun(noun))
    if isinstance(record, Assessment | CheckLog):
        noun, _ = target_of(record.trackable, look_up)
        return _with_member(record, "trackable_noun", TrackableNoun(noun))
    return record


Whole = TypeVar("Whole", bound=Shape)


def _with_member(shape: Whole, name: str, value: Any) -> Whole:
    """The shape with this member, the same one if it has it: copies are slow."""
    return shape if getattr(shape, name) is value else shape.model_copy(update={name: value})


def _complete_mention(mention: Mention, article: Article) -> Mention:
    if mention.span is None:
        return mention
    return _with_member(mention, "span", _complete_span(mention.span, article))


def _complete_evidence(evidence: Evidence, look_up: LookUp) -> Evidence:
    article = look_up("articles", evidence.article)
    assert isinstance(article, Article)
    return _with_member(evidence, "selector", _complete_span(evidence.selector, article))


def _complete_span(selector: Selector, article: Article) -> Selector:
    whole = locate(selector, article.text)
    return whole if shows_words(article) else _with_member(whole, "exact", None)


def shows_words(article: Article) -> bool:
    """Whether evidence may hold words of an article. It stays where the article is retracted, and
    the words of that are not to be read in it.
    """
    withheld = article.text_access is TextAccess.WITHHELD
    return not withheld and article.curation is not Curation.RETRACTED
