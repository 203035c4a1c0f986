"""Terms: the words of a record, and by which words a query is narrowed."""

import re
from typing import Any

import pytest

from store.mongodb.driver import Database
from store.records.terms import PATH, TERMS, find_terms, narrow_query
from tests.store.samples import store, write


def one_of(*words: Any) -> Any:
    return words[0] if len(words) == 1 else {"$in": [*words]}


def role(**members: Any) -> Any:
    return {"derived.roles": {"$elemMatch": members}}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"strength": "PLEDGED"}, one_of("strength:PLEDGED")),
        ({"strength": {"$in": ["A", "B"]}}, one_of("strength:A", "strength:B")),
        (role(party="x"), one_of("party:x")),
        (role(party="x", role="PROMISOR"), one_of("party:PROMISOR:x")),
        (
            role(party={"$in": ["x", "y"]}, role={"$in": ["ASKER", "ASKED"]}),
            one_of("party:ASKER:x", "party:ASKED:x", "party:ASKER:y", "party:ASKED:y"),
        ),
        (role(kind={"$in": ["COMPANY"]}, role={"$ne": "ASKED"}), one_of("partyKind:COMPANY")),
        # The narrowest of several.
        ({**role(party="x"), "derived.articles": "a", "term": "PROCESS"}, one_of("article:a")),
        ({"$and": [{"term": "PROCESS"}, {"$and": [role(within="x")]}]}, one_of("within:x")),
        ({"topics": re.compile("^water/", re.ASCII)}, re.compile("^topic:water/", re.ASCII)),
        ({"derived.relays": {"$gt": ""}}, "relay"),
        ({"derived.relays": {"$not": {"$gt": ""}}}, "relay:"),
        ({"dueOn": {"$exists": True}, "dueOn.latest": {"$lt": "2020"}}, "due"),
        ({"presupposesEarlier": True}, "presupposesEarlier:true"),
        ({"curation": {"$in": ["PROPOSED", "REJECTED"]}},
         one_of("curation:PROPOSED", "curation:REJECTED")),
    ],
)  # fmt: skip
def test_a_query_is_narrowed_by_its_narrowest_words(query: Any, expected: Any) -> None:
    assert narrow_query("commitments", query) == {"$and": [{PATH: expected}, query]}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"curation": "ACCEPTED"},
        {"curation": {"$in": ["ACCEPTED", "PROPOSED"]}},
        {"presupposesEarlier": {"$ne": True}},
        {"strength": {"$nin": ["PLEDGED"]}},
        {"$nor": [role(party="x")]},
        {"derived.meeting": None},
        {"topics": re.compile("water")},
        {"_id": "c1", "strength": "PLEDGED"},
        {"title": "x"},
        {"$and": [{"title": "x"}, {"$or": [{"title": "y"}, {"curation": "ACCEPTED"}]}]},
    ],
)
def test_what_no_word_answers_stays_as_it_is(query: Any) -> None:
    assert narrow_query("commitments", query) is query


def test_each_part_of_an_or_is_narrowed_by_itself() -> None:
    parts = [role(party="x"), {"curation": "ACCEPTED"}]
    assert narrow_query("commitments", {"$or": parts, "curation": "ACCEPTED"}) == {
        "$or": [{"$and": [{PATH: "party:x"}, parts[0]]}, parts[1]],
        "curation": "ACCEPTED",
    }


def test_an_or_is_narrowed_however_deep_it_stands() -> None:
    query = {"$and": [{"title": "x"}, {"$and": [{"$or": [{"strength": "A"}, {"title": "y"}]}]}]}
    (_, deeper) = narrow_query("commitments", query)["$and"]
    (inner,) = deeper["$and"]
    assert inner["$or"][0] == {"$and": [{PATH: "strength:A"}, {"strength": "A"}]}


def test_what_is_always_true_or_false_may_be_asked_for_by_what_it_is_not() -> None:
    found = find_terms("requests", {"derived.answered": {"$ne": True}})
    assert found is not None and found[1] == ["answered:false"]


def test_the_words_of_one_noun_are_told_apart() -> None:
    for terms in TERMS.values():
        kinds = [term.kind for term in terms]
        assert len({*kinds}) == len(kinds) and not any(":" in kind for kind in kinds)


async def test_a_record_has_the_words_of_all_that_it_can_be_asked_for(database: Database) -> None:
    await write(database, *store())
    (c1,) = await database.find("commitments", {"_id": "c1"})
    words = c1["derived"]["terms"]
    assert {"article:a1", "meeting:m1", "party:telno", "party:PROMISOR:telno", "relay:"} <= {*words}
    assert {"within:ADDRESSEE:gov", "country:BB", "followedBy:PROGRESSED", "term:ONE_OFF"} <= {
        *words
    }
    assert not [word for word in words if word.startswith(("curation", "presupposes"))]
    assert len({*words}) == len(words)
    # Whatever a record is found by without them, it is found by with them.
    for noun, terms in TERMS.items():
        for document in await database.find(noun, {}):
            for term in terms:
                for value in _values_at(document, term.path.split(".")):
                    query = {term.path: value}
                    found = await database.find(noun, narrow_query(noun, query))
                    assert document["_id"] in {one["_id"] for one in found}, query


def _values_at(value: Any, path: list[str]) -> list[Any]:
    if isinstance(value, list):
        return [found for item in value for found in _values_at(item, path)]
    if not path:
        return [value] if isinstance(value, str | bool) else []
    return _values_at(value[path[0]], path[1:]) if path[0] in value else []
