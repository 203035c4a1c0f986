"""The mutations of the intake: submit articles, decide about proposals."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from engine.fields import link, links, stored
from intake.text.cleaning import MOST_CHARACTERS
from schema.changes import Noun
from schema.commands.declared import MANY_WRITES, Mutation
from schema.commands.inputs import FILLED, Input, make_input, take, take_members
from schema.commands.payloads import Output, show_written
from schema.shared.lazy_types import IntakeRef, ProposalRef
from store.records.dates import FuzzyDate
from store.records.nouns import NOUNS
from store.viewers import Role, Viewer
from store.writes.commands import CommandRefused, UserError, UserErrorCode, Verb, Verdict, Work
from store.writes.verbs.intakes import Submission, cancel, delete, reject, retry, submit
from store.writes.verbs.proposals import MEMBER_OF, Chosen, accept
from store.writes.verbs.reopening import reopen

Given = Mapping[str, Any]

_OF_THE_TEXT = ("text", "text_kind", "source_sha256", "mentions")
"""Members of an article that the intake fills."""


def _make_draft_input(noun: str, name: str) -> Any:
    """The input that corrects and completes a draft of a noun: every member may be given."""
    without = {*FILLED, *(_OF_THE_TEXT if noun == "articles" else ())}
    members = take_members(NOUNS[noun][-1], without=without, optional=True)
    return make_input(
        f"{name}Draft",
        "What is known of a record, or corrects and completes a proposal of it: what is absent "
        "stays as it was read, null empties, a list is replaced as a whole.",
        members,
    )


_DRAFTS = {
    noun: _make_draft_input(noun, name)
    for noun, name in (
        ("articles", "Article"),
        ("parties", "Party"),
        ("meetings", "Meeting"),
        ("commitments", "Commitment"),
        ("requests", "Request"),
        ("follow_ups", "FollowUp"),
    )
}

_ABOUT: Any = make_input(
    "StoredRecord",
    "A stored record.",
    take("The kind of record.", Noun, "noun", required=True)
    | take("The key of the record.", str, "key", required=True),
)


def _take_drafts() -> Input:
    told = "Corrects and completes the draft, if it is one of this kind."
    found: Input = {}
    for noun, member in MEMBER_OF.items():
        found |= take(told, _DRAFTS[noun], member)
    return found


_CHOSEN: Any = make_input(
    "AcceptedProposal",
    "A proposal to accept. With a draft give one of the records, with titles and gists in your own "
    "words: eight words in a row of the article are refused.",
    take("The key of the proposal.", str, "key", required=True)
    | _take_drafts()
    | take("The stored record that this is evidence of, in place of a new one.", _ABOUT, "about"),
)


def _submit(given: Given, _viewer: Viewer) -> Verb:
    text, file = given.get("text"), given.get("file")

    async def verb(work: Work) -> Verdict:
        if (text is None) == (file is None):
            message = "give `text`, or the `file` that an upload was answered with; not both"
            raise CommandRefused(UserError(UserErrorCode.MISSING, message, "input.text"))
        if text is not None:
            _check_text(text)
        members = given.get("article") or {}
        _check_date(members)
        submission = Submission(text, file, members, bool(given.get("sendToModel")))
        return await submit(submission)(work)

    return verb


def _check_text(text: str) -> None:
    if not text.strip():
        message = "there is no text; paste the article itself"
        raise CommandRefused(UserError(UserErrorCode.MISSING, message, "input.text"))
    if len(text) > MOST_CHARACTERS:
        message = (
            f"the text has {len(text):,} characters, at most {MOST_CHARACTERS:,} are read; give "
            "the article alone, or its parts one by one"
        )
        raise CommandRefused(UserError(UserErrorCode.TOO_LONG, message, "input.text"))


def _check_date(members: Given) -> None:
    """Articles are read by their date, so one that is none is refused before."""
    date = members.get("datePublished")
    if date is None:
        return
    try:
        FuzzyDate.model_validate({n: v for n, v in date.items() if v is not None})
    except ValidationError as error:
        message = error.errors(include_url=False, include_input=False)[0]["msg"]
        path = "input.article.datePublished.edtf"
        raise CommandRefused(UserError(UserErrorCode.BAD_DATE, message, path)) from None


def _cancel(given: Given, _viewer: Viewer) -> Verb:
    return cancel(given["key"])


def _retry(given: Given, _viewer: Viewer) -> Verb:
    return retry(given["key"])


def _delete(given: Given, _viewer: Viewer) -> Verb:
    return delete(given["key"])


def _reject(given: Given, _viewer: Viewer) -> Verb:
    return reject(given["keys"])


def _reopen(given: Given, _viewer: Viewer) -> Verb:
    return reopen(given["keys"])


def _accept(given: Given, _viewer: Viewer) -> Verb:
    async def verb(work: Work) -> Verdict:
        chosen = [_choose(one, i) for i, one in enumerate(given["proposals"])]
        article = given.get("article") or {}
        at_once = bool(given.get("accept"))
        return await accept(given["intake"], article, chosen, at_once=at_once)(work)

    return verb


def _choose(one: Given, place: int) -> Chosen:
    drafts = {noun: one[m] for noun, m in MEMBER_OF.items() if one.get(m) is not None}
    if len(drafts) > 1:
        message = "give one of the records, that of the proposal's kind"
        path = f"input.proposals[{place}]"
        raise CommandRefused(UserError(UserErrorCode.INVALID, message, path))
    noun, members = next(iter(drafts.items()), (None, {}))
    about = one.get("about")
    at = (str(about["noun"]), about["key"]) if about is not None else None
    return Chosen(one["key"], noun, members, at)


def _show_intake() -> Output:
    made = link("intake", "intakes", "The intake; null with user errors.")
    return {"intake": (IntakeRef | None, made)}


def _show_proposals() -> Output:
    made = links("proposals", "proposals", "The proposals, as they are after.")
    return {"proposals": (list[ProposalRef], made)}


def _key() -> Input:
    return take("The key of the intake.", str, "key", required=True)


def _keys() -> Input:
    return take("The keys of the proposals.", list[str], "keys", required=True)


def list_intake_mutations() -> Iterator[Mutation]:
    """The mutations, in the order in which they come in an intake's life."""
    is_new = "Whether it was submitted just now, and not before; null with user errors."
    yield Mutation(
        "submitArticle",
        Role.PROPOSER,
        "Has an article read for proposals. Answers at once; `intake` and `intakeProgress` say how "
        "far it is. The same text or file once more gives the intake that is there.",
        _submit,
        take(f"The text, at most {MOST_CHARACTERS:,} characters.", str, "text")
        | take("In its place the key that `POST /intake/files` answered with.", str, "file")
        | take("What is known of the article.", _DRAFTS["articles"], "article")
        | take(
            "Whether the text may leave the house: be sent to the operator's language model, if "
            "there is one. By default false.",
            bool,
            "sendToModel",
        ),
        {**_show_intake(), "isNew": (bool | None, stored("isNew", is_new))},
    )
    yield Mutation(
        "cancelIntake",
        Role.PROPOSER,
        "Calls an intake off that is not READY.",
        _cancel,
        _key(),
        _show_intake(),
    )
    yield Mutation(
        "retryIntake",
        Role.PROPOSER,
        "Has an intake read again that FAILED or was CANCELLED.",
        _retry,
        _key(),
        _show_intake(),
    )
    yield Mutation(
        "deleteIntake",
        Role.PROPOSER,
        "Deletes an intake for good, as where the wrong text was pasted: its text, its file and "
        "its proposals. Records that became of them stay, as does their article. Your own, or as "
        "an EDITOR anybody's.",
        _delete,
        _key(),
        {"key": (str | None, stored("key", "The key that it had; null with user errors."))},
    )
    at_once = "Whether the records are accepted at once, which only an EDITOR may do, and nobody "
    at_once += "where two persons have to look at everything."
    yield Mutation(
        "acceptProposals",
        Role.PROPOSER,
        "Makes records of proposals of one intake, all of them or none, and with the first of "
        "them the article, whose text is WITHHELD unless you say otherwise. They are PROPOSED, and "
        "not public, until they are accepted.",
        _accept,
        take("The key of the intake.", str, "intake", required=True)
        | take("The proposals.", list[_CHOSEN], "proposals", required=True)
        | take("Corrects and completes the article.", _DRAFTS["articles"], "article")
        | take(at_once, bool, "accept"),
        {**_show_intake(), **_show_proposals(), **show_written()},
        MANY_WRITES,
    )
    yield Mutation(
        "rejectProposal",
        Role.PROPOSER,
        "Refuses proposals, which are kept with the reason. Needs a reason.",
        _reject,
        _keys(),
        _show_proposals(),
    )
    yield Mutation(
        "reopenProposal",
        Role.PROPOSER,
        "Has refused proposals wait for a decision again, and those that were accepted, once what "
        "they became was taken back: retracted or rejected; of a record that was there before, "
        "reverted. Accepted once more, a proposal becomes a new record.",
        _reopen,
        _keys(),
        _show_proposals(),
    )
