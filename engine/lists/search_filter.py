"""The member `search` of filters: records that have these words, as the root field `search` finds
them.

The text index is on the search entries, so the store is asked first which records match, and the
query names their keys (decision 19). An operation asks once for each search, however many filters
have it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from engine.context import Operation
from engine.lists.filters import TooMuch, where_found
from store.gather import gather_all
from store.records.text_search import LONGEST_QUERY, MOST_WORDS, Query, parse_query

MOST_FOUND = 50_000
"""Records that one search in a filter may find: the query that follows names them all."""

MOST_SEARCHES = 20
"""Different searches in the filters of one operation; each is a command."""

SCORE = "score"
"""The path in an order, and the member of a row, at which a score stands."""

RELEVANCE = (
    "How well it matches the filter's `search`, which must be given; DESC puts the best first, "
    "ranked as by the field `search`."
)
"""The description of the order field of that name."""

Scores: TypeAlias = Mapping[str, float]
"""Scores by key: the higher, the better the record matches."""


def searched(noun: str) -> Any:
    """The member `search` of a noun's filter."""

    async def query_for(text: str, operation: Operation) -> Mapping[str, Any]:
        return {"_id": {"$in": [*await find_matches(text, noun, operation)]}}

    return where_found(
        query_for,
        "Has all these words, written and matched as in the field `search`: at most "
        f"{MOST_WORDS} words and {LONGEST_QUERY} characters. The list keeps its order; order by "
        "RELEVANCE to have the best first.",
    )


async def find_matches(
    text: str, noun: str, operation: Operation, *, scored: bool = False
) -> Scores:
    """The records of a noun that a search finds, with their scores. Without `scored` all scores are
    equal, which is quicker.

    Raises ValueError for a text that cannot be searched, TooMuch for too many searches or matches.
    """
    sought = parse_query(text)
    searches = operation.searches
    if (noun, sought) not in searches and len(searches) == MOST_SEARCHES:
        message = f"at most {MOST_SEARCHES} different searches at a time; ask in several requests"
        raise TooMuch(message, limit="searches in filters", most=MOST_SEARCHES)
    # What was asked with its scores need not be asked again without them.
    scored = searches[noun, sought] = scored or searches.get((noun, sought), False)

    async def answer(wanted: Sequence[Query]) -> Mapping[Query, Scores]:
        reader, most = operation.reader, MOST_FOUND + 1
        answers = await gather_all(
            [reader.find_by_words(noun, q, most, scored=scored) for q in wanted]
        )
        return dict(zip(wanted, answers, strict=True))

    scores: Scores = await operation.load(("found", noun, scored), answer, sought)
    if len(scores) > MOST_FOUND:
        message = f"more than {MOST_FOUND} have these words; look for more words at once"
        raise TooMuch(message, limit="found", most=MOST_FOUND)
    return scores
