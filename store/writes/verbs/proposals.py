"""Accept proposals: chosen drafts, corrected and completed, become records in one write.

What a curator gives takes the place of what the draft says, member by member. Titles and gists
must be in one's own words. The article is written with the first of its records.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from store.mongodb.collections import PROPOSALS
from store.mongodb.driver import UpdateOne
from store.mongodb.keys import new_key
from store.records.articles import TextAccess, TextKind
from store.records.base import At, Curation, Key, Record, to_stored_precision
from store.records.evidence import EvidenceMode
from store.records.intakes import IntakeState, ProposalState
from store.records.nouns import NOUNS
from store.records.own_words import find_copied
from store.records.parties import NameKind
from store.viewers import Role
from store.writes.commands import CommandRefused, UserError, UserErrorCode, Verb, Verdict, Work
from store.writes.intake_events import LISTS
from store.writes.verbs.intakes import check_stage, load_intake, load_proposals, recount_open
from store.writes.verbs.members import Members, build_record, rename_references
from store.writes.verbs.records import (
    make_two_persons_error,
    members_in,
    require_right_to_change,
)
from store.writes.writer import Draft

MOST_ACCEPTED = 200
"""Proposals that are accepted at once."""

MEMBER_OF: Mapping[str, str] = {
    "parties": "party",
    "meetings": "meeting",
    "commitments": "commitment",
    "requests": "request",
    "follow_ups": "followUp",
}
"""By noun, the member of the input that corrects and completes a draft of it."""

TAKEN_BACK = (Curation.RETRACTED, Curation.REJECTED)
"""Stages of review in which a record holds no longer."""

_OWN_WORDS = ("title", "gist", "test", "rationale", "note")
"""Members that have to be in one's own words."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A proposal that is accepted: its key, and the draft's noun with the members that are given
    in place of its own. With `about` it is evidence of that stored record and of no new one.
    """

    key: Key
    noun: str | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    about: At | None = None


def accept(
    intake: Key, article: Mapping[str, Any], chosen: Sequence[Chosen], *, at_once: bool = False
) -> Verb:
    """Makes records of proposals of one intake; `article` corrects and completes its article. They
    are PROPOSED, unless they are to be accepted `at_once`.
    """

    async def verb(work: Work) -> Verdict:
        return await _Acceptance(work, intake, article, chosen, at_once).carry_out()

    return verb


@dataclass
class _Acceptance:
    work: Work
    intake: Key
    given_article: Mapping[str, Any]
    chosen: Sequence[Chosen]
    at_once: bool
    new: dict[At, Record] = field(default_factory=dict)
    grown: dict[At, Members] = field(default_factory=dict)
    paths: dict[At, str] = field(default_factory=dict)
    errors: list[UserError] = field(default_factory=list)
    became: Mapping[At, At] = field(default_factory=dict)

    async def carry_out(self) -> Verdict:
        work = self.work
        if self.at_once:
            work.require(Role.EDITOR, "to accept a record")
            if work.two_persons:
                raise CommandRefused(make_two_persons_error("input.accept"))
        document = await load_intake(work, self.intake, "input.intake")
        check_stage(
            "the intake", document["state"], (IntakeState.READY,), "accepted", "input.intake"
        )
        proposals = await self._load_chosen()
        self.text: str = document["text"]
        self.article: Key = document["article"]
        await self._add_article(document)
        self.became = await self._find_what_became(proposals)
        made = {
            one.key: await self._add(one, proposals[one.key], f"input.proposals[{i}]")
            for i, one in enumerate(self.chosen)
        }
        if self.errors:
            raise CommandRefused(*self.errors)
        grown = [
            (await self._build(at[0], members, self.paths[at]), members["version"])
            for at, members in self.grown.items()
        ]
        if self.errors:
            raise CommandRefused(*self.errors)
        await self._keep_decisions(made)
        drafts = [Draft(record) for record in self.new.values()]
        drafts += [Draft(record, version) for record, version in grown if record is not None]
        row = {"intake": self.intake, "proposals": [*made]}
        return Verdict(drafts, paths=self.paths, lists=LISTS, row=row)

    async def _load_chosen(self) -> dict[Key, dict[str, Any]]:
        paths = {one.key: f"input.proposals[{i}].key" for i, one in enumerate(self.chosen)}
        if not 0 < len(self.chosen) <= MOST_ACCEPTED or len(paths) < len(self.chosen):
            message = f"give 1 to {MOST_ACCEPTED} proposals, each once"
            raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input.proposals"))
        proposals = await load_proposals(self.work, paths)
        for key, path in paths.items():
            if proposals[key]["intake"] != self.intake:
                message = "this is a proposal of another intake; accept it with that"
                raise CommandRefused(UserError(UserErrorCode.INVALID, message, path))
            state = proposals[key]["state"]
            check_stage("the proposal", state, (ProposalState.OPEN,), "accepted", path)
        return proposals

    async def _find_what_became(self, proposals: Mapping[Key, Mapping[str, Any]]) -> dict[At, At]:
        """Drafts name proposed parties and meetings by the keys that these would have. By such a
        key, the record that each has become, or becomes now, where that is another one.
        """
        needed = {key for proposal in proposals.values() for key in proposal["needs"]}
        before = {"_id": {"$in": sorted(needed)}, "state": ProposalState.ACCEPTED.value}
        found: dict[At, At] = {}
        for accepted in await self.work.find(PROPOSALS, before) if needed else ():
            record = accepted["record"]
            found[accepted["noun"], accepted["members"]["key"]] = record["noun"], record["key"]
        for one in self.chosen:
            noun, drafted = proposals[one.key].get("noun"), proposals[one.key]["members"].get("key")
            if noun is None or drafted is None:
                continue
            key = one.members.get("key") or await self._find_key(noun, drafted)
            found[noun, drafted] = one.about or (noun, key)
        return {at: record for at, record in found.items() if at != record}

    async def _find_key(self, noun: str, drafted: Key) -> Key:
        """The key of a draft; a new one where what has that was taken back, and keeps it."""
        record = (await self.work.find_documents(noun, [drafted])).get(drafted)
        return new_key() if record is not None and record["curation"] in TAKEN_BACK else drafted

    # --- The article -----------------------------------------------------------------------------

    async def _add_article(self, intake: Mapping[str, Any]) -> None:
        """Adds the article, unless it is stored and stays as it is."""
        found = await self.work.find_documents("articles", [self.article])
        given = {n: v for n, v in self.given_article.items() if v is not None}
        if not found:
            members = {
                "textKind": TextKind.FULL_TEXT.value,
                "textAccess": TextAccess.WITHHELD.value,
                **intake["articleMembers"],
                **given,
                "key": self.article,
                "text": self.text,
            }
            await self._add_new("articles", members, "input.article")
            return
        if given:
            message = "its article is written already; change it by `updateArticle`"
            self.errors.append(UserError(UserErrorCode.INVALID, message, "input.article"))
        # What is accepted must not rest on an article that nobody has accepted.
        article = found[self.article]
        if self.at_once and article["curation"] in (Curation.PROPOSED, Curation.IN_REVIEW):
            at = "articles", self.article
            self.grown[at] = {**members_in(article), "curation": Curation.ACCEPTED}
            self.grown[at]["version"] = article["version"]
            self.paths[at] = "input.article"

    # --- Each proposal ---------------------------------------------------------------------------

    async def _add(self, one: Chosen, proposal: Mapping[str, Any], path: str) -> At | None:
        """Adds what a proposal becomes; the record that it is, or that grows by it."""
        about = one.about or _about_of(proposal)
        if about is not None:
            return await self._grow(about, one, proposal, path)
        noun = one.noun or proposal.get("noun")
        if noun is None:
            message = "this has no draft; give `commitment` or another record as a whole"
            self.errors.append(UserError(UserErrorCode.MISSING, message, path))
            return None
        place = f"{path}.{MEMBER_OF[noun]}"
        if proposal.get("noun") not in (None, noun):
            message = f"its draft is one of {proposal['noun']}; correct that"
            self.errors.append(UserError(UserErrorCode.INVALID, message, place))
            return None
        drafted = rename_references(proposal["members"], NOUNS[noun][-1], self.became)
        if noun != "parties":
            drafted.setdefault("evidence", self._evidence_of(proposal))
        if (renewed := self.became.get((noun, drafted.get("key", "")))) is not None:
            drafted["key"] = renewed[1]
        whole = {"key": new_key(), **drafted, **one.members}
        return await self._add_new(noun, whole, place)

    async def _add_new(self, noun: str, members: Members, path: str) -> At | None:
        curation = Curation.ACCEPTED if self.at_once else Curation.PROPOSED
        whole = {n: v for n, v in members.items() if v is not None} | {"curation": curation}
        at = noun, whole["key"]
        taken = at in self.new or await self.work.find_documents(noun, [whole["key"]])
        if taken:
            message = f"{noun} has a record {whole['key']!r} already; give another key, or add "
            message += "this to it as evidence by `about`"
            self.errors.append(UserError(UserErrorCode.KEY_TAKEN, message, f"{path}.key"))
            return None
        if noun != "articles":
            self._check_words(whole, path)
        record = await self._build(noun, whole, path)
        if record is None:
            return None
        self.new[at] = record
        self.paths[at] = path
        return at

    async def _build(self, noun: str, members: Members, path: str) -> Record | None:
        """The record, or None with what is wrong noted."""
        try:
            return await build_record(self.work, noun, members, path, {self.article: self.text})
        except CommandRefused as refused:
            self.errors += refused.errors
            return None

    def _check_words(self, members: Members, path: str) -> None:
        """Notes each text that has too many words in a row of the article. The message does not
        repeat them: the article may be withheld.
        """
        for name, text in _own_texts(members):
            if find_copied(text, self.text) is not None:
                message = "eight or more words in a row are those of the article; say it in your "
                message += "own words"
                code = UserErrorCode.NOT_OWN_WORDS
                self.errors.append(UserError(code, message, f"{path}.{name}"))

    # --- Evidence for what is stored -------------------------------------------------------------

    async def _grow(
        self, about: At, one: Chosen, proposal: Mapping[str, Any], path: str
    ) -> At | None:
        """Adds to a stored record: evidence, a competing date of a meeting, a name of a party."""
        noun, key = about
        if about not in self.grown:
            document = await self.work.load(noun, key, f"{path}.about")
            await require_right_to_change(self.work, noun, document)
            self.grown[about] = {**members_in(document), "version": document["version"]}
            self.paths[about] = path
        members = self.grown[about]
        given = {n: v for n, v in one.members.items() if v is not None}
        proof = given.pop("evidence", None) or self._evidence_of(proposal)
        if noun == "parties":
            self._add_name(members, proposal)
        elif noun == "meetings" and "date" in proposal["members"]:
            date = given.pop("date", None) or proposal["members"]["date"]
            claims = [{"date": date, "evidence": one_proof} for one_proof in proof[:1]]
            members["claims"] = [*members.get("claims", ()), *claims]
        else:
            held = [place_of(e) for e in members.get("evidence", ())]
            fresh = [e for e in proof if place_of(e) not in held]
            members["evidence"] = [*members.get("evidence", ()), *fresh]
        self._check_words({**given, "evidence": proof}, path)
        members.update(given)
        return about

    def _add_name(self, party: Members, proposal: Mapping[str, Any]) -> None:
        """Of a party that is stored under another name, the name by which the article has it."""
        name = proposal["members"].get("name")
        known = {party["name"], *(one["value"] for one in party.get("names", ()))}
        if name is not None and name not in known:
            alias = {"value": name, "kind": NameKind.ALIAS.value}
            party["names"] = [*party.get("names", ()), alias]

    def _evidence_of(self, proposal: Mapping[str, Any]) -> list[Members]:
        """The evidence of a draft, or else its spans."""
        if found := proposal["members"].get("evidence"):
            return list(found)
        return [
            {
                "article": self.article,
                "selector": {n: span[n] for n in ("start", "end", "exactSha256")},
                "mode": EvidenceMode.REPORTER_VOICE.value,
            }
            for span in proposal["spans"]
        ]

    async def _keep_decisions(self, made: Mapping[Key, At | None]) -> None:
        by, _ = self.work.who
        at = to_stored_precision(self.work.now)
        steps = []
        for key, became in made.items():
            assert became is not None  # or there were errors
            record = {"noun": became[0], "key": became[1]}
            decided = {"decidedAt": at, "decidedBy": by, "record": record}
            changes = {"$set": {"state": ProposalState.ACCEPTED.value, **decided}}
            steps.append(UpdateOne({"_id": key}, changes))
        await self.work.database.write(PROPOSALS, steps, self.work.session)
        await recount_open(self.work, {self.intake})


def _about_of(proposal: Mapping[str, Any]) -> At | None:
    about = proposal.get("about")
    return (about["noun"], about["key"]) if about is not None else None


def _own_texts(members: Members) -> Iterator[tuple[str, str]]:
    """The texts that have to be in one's own words, each with its path."""
    for name in _OWN_WORDS:
        if isinstance(members.get(name), str):
            yield name, members[name]
    for i, proof in enumerate(members.get("evidence") or ()):
        if isinstance(proof, Mapping) and isinstance(proof.get("gist"), str):
            yield f"evidence[{i}].gist", proof["gist"]


def place_of(evidence: Mapping[str, Any]) -> tuple[Any, ...]:
    """Which words of which article evidence is."""
    selector = evidence.get("selector") or {}
    return evidence.get("article"), selector.get("start"), selector.get("end")
