"""Evidence: who said what in which span of which article, and whether that span still holds.

A span counts code points of `Article.text`, end exclusive (W3C Web Annotation,
TextPositionSelector); its SHA-256 is kept, so that a changed text cannot move it silently.
"""

from hashlib import sha256
from typing import Annotated

from pydantic import Field, model_validator

from store.records.described import Described
from store.records.shape import MOST, ArticleKey, AsStated, PartyKey, Problem, Sha256, Shape, Text

MOST_IN_SPAN = 20_000
"""Code points. What is spanned is kept with each record that rests on it."""


class EvidenceMode(Described):
    """How the article presents the words."""

    DIRECT_QUOTE = "DIRECT_QUOTE", "In quotation marks, from a named or clear speaker."
    PARAPHRASE = "PARAPHRASE", "Reported speech, attributed to a speaker."
    REPORTER_VOICE = "REPORTER_VOICE", "Told by the reporter, without attribution."
    HEADLINE = "HEADLINE", "Only in the headline or standfirst."
    COUNTERPART_CLAIM = "COUNTERPART_CLAIM", "Said by the other side about this party."


class Stance(Described):
    """What the span does for the statement it stands beside."""

    SUPPORTS = "SUPPORTS", "Bears the statement out."
    REFUTES = "REFUTES", "Speaks against the statement."
    CONTEXT = "CONTEXT", "Helps to understand it; proves nothing."


class Selector(Shape):
    """A span of an article's text.

    `exact` (TextQuoteSelector) is the spanned text itself; the store keeps it only where the
    article's text may be served. A bundle may give `exact` alone: `located` finds the span.
    """

    start: Annotated[int, Field(ge=0, le=MOST)] | None = None
    end: Annotated[int, Field(ge=0, le=MOST)] | None = None
    exact_sha256: Sha256 | None = None
    exact: Annotated[str, Field(max_length=MOST_IN_SPAN)] | None = None

    @model_validator(mode="after")
    def _spans_something(self) -> "Selector":
        if self.start is None and self.end is None:
            if not self.exact:
                raise ValueError("give start, end and exactSha256, or the exact words")
        elif self.start is None or self.end is None or self.end <= self.start:
            raise ValueError("start and end go together, and end is greater than start")
        elif self.end - self.start > MOST_IN_SPAN:
            raise ValueError(
                f"spans {self.end - self.start:,} characters, at most {MOST_IN_SPAN:,}; point at "
                "the sentences that matter, each with evidence of its own"
            )
        elif self.exact_sha256 is None and not self.exact:
            raise ValueError("a span needs exactSha256, or the exact words to compute it from")
        return self


class Evidence(Shape):
    """A span of an article and what it is evidence of."""

    article: ArticleKey
    selector: Selector
    source_locator: AsStated | None = None
    mode: EvidenceMode
    said_by: PartyKey | None = None
    relayed_by: PartyKey | None = None
    stance: Stance = Stance.SUPPORTS
    gist: Text | None = None


def digest(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, lower-case hexadecimal."""
    return sha256(text.encode()).hexdigest()


def located(selector: Selector, text: str) -> Selector:
    """The same span with all its members; ValueError says what does not fit the text."""
    if selector.start is None or selector.end is None:
        selector = _found(selector.exact or "", text)
    assert selector.start is not None and selector.end is not None
    exact = text[selector.start : selector.end]
    span = f"[{selector.start},{selector.end})"
    if selector.end > len(text):
        raise ValueError(f"span {span} ends beyond the text, which has {len(text)} code points")
    if selector.exact is not None and selector.exact != exact:
        raise ValueError(f"span {span} holds {exact!r}, expected {selector.exact!r}")
    if selector.exact_sha256 not in (None, digest(exact)):
        raise ValueError(
            f"span {span} holds {exact!r}, whose SHA-256 {digest(exact)} is not the expected "
            f"{selector.exact_sha256}; the text has changed, or the span was counted in other units"
        )
    return selector.model_copy(update={"exact": exact, "exact_sha256": digest(exact)})


def _found(exact: str, text: str) -> Selector:
    start = text.find(exact)
    if start < 0:
        raise ValueError(f"the text does not hold {exact!r}")
    if text.find(exact, start + 1) >= 0:
        raise ValueError(f"the text holds {exact!r} more than once; give start and end")
    return Selector(start=start, end=start + len(exact), exact=exact)


def check_span(selector: Selector, article: str, text: str) -> list[Problem]:
    """What is wrong with one span, with article, span and expected text named."""
    try:
        located(selector, text)
    except ValueError as error:
        return [Problem("", f"article {article}: {error}")]
    return []
