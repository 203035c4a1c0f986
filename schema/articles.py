"""Articles: the reports that everything else rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from pydantic import TypeAdapter, ValidationError

from engine.context import Operation
from engine.fields import Arguments, computed, embedded, link, stored
from engine.lists.filters import (
    any_of,
    exists,
    has_date_in_range,
    one_of,
    where,
    where_found,
)
from engine.lists.search_filter import RELEVANCE, searched
from engine.rows import Row
from schema.filters.parties import PartyKeyFilter, has_party_at
from schema.filters.topics import is_about
from schema.registry import ARTICLES, COMMITMENTS, FOLLOW_UPS, MEETINGS, REQUESTS
from schema.shared.connections import (
    Connection,
    DateFilter,
    FacetCount,
    KeyFilter,
    RecordFilter,
    connected,
    faceted,
    filter_input,
    order_input,
)
from schema.shared.enums import register_enum
from schema.shared.evidence import TextSpan
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.lazy_types import Commitments, FollowUps, Meetings, PartyRef, Requests
from schema.shared.nodes import SourcedRecord, merged_from_field
from schema.shared.recording_delay import days_until_recorded_field, recorded_late_field
from schema.shared.scalars import Instant, Url
from store.reads.reader import Via
from store.records.articles import Judgement, TextAccess, TextKind
from store.records.base import Language
from store.records.enums import Described
from store.viewers import Sight

register_enum(TextKind)
register_enum(TextAccess)
register_enum(Judgement)

_EVIDENCED = Via("derived.articles")


def _withhold_texts(
    rows: Sequence[Row], _arguments: Arguments, operation: Operation
) -> Sequence[Any]:
    all_ = operation.sight is Sight.ALL
    return [row["text"] if all_ or row["textAccess"] == TextAccess.PUBLIC else None for row in rows]


@strawberry.type(description="A name as printed in an article, and the party it is judged to mean.")
class Mention:
    surface: str = stored("surface", "The name as printed.")
    party: PartyRef | None = link("party", "parties", "The party.")
    judgement: Judgement = stored("judgement", "Whether the name means that party.")
    span: TextSpan | None = embedded("span", "Where the name stands in the article's text.")
    source_locator: str | None = stored("sourceLocator", "Where it stands in the original.")


@strawberry.type(
    description="An article whose record was merged into that of another, with what it stated "
    "itself."
)
class MergedArticle:
    key: str = stored("_id", "Its key; look-ups by it return the article that it was merged into.")
    headline: str | None = stored("headline", "Its headline.")
    publisher: PartyRef | None = link(
        "publisher", "parties", "Who published it; null if that is not stated."
    )
    date_published: FuzzyDate = embedded("datePublished", "When it was published.")
    source_url: Url | None = stored("url", "Its address on the web.")
    mentions: list[Mention] = embedded(
        "mentions", "The names of parties that it prints.", many=True
    )


@strawberry.type(
    description="A news article: what it states about itself, and its text, which evidence cites."
)
class Article(SourcedRecord):
    headline: str | None = stored("headline", "The headline; null if the source has none.")
    publisher: PartyRef | None = link(
        "publisher", "parties", "Who published it; null if that is not stated."
    )
    byline: str | None = stored("byline", "Who wrote it, as printed.")
    dateline: str | None = stored("dateline", "The place named at its beginning, as printed.")
    date_published: FuzzyDate = embedded("datePublished", "When it was published.")
    days_until_recorded: int | None = days_until_recorded_field("datePublished")
    recorded_late: bool = recorded_late_field("datePublished")
    published_at: Instant | None = stored(
        "publishedAt", "The moment of publication; null unless the source states a time."
    )
    source_url: Url | None = stored("url", "The article's address on the web.")
    in_language: str = stored("inLanguage", "The article's language, a BCP 47 tag.")
    text: str | None = computed(
        _withhold_texts,
        ("text", "textAccess"),
        "The stored text; null for readers if it is withheld.",
        weight=10,
    )
    text_kind: TextKind = stored(
        "textKind", "Whether the stored text is the article's own, a digest, or its title alone."
    )
    text_access: TextAccess = stored("textAccess", "Whether the stored text may be served.")
    source_sha256: str | None = stored("sourceSha256", "SHA-256 of the original file.")
    relays: PartyRef | None = link(
        "relays", "parties", "The party whose statement the report rests on."
    )
    mentions: list[Mention] = embedded(
        "mentions", "The names of parties that it prints.", many=True
    )
    merged_from: list[MergedArticle] = merged_from_field(
        "articles",
        "Evidence in them counts as evidence in this one, and it is found by their headlines.",
    )
    meetings: Meetings = connected(MEETINGS, "The meetings that it reports.", _EVIDENCED)
    commitments: Commitments = connected(
        COMMITMENTS, "The commitments that it is evidence of.", _EVIDENCED
    )
    requests: Requests = connected(REQUESTS, "The requests that it is evidence of.", _EVIDENCED)
    follow_ups: FollowUps = connected(
        FOLLOW_UPS, "The follow-ups that it is evidence of.", _EVIDENCED
    )


@strawberry.type(description="A page of articles.")
class ArticleConnection(Connection[Article]):
    facets: list[FacetCount] | None = faceted("ArticleFacet", ARTICLES)


class ArticleOrderField(Described):
    """What articles can be ordered by."""

    DATE_PUBLISHED = "DATE_PUBLISHED", "The first day on which it may have been published."
    HEADLINE = "HEADLINE", "The headline, ignoring case, diacritics and punctuation."
    UPDATED_AT = "UPDATED_AT", "When the record was last changed."
    RELEVANCE = "RELEVANCE", RELEVANCE
    KEY = "KEY", "The key."


_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)


def _has_language(value: str, _: Operation) -> Mapping[str, Any]:
    try:
        return {"inLanguage": _LANGUAGE.validate_python(value)}
    except ValidationError:
        raise ValueError("a language is a BCP 47 tag, such as ur or en-GB") from None


ArticleOrder = order_input(ArticleOrderField, "articles")


@filter_input(description="Which articles; all members must match.")
class ArticleFilter(RecordFilter):
    publisher: KeyFilter | None = where(
        one_of("derived.publisher"), "Published by this party.", keys_of=["parties"]
    )
    has_publisher: bool | None = where(exists("publisher"), "Whether the publisher is stated.")
    relays: KeyFilter | None = where(
        one_of("derived.relays"),
        "Resting on a statement of this party, as in `relays`.",
        keys_of=["parties"],
    )
    mentions: PartyKeyFilter | None = where(
        has_party_at("derived.parties", "derived.within"),
        "Naming this party, resting on its statement, or published by it.",
        keys_of=["parties"],
    )
    topic: KeyFilter | None = where_found(
        is_about("derived.topics"),
        "Evidence of a commitment, request, follow-up or meeting that is about this "
        "topic or a narrower one.",
    )
    date_published: DateFilter | None = where(
        has_date_in_range("datePublished"), "Published in this range."
    )
    in_language: str | None = where(
        _has_language,
        "In this language, a BCP 47 tag such as `ur` or `en-GB`; its case does not matter.",
    )
    text_kind: list[TextKind] | None = where(
        any_of("textKind"), "With a text of one of these kinds."
    )
    text_access: TextAccess | None = where(
        lambda value, _: {"textAccess": value}, "With this access to the stored text."
    )
    search: str | None = searched("articles")
