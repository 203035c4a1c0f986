"""Divides a text into lines with a part each (header, headline, body …), sentences and quotes."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from intake.lexicon import Lexicon, countries_by_name


class Part(StrEnum):
    """What a sentence is a part of."""

    HEADER = "HEADER"
    """Lines about the article: its day, who wrote it."""
    HEADLINE = "HEADLINE"
    HEADING = "HEADING"
    """A heading between paragraphs, or a caption."""
    BODY = "BODY"
    BOILERPLATE = "BOILERPLATE"
    """What the site adds: buttons, copyright, other articles."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a line: its span, its part, and which paragraph it stands in."""

    start: int
    end: int
    part: Part
    paragraph: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in quotation marks, or set as a quotation: the span within the marks."""

    start: int
    end: int
    paragraph: int
    continued: bool = False
    """Whether the next paragraph goes on with it."""
    label: tuple[int, int] | None = None
    """Where its speaker is named before a colon, as in interviews."""


@dataclass(frozen=True)
class Segments:
    """A text in parts. `dateline` is the span of the place that a report is dated from."""

    text: str = field(repr=False)
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    dateline: tuple[int, int] | None
    lead_end: int
    """Where the words before the first sentence end: place, day and agency."""
    looks_truncated: bool

    def find_quote(self, place: int) -> Quote | None:
        """The quote that a place is in."""
        at = bisect_right(self.quotes, place, key=lambda quote: quote.start) - 1
        return self.quotes[at] if at >= 0 and place < self.quotes[at].end else None


@dataclass(slots=True)
class _Paragraph:
    start: int
    end: int
    part: Part = Part.BODY


_LINE = re.compile(r"[^\n]+")
_TERMINAL = re.compile(r"[.!?…:;,][\"”’'»)\]]*$|[\"”»]$")
_SENTENCE_END = re.compile(
    r"[.!?…]+(?:[\"”’'»)\]]+)?(?=\s|[“])|[.!?,][”»](?=[A-Z“])|[.!?…][\"”’»]+$"
)
_INITIAL = re.compile(r"(?:^|[\s.(])[A-Z]$")
_HEADER_DAY = re.compile(r"^\s*date \d{4}-\d{2}-\d{2}\s*")
_MOST_SENTENCE = 1_500
"""Characters of a sentence; what goes on without an end is cut, so that time grows with length."""

_LEAST_BEHIND_DATELINE = 40
_MOST_HEADLINE = 160
_WRAPPED = 100


def divide(text: str, lexicon: Lexicon) -> Segments:
    """The text's sentences, quotes and dateline."""
    paragraphs = list(_find_paragraphs(text))
    text = _unwrap(text, paragraphs)
    _name_parts(text, paragraphs, lexicon)
    dateline = _find_dateline(text, paragraphs, lexicon)
    sentences = tuple(
        sentence
        for number, paragraph in enumerate(paragraphs)
        for sentence in _find_sentences(text, paragraph, number, lexicon)
    )
    return Segments(
        text,
        sentences,
        tuple(sorted(_find_quotes(text, paragraphs, lexicon), key=lambda q: q.start)),
        dateline and dateline[0],
        dateline[1] if dateline else 0,
        _looks_truncated(text, paragraphs, lexicon),
    )


# --- Paragraphs ----------------------------------------------------------------------------------


def _find_paragraphs(text: str) -> Iterator[_Paragraph]:
    """Lines as paragraphs; lines that a fixed width breaks, and sentences that go on, together."""
    header = _HEADER_DAY.match(text)
    begin = header.end() if header else 0
    if header:
        yield _Paragraph(0, begin, Part.HEADER)
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text, begin) if m[0].strip()]
    wrapped = _is_wrapped(text, lines)
    current: _Paragraph | None = None
    for start, end in lines:
        if current is not None and _goes_on(text, current, start, wrapped):
            current.end = end
            continue
        if current is not None:
            yield current
        current = _Paragraph(start, end)
    if current is not None:
        yield current


def _unwrap(text: str, paragraphs: Sequence[_Paragraph]) -> str:
    """The text with blanks for the line ends within paragraphs; nothing moves."""
    pieces, at = [], 0
    for paragraph in paragraphs:
        pieces.append(text[at : paragraph.start])
        pieces.append(text[paragraph.start : paragraph.end].replace("\n", " "))
        at = paragraph.end
    return "".join((*pieces, text[at:]))


def _is_wrapped(text: str, lines: Sequence[tuple[int, int]]) -> bool:
    """Whether the lines are broken at a fixed width, as in e-mails and PDFs."""
    if len(lines) < 4 or max(end - start for start, end in lines) > _WRAPPED:
        return False
    inner = sum(
        not _TERMINAL.search(text[start:end].rstrip()) and text[end : end + 2].count("\n") == 1
        for start, end in lines
    )
    return inner * 2 > len(lines)


def _goes_on(text: str, paragraph: _Paragraph, start: int, wrapped: bool) -> bool:
    """Whether a line goes on with the paragraph before it."""
    before = text[paragraph.start : paragraph.end].rstrip()
    if wrapped and text.count("\n", paragraph.end, start) == 1:
        return True
    following = text[start : start + 2].lstrip()
    return bool(following[:1].islower()) and not _TERMINAL.search(before) and len(before) > 40


def _name_parts(text: str, paragraphs: list[_Paragraph], lexicon: Lexicon) -> None:
    lines = Counter(text[p.start : p.end].strip() for p in paragraphs)
    boilerplate = lexicon.patterns["boilerplate"]
    header = lexicon.patterns["headers"]
    seen_body = False
    seen_headline = False
    for paragraph in paragraphs:
        if paragraph.part is Part.HEADER:
            continue
        line = text[paragraph.start : paragraph.end].strip()
        short = len(line) <= _MOST_HEADLINE and not _TERMINAL.search(line)
        is_end = any(p.regex.search(line) for p in boilerplate) and len(line) < 250
        if is_end or (short and lines[line] > 1 and seen_headline):
            paragraph.part = Part.BOILERPLATE
        elif len(line) < 120 and any(p.regex.match(line) for p in header):
            paragraph.part = Part.HEADER
        elif short and len(paragraphs) > 1 and not _starts_quote(line):
            paragraph.part = Part.HEADING if seen_body or seen_headline else Part.HEADLINE
            if len(line.split()) < 3 and paragraph.part is Part.HEADLINE:
                paragraph.part = Part.HEADER
            seen_headline = seen_headline or paragraph.part is Part.HEADLINE
        else:
            seen_body = True


def _starts_quote(line: str) -> bool:
    return line[:1] in '“"«'


# --- Sentences -----------------------------------------------------------------------------------


def _find_sentences(
    text: str, paragraph: _Paragraph, number: int, lexicon: Lexicon
) -> Iterator[Sentence]:
    begin = paragraph.start
    for match in _SENTENCE_END.finditer(text, paragraph.start, paragraph.end):
        if _is_inside(text, match, paragraph.end, lexicon):
            continue
        yield from _sentence(text, begin, match.end(), paragraph.part, number)
        begin = match.end()
    yield from _sentence(text, begin, paragraph.end, paragraph.part, number)


def _sentence(text: str, start: int, end: int, part: Part, number: int) -> Iterator[Sentence]:
    while end - start > _MOST_SENTENCE:
        cut = text.rfind(" ", start + 1, start + _MOST_SENTENCE)
        cut = cut if cut > start else start + _MOST_SENTENCE
        yield Sentence(start, cut, part, number, text[start:cut])
        start = cut
    piece = text[start:end]
    if words := piece.strip():
        start += len(piece) - len(piece.lstrip())
        yield Sentence(start, start + len(words), part, number, words)


_MOST_ABBREVIATION = 12


def _is_inside(text: str, match: re.Match[str], end: int, lexicon: Lexicon) -> bool:
    """Whether a full stop does not end a sentence: of an abbreviation, or before a small letter."""
    after = text[match.end() : match.end() + 3].lstrip()
    if match.end() < end and after[:1].islower():
        return True
    if match[0] != ".":
        # A question or exclamation within a quote may go on: “Really?” she said.
        return False
    before = text[max(0, match.start() - _MOST_ABBREVIATION) : match.start()]
    word = re.split(r"[\s(“\"]", before)[-1].lower()
    return word in lexicon.words("abbreviation") or bool(_INITIAL.search(before))


# --- Quotes --------------------------------------------------------------------------------------

_MARK = re.compile(r"[“”\"«»]")
_TURN = re.compile(r"(?P<label>[^\W\d_][\w.’' -]{0,40}):\s+(?=\S)")
_QUOTE_LEAD_LENGTH = 200


def _find_quotes(text: str, paragraphs: list[_Paragraph], lexicon: Lexicon) -> Iterator[Quote]:
    turns = _find_turns(text, paragraphs)
    for number, paragraph in enumerate(paragraphs):
        marked = list(_marked_quotes(text, paragraph, number, paragraphs))
        yield from marked
        if not marked and number in turns:
            label = turns[number]
            yield Quote(label[1] + 1, paragraph.end, number, label=label)
        elif not marked and (
            _is_led_in(text, paragraphs, number, lexicon) or _is_posted(text, paragraphs, number)
        ):
            yield Quote(paragraph.start, paragraph.end, number)


def _find_turns(text: str, paragraphs: list[_Paragraph]) -> dict[int, tuple[int, int]]:
    """The paragraphs of an interview that begin with the name of whoever speaks and a colon, and
    where it stands. One name at least must come again.
    """
    found = {
        number: match.span("label")
        for number, paragraph in enumerate(paragraphs)
        if paragraph.part is Part.BODY
        and (match := _TURN.match(text, paragraph.start, paragraph.end))
    }
    names = Counter(text[slice(*label)] for label in found.values())
    return found if names and max(names.values()) > 1 else {}


def _marked_quotes(
    text: str, paragraph: _Paragraph, number: int, paragraphs: list[_Paragraph]
) -> Iterator[Quote]:
    opened: int | None = None
    for match in _MARK.finditer(text, paragraph.start, paragraph.end):
        place = match.start()
        if opened is None:
            if match[0] != "”" and match[0] != "»":
                opened = place + 1
        elif match[0] in '”»"' or text[place - 1] in ",.!?":
            if place > opened:
                yield Quote(opened, place, number)
            # “one.“Two: the mark that closed may be the next one's opening mark.
            opened = (
                place + 1 if match[0] == "“" and text[place + 1 : place + 2].isalpha() else None
            )
        else:
            opened = place + 1
    if opened is not None and opened < paragraph.end:
        after = paragraphs[number + 1].start if number + 1 < len(paragraphs) else None
        goes_on = after is not None and text[after] in '“"«'
        yield Quote(opened, paragraph.end, number, goes_on)


def _is_led_in(text: str, paragraphs: list[_Paragraph], number: int, lexicon: Lexicon) -> bool:
    """Whether the paragraph before ends in "said:" or "according to one of them,"."""
    if number == 0 or paragraphs[number].part is not Part.BODY:
        return False
    before = paragraphs[number - 1]
    lead = text[max(before.start, before.end - _QUOTE_LEAD_LENGTH) : before.end].rstrip()
    return lead[-1:] in ":," and any(p.regex.search(lead) for p in lexicon.patterns["quote_leads"])


_POST_END = re.compile(r"\s*[—–-]{1,2}\s*[^\n(]{2,40}\(@\w+\)")


def _is_posted(text: str, paragraphs: list[_Paragraph], number: int) -> bool:
    """Whether a paragraph is a shown post: the next line has a dash, a name and a handle."""
    return number + 1 < len(paragraphs) and bool(
        _POST_END.match(text, paragraphs[number + 1].start)
    )


# --- Dateline, stubs -----------------------------------------------------------------------------

_DATELINE = re.compile(
    r"\s*(?P<place>[^\W\d_][^\W\d_.’'-]*(?:[ -][^\W\d_][^\W\d_.’'-]*){0,3})"
    r"(?:\s*,\s*[^\W\d_]+\.?\s+\d{1,2}(?:st|nd|rd|th)?(?:,\s*\d{4})?"
    r"|\s*,\s*\d{1,2}(?:st|nd|rd|th)?\s+[^\W\d_]+\.?(?:\s+\d{4})?)?"
    r"\s*(?:\([^()\n]{1,80}\)\s*)?(?:[-–—:]|\.-)\s*:?"
)


def _find_dateline(
    text: str, paragraphs: list[_Paragraph], lexicon: Lexicon
) -> tuple[tuple[int, int], int] | None:
    """A place in capitals, or a capital or country, before a dash or colon at a line's begin; and
    where the words before the first sentence end.
    """
    for paragraph in paragraphs[:8]:
        if paragraph.part is Part.BOILERPLATE:
            continue
        if found := _match_dateline(text, paragraph.start, paragraph.end):
            return found
    return None


def find_datelines(segments: Segments) -> Iterator[tuple[int, int]]:
    """The places that begin a paragraph of the body as datelines do."""
    seen = -1
    for sentence in segments.sentences:
        if sentence.paragraph == seen or sentence.part is not Part.BODY:
            continue
        seen = sentence.paragraph
        if place := _match_dateline(segments.text, sentence.start, sentence.end):
            yield place[0]


def _match_dateline(text: str, start: int, end: int) -> tuple[tuple[int, int], int] | None:
    """A dateline at the begin of a span; and where the words before its first sentence end."""
    found = _DATELINE.match(text, start, min(end, start + 160))
    if found is None:
        return None
    place = found["place"]
    known = place.lower() in countries_by_name()
    after = found.end() < end and end - found.end() > _LEAST_BEHIND_DATELINE
    if after and (known or (place.isupper() and len(place) > 3)):
        return found.span("place"), found.end()
    return None


def _looks_truncated(text: str, paragraphs: list[_Paragraph], lexicon: Lexicon) -> bool:
    """Whether it is a stub before a paywall: few sentences, and a line that asks to sign in."""
    body = sum(p.end - p.start for p in paragraphs if p.part is Part.BODY)
    asks = any(p.regex.search(text[-2_000:]) for p in lexicon.patterns["paywalls"])
    return asks and body < 1_500
