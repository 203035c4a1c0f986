"""The mutation root: a list of what can be done, and no behaviour."""

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry
from pydantic.alias_generators import to_snake

from engine.fields import embedded, stored
from schema.changes import Noun
from schema.commands.declared import MANY_WRITES, Mutation
from schema.commands.inputs import FILLED, Input, make_input, take, take_members, take_version
from schema.commands.intakes import list_intake_mutations
from schema.commands.payloads import (
    LostEvidence,
    show_any_record,
    show_change,
    show_record,
    show_written,
)
from schema.shared.comments import Comment
from schema.shared.enums import register_enum
from schema.shared.lazy_types import (
    ArticleRef,
    AssessmentRef,
    CheckLogRef,
    CommitmentRef,
    ConceptRef,
    FollowUpRef,
    MeetingRef,
    PartyRef,
    RequestRef,
)
from schema.shared.scalars import Instant
from store.bundles.text import MOST_RECORDS, BundleFormat, read_records
from store.records.articles import TextAccess, TextKind
from store.records.nouns import NOUNS
from store.records.reviews import ReviewAction
from store.viewers import Role, Viewer
from store.writes.commands import Verb, Verdict, Work
from store.writes.verbs.article_text import replace_text
from store.writes.verbs.comments import comment
from store.writes.verbs.merges import merge, unmerge
from store.writes.verbs.records import apply_records, create, revert, update, withdraw_assessment
from store.writes.verbs.reviews import review

register_enum(ReviewAction)
register_enum(BundleFormat)

Given = Mapping[str, Any]

_REFS: Mapping[str, tuple[str, str, Any]] = {
    "parties": ("Party", "a person or an organisation", PartyRef),
    "articles": ("Article", "an article", ArticleRef),
    "meetings": ("Meeting", "a meeting", MeetingRef),
    "commitments": ("Commitment", "a commitment", CommitmentRef),
    "requests": ("Request", "a request", RequestRef),
    "follow_ups": ("FollowUp", "a follow-up", FollowUpRef),
    "assessments": ("Assessment", "an assessment", AssessmentRef),
    "check_logs": ("CheckLog", "a check log", CheckLogRef),
    "concepts": ("Concept", "what a topic is called", ConceptRef),
}
"""By noun, the name of one in names of mutations and in words, and its type."""

_CREATES = {"assessments": "assess", "check_logs": "recordCheck"}
"""The nouns that are created by another verb."""

_SAID = {
    "assessments": "Judges the status of a commitment or request, beside what follows from the "
    "record.",
    "check_logs": "Records that somebody looked for follow-ups, and found so many, or none: this "
    "tells silence from nobody having looked.",
}

_NAME = "the name of whoever sends this"
_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "assessments": {"assessor": _NAME},
    "check_logs": {"checkedBy": _NAME, "found": "0"},
}
"""What members are if they are not given, in words."""

_KEY = "The key of the record."


def _key() -> Input:
    return take(_KEY, str, "key", required=True)


def _noun() -> Input:
    return take("The kind of record.", Noun, "noun", required=True)


def _members_in(given: Given, *others: str) -> dict[str, Any]:
    """What is said of a record itself."""
    return {n: v for n, v in given.items() if n not in ("accept", "expectedVersion", *others)}


def _key_default(noun: str) -> Mapping[str, str]:
    """What the key of a new record is; that of a topic follows its path, and must be given."""
    return {} if noun == "concepts" else {"key": "a new one that says nothing"}


def _create(noun: str) -> Mutation:
    name, one, ref = _REFS[noun]
    defaults = _DEFAULTS.get(noun, {})

    def verb(given: Given, viewer: Viewer) -> Verb:
        filled = {n: 0 if n == "found" else viewer.name for n in defaults}
        members = {**filled, **{n: v for n, v in _members_in(given).items() if v is not None}}
        return create(noun, members, accept=bool(given.get("accept")))

    members = take_members(
        NOUNS[noun][-1], without=FILLED, defaults={**_key_default(noun), **defaults}
    )
    told = "Whether it is accepted at once, which only an EDITOR may do, and nobody where two "
    accept = take(told + "persons have to look at everything.", bool, "accept")
    said = _SAID.get(noun, f"Creates {one}.")
    return Mutation(
        _CREATES.get(noun, f"create{name}"),
        Role.PROPOSER,
        f"{said} It is PROPOSED, and not public, until it is accepted.",
        verb,
        {**members, **accept},
        show_record(ref, noun),
    )


def _update(noun: str) -> Mutation:
    name, one, ref = _REFS[noun]
    # Another text moves what rests on it, which `replaceArticleText` sees to.
    without = {*FILLED, "key", *(("text",) if noun == "articles" else ())}
    members = take_members(NOUNS[noun][-1], without=without, optional=True)

    def verb(given: Given, _viewer: Viewer) -> Verb:
        return update(noun, given["key"], _members_in(given, "key"), given.get("expectedVersion"))

    return Mutation(
        f"update{name}",
        Role.PROPOSER,
        f"Changes {one}: what is absent stays, null empties, a list is "
        "replaced as a whole. A PROPOSER may change proposals of their own, an EDITOR everything.",
        verb,
        {**_key(), **members, **take_version()},
        show_record(ref, noun),
    )


_RECORD_TO_REVIEW: Any = make_input(
    "RecordToReview", "A record to review.", {**_noun(), **_key(), **take_version()}
)


def _review(given: Given, _viewer: Viewer) -> Verb:
    records = [((str(r["noun"]), r["key"]), r.get("expectedVersion")) for r in given["records"]]
    return review(ReviewAction(given["action"]), records)


def _merge(given: Given, _viewer: Viewer) -> Verb:
    version = given.get("expectedVersion")
    return merge(str(given["noun"]), given["keys"], given["into"], version)


def _unmerge(given: Given, _viewer: Viewer) -> Verb:
    return unmerge(str(given["noun"]), given["key"], given.get("expectedVersion"))


def _revert(given: Given, _viewer: Viewer) -> Verb:
    version, expected = given["version"], given.get("expectedVersion")
    return revert(str(given["noun"]), given["key"], version, expected)


def _withdraw_assessment(given: Given, _viewer: Viewer) -> Verb:
    expected = given.get("expectedVersion")
    return withdraw_assessment(given["key"], given.get("withdrawnAt"), expected)


def _replace_text(given: Given, _viewer: Viewer) -> Verb:
    members = _members_in(given, "key")
    return replace_text(given["key"], members, given.get("expectedVersion"))


def _comment(given: Given, _viewer: Viewer) -> Verb:
    return comment(str(given["noun"]), given["key"], given["text"], given.get("path"))


def _apply(given: Given, _viewer: Viewer) -> Verb:
    form = BundleFormat(given.get("format") or BundleFormat.JSON_LINES)

    async def verb(work: Work) -> Verdict:
        return await apply_records(read_records(given["records"], form))(work)

    return verb


def _list_mutations() -> Iterator[Mutation]:
    yield from (_create(noun) for noun in NOUNS)
    yield from (_update(noun) for noun in NOUNS)
    yield Mutation(
        "withdrawAssessment",
        Role.EDITOR,
        "Ends an assessment; it is shown for the time in which it held.",
        _withdraw_assessment,
        {
            **_key(),
            **take("From when on it does not hold, by default from now.", Instant, "withdrawnAt"),
            **take_version(),
        },
        show_record(AssessmentRef, "assessments"),
    )
    yield Mutation(
        "review",
        Role.PROPOSER,
        "Takes records from one stage of review to the next, all of them or none. A PROPOSER may "
        "submit proposals of their own, an EDITOR do everything; where two persons have to look at "
        "everything, nobody accepts what they wrote themselves. To reject and to retract needs a "
        "reason.",
        _review,
        take("What to do with them.", ReviewAction, "action", required=True)
        | take("The records.", list[_RECORD_TO_REVIEW], "records", required=True),
        show_written(),
        MANY_WRITES,
    )
    lacking = "What the merged records say and the survivor does not, such as `telno: country`."
    yield Mutation(
        "mergeRecords",
        Role.EDITOR,
        "Merges records into another, in which they live on: what names them leads there. Needs a "
        "reason. Several at once need an ADMIN. `unmergeRecord` takes it back.",
        _merge,
        _noun()
        | take("The keys of the records to merge.", list[str], "keys", required=True)
        | take("The key of the record that they are merged into.", str, "into", required=True)
        | take_version(),
        {
            **show_any_record(),
            "lacking": (list[str], stored("lacking", lacking, many=True)),
            **show_written(),
        },
    )
    yield Mutation(
        "unmergeRecord",
        Role.EDITOR,
        "Takes a merge back: the record stands for itself again, with all that names it, and with "
        "what was merged into it before. What was changed since of either stays. Needs a reason.",
        _unmerge,
        _noun() | _key() | take_version(),
        {**show_any_record(), **show_change(), **show_written()},
    )
    yield Mutation(
        "revertRecord",
        Role.EDITOR,
        "Has a record say again what it said in an earlier version, as a new one. Its stage of "
        "review stays, and what it is merged into. Needs a reason.",
        _revert,
        _noun()
        | _key()
        | take("The version to go back to.", int, "version", required=True)
        | take_version(),
        {**show_any_record(), **show_change()},
    )
    yield Mutation(
        "replaceArticleText",
        Role.EDITOR,
        "Gives an article another text. Evidence is found again by its words; what is not is "
        "listed, and stays as it was until somebody decides. Needs a reason.",
        _replace_text,
        _key()
        | take("The new text.", str, "text", required=True)
        | take("What the text is, if that changes.", TextKind, "textKind")
        | take("Whether the text may be served, if that changes.", TextAccess, "textAccess")
        | take_version(),
        {
            **show_record(ArticleRef, "articles"),
            "lost": (
                list[LostEvidence],
                embedded("lost", "What was not found again.", many=True),
            ),
            **show_written(),
        },
        MANY_WRITES,
    )
    yield Mutation(
        "comment",
        Role.PROPOSER,
        "Comments on a record, for others who curate; readers do not see it.",
        _comment,
        _noun()
        | _key()
        | take("What to say.", str, "text", required=True)
        | take("What in the record it is about, such as `evidence[0]`.", str, "path"),
        {
            "comment": (
                Comment | None,
                embedded("comment", "The comment; null with user errors."),
            )
        },
    )
    records = (
        f"The records, at most {MOST_RECORDS:,}, as `followthrough import` reads them from a file."
    )
    yield Mutation(
        "applyRecords",
        Role.PROPOSER,
        "Writes many records at once, all of them or none, for programs: each is created, or made "
        "to say what is given as a whole. They may name each other. What is stored so already "
        "stays. A PROPOSER may write proposals.",
        _apply,
        take(records, str, "records", required=True)
        | take("How they are written. By default JSON_LINES.", BundleFormat, "format"),
        {
            **show_written(),
            "unchanged": (
                int | None,
                stored("unchanged", "How many are stored so already; null with user errors."),
            ),
        },
        MANY_WRITES,
    )
    yield from list_intake_mutations()


def make_root() -> Any:
    """The mutation root."""
    fields = {to_snake(m.name): m.as_field() for m in _list_mutations()}
    body = {
        "__annotations__": {n: annotation for n, (annotation, _) in fields.items()},
        **{n: made for n, (_, made) in fields.items()},
    }
    description = "The root of every mutation. Its fields are carried out one after the other."
    return strawberry.type(type("Mutation", (), body), description=description)
