"""Reads an article: what it tells of names, meetings and promises, linked to the store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.claims.events import Event, find_challenges, find_doubtful, find_progress, find_requests
from intake.claims.promises import Promise, PromiseFinder
from intake.claims.sources import Sources
from intake.claims.wording import content_words
from intake.dates import Day, find_publication
from intake.glimpses import glimpse
from intake.known import Known
from intake.lexicon import has_rules, list_languages, load_lexicon
from intake.linking import FoundFollowUp, Linker
from intake.meetings import FoundMeeting, find_meetings
from intake.names.cast import Cast
from intake.names.entities import Names
from intake.names.finding import find_names
from intake.oddities import note_oddities
from intake.refusals import RefusalCode, Refused
from intake.text.cleaning import Cleaned, clean
from intake.text.fingerprints import SAME_MEETING, rank_by_wording, take_fingerprint
from intake.text.language import find_foreign_lines, find_language
from intake.text.segments import Part, Segments, divide
from store.records.dates import DateBasis

_LEAST_ENGLISH = 200
"""Characters in English from which on a text that is mostly in another language is read."""


@dataclass(frozen=True)
class Reading:
    """What was found in an article. Places count code points of the cleaned text."""

    cleaned: Cleaned
    segments: Segments
    language: str
    published: Day | None
    names: Names
    meetings: list[FoundMeeting]
    promises: list[tuple[Promise, str | None, list[str]]]
    """Promises, with the stored commitment that each is, and those that it may be."""
    requests: list[Event]
    challenges: list[Event]
    follow_ups: list[FoundFollowUp]
    doubtful: list[tuple[int, int, str]]
    alike: list[tuple[float, str]]
    """Stored articles that share wording, with the share, most first."""
    warnings: list[str]


def read_article(text: str, known: Known, published_on: str | None = None) -> Reading:
    """What an article tells. `published_on` is its day as EDTF, where somebody has given it.

    Raises Refused for a text that cannot be read.
    """
    cleaned = clean(text)
    if not cleaned.text.strip():
        raise Refused(RefusalCode.EMPTY_TEXT, "there is no text; paste the article itself")
    language = find_language(cleaned.text)
    foreign = list(find_foreign_lines(cleaned.text))
    if not has_rules(language):
        if not _is_worth_reading(cleaned.text, foreign):
            raise _refuse_language(language, cleaned.text, known)
        language = "en"
    lexicon = load_lexicon(language)
    segments = divide(cleaned.text, lexicon)
    _check_body(segments)
    published = find_publication(segments, lexicon)
    stated = published
    if published_on is not None:
        published = Day(published_on, DateBasis.STATED, 0, 0, published_on)
    names = find_names(segments, known.directory, lexicon, published.day if published else None)
    cast = Cast(names, segments, known.directory, lexicon)
    actors = [cast.read(sentence) for sentence in segments.sentences]
    sources = Sources(segments, cast, lexicon, segments.sentences, actors)
    promises = PromiseFinder(sources, cast, lexicon).find()
    meetings = find_meetings(sources, cast, lexicon, published, known)
    linker = Linker(known, cast, lexicon, published)
    linked = [(promise, *linker.find_same(promise, meetings)) for promise in promises]
    requests = find_requests(sources, cast, lexicon)
    challenges = find_challenges(sources, cast, lexicon)
    follow_ups = linker.find_follow_ups(
        [
            (s.start, s.end, content_words(s.text, lexicon))
            for s in segments.sentences
            if s.part not in (Part.BOILERPLATE, Part.HEADER)
        ],
        [(promise, same) for promise, same, _ in linked],
        requests,
        challenges,
        find_progress(sources, cast, lexicon),
        meetings,
    )
    fingerprint = take_fingerprint(cleaned.text)
    return Reading(
        cleaned=cleaned,
        segments=segments,
        language=language,
        published=published,
        names=names,
        meetings=meetings,
        promises=linked,
        requests=requests,
        challenges=challenges,
        follow_ups=follow_ups,
        doubtful=find_doubtful(sources, lexicon, promises),
        alike=rank_by_wording(fingerprint, known.fingerprints.items(), SAME_MEETING),
        warnings=[
            *_warn(cleaned),
            *note_oddities(segments, lexicon),
            *_warn_of_days(published, stated),
            *_warn_of_lines(foreign),
        ],
    )


def _check_body(segments: Segments) -> None:
    body = [s for s in segments.sentences if s.part is Part.BODY]
    if not body:
        raise Refused(
            RefusalCode.EMPTY_TEXT,
            "there are no sentences but headings and buttons; paste the article",
        )
    if segments.looks_truncated:
        raise Refused(
            RefusalCode.LOOKS_TRUNCATED,
            "the text ends where one has to sign in to read on; paste the whole article",
        )


def _refuse_language(language: str, text: str, known: Known) -> Refused:
    """The refusal of a language without rules, with the day and the names that can be told."""
    found = None
    if language in list_languages():
        found = glimpse(text, load_lexicon(language), known.directory)
    told = []
    if found and found.published:
        told.append(f"It is dated {found.published.edtf}.")
    if found and found.parties:
        told.append(f"It names {', '.join(f'{key} (“{form}”)' for key, form in found.parties)}.")
    return Refused(
        RefusalCode.LANGUAGE_NOT_SUPPORTED,
        f"the text is not in English but looks like {language}; there are rules for English "
        f"alone. Paste a translation, or enter the records by hand. {' '.join(told)}".strip(),
        found.published.edtf if found and found.published else None,
        [key for key, _ in found.parties] if found else (),
    )


def _is_worth_reading(text: str, foreign: Sequence[tuple[int, int]]) -> bool:
    """Whether enough of a text that is mostly in another language is in English."""
    kept, at = [], 0
    for start, end in foreign:
        kept.append(text[at:start])
        at = end
    kept.append(text[at:])
    read = "".join(kept)
    return len(read.strip()) >= _LEAST_ENGLISH and find_language(read) == "en"


def _warn_of_days(given: Day | None, stated: Day | None) -> Iterator[str]:
    """Says that the day which a page, a mail or a curator gives is not the one in the text."""
    if given is None or stated is None or given is stated or given.edtf == stated.edtf:
        return
    if stated.day is None and stated.edtf[4:] == given.edtf[4:]:
        return  # the text leaves the year out
    yield (
        f"the text says that it is of {stated.edtf} (“{stated.stated_as}”), and what it came in "
        f"says {given.edtf}; the latter is taken"
    )


def _warn_of_lines(foreign: Sequence[tuple[int, int]]) -> Iterator[str]:
    if foreign:
        yield f"{len(foreign):,} lines in other letters were not read"


def _warn(cleaned: Cleaned) -> list[str]:
    """What is odd about a text, in words."""
    found = []
    hidden = sum(n for what, n in cleaned.removed.items() if what != "hyphens at line ends")
    if hidden > 20:
        found.append(f"{hidden:,} invisible characters were taken out")
    lexicon = load_lexicon("en")
    if any(p.regex.search(cleaned.text) for p in lexicon.patterns["injections"]):
        found.append("the text speaks to a machine that reads it; it is treated as text alone")
    return found
