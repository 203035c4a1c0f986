"""Evidence: who said what, in which span of which article.

A span counts code points of `Article.text` and excludes its end (W3C Web Annotation,
TextPositionSelector). Its SHA-256 is kept, so that a changed text is noticed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from hashlib import sha256
from typing import Annotated
from unicodedata import category, normalize

from pydantic import Field, ValidationInfo, model_validator

from store.records.base import (
    MOST,
    WITHOUT_BOUNDS,
    ArticleKey,
    AsStated,
    PartyKey,
    Problem,
    Sha256,
    Shape,
    Text,
)
from store.records.enums import Described

MOST_IN_SPAN = 20_000
"""The most code points in a span. Each record that rests on a span keeps a copy of its words."""


class EvidenceMode(Described):
    """How the article presents the words."""

    DIRECT_QUOTE = "DIRECT_QUOTE", "In quotation marks, from a named or clear speaker."
    PARAPHRASE = "PARAPHRASE", "Reported speech, attributed to a speaker."
    REPORTER_VOICE = "REPORTER_VOICE", "Told by the reporter, without attribution."
    HEADLINE = "HEADLINE", "Only in the headline or standfirst."
    COUNTERPART_CLAIM = "COUNTERPART_CLAIM", "Said by the other side about this party."
    UNSTATED = "UNSTATED", "The source does not tell."


class Stance(Described):
    """How a span bears on the statement that it is cited for."""

    SUPPORTS = "SUPPORTS", "Supports the statement."
    REFUTES = "REFUTES", "Speaks against the statement."
    CONTEXT = "CONTEXT", "Helps to understand it; proves nothing."


SPAN_IS_MISSING = "give start, end and exactSha256, or the exact words"


class Selector(Shape):
    """A span of an article's text.

    `exact` (TextQuoteSelector) is the text of the span; the store keeps it only if the article's
    text may be served. A bundle may give `exact` alone: `locate` finds the span. Where nothing is
    given, the span is the whole text, which is right for a text that is a title and no more.
    """

    start: Annotated[int, Field(ge=0, le=MOST)] | None = None
    end: Annotated[int, Field(ge=0, le=MOST)] | None = None
    exact_sha256: Sha256 | None = None
    exact: Annotated[str, Field(max_length=MOST_IN_SPAN)] | None = None

    @model_validator(mode="after")
    def _spans_something(self, info: ValidationInfo) -> "Selector":
        if self.is_whole:
            pass
        elif self.start is None and self.end is None:
            if not self.exact:
                raise ValueError(SPAN_IS_MISSING)
        elif self.start is None or self.end is None or self.end <= self.start:
            raise ValueError("start and end go together, and end is greater than start")
        elif self.end - self.start > MOST_IN_SPAN and info.context != WITHOUT_BOUNDS:
            raise ValueError(
                f"spans {self.end - self.start:,} characters, at most {MOST_IN_SPAN:,}; point at "
                "the sentences that matter, each with evidence of its own"
            )
        elif self.exact_sha256 is None and not self.exact:
            raise ValueError("a span needs exactSha256, or the exact words to compute it from")
        return self

    @property
    def is_whole(self) -> bool:
        """Whether nothing is given, so that the whole text is meant."""
        given = (self.start, self.end, self.exact_sha256, self.exact)
        return all(member is None for member in given)


class Evidence(Shape):
    """A span of an article's text as evidence: where it is, whose words it holds, what it shows.

    Of an article of which only the title is known the selector may be left out.
    """

    article: ArticleKey
    selector: Selector = Selector()
    source_locator: AsStated | None = None
    mode: EvidenceMode
    said_by: PartyKey | None = None
    relayed_by: PartyKey | None = None
    stance: Stance = Stance.SUPPORTS
    gist: Text | None = None


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in lower-case hexadecimal."""
    return sha256(text.encode()).hexdigest()


def locate(selector: Selector, text: str) -> Selector:
    """The span with all members filled, the same one if they are. Raises ValueError if it does not
    fit the text.
    """
    if selector.is_whole:
        selector = Selector(start=0, end=len(text), exact=text)
    if selector.start is None or selector.end is None:
        selector = _find_span(selector.exact or "", text)
    assert selector.start is not None and selector.end is not None
    exact = text[selector.start : selector.end]
    span = f"[{selector.start},{selector.end})"
    if selector.end > len(text):
        raise ValueError(f"span {span} ends beyond the text, which has {len(text)} code points")
    if selector.exact is not None and selector.exact != exact:
        shown = f"span {span} holds {exact!r}, expected {selector.exact!r}"
        raise ValueError(shown + _explain_difference(exact, selector.exact))
    found = digest(exact)
    if selector.exact_sha256 not in (None, found):
        raise ValueError(
            f"span {span} holds {exact!r}, whose SHA-256 {found} is not the expected "
            f"{selector.exact_sha256}; the text has changed, or the span was counted in other units"
        )
    if selector.exact is not None and selector.exact_sha256 is not None:
        return selector
    return selector.model_copy(update={"exact": exact, "exact_sha256": found})


def _find_span(exact: str, text: str) -> Selector:
    start = text.find(exact)
    if start < 0:
        raise ValueError(f"the text does not hold {exact!r}{_explain_near_match(exact, text)}")
    if text.find(exact, start + 1) >= 0:
        raise ValueError(f"the text holds {exact!r} more than once; give start and end")
    return Selector(start=start, end=start + len(exact), exact=exact)


_SAME: Mapping[str, Callable[[str], str]] = {
    "in another Unicode form of the same letters (NFC or NFD)": lambda t: normalize("NFC", t),
    "with other line breaks (CRLF or LF)": lambda t: t.replace("\r\n", "\n").replace("\r", "\n"),
    "with other white space": lambda t: " ".join(t.split()),
}
"""Ways in which texts that look alike differ, in words, with the function that makes them equal."""


def _explain_difference(found: str, expected: str) -> str:
    """How two texts that look alike differ, in words; empty if they do not look alike."""
    for how, same in _SAME.items():
        if same(found) == same(expected):
            return f": the text has it {how}; there it is {found!a}, here {expected!a}"
    return ""


def _explain_near_match(exact: str, text: str) -> str:
    """In which other form the text holds the words, in words; empty if in none."""
    for how, same in _SAME.items():
        if same(exact) and same(exact) in same(text):
            return f" as it is given, {exact!a}, but {how}; copy the words from the text"
    return ""


class WordsNotFound(ValueError):
    """Words that a text does not hold. `find_nearest` gives passages that are like them."""


class WordsStandTwice(ValueError):
    """Words that a text holds more than once. `around` shows each place, with some of what stands
    before and after it."""

    def __init__(self, message: str, around: Sequence[str]) -> None:
        super().__init__(message)
        self.around = tuple(around)


MOST_SHOWN = 5
"""Passages, and places, that an error shows."""

_AROUND = 20
"""Characters that it shows before and after a place."""


def find_words(
    exact: str,
    text: str,
    *,
    prefix: str = "",
    suffix: str = "",
    occurrence: int | None = None,
) -> int:
    """Where the words begin. Of several places, the one between `prefix` and `suffix`, of which
    white space at the ends does not matter; or the `occurrence`-th, from 1. Raises WordsNotFound,
    WordsStandTwice.
    """
    places = [
        place
        for place in _find_all(exact, text)
        if text[:place].rstrip().endswith(prefix.rstrip())
        and text[place + len(exact) :].lstrip().startswith(suffix.lstrip())
    ]
    where = " there" if prefix or suffix else ""
    if not places or (occurrence is not None and not 0 < occurrence <= len(places)):
        told = f"the text does not hold {_shorten(exact)!r}{where}"
        if places:
            told = f"the text holds {_shorten(exact)!r} {len(places)} times{where}"
        raise WordsNotFound(told + _explain_near_match(exact, text))
    if occurrence is not None:
        return places[occurrence - 1]
    if len(places) > 1:
        around = [text[max(0, p - _AROUND) : p + len(exact) + _AROUND] for p in places[:MOST_SHOWN]]
        message = (
            f"the text holds {_shorten(exact)!r} {len(places)} times; give prefix or suffix, "
            "occurrence, or start and end"
        )
        raise WordsStandTwice(message, around)
    return places[0]


def _find_all(exact: str, text: str) -> Iterator[int]:
    place = text.find(exact) if exact else -1
    while place >= 0:
        yield place
        place = text.find(exact, place + 1)


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def find_nearest(exact: str, text: str) -> list[str]:
    """The sentences of a text that are most like these words, the most alike first; of those that
    share a word with them.
    """
    words = set(exact.lower().split())
    sentences = [s.strip() for s in _SENTENCE_END.split(text[:_MOST_SEARCHED])]
    shared = {s: len(words.intersection(s.lower().split())) for s in sentences}
    # To compare letter by letter takes long, so only those are that share most words.
    likely = sorted((s for s in shared if shared[s]), key=lambda s: -shared[s])[:_MOST_COMPARED]
    found = get_close_matches(exact[:1_000], likely, n=MOST_SHOWN, cutoff=0.5)
    return [sentence[:1_000] for sentence in found]


_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")

_MOST_SEARCHED = 200_000
"""Characters of a text that are searched for what is like given words."""

_MOST_COMPARED = 20
"""Sentences that are compared with them."""


def move_span(selector: Selector, old: str, new: str) -> Selector:
    """The span of the same words in another text. Of several places, the one where most of what
    stood around the words still does. Raises WordsNotFound, WordsStandTwice.
    """
    assert selector.start is not None and selector.end is not None
    start, end = selector.start, selector.end
    exact = old[start:end]
    places = list(_find_all(exact, new))
    if len(places) > 1:
        alike = {
            place: _count_alike(old[:start][::-1], new[:place][::-1])
            + _count_alike(old[end:], new[place + len(exact) :])
            for place in places
        }
        best = max(alike.values())
        if list(alike.values()).count(best) == 1:
            places = [place for place, count in alike.items() if count == best]
    begin = places[0] if len(places) == 1 else find_words(exact, new)
    return Selector(start=begin, end=begin + len(exact), exact=exact)


def _count_alike(one: str, other: str, most: int = 64) -> int:
    """How many characters two texts have in common at their beginning, up to `most`."""
    pairs = enumerate(zip(one[:most], other[:most], strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other), most))


def check_letters(selector: Selector, article: str, text: str) -> list[Problem]:
    """The problem of a span that holds only white space or cuts a letter; it must fit the text."""
    try:
        whole = locate(selector, text)
    except ValueError:
        return []  # `check_span` says why
    start, end = whole.start or 0, whole.end or 0
    if not text[start:end].strip():
        message = f"article {article}: span [{start},{end}) holds white space only; give the words"
        return [Problem("", message)]
    first, last = start, end
    while is_inside_letter(text, first):
        first -= 1
    while is_inside_letter(text, last):
        last += 1
    if (first, last) == (start, end):
        return []
    message = (
        f"article {article}: span [{start},{end}) cuts a letter that takes several code points; "
        f"[{first},{last}) has the whole, {text[first:last]!a}"
    )
    return [Problem("", message)]


def is_inside_letter(text: str, place: int) -> bool:
    """Whether a place is between code points that people see as one letter or sign.

    Follows the rules of Unicode's UAX 29 that matter for written text: marks, joiners, skin tones,
    flags, composed Hangul, and CRLF.
    """
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if before == "\r" and after == "\n":
        return True
    if category(before) in ("Cc", "Zl", "Zp"):
        return False
    if category(after).startswith("M") or after in _EXTENDS or _is_tag(after):
        return True
    if before == _JOINER and category(after) == "So":
        return True
    if _is_flag(before) and _is_flag(after):
        flags = len(text[:place]) - len(text[:place].rstrip(_FLAGS))
        return flags % 2 == 1
    return "\u1100" <= before <= "\u11ff" and "\u1160" <= after <= "\u11ff"


_JOINER = "\u200d"
_EXTENDS = frozenset({_JOINER, "\u200c", *map(chr, range(0x1F3FB, 0x1F400))})
_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def _is_flag(character: str) -> bool:
    return character in _FLAGS


def _is_tag(character: str) -> bool:
    return "\U000e0020" <= character <= "\U000e007f"


def check_span(selector: Selector, article: str, text: str) -> list[Problem]:
    """The problem of a span that does not fit the text, with article, span and expected text."""
    try:
        locate(selector, text)
    except ValueError as error:
        return [Problem("", f"article {article}: {error}")]
    return []
