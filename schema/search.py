"""Search: one ranked list over articles, parties, meetings, commitments and requests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import strawberry

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import (
    Argument,
    Arguments,
    Needs,
    asked,
    embedded,
    link_among,
    stored,
)
from engine.lists.filters import (
    dated,
    one_of,
    where,
    where_found,
)
from engine.rows import Row
from schema.articles import Article
from schema.commitments import Commitment
from schema.filters.topics import about
from schema.meetings import Meeting
from schema.parties import Organization, Person
from schema.registry import SEARCH
from schema.requests import Request
from schema.shared.connections import (
    Connection,
    CuratedFilter,
    DateFilter,
    KeyFilter,
    connected,
    filter_input,
)
from schema.shared.enums import shown
from store.gather import all_at_once
from store.records.articles import TextAccess
from store.records.enums import Described
from store.records.plurals import singulars_of_begun
from store.records.search_entries import WEIGHTS
from store.records.text_search import LONGEST_QUERY, MOST_WORDS, Query, fragments, parse_query

SearchItem: TypeAlias = Annotated[
    Article | Person | Organization | Meeting | Commitment | Request,
    strawberry.union("SearchItem", description="What a search can find."),
]


class SearchNoun(Described):
    """What sort of record a search looks for."""

    ARTICLES = "articles", "Articles: headline, text where it is served, names of parties."
    PARTIES = "parties", "Persons and organisations, by all their names."
    MEETINGS = "meetings", "Meetings: title, place, participants."
    COMMITMENTS = "commitments", "Commitments: title, gist, test, names of parties."
    REQUESTS = "requests", "Requests: title, gist, names of parties."


class HighlightField(Described):
    """Where words were found."""

    NAME = "NAME", "A name of the party, or of a party that was merged into it."
    TITLE = "TITLE", "The title or headline, or that of a record that was merged into it."
    GIST = "GIST", "The gist."
    TEST = "TEST", "What would count as done."
    PARTICIPANT = "PARTICIPANT", "A participant's name or office, as stated."
    PLACE = "PLACE", "The place."
    TEXT = "TEXT", "The article's text."


shown(SearchNoun)
shown(HighlightField)

MOST_HIGHLIGHTS = 4
"""Of one hit. They are excerpts, and stay short."""

_MERGED = "derived.mergedNames"
"""What the records merged into it were called."""

_PASSAGES: Mapping[str, Sequence[tuple[HighlightField, str]]] = {
    "articles": (
        (HighlightField.TITLE, "headline"),
        (HighlightField.TITLE, _MERGED),
        (HighlightField.TEXT, "text"),
    ),
    "parties": (
        (HighlightField.NAME, "name"),
        (HighlightField.NAME, "names.value"),
        (HighlightField.NAME, _MERGED),
    ),
    "meetings": (
        (HighlightField.TITLE, "title"),
        (HighlightField.TITLE, _MERGED),
        (HighlightField.PLACE, "place.name"),
        (HighlightField.PARTICIPANT, "participations.nameAsStated"),
        (HighlightField.PARTICIPANT, "participations.roleAsStated"),
    ),
    "commitments": (
        (HighlightField.TITLE, "title"),
        (HighlightField.TITLE, _MERGED),
        (HighlightField.GIST, "gist"),
        (HighlightField.TEST, "test"),
    ),
    "requests": (
        (HighlightField.TITLE, "title"),
        (HighlightField.TITLE, _MERGED),
        (HighlightField.GIST, "gist"),
    ),
}
"""Per noun: what may be shown of what is searched, and where it stands in the record."""


async def _passages(
    operation: Operation, ids: Sequence[str], _arguments: Arguments, _needs: Needs
) -> Mapping[str, list[tuple[HighlightField, str]]]:
    """The texts in which hits can be highlighted: one command for each noun among them."""
    keys: dict[str, list[str]] = {}
    for noun, _, key in (entry.partition(":") for entry in ids):
        keys.setdefault(noun, []).append(key)
    found = await all_at_once([_texts(operation, noun, of) for noun, of in keys.items()])
    return {
        f"{noun}:{key}": list(dict.fromkeys(_shown(noun, document)))
        for noun, documents in zip(keys, found, strict=True)
        for key, document in documents.items()
    }


async def _texts(operation: Operation, noun: str, keys: Sequence[str]) -> Mapping[str, Row]:
    fields = dict.fromkeys((path for _, path in _PASSAGES[noun]), 1)
    if noun == "articles":
        fields["textAccess"] = 1
    return await operation.reader.find_documents(noun, keys, fields)


def _shown(noun: str, document: Row) -> Iterator[tuple[HighlightField, str]]:
    for field, path in _PASSAGES[noun]:
        if field is HighlightField.TEXT and document["textAccess"] != TextAccess.PUBLIC:
            continue
        yield from ((field, text) for text in _at(document, path.split(".")))


def _at(value: Any, path: Sequence[str]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif value is not None and path:
        yield from _at(value.get(path[0]), path[1:])
    elif value is not None:
        yield value


def _highlights(
    hit: Row, passages: Iterable[tuple[HighlightField, str]], _arguments: Arguments
) -> list[Row]:
    found = [
        {
            "field": field,
            "text": fragment.text,
            "start": fragment.start,
            "matches": [{"start": start, "end": end} for start, end in fragment.found],
        }
        for field, text in passages
        for fragment in fragments(text, hit["asked"]["wanted"], beginning=hit["asked"]["beginning"])
    ]
    return found[:MOST_HIGHLIGHTS]


@strawberry.type(description="A stretch of a text in Unicode code points, end exclusive.")
class TextRange:
    start: int = stored("start", "The first code point, from 0.")
    end: int = stored("end", "The code point after the last.")


@strawberry.type(description="A short piece of what was searched, plain text.")
class Highlight:
    field: HighlightField = stored("field", "Where it stands.")
    text: str = stored("text", "The piece, cut between words.")
    start: int = stored("start", "Where the piece begins in the whole, in code points.")
    matches: list[TextRange] = embedded(
        "matches", "Where in the piece words were found.", many=True
    )


@strawberry.type(description="Something found, and why.")
class SearchHit:
    item: SearchItem | None = link_among("key", "noun", "What was found.")
    score: float = stored(
        "score",
        "The higher the better: a word in a name counts most, then in a title, in the name of a "
        "party that it has to do with, and in a text; the more of a field it is, the more. To be "
        "compared within one search only.",
    )
    highlights: list[Highlight] = asked(
        _passages,
        _highlights,
        "Where the words stand. Empty if they were found only in names of parties that it has to "
        "do with.",
    )


@strawberry.type(description="A page of what was found, best first.")
class SearchConnection(Connection[SearchHit]):
    pass


@filter_input(description="Among which records to search; all members must match.")
class SearchFilter(CuratedFilter):
    party: KeyFilter | None = where(
        one_of("parties"), "Having to do with this party.", keys_of=["parties"]
    )
    within: KeyFilter | None = where(
        one_of("within"),
        "Having to do with this body, or with what belongs to it at any depth.",
        keys_of=["parties"],
    )
    topic: KeyFilter | None = where_found(
        about("topics", with_wider=True), "About this topic or a narrower one."
    )
    date: DateFilter | None = where(
        dated("date"), "Published, held or made in this range; parties have no date."
    )


MOST_COMPLETIONS = 500
"""Words that a beginning may have: the query that follows names them all."""


def _sought(arguments: Arguments) -> Query:
    try:
        return parse_query(arguments["query"], beginning=bool(arguments.get("prefix")))
    except ValueError as error:
        raise BadUserInput("query", str(error)) from None


async def _among(
    arguments: Arguments, operation: Operation, _: Mapping[str, Any]
) -> Mapping[str, Any]:
    sought, types = _sought(arguments), arguments.get("types")
    completions = await _completions(sought.begun, operation) if sought.beginning else ()
    return {
        **sought.as_condition(tuple(WEIGHTS), completions),
        "noun": {"$in": list(SearchNoun if types is None else types)},
    }


async def _completions(beginning: str, operation: Operation) -> Sequence[str]:
    """The words that a beginning has; itself, which finds nothing, if it has none."""
    found = await operation.reader.find_completions(beginning, MOST_COMPLETIONS + 1)
    if len(found) > MOST_COMPLETIONS:
        message = f"more than {MOST_COMPLETIONS} words begin with {beginning!r}; write more of it"
        said: dict[str, Any] = {"limit": "completions", "most": MOST_COMPLETIONS}
        raise BadUserInput("query", message, **said)
    return [*found, *sorted(singulars_of_begun(beginning))] or [beginning]


def _told(arguments: Arguments, _: Operation) -> Row:
    sought = _sought(arguments)
    return {"wanted": sought.wanted, "beginning": sought.beginning}


search_field = connected(
    SEARCH,
    "What has all these words, best first; equally good ones by noun and key. Case, diacritics and "
    "English plurals do not matter, nor do strokes and ligatures of Latin letters (Lodz finds "
    "Łódź), the letters of Arabic, Persian and Urdu keyboards for the same, apostrophes within "
    "words (OBrien), the dots of initials (UN), joiners and variation selectors. In scripts "
    "without blanks, and in Hangul, any letters that stand together are found. Symbols and emoji "
    "are no words.",
    arguments=[
        Argument(
            "query",
            str,
            'Words that must all be there. "Words in quotes" stand together; what has a - before '
            f"it must not be there. At most {MOST_WORDS} words and {LONGEST_QUERY} characters.",
        ),
        Argument("types", list[SearchNoun] | None, "Only these sorts; all five unless told."),
        Argument(
            "prefix",
            bool | None,
            "Whether the last word may be the beginning of one, as while somebody is typing: "
            f"ministr finds ministries. A beginning that more than {MOST_COMPLETIONS} words have "
            "is refused; write more of it. False unless told.",
        ),
    ],
    ahead=_among,
    told=_told,
    ranks=True,
)
