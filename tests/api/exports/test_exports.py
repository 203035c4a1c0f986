"""Exports: the rows that a filter finds, in both forms, in constant memory, whole or broken off."""

import asyncio
import csv
import io
import json
import re
import socket
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from api.app import create_app
from api.exports.columns import COLUMNS
from api.exports.forms import write_csv, write_json_lines
from api.settings import Settings
from engine.lists import relevance
from engine.stream import Stream
from store.mongodb.driver import Database
from tests.api.conftest import application
from tests.conftest import Dataset, Generated, served
from tests.store import samples

NAMES = [column.name for column in COLUMNS]
COMMITMENTS, BATCH = 4_000, 200


async def lines(client: httpx.AsyncClient, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of an export as JSON Lines; what is no text is written as JSON."""
    written = {n: v if isinstance(v, str) else json.dumps(v) for n, v in parameters.items()}
    response = await client.get("/export/commitments.jsonl", params=written)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/jsonl; charset=utf-8"
    return [json.loads(line) for line in response.text.splitlines()]


def _documented() -> Any:
    """The functions that docs/exports.md gives for reading cells back."""
    text = (Path(__file__).parents[3] / "docs" / "exports.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0], found)
    return found["text_of"], found["items_of"]


unguarded, items_of = _documented()


# --- Rows ----------------------------------------------------------------------------------------

FILTERS: list[dict[str, Any]] = [
    {},
    {"promisor": {"eq": "meta"}},
    {"topic": {"eq": "online-safety"}, "strengthAtLeast": "CONTINUING"},
    {"status": {"in": ["IN_PROGRESS", "REAFFIRMED"], "asOf": "2025-07-09"}},
    {"not": {"hasFollowUp": True}},
    {"madeOn": {"to": "2024-06-30", "match": "POSSIBLE"}},
    {"curation": ["PROPOSED"]},
    {"or": [{"search": "safety"}, {"not": {"search": "meta"}}]},
    {"or": []},
]


@pytest.mark.parametrize("filter_", FILTERS, ids=json.dumps)
@pytest.mark.parametrize("order", [[], [{"field": "TITLE", "direction": "DESC"}]], ids=["", "desc"])
async def test_rows_are_those_of_the_connection(
    client: httpx.AsyncClient, meta_pakistan: Dataset, filter_: Any, order: Any
) -> None:
    data = await meta_pakistan.ask(
        "query Q($f: CommitmentFilter, $o: [TrackableOrder!]) {"
        " commitments(filter: $f, orderBy: $o, first: 100) { nodes { key title madeOn { edtf }"
        ' promisors { party { name } } status(asOf: "2025-07-09") { value explanation } } } }',
        f=filter_,
        o=order,
    )
    rows = await lines(client, filter=filter_, orderBy=order, asOf="2025-07-09")
    assert [
        (row["key"], row["title"], row["madeOn"], row["promisorNames"], row["explanation"])
        for row in rows
    ] == [
        (
            *(node["key"], node["title"], node["madeOn"]["edtf"]),
            [promisor["party"]["name"] for promisor in node["promisors"]],
            node["status"]["explanation"],
        )
        for node in data["commitments"]["nodes"]
    ]


async def test_rows_can_be_in_the_order_of_relevance(
    client: httpx.AsyncClient, meta_pakistan: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relevance, "_BATCH", 5)
    filter_, order = {"search": "meta"}, [{"field": "RELEVANCE", "direction": "DESC"}]
    data = await meta_pakistan.ask(
        "query Q($f: CommitmentFilter, $o: [TrackableOrder!]) {"
        " commitments(filter: $f, orderBy: $o, first: 100) { nodes { key } } }",
        f=filter_,
        o=order,
    )
    rows = await lines(client, filter=filter_, orderBy=order, asOf="2025-07-09")
    assert len(rows) == 12
    assert [row["key"] for row in rows] == [node["key"] for node in data["commitments"]["nodes"]]


async def test_csv_holds_what_json_lines_hold(client: httpx.AsyncClient) -> None:
    response = await client.get("/export/commitments.csv", params={"asOf": "2025-07-09"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    disposition = 'attachment; filename="commitments-2025-07-09.csv"'
    assert response.headers["content-disposition"] == disposition
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.content.startswith(b"\xef\xbb\xbfkey,url,title,")
    assert response.content.count(b"\n") == response.content.count(b"\r\n")
    table = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    rows = await lines(client, asOf="2025-07-09")
    assert len(table) == len(rows) == 14
    for cells, row in zip(table, rows, strict=True):
        assert list(cells) == list(row) == NAMES
        for name, value in row.items():
            match value:
                case list():
                    wanted = "; ".join(value)
                case bool() | None:
                    wanted = {True: "true", False: "false", None: ""}[value]
                case _:
                    wanted = str(value)
            assert unguarded(cells[name]) == wanted, name


async def test_the_day_of_an_export_is_that_of_its_filter(client: httpx.AsyncClient) -> None:
    contested = {"contested": True}
    assert not await lines(client, filter=contested, asOf="2017-07-06")
    rows = await lines(client, filter=contested, asOf="2017-07-08")
    assert [(row["key"], row["asOf"], row["contested"]) for row in rows] == [
        ("K01", "2017-07-08", True)
    ]


async def test_before_it_was_made_a_commitment_has_no_status(client: httpx.AsyncClient) -> None:
    (row,) = await lines(client, filter={"key": {"eq": "K13"}}, asOf="2025-07-07")
    assert row["status"] is row["explanation"] is row["decidedBy"] is None


async def test_what_was_recorded_later_is_left_out(client: httpx.AsyncClient) -> None:
    early = "2022-12-31T00:00:00Z"
    rows = await lines(client, asOf="2025-07-09", knownAt=early)
    everything = await lines(client, asOf="2025-07-09")
    assert [row["key"] for row in rows] == [
        row["key"] for row in everything if row["recordedAt"] <= early
    ]
    assert 0 < len(rows) < len(everything)
    assert {row["knownAt"] for row in rows} == {early}
    now = {row["key"]: row["decidedBy"] for row in everything}
    assert any(row["decidedBy"] != now[row["key"]] for row in rows)


async def test_what_a_row_links_to_and_was_recorded_later_is_left_out(
    mongodb_url: str, database: Database
) -> None:
    await samples.write(database, *samples.store())
    late = {"recordedAt": "2025-06-01T00:00:00Z"}
    spans = [samples.evidence("a1", samples.PROMISED), samples.evidence("late", "It is late.")]
    met = {"title": "Later found", "kind": "BILATERAL", "date": "2020-01-10", **late}
    told = [samples.evidence("a1", samples.PROMISED)]
    await samples.write(
        database,
        samples.article("late", text="It is late.", **late),
        samples.record("meetings", "late-m", participations=[], evidence=told, **met),
        samples.commitment("linking", madeAt="late-m", evidence=spans),
    )
    chosen = {"filter": {"key": {"eq": "linking"}}}
    async with application(Settings(mongodb_url=mongodb_url, database=database.name)) as client:
        (then,) = await lines(client, **chosen, knownAt="2025-05-31t23:59:59z")
        (later,) = await lines(client, **chosen, knownAt="2025-06-01T00:00:00Z")
    assert (then["articles"], then["madeAt"], then["madeAtTitle"]) == (["a1"], None, None)
    assert (later["articles"], later["madeAt"]) == (["a1", "late"], "late-m")
    assert later["madeAtTitle"] == "Later found"


@pytest.mark.parametrize("order", ["MADE_ON", "RELEVANCE"])
async def test_what_was_recorded_later_is_not_even_read(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    read = []
    batches = Stream.batches

    async def noting(self: Stream, *given: Any, **named: Any) -> AsyncIterator[Any]:
        async for batch in batches(self, *given, **named):
            read.extend(node["key"] for node in batch)
            yield batch

    monkeypatch.setattr(Stream, "batches", noting)
    asked = {"asOf": "2025-07-09", "filter": {"search": "meta"}, "orderBy": [{"field": order}]}
    rows = await lines(client, **asked, knownAt="2022-12-31T00:00:00Z")
    assert read == [row["key"] for row in rows]
    assert 0 < len(rows) < len(await lines(client, **asked))


async def test_what_was_known_is_filtered_and_ordered_by_the_record(
    client: httpx.AsyncClient,
) -> None:
    """By what follow-ups decide it is not: that would be as known now."""
    asked = {"asOf": "2025-07-09", "knownAt": "2024-12-20T00:00:00Z"}
    filter_ = {"party": {"eq": "meta", "role": ["PROMISOR"]}}
    rows = await lines(client, **asked, filter=filter_, orderBy=[{"field": "KEY"}])
    everything = await lines(client, **asked)
    of_meta = [row for row in everything if "meta" in row["promisors"]]
    assert rows == sorted(of_meta, key=lambda row: row["key"])
    assert 0 < len(rows) < len(everything)


async def test_addresses_in_rows_are_whole(client: httpx.AsyncClient) -> None:
    (row,) = await lines(client, filter={"key": {"eq": "K03"}})
    assert row["url"] == "http://test/commitments/K03"


async def test_head_sends_no_rows(client: httpx.AsyncClient) -> None:
    response = await client.head("/export/commitments.csv")
    assert response.status_code == 200 and "content-disposition" in response.headers


# --- Forms ---------------------------------------------------------------------------------------

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
PIECES = [
    *SIGNS,
    *"; ;,'\t\r\n\"a1",
    "\xa0",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\0",
    "\U000e0041",
    "\r\n",
]
cells = (
    st.text(alphabet=st.characters(codec="utf-8"))
    | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
    | st.sampled_from(["'=1+1", "''@x", "foo;=1+1;bar", "\t=1", "'Tis", "' =1", 'a "b", c'])
)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=5))
def test_csv_can_be_read_back(table: list[list[str]]) -> None:
    written = write_csv({"a": a, "b": b} for a, b in table).decode()
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert [[unguarded(cell) for cell in row] for row in read] == table
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read for cell in row
    )


@given(st.lists(st.lists(cells.filter(bool), min_size=1), min_size=1, max_size=3))
def test_lists_in_csv_can_be_parted_again(table: list[list[str]]) -> None:
    written = write_csv({"a": items} for items in table).decode()
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert [items_of(cell) for (cell,) in read] == table


@given(st.lists(cells, min_size=1))
def test_no_cell_begins_a_formula_whatever_parts_cells(row: list[str]) -> None:
    """Nor where quotes mean nothing, as for a program that takes another mark for the comma."""
    written = write_csv([dict(enumerate(row))]).decode()
    for part in re.split("[;\t\r\n]", written):
        seen = part.lstrip(' "\xa0\u200b\u2060\ufeff\0\U000e0041')
        assert not seen.startswith(tuple(SIGNS)), repr(part)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("foo;=1+1;bar", '"foo;\'=1+1;bar"'),
        ("\u200b=1+1", '"\'\u200b=1+1"'),
        (["=cmd|'/c calc'!A1"], "\"'=cmd|'/c calc'!A1\""),
        ('a;"=1', '"a;\'""=1"'),
        (["Smith; Jones & Co", "-x"], '"Smith;; Jones & Co;\' -x"'),
        ([], '""'),
        ("one\n- two", '"one\n\'- two"'),
    ],
)
def test_guards_stand_where_a_formula_could_begin(value: Any, written: str) -> None:
    assert write_csv([{"a": value}]).decode() == f"{written}\r\n"


def test_numbers_are_no_formulas() -> None:
    assert write_csv([{"a": -1, "b": None, "c": True}]) == b"-1,,true\r\n"


def test_json_lines_hold_what_is_there() -> None:
    assert write_json_lines([{"a": "=1\n", "b": ["é"]}, {"a": None}]) == (
        '{"a":"=1\\n","b":["é"]}\n{"a":null}\n'.encode()
    )


# --- Refusals ------------------------------------------------------------------------------------


KNOWN = "asOf=2025-07-09&knownAt=2024-12-20T00:00:00Z"


def _nested(times: int) -> str:
    return '{"not":' * times + "{}" + "}" * times


@pytest.mark.parametrize(
    ("parameters", "argument", "remedy"),
    [
        ("filter={", "filter", "this is not JSON"),
        ("filter=3", "filter", "object"),
        ('filter={"topics":{}}', "filter.topics", "there are: key, party"),
        ('filter={"and":[{},{"strength":["BOLD"]}]}', "filter.and[1].strength[0]", "PLEDGED"),
        ('filter={"status":{"asOf":"2025-02-30"}}', "filter.status.asOf", "YYYY-MM-DD"),
        ('filter={"madeOn":{"from":"2025-01-02","to":"2025-01-01"}}', "filter.madeOn", "reversed"),
        (f"filter={_nested(7)}", "filter", "at most 5 deep"),
        (f"filter={_nested(1000)}", "filter", "deep"),
        ('orderBy=[{"field":"COLOUR"}]', "orderBy[0].field", "MADE_ON"),
        ("orderBy=TITLE", "orderBy", "this is not JSON"),
        ('orderBy=[{"field":"RELEVANCE"}]', "orderBy[0].field", "give filter.search"),
        ('filter={"not":{"search":"-x"}}', "filter.not.search", "at least one word"),
        ("asOf=2025", "asOf", "YYYY-MM-DD"),
        ("asOf=", "asOf", "YYYY-MM-DD"),
        ("knownAt=2025-07-09", "knownAt", "zone"),
        ("asOf=2025-07-09&asOf=2025-07-10", "asOf", "once"),
        (f'{KNOWN}&filter={{"status":{{"in":["IN_PROGRESS"]}}}}', "filter.status", "the rows"),
        (f'{KNOWN}&filter={{"not":{{"hasFollowUp":true}}}}', "filter.not.hasFollowUp", "the rows"),
        (f'{KNOWN}&filter={{"party":{{"eq":"pta"}}}}', "filter.party", "other than ACTOR"),
        (f'{KNOWN}&orderBy=[{{"field":"DAYS_SILENT"}}]', "orderBy[0].field", "sort the answer"),
        ("status=BROKEN", "status", "there are: filter, orderBy, asOf, knownAt"),
        ("filter=" + " " * 9000, "filter", "characters"),
    ],
)
async def test_what_is_wrong_is_named_with_a_remedy(
    client: httpx.AsyncClient, parameters: str, argument: str, remedy: str
) -> None:
    pairs = [tuple(pair.split("=", 1)) for pair in parameters.split("&")]
    response = await client.get("/export/commitments.csv", params=pairs)  # type: ignore[arg-type]
    assert response.status_code == 400, response.text[:200]
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["argument"].startswith(argument)
    assert remedy in error["message"], error["message"]


async def test_unknown_form_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/export/commitments.xlsx")).status_code == 404
    response = await client.post("/export/commitments.csv")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


# --- Large exports -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def generated(generated_store: Generated) -> Database:
    """A generated store: several megabytes of rows."""
    return (await generated_store(COMMITMENTS)).database


async def _peak(mongodb_url: str, database: Database, filter_: str) -> tuple[int, int]:
    """The lines of an export, and the most memory that was in use while it was sent."""
    app = create_app(Settings(mongodb_url=mongodb_url, database=database.name))
    lines = 0

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        nonlocal lines
        lines += message.get("body", b"").count(b"\r\n")

    async with app.router.lifespan_context(app) as state:
        path = "/export/commitments.csv"
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": f"filter={filter_}".encode(),
            "http_version": "1.1",
            "headers": [(b"host", b"localhost")],
            "state": dict(state or {}),
            "scheme": "http",
            "server": ("test", 80),
            "root_path": "",
        }
        tracemalloc.start()
        try:
            await app(scope, receive, send)
            return lines, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.slow
async def test_memory_does_not_grow_with_the_rows(mongodb_url: str, generated: Database) -> None:
    few, small = await _peak(mongodb_url, generated, '{"strength":["PLEDGED"]}')
    many, large = await _peak(mongodb_url, generated, "{}")
    assert many > 3 * few > 3 * 3 * BATCH
    assert large < 1.25 * small


@pytest.fixture(scope="module")
async def large_server(mongodb_url: str, generated: Database) -> AsyncIterator[str]:
    """The real server on the larger store."""
    async with served(mongodb_url, generated.name) as base:
        yield base


async def _begun(base: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client that has read the first bytes of an export and then stopped reading."""
    connection = socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader, writer = await asyncio.open_connection(sock=connection, limit=4096)
    writer.write(b"GET /export/commitments.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
    return reader, writer


async def _open_cursors(database: Database) -> int:
    status = await database.command({"serverStatus": 1})
    return int(status["metrics"]["cursor"]["open"]["total"])


async def _cursors(database: Database, wanted: int) -> None:
    async with asyncio.timeout(10):
        while await _open_cursors(database) != wanted:
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_a_client_that_leaves_ends_the_cursor(large_server: str, generated: Database) -> None:
    before = await _open_cursors(generated)
    _, writer = await _begun(large_server)
    await _cursors(generated, before + 1)
    writer.transport.abort()
    await _cursors(generated, before)


@pytest.mark.slow
async def test_an_export_that_breaks_off_does_not_look_whole(
    large_server: str, generated: Database
) -> None:
    before = await _open_cursors(generated)
    reader, writer = await _begun(large_server)
    await _cursors(generated, before + 1)
    await generated.command({"drop": "commitments"})
    sent = await reader.read(-1)
    writer.close()
    assert b"\r\n" in sent and not sent.endswith(b"0\r\n\r\n")
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{large_server}/health/live")).status_code == 200
