"""Articles: the reports that everything else rests on."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from store.records.base import (
    AsStated,
    Form,
    Instant,
    Language,
    Line,
    PartyKey,
    Problem,
    Record,
    Sha256,
    Shape,
)
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.evidence import Selector, check_letters, check_span

WebAddress = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000),
    Form(
        "web address",
        "http:// or https:// first and no blanks, such as 'https://www.example.org/news'",
        lambda given: f"https://{given}",
    ),
]


def _strip_end(text: str) -> str:
    if not (kept := text.rstrip()):
        raise ValueError("an article's text has words; give it, or a digest of it")
    return kept


ArticleText = Annotated[str, Field(min_length=1, max_length=1_000_000), AfterValidator(_strip_end)]
"""The text as it is given, white space at its beginning too, so that spans that others counted
hold; only what is at its end goes, which moves none."""


class TextKind(Described):
    """What the kept text is."""

    FULL_TEXT = "FULL_TEXT", "The article's own words; only where the operator may serve them."
    DIGEST = "DIGEST", "A summary in our own words, into which the evidence spans point."


class TextAccess(Described):
    """Whether the kept text may be served."""

    PUBLIC = "PUBLIC", "Served to everyone."
    WITHHELD = "WITHHELD", "Kept for checking spans; never served, and neither are its excerpts."


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


class Article(Record):
    """A news article: headline, publisher and dates as stated, and a text to point into.

    `published_at` is an instant and stands only where the source states one. `relays` is the
    party whose statement the report rests on. Names follow schema.org `NewsArticle`.
    """

    headline: Line | None = None
    publisher: PartyKey | None = None
    byline: Line | None = None
    dateline: Line | None = None
    date_published: FuzzyDate
    published_at: Instant | None = None
    url: WebAddress | None = None
    in_language: Language = "en"
    text: ArticleText
    text_kind: TextKind
    text_access: TextAccess = TextAccess.PUBLIC
    source_sha256: Sha256 | None = None
    relays: PartyKey | None = None
    mentions: Annotated[tuple[Mention, ...], Field(max_length=5_000)] = ()


def check(article: Article) -> list[Problem]:
    """Mentions whose span does not fit the text."""
    problems: list[Problem] = []
    for i, mention in enumerate(article.mentions):
        if mention.span is not None:
            span = mention.span, article.key, article.text
            found = [*check_span(*span), *check_letters(*span)]
            problems += [p.at_path(f"mentions[{i}].span") for p in found]
    return problems
