"""How much of a bundle goes into one transaction, and what is done where it is too much."""

import json
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import OperationFailure

from store.bundles import writer
from store.bundles.importing import BundleRefused, CutOff, Imported, import_bundle
from store.bundles.reader import Place, Raw
from store.bundles.stage import Batching, Stage
from store.mongodb.driver import Database, Refused, Unreachable
from store.records.nouns import NOUNS, model_of
from store.writes.writer import MOST_BYTES
from tests.store.samples import TESTER, evidence, write
from tests.store.samples import party as a_party

Members = dict[str, Any]

CONFLICT, KEYS, TOO_LARGE, TOO_LONG = 112, 211, 388, 290


def article(key: str, text: str, **members: Any) -> Members:
    given = {"datePublished": "2024-01-01", "textKind": "FULL_TEXT", "curation": "ACCEPTED"}
    return {"key": key, "text": text, **given, **members}


def party(key: str, **members: Any) -> Members:
    return {"key": key, "kind": "COMPANY", "name": key, "curation": "ACCEPTED", **members}


def commitment(key: str, *spans: Members, **members: Any) -> Members:
    return {
        "key": key,
        "title": "Lower prices",
        "gist": "Lower prices.",
        "promisors": [{"party": "telno", "attribution": "SELF_QUOTED"}],
        "term": "ONE_OFF",
        "strength": "SPECIFIC",
        "madeOn": "2020",
        "evidence": list(spans),
        **members,
    }


def bundle(folder: Path, **nouns: list[Members]) -> Path:
    """Writes a line a record, each noun in a file of its own."""
    for noun, records in nouns.items():
        (folder / f"{noun}.jsonl").write_text("\n".join(map(json.dumps, records)))
    return folder


async def load(database: Database, *paths: Path, **options: Any) -> Imported:
    return await import_bundle(database, paths, TESTER, **options)


async def faults(database: Database, *paths: Path) -> list[str]:
    """The faults for which a bundle is refused; nothing of it may have been written."""
    with pytest.raises(BundleRefused) as refused:
        await load(database, *paths)
    assert await database.find("changes", {}) == []
    return [
        str(fault).rpartition("/")[2] if False else str(fault) for fault in refused.value.faults
    ]


def invented_words(count: int, seed: int) -> str:
    """Words that hardly occur twice, which cost an index the most."""
    letters = random.Random(seed)
    return " ".join("".join(letters.choices("abcdefghijklm", k=7)) for _ in range(count))


# --- Batches -------------------------------------------------------------------------------------

TEXTS = st.lists(st.integers(1, 400), max_size=12)


@given(TEXTS, st.integers(1, 5), st.integers(1, 1_500))
def test_no_batch_is_larger_than_it_may_be(
    lengths: list[int], most_records: int, most_characters: int
) -> None:
    with Stage() as stage:
        for n, length in enumerate(lengths):
            members = article(f"a{n}", "x" * length)
            raw = Raw("articles", members, Place("f", n + 1))
            stage.add(raw, model_of("articles", members).model_validate(members))
        batches = list(stage.batches(Batching(most_records, most_characters)))
    sizes = [[len(r.model_dump_json(by_alias=True, exclude_none=True)) for r in b] for b in batches]
    assert sorted(r.key for b in batches for r in b) == sorted(f"a{n}" for n in range(len(lengths)))
    for size in sizes:
        assert len(size) <= most_records
        assert sum(size) <= most_characters or len(size) == 1
    for size, following in pairwise(sizes):
        # None is smaller than it need be.
        assert len(size) == most_records or sum(size) + following[0] > most_characters


def test_what_rests_on_an_article_counts_its_text_once_a_batch() -> None:
    rests = [commitment(f"c{n}", evidence("a1", "x")) for n in range(9)]
    with Stage() as stage:
        for noun, members in [
            ("articles", article("a1", "x" * 1_000)),
            *(("commitments", c) for c in rests),
        ]:
            record = model_of(noun, members).model_validate(members)
            stage.add(Raw(noun, members, Place("f", 1)), record)
        one = len(record.model_dump_json(by_alias=True, exclude_none=True))
        found = list(stage.batches(Batching(100, 1_300 + 3 * one)))
    assert [len(batch) for batch in found] == [4, 3, 3]


@pytest.mark.slow
async def test_more_text_than_one_transaction_takes_is_imported_in_several(
    database: Database, tmp_path: Path
) -> None:
    texts = [article(f"a{n}", invented_words(1_250, n)) for n in range(200)]
    folder = bundle(tmp_path, articles=texts)
    # As if the guess of how much MongoDB takes were far too high: it is found out.
    imported = await load(database, folder, most_characters=10**9)
    assert imported.created == {"articles": 200}
    assert len(await database.find("changes", {}, fields={"_id": 1})) == 200
    assert (await load(database, folder)).unchanged == {"articles": 200}


# --- What MongoDB refuses ------------------------------------------------------------------------


def refused(code: int, message: str = "no") -> Refused:
    return Refused(OperationFailure(message, code, {"errmsg": message, "code": code}))


Refuse = Callable[[int], Exception | None]
"""Given how many records a transaction is to write: why it is not done."""


@pytest.fixture
def refusing(database: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[[Refuse], list[int]]:
    """Has the writer refused by a rule; what comes back gathers the sizes of what was tried."""
    whole, first = writer.Writer.write, writer.FirstLoad.store
    monkeypatch.setattr(writer, "LONGEST_PAUSE_S", 0.0)

    def by(rule: Refuse) -> list[int]:
        tried: list[int] = []

        async def write(self: Any, drafts: Any, author: Any) -> Any:
            tried.append(len(drafts))
            if error := rule(len(drafts)):
                raise error
            return await whole(self, drafts, author)

        async def store(self: Any, batch: Any, records: Any) -> Any:
            tried.append(len(records))
            if error := rule(len(records)):
                raise error
            return await first(self, batch, records)

        monkeypatch.setattr(writer.Writer, "write", write)
        monkeypatch.setattr(writer.FirstLoad, "store", store)
        return tried

    return by


@pytest.fixture(params=[False, True], ids=["empty", "in use"])
async def used(request: pytest.FixtureRequest, database: Database) -> None:
    """A store that is loaded for the first time, or that is written to as it is."""
    if request.param:
        await write(database, a_party("was-there"))


@pytest.mark.parametrize("code", [TOO_LARGE, TOO_LONG, 251, 257])
async def test_a_batch_that_is_too_much_is_halved(
    database: Database, tmp_path: Path, used: None, refusing: Any, code: int
) -> None:
    tried = refusing(lambda size: refused(code) if size > 3 else None)
    folder = bundle(tmp_path, parties=[party(f"p{n}") for n in range(20)])
    assert (await load(database, folder, batch=10)).created == {"parties": 20}
    assert [size for size in tried if size <= 3] and max(tried) == 10
    # What was found out is not forgotten with the next batch.
    assert tried.count(10) <= writer.TRIES * writer.IN_FLIGHT


@pytest.mark.parametrize(
    "error", [refused(CONFLICT), refused(KEYS), refused(246), Unreachable("connection closed")]
)
async def test_what_passes_is_waited_for(
    database: Database, tmp_path: Path, refusing: Any, error: Exception
) -> None:
    times = iter([error, error, error])
    refusing(lambda _: next(times, None))
    folder = bundle(tmp_path, parties=[party("telno")])
    assert (await load(database, folder)).created == {"parties": 1}


async def test_what_does_not_pass_ends_the_import_with_what_to_do(
    database: Database, tmp_path: Path, used: None, refusing: Any
) -> None:
    done: list[int] = []
    refusing(lambda size: done.append(size) if len(done) < 1 else refused(KEYS, "No keys found"))
    folder = bundle(tmp_path, parties=[party(f"p{n}") for n in range(3)])
    with pytest.raises(CutOff) as cut:
        await load(database, folder, batch=2)
    said = str(cut.value)
    assert said.startswith("MongoDB stopped taking records: No keys found")
    assert "2 of 3 records are written. Import the same again" in said
    assert "cannot be used" not in said


async def test_one_record_that_is_too_much_is_named(
    database: Database, tmp_path: Path, refusing: Any
) -> None:
    refusing(lambda _: refused(TOO_LARGE, "transaction is too large"))
    folder = bundle(tmp_path, parties=[party(f"p{n}") for n in range(3)])
    with pytest.raises(CutOff) as cut:
        await load(database, folder)
    said = str(cut.value)
    assert said.startswith(f"{folder / 'parties.jsonl'}:1: parties/p0: ")
    for words in ("transaction is too large", "0 of 3", "again", "FOLLOWTHROUGH_CACHE_GB=1"):
        assert words in said


async def test_another_refusal_is_not_tried_again(
    database: Database, tmp_path: Path, refusing: Any
) -> None:
    tried = refusing(lambda _: refused(13, "not authorized"))
    with pytest.raises(CutOff, match="not authorized"):
        await load(database, bundle(tmp_path, parties=[party("a"), party("b")]))
    assert tried == [2]


# --- Bounds --------------------------------------------------------------------------------------


def unbounded(schema: Any, path: str = "") -> list[str]:
    """The texts, numbers and lists in a model's JSON schema that may have any length."""
    if isinstance(schema, list):
        return [found for item in schema for found in unbounded(item, path)]
    if not isinstance(schema, dict):
        return []
    bounds = {
        "string": ("maxLength", "pattern", "enum", "const", "format"),
        "array": ("maxItems",),
        "integer": ("maximum",),
        "object": ("additionalProperties",),
    }
    wanted = bounds.get(schema.get("type", ""), ())
    found = [] if not wanted or any(w in schema for w in wanted) else [path]
    return found + [f for name, s in schema.items() for f in unbounded(s, f"{path}.{name}")]


# Read by EDTF, which takes 64 characters, and never longer than what it reads.
BY_EDTF = tuple(f".FuzzyDate.properties.{name}" for name in ("edtf", "earliest", "latest"))


@pytest.mark.parametrize("model", [model for models in NOUNS.values() for model in models])
def test_every_text_and_list_of_a_record_has_a_bound(model: Any) -> None:
    open_ended = unbounded(model.model_json_schema())
    assert [path for path in open_ended if not any(edtf in path for edtf in BY_EDTF)] == []


async def test_what_is_too_long_is_told_with_its_place(database: Database, tmp_path: Path) -> None:
    span = evidence("a1", "x")
    folder = bundle(
        tmp_path,
        parties=[party("telno"), party("b", name="n" * 1_001), party("c", note="x" * 20_001)],
        articles=[article("a1", "x"), article("a2", "x" * 1_000_001)],
        commitments=[
            commitment("c1", *[span] * 70_000),
            commitment("c2", span, topics=["t"] * 101),
        ],
    )
    assert await faults(database, folder) == [
        f"{folder}/{said}"
        for said in (
            "articles.jsonl:2: articles/a2 text: has 1,000,001 characters, at most 1,000,000",
            "commitments.jsonl:1: commitments/c1 evidence: has 70,000 items, at most 1,000",
            "commitments.jsonl:2: commitments/c2 topics: has 101 items, at most 100",
            "parties.jsonl:2: parties/b name: has 1,001 characters, at most 1,000",
            "parties.jsonl:3: parties/c note: has 20,001 characters, at most 20,000",
        )
    ]


async def test_spans_that_make_a_record_too_large_are_told_before_anything_is_written(
    database: Database, tmp_path: Path
) -> None:
    text = "".join(str(n % 10) for n in range(30_000))
    spans = [
        {
            "article": "a1",
            "mode": "PARAPHRASE",
            "selector": {"start": n, "end": n + 20_000, "exact": text[n : n + 20_000]},
        }
        for n in range(400)
    ]
    whole = {**spans[0], "selector": {"start": 0, "end": 30_000, "exactSha256": "0" * 64}}
    folder = bundle(
        tmp_path,
        parties=[party("telno")],
        articles=[article("a1", text)],
        commitments=[commitment("c1", *spans), commitment("c2", whole)],
    )
    by_span, by_size = await faults(database, folder)
    assert by_size.startswith(f"{folder}/commitments.jsonl:1: commitments/c1: 8,")
    assert f"of which one record may have {MOST_BYTES:,}" in by_size
    at = f"{folder}/commitments.jsonl:2: commitments/c2 evidence[0].selector: "
    assert by_span.startswith(f"{at}spans 30,000 characters, at most 20,000;")
