"""Finds what is no promise: requests, doubts, progress, and what only sounds like a promise."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.claims.frames import Source
from intake.claims.promises import Promise
from intake.claims.sources import Sources
from intake.claims.wording import content_words
from intake.lexicon import Lexicon, Pattern
from intake.names.actors import Actor
from intake.names.cast import Cast
from intake.names.entities import Entity
from intake.text.segments import Part
from store.records.follow_ups import FollowUpKind

_MOST_LEAD = 60
"""Characters before a verb within which it is told that something is done to its subject."""
_MOST_OF_WORD = 30
"""Characters of a word in which a match ends, and those right behind it."""
_NEAR = 8
"""Characters behind "by" within which a party begins."""


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
            by, to = _read_parties(actors, sources.text, match, source, lexicon, pattern)
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


def _read_parties(
    actors: Sequence[Actor],
    text: str,
    match: re.Match[str],
    source: Source | None,
    lexicon: Lexicon,
    pattern: Pattern,
) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """Who does it and whom it is about: the subject before the verb, and those behind it; the other
    way round where it is done to the subject.
    """
    if "asker-behind" in pattern.traits or "asker-inside" in pattern.traits:
        return _read_asker_of_noun(actors, match, is_behind="asker-behind" in pattern.traits)
    clauses, lead = (
        lexicon.regexes("clauses"),
        text[max(0, match.start() - _MOST_LEAD) : match.start()],
    )
    is_passive = clauses["done-to-subject"].search(lead) is not None
    if is_passive or clauses["yields-to"].search(lead):
        return _read_turned(actors, text, match, source, clauses)
    return _parties(actors, match.start(), source)


def _read_asker_of_noun(
    actors: Sequence[Actor], match: re.Match[str], *, is_behind: bool
) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """Who asks and is asked in "At the request of the mayor, the mill will" and "At the mayor's
    request, the mill will".
    """
    begin = match.end() - _MOST_OF_WORD if is_behind else match.start()
    near = [a for a in actors if a.entities and a.end > begin and a.start <= match.end()]
    if not near:
        return (), ()
    asker = near[0]
    asked = [
        a.entities[0]
        for a in actors
        if a.entities
        and a is not asker
        and not (a.is_oblique or a.is_possessive)
        and a.entities[0] is not asker.entities[0]
    ]
    return (asker.entities[0],), tuple(asked[:1])


def _read_turned(
    actors: Sequence[Actor],
    text: str,
    match: re.Match[str],
    source: Source | None,
    clauses: Mapping[str, re.Pattern[str]],
) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """Who does it and to whom in "The mill was urged by the mayor to" and "The mill bowed to the
    mayor's demand that".
    """
    before = [a for a in actors if a.end <= match.start() and a.entities]
    done_to = [a for a in before if not (a.is_oblique or a.is_possessive)]
    to = done_to[-1].entities[0] if done_to else None
    agent = clauses["giver"].search(text, match.start(), match.end() + _MOST_OF_WORD)
    named = [a for a in actors if agent and 0 <= a.start - agent.end() < _NEAR and a.entities]
    owners = [
        a for a in before if a.is_possessive and a.start > (done_to[-1].end if done_to else 0)
    ]
    by = next((a.entities[0] for a in [*named, *owners]), None)
    if by is None and source is not None and source.entity is not to:
        by = source.entity
    return (by,) if by else (), (to,) if to else ()


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
