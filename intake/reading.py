"""Reads an article: what it tells of names, meetings and promises, linked to the store."""

from dataclasses import dataclass

from intake.claims.events import Event, find_challenges, find_doubtful, find_progress, find_requests
from intake.claims.promises import Promise, PromiseFinder, content_words
from intake.claims.sources import Sources
from intake.dates import Day, find_publication
from intake.known import Known
from intake.lexicon import load_lexicon
from intake.linking import FoundFollowUp, Linker
from intake.meetings import FoundMeeting, find_meetings
from intake.names.actors import Cast
from intake.names.entities import Names
from intake.names.finding import find_names
from intake.refusals import RefusalCode, Refused
from intake.text.cleaning import Cleaned, clean
from intake.text.fingerprints import SAME_MEETING, rank_by_wording, take_fingerprint
from intake.text.language import find_language
from intake.text.segments import Part, Segments, divide
from store.records.dates import DateBasis


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
    if language != "en":
        raise Refused(
            RefusalCode.LANGUAGE_NOT_SUPPORTED,
            f"the text is not in English but looks like {language}; there are rules for English "
            "alone. Paste a translation, or enter the records by hand",
        )
    lexicon = load_lexicon(language)
    segments = divide(cleaned.text, lexicon)
    _check_body(segments)
    published = find_publication(segments, lexicon)
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
        warnings=_warn(cleaned),
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
