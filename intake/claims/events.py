"""Finds what is no promise: requests, doubts, progress, and what only sounds like a promise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.claims.promises import Promise, content_words
from intake.claims.sources import Source, Sources
from intake.lexicon import Lexicon
from intake.names.actors import Actor, Cast
from intake.names.entities import Entity
from intake.text.segments import Part
from store.records.follow_ups import FollowUpKind


@dataclass(frozen=True, slots=True)
class Event:
    """A sentence that asks, doubts or tells of progress. `by` does it, `to` is whom it is about."""

    start: int
    end: int
    kind: FollowUpKind | None
    """The kind of follow-up it may be; None for a request."""
    by: tuple[Entity, ...]
    to: tuple[Entity, ...]
    source: Source | None
    reason: str
    words: frozenset[str]
    number: int


def find_requests(sources: Sources, cast: Cast, lexicon: Lexicon) -> list[Event]:
    """What is asked of somebody, sentence by sentence."""
    return list(_find(sources, cast, lexicon, "requests"))


def find_challenges(sources: Sources, cast: Cast, lexicon: Lexicon) -> list[Event]:
    """Doubt or criticism, sentence by sentence."""
    return list(_find(sources, cast, lexicon, "challenges"))


def find_progress(sources: Sources, cast: Cast, lexicon: Lexicon) -> list[Event]:
    """What was done, broken off or taken back, sentence by sentence."""
    return list(_find(sources, cast, lexicon, "follow_ups"))


def find_doubtful(
    sources: Sources, lexicon: Lexicon, promises: Sequence[Promise]
) -> list[tuple[int, int, str]]:
    """Sentences that sound like a promise and hardly are one: span and reason."""
    taken = {p.number for p in promises}
    found = []
    for number, sentence in enumerate(sources.sentences):
        if number in taken or sentence.part is not Part.BODY:
            continue
        for pattern in lexicon.patterns["doubtful"]:
            if match := pattern.regex.search(sentence.text):
                if sources.actors[number]:
                    found.append((sentence.start, sentence.end, match[0]))
                break
    return found


def _find(sources: Sources, cast: Cast, lexicon: Lexicon, file: str) -> Iterator[Event]:
    for number, sentence in enumerate(sources.sentences):
        if sentence.part in (Part.BOILERPLATE, Part.HEADER):
            continue
        for pattern in lexicon.patterns[file]:
            match = pattern.regex.search(sources.text, sentence.start, sentence.end)
            if match is None:
                continue
            actors = sources.actors[number]
            speech = sources.speech_at(match.start())
            source = (
                sources.speakers.get(speech)
                if speech
                else sources.find_source(number, match.span())
            )
            by, to = _parties(actors, match.start(), source)
            kind = {"requests": None, "challenges": FollowUpKind.CHALLENGED}.get(
                file, FollowUpKind(pattern.says) if pattern.says else None
            )
            yield Event(
                sentence.start,
                sentence.end,
                kind,
                by,
                to,
                source,
                match[0],
                content_words(sentence.text, lexicon),
                number,
            )
            break


def _parties(
    actors: Sequence[Actor], place: int, source: Source | None
) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """Who does it and whom it is about: the subject before the verb, and those behind it."""
    before = [a for a in actors if a.start < place and not a.is_oblique and a.entities]
    behind = [a for a in actors if a.start >= place and a.entities]
    by = [before[-1].entities[0]] if before else []
    if not by and source is not None and source.entity is not None:
        by = [source.entity]
    to = [a.entities[0] for a in behind if a.entities[0] not in by]
    return tuple(by), tuple(dict.fromkeys(to))
