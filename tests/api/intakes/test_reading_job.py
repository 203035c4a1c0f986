"""The job that reads articles: what it keeps, how it fails, and that none is done twice."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from functools import partial

import orjson
import pytest

from api.intakes.reader import ArticleReader
from api.intakes.working import Worker
from engine.requests.prepared import Request
from engine.requests.subscriptions import Event, Subscriptions
from intake.drafting import NOUNS
from schema.build import make_operation
from store.intakes import Intakes
from store.log import Log
from store.mongodb.collections import INTAKE_EVENTS, INTAKES, PROPOSALS
from store.mongodb.driver import Database, UpdateOne
from store.reads.reader import Reader
from store.records.evidence import digest
from store.viewers import ANONYMOUS, Viewer
from store.writes.counters import data_version
from store.writes.verbs import intakes as intakes_verbs
from tests.api.intakes.conftest import LEASE, Curator, find_text
from tests.schema.commands.conftest import PROPOSER

ARTICLE = find_text("watchdog-and-airline")
OTHER = find_text("minister-after-call")


async def test_article_becomes_proposals_with_their_words(curator: Curator) -> None:
    found = await curator.take_in(ARTICLE)
    assert found["state"] == "READY" and found["step"] is None and found["failure"] is None
    proposals = found["proposals"]["nodes"]
    assert [p["number"] for p in proposals] == [*range(found["proposalCount"])]
    assert found["openCount"] == found["proposalCount"] > 5
    for proposal in proposals:
        assert proposal["state"] == "OPEN" and proposal["reasons"]
        assert (proposal["noun"] is None) == (proposal["kind"] == "DOUBTFUL")
        for span in proposal["spans"]:
            words = found["text"][span["start"] : span["end"]]
            assert words == span["exact"] and digest(words) == span["exactSha256"]
            assert found["text"][: span["start"]].endswith(span["prefix"])
            assert found["text"][span["end"] :].startswith(span["suffix"])
    assert {p["kind"] for p in proposals} <= {*NOUNS, "DOUBTFUL", "EVIDENCE", "MEETING_DATE"}


async def test_drafts_name_the_new_parties_that_they_need(curator: Curator) -> None:
    found = await curator.take_in(ARTICLE)
    proposals = {p["key"]: p for p in found["proposals"]["nodes"]}
    (skylark,) = (p for p in proposals.values() if '"Skylark"' in (p["draft"] or "") and
                  p["kind"] == "PARTY")  # fmt: skip
    promises = [p for p in proposals.values() if p["kind"] == "COMMITMENT"]
    assert promises
    for promise in promises:
        assert '"party":"skylark"' in promise["draft"]
        assert {"key": skylark["key"]} in promise["needs"]
        candidate = promise["candidates"][0]
        assert candidate == {
            "member": "promisors",
            "name": "Skylark",
            "key": "skylark",
            "record": None,
        }


async def test_only_curators_see_it(curator: Curator) -> None:
    found = await curator.take_in(ARTICLE)
    assert (await curator.read(found["key"], PROPOSER))["text"] == found["text"]
    assert await curator.read(found["key"], ANONYMOUS) is None
    asked = "{ intakes { totalCount nodes { key } } proposals { totalCount nodes { key } } }"
    body = await curator.writing.execute(asked, ANONYMOUS)
    nothing = {"totalCount": 0, "nodes": []}
    assert body["data"] == {"intakes": nothing, "proposals": nothing}


async def test_same_text_once_more_is_the_intake_that_is_there(curator: Curator) -> None:
    first = await curator.submit(ARTICLE)
    again = await curator.writing.do("submitArticle", "intake { key } isNew", text=ARTICLE)
    assert again == {"intake": {"key": first}, "isNew": False, "userErrors": []}
    await curator.writing.do("cancelIntake", key=first)
    assert await curator.submit(ARTICLE) != first


async def test_steps_are_told_in_order(curator: Curator) -> None:
    await curator.take_in(ARTICLE)
    order = [("dataVersion", 1)]
    events = await curator.database.find(INTAKE_EVENTS, {}, sort=order)
    assert [(e["state"], e.get("step")) for e in events] == [
        ("QUEUED", None),
        ("RUNNING", None),
        ("RUNNING", "READ"),
        ("RUNNING", "FILE"),
        ("READY", None),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Save\n\nShare this article\n\nSubscribe", "EMPTY_TEXT"),
        ("Der Minister sagte am Montag, die Firma werde das Geld zurückzahlen. " * 8,
         "LANGUAGE_NOT_SUPPORTED"),
        ("The firm pledged on Monday to pay back the money.\n\nSubscribe to continue reading.",
         "LOOKS_TRUNCATED"),
    ],
)  # fmt: skip
async def test_text_that_cannot_be_read_fails_with_a_code(
    curator: Curator, text: str, code: str
) -> None:
    found = await curator.take_in(text)
    assert found["state"] == "FAILED" and found["failure"]["code"] == code
    assert (await curator.take_in(OTHER))["state"] == "READY"


async def test_text_is_refused_before_it_is_kept(curator: Curator) -> None:
    errors = await curator.writing.refuse("submitArticle", text="x" * 200_001)
    assert errors == [("TOO_LONG", "input.text")]
    assert await curator.writing.refuse("submitArticle", text=" \n") == [("MISSING", "input.text")]
    assert await curator.writing.refuse("submitArticle") == [("MISSING", "input.text")]
    both = await curator.writing.refuse("submitArticle", text="Words.", file="f")
    assert both == [("MISSING", "input.text")]
    no_file = await curator.writing.refuse("submitArticle", file="nowhere")
    assert no_file == [("UNKNOWN_KEY", "input.file")]
    date = {"datePublished": {"edtf": "soon"}}
    no_date = await curator.writing.refuse("submitArticle", text="Words.", article=date)
    assert no_date == [("BAD_DATE", "input.article.datePublished.edtf")]


async def test_failed_one_is_tried_again_and_ready_one_is_not(curator: Curator) -> None:
    found = await curator.take_in("Save\n\nShare this article\n\nSubscribe")
    await curator.writing.do("retryIntake", key=found["key"])
    assert (await curator.read(found["key"]))["state"] == "QUEUED"
    ready = await curator.take_in(ARTICLE)
    for name in ("retryIntake", "cancelIntake"):
        assert await curator.writing.refuse(name, key=ready["key"]) == [
            ("WRONG_STAGE", "input.key")
        ]
    assert await curator.writing.refuse("retryIntake", key="nowhere") == [
        ("UNKNOWN_KEY", "input.key")
    ]


async def test_what_is_called_off_while_it_is_read_stays_so(curator: Curator) -> None:
    key = await curator.submit(ARTICLE)
    intakes, now = Intakes(curator.database, LEASE), datetime.now(UTC)
    job = await intakes.take("one", now)
    assert job is not None and job.key == key
    await curator.writing.do("cancelIntake", key=key)
    assert not await intakes.hold(key, "one", now)
    assert not await intakes.fail(key, "one", "EMPTY_TEXT", "Nothing.", now)
    assert (await curator.read(key))["state"] == "CANCELLED"
    assert await intakes.take("two", now) is None


async def test_lease_that_ended_is_taken_and_the_late_one_keeps_nothing(curator: Curator) -> None:
    key = await curator.submit(ARTICLE)
    intakes, now = Intakes(curator.database, LEASE), datetime.now(UTC)
    assert await intakes.take("one", now) is not None
    assert await intakes.take("two", now) is None
    later = now + LEASE + timedelta(seconds=1)
    assert await intakes.take("two", later) is not None
    assert not await intakes.fail(key, "one", "EMPTY_TEXT", "Nothing.", later)
    assert (await curator.read(key))["state"] == "RUNNING"


async def test_many_workers_do_each_once(curator: Curator, database: Database) -> None:
    texts = [f"{ARTICLE} It ended on day {n}." for n in range(6)]
    keys = [await curator.submit(text) for text in texts]
    workers = [Worker(database, ArticleReader(database), LEASE) for _ in range(3)]
    try:
        done = await asyncio.gather(*(worker.work_off() for worker in workers))
    finally:
        await asyncio.gather(*(worker.stop() for worker in workers))
    assert sum(done) == len(texts)
    for key in keys:
        document = (await database.find(INTAKES, {"_id": key}))[0]
        assert document["state"] == "READY" and document["attempts"] == 1
        held = await database.find(PROPOSALS, {"intake": key})
        assert len(held) == document["proposalCount"]


async def test_reader_that_takes_too_long_is_ended_and_the_next_one_reads(
    curator: Curator, database: Database
) -> None:
    worker = Worker(database, ArticleReader(database, seconds=0.01), LEASE)
    key = await curator.submit(ARTICLE)
    await worker.work_off()
    assert (await curator.read(key))["failure"]["code"] == "TOOK_TOO_LONG"
    await curator.writing.do("retryIntake", key=key)
    await curator.worker.work_off()
    assert (await curator.read(key))["state"] == "READY"


async def test_reader_that_dies_is_a_fault_that_is_told_and_logged_without_words(
    curator: Curator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("api.intakes.reader.CHILD", ("false",))
    found = await curator.take_in(ARTICLE)
    assert found["failure"]["code"] == "READER_FAILED"
    assert "Skylark" not in caplog.text and "an article was not read" in caplog.text


async def test_what_was_written_meanwhile_is_known_to_the_next(curator: Curator) -> None:
    await curator.take_in(ARTICLE)
    await curator.writing.do(
        "createParty", key="clip", kind="PLATFORM", name="Clipster", accept=True
    )
    found = await curator.take_in(OTHER)
    drafts = [p["draft"] for p in found["proposals"]["nodes"] if p["kind"] == "COMMITMENT"]
    assert drafts and all('"party":"clip"' in draft for draft in drafts)


async def test_what_was_taken_back_is_unknown_to_the_next(curator: Curator) -> None:
    await curator.writing.do(
        "createParty", key="clip", kind="PLATFORM", name="Clipster", accept=True
    )
    await curator.take_in(ARTICLE)
    record = {"noun": "PARTIES", "key": "clip"}
    await curator.writing.do("review", action="RETRACT", records=[record], reason="Wrong.")
    found = await curator.take_in(OTHER)
    assert not any('"clip"' in (p["draft"] or "") for p in found["proposals"]["nodes"])


async def test_store_that_was_replaced_is_learnt_anew(curator: Curator) -> None:
    await curator.writing.do(
        "createParty", key="clip", kind="PLATFORM", name="Clipster", accept=True
    )
    await curator.take_in(ARTICLE)
    # As a reset does: records and their changes go, and the version of the data goes up.
    for name in ("parties", "changes"):
        await curator.database.command({"delete": name, "deletes": [{"q": {}, "limit": 0}]})
    step = UpdateOne({"_id": "data"}, {"$inc": {"version": 5}})
    await curator.database.write("meta", [step])
    found = await curator.take_in(OTHER)
    assert not any('"clip"' in (p["draft"] or "") for p in found["proposals"]["nodes"])


async def test_progress_is_told_to_curators_alone(curator: Curator) -> None:
    service, reader, log = curator.writing.service, Reader(curator.database), Log()
    log.hear(await data_version(curator.database))
    subscriptions = Subscriptions(service, log)
    query = "subscription { intakeProgress { state step intake { state } } }"

    async def listen(viewer: Viewer) -> AsyncGenerator[Event]:
        make = partial(make_operation, reader, viewer=viewer)
        return await subscriptions.begin(Request(query), make)

    told, hidden = await listen(PROPOSER), await listen(ANONYMOUS)
    await curator.take_in(ARTICLE)
    log.hear(await data_version(curator.database))
    found = [orjson.loads((await anext(told)).payload)["data"] for _ in range(5)]
    assert [event["intakeProgress"]["step"] for event in found] == [
        None,
        None,
        "READ",
        "FILE",
        None,
    ]
    assert {event["intakeProgress"]["intake"]["state"] for event in found} == {"READY"}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(hidden), 1)


async def test_what_cannot_be_kept_fails_and_is_not_tried_for_ever(
    curator: Curator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def file(*_: object) -> dict[str, object]:
        members = {"articleMembers": {}, "text": ARTICLE, "noSuchMember": "Skylark"}
        return {"members": members, "proposals": [], "question": None}

    monkeypatch.setattr(curator.worker, "_ask", file)
    found = await curator.take_in(ARTICLE)
    assert found["failure"]["code"] == "READER_FAILED"
    assert "is refused" in caplog.text and "Skylark" not in caplog.text


async def test_deleted_intake_leaves_no_word_and_its_records_stay(curator: Curator) -> None:
    found = await curator.take_in(ARTICLE, article={"datePublished": {"edtf": "2021-05-12"}})
    party = next(p["key"] for p in found["proposals"]["nodes"] if p["kind"] == "PARTY")
    await curator.writing.do(
        "acceptProposals", intake=found["key"], proposals=[{"key": party}], accept=True
    )
    other = await curator.take_in(OTHER)
    answer = await curator.writing.do("deleteIntake", "key", key=found["key"])
    assert answer["key"] == found["key"]
    assert await curator.read(found["key"]) is None
    left = await curator.database.find(PROPOSALS, {})
    assert {p["intake"] for p in left} == {other["key"]}
    assert len(await curator.database.find("parties", {})) == 1
    assert await curator.writing.refuse("deleteIntake", key=found["key"]) == [
        ("UNKNOWN_KEY", "input.key")
    ]
    # What was deleted may be submitted again.
    assert (await curator.take_in(ARTICLE))["key"] != found["key"]


async def test_proposer_deletes_only_what_is_their_own(curator: Curator) -> None:
    key = await curator.submit(ARTICLE)
    query = "mutation ($i: DeleteIntakeInput!) { deleteIntake(input: $i) { key } }"
    refused = await curator.writing.execute(query, PROPOSER, i={"key": key})
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    own = await curator.writing.do("submitArticle", "intake { key }", PROPOSER, text=OTHER)
    await curator.writing.do("deleteIntake", "key", PROPOSER, key=own["intake"]["key"])
    assert [i["_id"] for i in await curator.database.find(INTAKES, {})] == [key]


async def test_one_curator_cannot_fill_the_queue(
    curator: Curator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intakes_verbs, "MOST_WAITING_OF_ONE", 2)
    monkeypatch.setattr(intakes_verbs, "MOST_IN_A_DAY", 3)
    for number in range(2):
        await curator.submit(f"{ARTICLE} {number}")
    waiting = await curator.writing.refuse("submitArticle", text=OTHER)
    assert waiting == [("INVALID", "input")]
    await curator.writing.do("submitArticle", "isNew", PROPOSER, text=OTHER)
    await curator.worker.work_off()
    await curator.submit(f"{ARTICLE} 2")
    await curator.worker.work_off()
    assert await curator.writing.refuse("submitArticle", text=f"{ARTICLE} 3") == [
        ("INVALID", "input")
    ]
