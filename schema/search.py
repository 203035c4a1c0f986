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
    has_date_in_range,
    one_of,
    where,
    where_found,
)
from engine.rows import Row
from schema.articles import Article
from schema.commitments import Commitment
from schema.filters.topics import is_about
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
from schema.shared.enums import register_enum
from store.gather import gather_all
from store.records.articles import TextAccess
from store.records.enums import Described
from store.records.plurals import singulars_of_begun
from store.records.search_entries import WEIGHTS
from store.records.text_search import LONGEST_QUERY, MOST_WORDS, Query, find_fragments, parse_query

SearchItem: TypeAlias = Annotated[
    Article | Person | Organization | Meeting | Commitment | Request,
    strawberry.union("SearchItem", description="A record that a search can find."),
]


class SearchNoun(Described):
    """A kind of record that a search can look for."""

    ARTICLES = "articles", "Articles: headline, text where it is served, names of parties."
    PARTIES = "parties", "Persons and organisations, by all their names."
    MEETINGS = "meetings", "Meetings: title, place, participants."
    COMMITMENTS = "commitments", "Commitments: title, gist, test, names of parties."
    REQUESTS = "requests", "Requests: title, gist, names of parties."


class HighlightField(Described):
    """A field in which words were found."""

    NAME = "NAME", "A name of the party, or of a party that was merged into it."
    TITLE = "TITLE", "The title or headline, or that of a record that was merged into it."
    GIST = "GIST", "The gist."
    TEST = "TEST", "The test: what would count as done."
    PARTICIPANT = "PARTICIPANT", "A participant's name or office, as stated."
    PLACE = "PLACE", "The place."
    TEXT = "TEXT", "The article's text."


register_enum(SearchNoun)
register_enum(HighlightField)

MOST_HIGHLIGHTS = 4
"""Of one hit. They are excerpts, and stay short."""

_MERGED = "derived.mergedNames"
"""The names or titles of the records that were merged into it."""

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
"""For each noun the texts that can be highlighted, with their paths in the record."""


async def _read_passages(
    operation: Operation, ids: Sequence[str], _arguments: Arguments, _needs: Needs
) -> Mapping[str, list[tuple[HighlightField, str]]]:
    """The texts in which hits can be highlighted: one command for each noun among them."""
    keys: dict[str, list[str]] = {}
    for noun, _, key in (entry.partition(":") for entry in ids):
        keys.setdefault(noun, []).append(key)
    found = await gather_all([_read_texts(operation, noun, of) for noun, of in keys.items()])
    return {
        f"{noun}:{key}": list(dict.fromkeys(_list_passages(noun, document)))
        for noun, documents in zip(keys, found, strict=True)
        for key, document in documents.items()
    }


async def _read_texts(operation: Operation, noun: str, keys: Sequence[str]) -> Mapping[str, Row]:
    fields = dict.fromkeys((path for _, path in _PASSAGES[noun]), 1)
    if noun == "articles":
        fields["textAccess"] = 1
    return await operation.reader.find_documents(noun, keys, fields)


def _list_passages(noun: str, document: Row) -> Iterator[tuple[HighlightField, str]]:
    for field, path in _PASSAGES[noun]:
        if field is HighlightField.TEXT and document["textAccess"] != TextAccess.PUBLIC:
            continue
        yield from ((field, text) for text in _read_texts_at(document, path.split(".")))


def _read_texts_at(value: Any, path: Sequence[str]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _read_texts_at(item, path)
    elif value is not None and path:
        yield from _read_texts_at(value.get(path[0]), path[1:])
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
        for fragment in find_fragments(
            text, hit["asked"]["wanted"], beginning=hit["asked"]["beginning"]
        )
    ]
    return found[:MOST_HIGHLIGHTS]


@strawberry.type(description="A range of a text in Unicode code points, end exclusive.")
class TextRange:
    start: int = stored("start", "The first code point, from 0.")
    end: int = stored("end", "The code point after the last.")


@strawberry.type(description="An excerpt, in plain text, of a text in which words were found.")
class Highlight:
    field: HighlightField = stored("field", "The field that the excerpt is from.")
    text: str = stored("text", "The excerpt, cut between words.")
    start: int = stored("start", "Where the excerpt begins in the whole text, in code points.")
    matches: list[TextRange] = embedded(
        "matches", "Where in the excerpt words were found.", many=True
    )


@strawberry.type(description="A search result: a record, and where the words are in it.")
class SearchHit:
    item: SearchItem | None = link_among("key", "noun", "The record that was found.")
    score: float = stored(
        "score",
        "How well it matches; higher is better. A word counts most in a name, then in "
        "a title, in the name of a party involved, and in a text, and it counts for "
        "more in a shorter field. Scores of different searches cannot be compared.",
    )
    highlights: list[Highlight] = asked(
        _read_passages,
        _highlights,
        "Excerpts with the words. Empty if they were found only in names of parties involved.",
    )


@strawberry.type(description="A page of search results, best first.")
class SearchConnection(Connection[SearchHit]):
    pass


@filter_input(description="Which records to search; all members must match.")
class SearchFilter(CuratedFilter):
    party: KeyFilter | None = where(one_of("parties"), "Involving this party.", keys_of=["parties"])
    within: KeyFilter | None = where(
        one_of("within"),
        "Involving this body, or one that belongs to it at any depth.",
        keys_of=["parties"],
    )
    topic: KeyFilter | None = where_found(
        is_about("topics", with_wider=True), "About this topic or a narrower one."
    )
    date: DateFilter | None = where(
        has_date_in_range("date"),
        "Published, held or made in this range; parties have no date and do not match.",
    )


MOST_COMPLETIONS = 500
"""Words that a beginning may have: the query that follows names them all."""


def _parse_query(arguments: Arguments) -> Query:
    try:
        return parse_query(arguments["query"], beginning=bool(arguments.get("prefix")))
    except ValueError as error:
        raise BadUserInput("query", str(error)) from None


async def _match_query(
    arguments: Arguments, operation: Operation, _: Mapping[str, Any]
) -> Mapping[str, Any]:
    sought, types = _parse_query(arguments), arguments.get("types")
    completions = await _completions(sought.begun, operation) if sought.beginning else ()
    return {
        **sought.as_condition(tuple(WEIGHTS), completions),
        "noun": {"$in": list(SearchNoun if types is None else types)},
    }


async def _completions(beginning: str, operation: Operation) -> Sequence[str]:
    """The words with this beginning; if there are none, the beginning itself, which
    finds nothing.
    """
    found = await operation.reader.find_completions(beginning, MOST_COMPLETIONS + 1)
    if len(found) > MOST_COMPLETIONS:
        message = f"more than {MOST_COMPLETIONS} words begin with {beginning!r}; write more of it"
        said: dict[str, Any] = {"limit": "completions", "most": MOST_COMPLETIONS}
        raise BadUserInput("query", message, **said)
    return [*found, *sorted(singulars_of_begun(beginning))] or [beginning]


def _give_rows_query(arguments: Arguments, _: Operation) -> Row:
    sought = _parse_query(arguments)
    return {"wanted": sought.wanted, "beginning": sought.beginning}


search_field = connected(
    SEARCH,
    "The records that have all of these words, best match first, then by kind and key. These do "
    "not matter: case, diacritics, English plurals, strokes and ligatures of Latin letters (Lodz "
    "finds Łódź), which of the Arabic, Persian and Urdu forms of a letter is typed, apostrophes "
    "within words (OBrien), the dots of initials (UN), joiners and variation selectors. In scripts "
    "without spaces between words, and in Hangul, any run of letters is found. Symbols and emoji "
    "are not searched.",
    arguments=[
        Argument(
            "query",
            str,
            'The words that must all occur. "Words in quotes" must stand together; a word with a - '
            "before it must not occur. "
            f"At most {MOST_WORDS} words and {LONGEST_QUERY} characters.",
        ),
        Argument(
            "types", list[SearchNoun] | None, "Only these kinds of records; all five by default."
        ),
        Argument(
            "prefix",
            bool | None,
            "Whether the last word may be the beginning of a longer one, for search as you type: "
            "ministr finds ministries. "
            f"Refused if more than {MOST_COMPLETIONS} words begin with it. False by default.",
        ),
    ],
    load_query=_match_query,
    give_rows=_give_rows_query,
    ranks=True,
)
