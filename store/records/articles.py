"""Articles: the reports on which all other records rest."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from store.records.base import (
    AsStated,
    Instant,
    Language,
    Line,
    PartyKey,
    Problem,
    Sha256,
    Shape,
    SourcedRecord,
)
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.evidence import SPAN_IS_MISSING, Selector, check_letters, check_span


def _strip_end(text: str) -> str:
    if not (kept := text.rstrip()):
        raise ValueError("an article's text has words; give it, or a digest of it")
    return kept


ArticleText = Annotated[str, Field(min_length=1, max_length=1_000_000), AfterValidator(_strip_end)]
"""An article's text. White space at its beginning is kept, so that spans counted elsewhere still
fit; only white space at its end is removed, which moves no span."""


class TextKind(Described):
    """What the stored text of an article is."""

    FULL_TEXT = "FULL_TEXT", "The article's own words; only where the operator may serve them."
    DIGEST = "DIGEST", "A summary in our own words; evidence points to spans of it."
    TITLE = (
        "TITLE",
        "Its title alone, because no text was to be had; evidence points to the address and title.",
    )


class TextAccess(Described):
    """Whether the stored text may be served."""

    PUBLIC = "PUBLIC", "Served to everyone."
    WITHHELD = (
        "WITHHELD",
        ("Stored only to check evidence; neither it nor excerpts of it are served."),
    )


class Judgement(Described):
    """Whether a name in a text means the party it was linked to."""

    POSITIVE = "POSITIVE", "The name means this party."
    NEGATIVE = "NEGATIVE", "The name looks like this party's and is not."
    UNSURE = "UNSURE", "The text does not say which party is meant."


class Mention(Shape):
    """A name as printed in an article, and the party it was judged to mean."""

    surface: Line
    span: Selector | None = None
    party: PartyKey
    judgement: Judgement = Judgement.POSITIVE
    source_locator: AsStated | None = None


class Article(SourcedRecord):
    """A news article: headline, publisher and dates as stated, and the text for evidence.

    `published_at` is a moment, given only if the source states one. `relays` is the party whose
    statement the report rests on. Names follow schema.org `NewsArticle`.
    """

    headline: Line | None = None
    publisher: PartyKey | None = None
    byline: Line | None = None
    dateline: Line | None = None
    date_published: FuzzyDate
    published_at: Instant | None = None
    in_language: Language = "en"
    text: ArticleText
    text_kind: TextKind
    text_access: TextAccess = TextAccess.PUBLIC
    source_sha256: Sha256 | None = None
    relays: PartyKey | None = None
    mentions: Annotated[tuple[Mention, ...], Field(max_length=5_000)] = ()

    @model_validator(mode="before")
    @classmethod
    def _take_title_for_text(cls, given: Any) -> Any:
        if not isinstance(given, dict) or given.get("textKind", given.get("text_kind")) != "TITLE":
            return given
        return {"text": given.get("headline"), **given}

    @model_validator(mode="after")
    def _is_found_by_its_title(self) -> "Article":
        if self.text_kind is TextKind.TITLE:
            if self.headline is None or self.text != self.headline:
                raise ValueError(
                    "the text of an article of textKind TITLE is its headline; leave text out, or "
                    "make it a DIGEST"
                )
            if self.url is None and self.publisher is None:
                raise ValueError(
                    "an article of textKind TITLE has a url or a publisher: by its title alone "
                    "nobody finds it"
                )
        return self


def check(article: Article) -> list[Problem]:
    """A problem for each mention whose span does not fit the text, or says none."""
    problems: list[Problem] = []
    for i, mention in enumerate(article.mentions):
        if mention.span is not None and mention.span.is_whole:
            problems.append(Problem(f"mentions[{i}].span", SPAN_IS_MISSING))
        elif mention.span is not None:
            span = mention.span, article.key, article.text
            found = [*check_span(*span), *check_letters(*span)]
            problems += [p.prefix_path(f"mentions[{i}].span") for p in found]
    return problems
