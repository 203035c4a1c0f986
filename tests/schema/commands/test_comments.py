"""Comments: who writes them, who sees them, and that kept answers do not hide them."""

from engine.requests.prepared import Request
from engine.requests.response_cache import ResponseCache
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.reads.reader import Reader
from store.viewers import ANONYMOUS
from store.writes.verbs.comments import MOST_COMMENTS
from tests.schema.commands.conftest import EDITOR, PROPOSER, Writing
from tests.store.samples import article, write

ON_OFFICE = {"noun": "PARTIES", "key": "office"}
ASK = '{ party(by: {key: "office"}) { comments { text path by via } } }'


async def test_comments_stand_in_their_order_for_curators_alone(writing: Writing) -> None:
    await writing.do("comment", "dataVersion", PROPOSER, text="Who?", **ON_OFFICE)
    await writing.do("comment", "dataVersion", EDITOR, text=" This. ", path="name", **ON_OFFICE)
    found = (await writing.execute(ASK, PROPOSER))["data"]["party"]["comments"]
    assert found == [
        {"text": "Who?", "path": None, "by": "Paula", "via": "TOKEN"},
        {"text": "This.", "path": "name", "by": "Edith", "via": "TOKEN"},
    ]
    assert (await writing.execute(ASK, ANONYMOUS))["data"]["party"]["comments"] == []


async def test_record_of_another_noun_with_the_key_has_none(writing: Writing) -> None:
    await write(writing.database, article("office"))
    await writing.do("comment", text="Who?", **ON_OFFICE)
    asked = '{ article(by: {key: "office"}) { comments { text } } }'
    assert (await writing.execute(asked))["data"]["article"]["comments"] == []


async def test_kept_answer_is_given_up(writing: Writing) -> None:
    reader = Reader(writing.database)
    cache = ResponseCache(10**6)

    async def ask_version() -> int:
        return await cache.ask(reader)

    cache.version = ask_version
    service = Service(writing.service.schema, COLLECTIONS, cache=cache)

    async def count() -> int:
        answer = await service.answer(Request(ASK), make_operation(reader, viewer=EDITOR))
        assert answer is not None and answer.payload is not None
        return answer.payload.count(b'"text"')

    assert await count() == 0 and await count() == 0
    await writing.do("comment", text="Who?", **ON_OFFICE)
    assert await count() == 1


async def test_comments_have_bounds(writing: Writing) -> None:
    for text in (" ", "x" * 2_001):
        found = await writing.refuse("comment", text=text, **ON_OFFICE)
        assert found == [("INVALID", "input.text")]
    found = await writing.refuse("comment", noun="PARTIES", key="offic", text="Who?")
    assert found == [("UNKNOWN_KEY", "input.key")]
    for n in range(MOST_COMMENTS):
        await writing.do("comment", text=f"{n}", **ON_OFFICE)
    found = await writing.refuse("comment", text="Who?", **ON_OFFICE)
    assert found == [("INVALID", "input.key")]
