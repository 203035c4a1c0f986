"""What a language model is asked about an article, and what of its answer counts.

It is given numbered sentences and closed lists, and answers with numbers, keys and quotes. Whatever
is not in the lists, and every quote that does not stand exactly in its sentence, is left out. What
is left becomes proposals beside those of the rules, and never more than proposals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from intake.kinds import ProposalKind, ProposalOrigin
from intake.names.entities import Entity
from intake.proposals import Proposal, Span
from intake.reading import Reading
from intake.text.segments import Part, Sentence
from store.records.commitments import Attribution, Strength
from store.records.evidence import EvidenceMode, digest
from store.records.follow_ups import Confidence

MOST_SENT = 60_000
"""Characters of sentences that are sent: longer articles are read by the rules alone."""

MOST_FOUND = 50
"""Findings of one answer that are looked at."""

LONGEST_QUOTE = 2_000
SHORTEST_QUOTE = 8

_MODES = {
    Attribution.SELF_QUOTED: EvidenceMode.DIRECT_QUOTE,
    Attribution.COUNTERPART_CLAIM: EvidenceMode.COUNTERPART_CLAIM,
    Attribution.REPORTER_GLOSS: EvidenceMode.REPORTER_VOICE,
    Attribution.HEADLINE_ONLY: EvidenceMode.HEADLINE,
}


class _Finding(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    sentence: int
    quote: Annotated[str, Field(min_length=SHORTEST_QUOTE, max_length=LONGEST_QUOTE)]
    promisor: str | None = None
    addressee: str | None = None
    attribution: str
    strength: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What of an answer counts: proposals, how many findings were left out, and what is wrong with
    the answer as a whole, if anything is, in words of ours.
    """

    proposals: Sequence[Proposal] = ()
    left_out: int = 0
    fault: str | None = None


class Question:
    """What a model is asked about one reading."""

    def __init__(self, reading: Reading, article: str) -> None:
        self._reading = reading
        self._article = article
        self._sentences = [
            s for s in reading.segments.sentences if s.part not in (Part.BOILERPLATE, Part.HEADER)
        ]
        named = [e for e in reading.names.entities if e.count]
        self._parties = {f"p{number}": entity for number, entity in enumerate(named, 1)}

    @property
    def is_too_long(self) -> bool:
        """Whether it has more sentences than are sent."""
        return sum(len(s.text) for s in self._sentences) > MOST_SENT

    def as_json(self) -> dict[str, Any]:
        """The question: sentences by number, and the lists that answers choose from."""
        return {
            "sentences": {str(n): s.text for n, s in enumerate(self._sentences, 1)},
            "parties": {key: entity.name for key, entity in self._parties.items()},
            "attributions": {a.value: a.description for a in Attribution},
            "strengths": {s.value: s.description for s in Strength},
        }

    def check(self, answer: str) -> Checked:
        """What of an answer counts."""
        try:
            found = orjson.loads(_strip_fence(answer))
        except orjson.JSONDecodeError:
            return Checked(fault="the answer is not JSON")
        listed = found.get("commitments") if isinstance(found, Mapping) else None
        if not isinstance(listed, list):
            return Checked(fault="the answer has no list `commitments`")
        places = [self._place(one) for one in listed[:MOST_FOUND]]
        fitting = [place for place in places if place is not None]
        left_out = len(listed) - len(fitting)
        if listed and not fitting:
            fault = "no quote stands exactly in its sentence, with values of the lists"
            return Checked((), left_out, fault)
        # One for each span, and none for what the rules have found.
        new = {span: finding for finding, span in fitting if not self._is_known(span)}
        return Checked([self._make(finding, span) for span, finding in new.items()], left_out)

    def _place(self, one: Any) -> tuple[_Finding, tuple[int, int]] | None:
        """A finding that holds, with the span of its quote; None for any other."""
        try:
            finding = _Finding.model_validate(one)
        except ValidationError:
            return None
        if not 1 <= finding.sentence <= len(self._sentences):
            return None
        if finding.attribution not in Attribution.__members__:
            return None
        if finding.strength not in Strength.__members__:
            return None
        for party in (finding.promisor, finding.addressee):
            if party is not None and party not in self._parties:
                return None
        span = _find_quote(finding.quote, self._sentences[finding.sentence - 1], self._text)
        return (finding, span) if span is not None else None

    @property
    def _text(self) -> str:
        return self._reading.segments.text

    def _is_known(self, span: tuple[int, int]) -> bool:
        spans = [place for promise, _, _ in self._reading.promises for place in promise.spans]
        return any(start < span[1] and span[0] < end for start, end in spans)

    def _make(self, finding: _Finding, span: tuple[int, int]) -> Proposal:
        start, end = span
        attribution = Attribution[finding.attribution]
        promisor = self._parties.get(finding.promisor or "")
        addressee = self._parties.get(finding.addressee or "")
        exact_sha256 = digest(self._text[start:end])
        selector = {"start": start, "end": end, "exactSha256": exact_sha256}
        mode = _MODES.get(attribution, EvidenceMode.PARAPHRASE)
        promisors = [promisor] if promisor is not None else []
        return Proposal(
            ProposalKind.COMMITMENT,
            (Span(start, end, exact_sha256),),
            Confidence.LOW,
            ("the language model takes this for a promise; the rules do not",),
            {
                "promisors": [
                    {"party": e.key, "attribution": attribution.value} for e in promisors if e.key
                ],
                "addressees": [addressee.key] if addressee is not None and addressee.key else [],
                "strength": finding.strength,
                **self._dated(),
                "evidence": [{"article": self._article, "selector": selector, "mode": mode.value}],
            },
            candidates={"promisors": tuple(e.reference for e in promisors)},
            unresolved=_list_names(promisors),
            new_promisors=dict.fromkeys(_list_names(promisors), attribution.value),
            new_addressees=_list_names([addressee] if addressee is not None else []),
            origin=ProposalOrigin.MODEL,
        )

    def _dated(self) -> dict[str, Any]:
        """The day that the article states of itself: a model is asked for none."""
        day = self._reading.published
        if day is None or day.day is None:
            return {}
        return {"madeOn": {"edtf": day.edtf, "basis": day.basis.value}}


def _find_quote(quote: str, sentence: Sentence, text: str) -> tuple[int, int] | None:
    """The span of a quote that stands exactly, and once, in a sentence."""
    start = text.find(quote, sentence.start, sentence.end)
    if start < 0 or text.find(quote, start + 1, sentence.end) >= 0:
        return None
    return start, start + len(quote)


def _list_names(entities: Sequence[Entity]) -> tuple[str, ...]:
    return tuple(e.name for e in entities if not e.key)


def _strip_fence(answer: str) -> str:
    """The answer without the fence that models like to put around code."""
    stripped = answer.strip()
    if stripped.startswith("```") and stripped.endswith("```"):
        return stripped.removeprefix("```json").strip("`").strip()
    return stripped
