"""Proposals as a bundle to correct, complete and import: records with what the text tells.

Titles, gists and terms are not there, so that an import refuses each record until somebody has
written them in their own words, or taken the record out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from intake.kinds import ProposalKind
from intake.known import Known
from intake.proposals import Proposal
from intake.reading import Reading
from store.records.base import Record
from store.records.letters import fold_name
from store.records.own_words import find_copied

NOUNS: Mapping[ProposalKind, str] = {
    ProposalKind.PARTY: "parties",
    ProposalKind.MEETING: "meetings",
    ProposalKind.COMMITMENT: "commitments",
    ProposalKind.REQUEST: "requests",
    ProposalKind.FOLLOW_UP: "follow_ups",
}
"""By kind, the noun of the record that a proposal would write."""

_ORDER = ("parties", "articles", "meetings", "commitments", "requests", "follow_ups")
_TO_WRITE: Mapping[str, tuple[str, ...]] = {
    "meetings": ("title",),
    "commitments": ("title", "gist", "term"),
    "requests": ("title", "gist"),
    "follow_ups": ("independence", "confidence"),
}
"""What a curator has to write or choose, by noun."""


def write_draft(
    reading: Reading,
    proposals: Sequence[Proposal],
    known: Known,
    article: str,
    source_sha256: str | None = None,
) -> str:
    """The bundle in YAML, each record with the reasons for it in comments above."""
    entries: dict[str, list[tuple[list[str], dict[str, Any]]]] = {noun: [] for noun in _ORDER}
    entries["articles"].append(([], describe_article(reading, article, source_sha256)))
    keys = choose_party_keys(proposals, known)
    grown: dict[tuple[str, str], dict[str, Any]] = {}
    for number, proposal in enumerate(proposals):
        notes = _notes(proposal, reading)
        noun = NOUNS.get(proposal.kind)
        if noun is not None:
            key = keys[number] if noun == "parties" else f"{article}-{number}"
            members = {"key": key, **proposal.members}
            if noun in _TO_WRITE:
                notes.append(f"write: {', '.join(_TO_WRITE[noun])}")
            entries[noun].append((notes, members))
        elif proposal.kind is ProposalKind.EVIDENCE and proposal.about is not None:
            about, whole = _grow(proposal, known, grown)
            if whole is not None:
                entries[about].append((notes, whole))
    return "\n".join(_write(entries))


def list_copied(draft: str, source: str) -> list[tuple[str, str]]:
    """Of a completed draft, the records whose title or gist has too many words in a row of the
    source: `commitments/a1-3 gist`, and the row.
    """
    found = []
    for noun, records in (yaml.safe_load(draft) or {}).items():
        for record in records if noun in _TO_WRITE else ():
            for member in ("title", "gist"):
                row = find_copied(str(record.get(member) or ""), source)
                if row is not None:
                    found.append((f"{noun}/{record.get('key')} {member}", row))
    return found


def describe_article(reading: Reading, key: str, source_sha256: str | None) -> dict[str, Any]:
    """The article; its text is kept to check evidence by, and served to nobody."""
    found: dict[str, Any] = {"key": key, "inLanguage": reading.language}
    headline = next(
        (s.text for s in reading.segments.sentences if s.part.value == "HEADLINE"), None
    )
    if headline:
        found["headline"] = headline
    if reading.segments.dateline:
        found["dateline"] = reading.segments.text[slice(*reading.segments.dateline)]
    if reading.published:
        found["datePublished"] = {
            "edtf": reading.published.edtf,
            "basis": reading.published.basis.value,
        }
    if source_sha256:
        found["sourceSha256"] = source_sha256
    return {
        **found,
        "textKind": "FULL_TEXT",
        "textAccess": "WITHHELD",
        "text": reading.segments.text.rstrip(),
    }


def choose_party_keys(proposals: Sequence[Proposal], known: Known) -> dict[int, str]:
    """By the number of its proposal, a key for each new party which no stored one has."""
    taken = set(known.directory.survivors)
    found: dict[int, str] = {}
    for number, proposal in enumerate(proposals):
        if proposal.kind is not ProposalKind.PARTY:
            continue
        slug = "-".join(re.findall(r"[a-z0-9]+", fold_name(proposal.members["name"])))[:100]
        key = slug or f"party-{number}"
        while key in taken:
            key = f"{key}-new"
        taken.add(key)
        found[number] = key
    return found


def _grow(
    proposal: Proposal, known: Known, grown: dict[tuple[str, str], dict[str, Any]]
) -> tuple[str, dict[str, Any] | None]:
    """A stored record with more evidence; None if it stands in the draft already, and grew."""
    assert proposal.about is not None
    held: Iterable[tuple[str, Mapping[str, Record]]] = (
        ("commitments", known.commitments),
        ("follow_ups", known.follow_ups),
    )
    for noun, records in held:
        if proposal.about not in records:
            continue
        at = noun, proposal.about
        is_new = at not in grown
        if is_new:
            dumped = records[proposal.about].model_dump(
                by_alias=True, exclude_none=True, mode="json"
            )
            grown[at] = {n: v for n, v in dumped.items() if n not in _KEPT_BY_THE_STORE}
        grown[at]["evidence"] = [*grown[at]["evidence"], *proposal.members["evidence"]]
        return noun, grown[at] if is_new else None
    return "", None


_KEPT_BY_THE_STORE = frozenset({"createdAt", "updatedAt", "version", "recordedAt", "targetNoun"})


def _notes(proposal: Proposal, reading: Reading) -> list[str]:
    """Comments: what it is, why, who else it may be, and the words."""
    found = [f"{proposal.kind.value}, {proposal.confidence.value}: {'; '.join(proposal.reasons)}"]
    if proposal.unresolved:
        found.append(f"not stored: {', '.join(proposal.unresolved)}")
    for member, keys in proposal.candidates.items():
        if keys:
            found.append(f"{member} may be: {', '.join(keys)}")
    for span in proposal.spans:
        found.append(" ".join(reading.segments.text[span.start : span.end].split()))
    return [" ".join(note.split()) for note in found]


def _write(entries: Mapping[str, Sequence[tuple[list[str], dict[str, Any]]]]) -> Iterator[str]:
    for noun, records in entries.items():
        if not records:
            continue
        yield f"{noun}:"
        for notes, members in records:
            yield from (f"  # {note}" for note in notes)
            text = yaml.safe_dump([members], allow_unicode=True, sort_keys=False, width=1_000_000)
            yield from (f"  {line}" for line in text.rstrip("\n").split("\n"))
            yield ""
