"""Filters drawn at random mean what the domain says, on real, invented and generated records.

`FILTER_CASES=5000 pytest tests/schema/test_filter_meaning.py` looks harder.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_required_input_field,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from schema.build import build
from schema.registry import COLLECTIONS
from store.bundles.exporting import export_bundle
from store.mongodb.collections import CHANGES
from store.mongodb.driver import CommandLog, Database
from store.records.base import is_accepted
from store.records.changes import Change
from store.records.nouns import NOUNS
from store.viewers import ANONYMOUS, Viewer
from tests.conftest import PROPOSER, THE_DAY, Dataset
from tests.schema.naive import MEANINGS, NESTED, World
from tests.schema.naive_facets import DATED, OWN, day_of, facet

CASES = int(os.environ.get("FILTER_CASES", "150"))
SCHEMA: GraphQLSchema = build()
PAGE = 100
DEEPEST = 3

DAYS = ("2012-06-30", "2017-07-07", "2019-12-31", "2021-05-01", "2022-02-19", "2022-12-31",
        "2024-06-30", "2024-12-06", "2025-01-01", "2025-07-08")  # fmt: skip
NAMES_OF = {
    "topic": "topics",
    "path": "topics",
    "madeAt": "meetings",
    "meeting": "meetings",
    "article": "articles",
    "target": "trackables",
    "trackable": "trackables",
    "record": "trackables",
}
"""What the keys in a member are keys of, where that is not parties."""


def pools(world: World) -> dict[str, list[str]]:
    """What may be asked for: what is there, and a key that is not."""
    records = world.records
    topics = {t for n in ("commitments", "meetings", "requests") for r in records[n].values()
              for t in r.topics if world.sees_all or is_accepted(r)}  # fmt: skip
    sourced = [r for kept in records.values() for r in kept.values()]
    wide = {topic.split("/")[0] for topic in topics}
    # Parties that have much to do come first, and are drawn often.
    found = {
        noun: [*sorted(kept)[:40], *(r.key for r in kept.values() if r.merged_into), "no-such"]
        for noun, kept in records.items()
    }
    return {
        **found,
        "trackables": [*found["commitments"], *found["requests"]],
        "topics": [*sorted(wide), *sorted(topics)[:20]],
        "countries": sorted({p.country for p in records["parties"].values() if p.country}),
        "names": [p.name.upper() for p in list(records["parties"].values())[:20]],
        "languages": ["en", "ur"],
        "labels": [
            *(one.value.upper() for t in records["concepts"].values() for one in t.labels),
            "x",
        ],
        "identifiers": [*sorted({i.value for r in sourced for i in r.identifiers}), "no-such"],
        "schemes": [*sorted({i.scheme for r in sourced for i in r.identifiers}), "no-such"],
        "pages": [*sorted({r.url for r in sourced if r.url})[:10], "https://no.example"],
        "searches": searches(world),
        "moments": sorted({change.at.isoformat() for change in world.log})[:40:4],
    }


def searches(world: World) -> list[str]:
    """Words, phrases and exclusions from titles and names, and a word that is nowhere."""
    titles = [c.title for c in list(world.records["commitments"].values())[:4]]
    names = [p.name for p in list(world.records["parties"].values())[:3]]
    whole = [f'"{text}"' for text in (*titles[:2], *names)]
    first, last = ([text.split()[i] for text in titles] for i in (0, -1))
    left_out = [f'{a} -"{b}"' for a, b in zip(last, first, strict=True)]
    return [*whole, *map(str.upper, names), *first, *left_out, "ministry the", "no-such-word"]


class Drawing:
    """Draws a filter of a noun, as variables hold it."""

    def __init__(self, draw: Any, noun: str, pools: dict[str, list[str]]) -> None:
        self.draw, self.noun, self.pools = draw, noun, pools

    def filter(self, depth: int = 0) -> dict[str, Any]:
        type_ = SCHEMA.type_map[COLLECTIONS[self.noun].filter_name]
        assert isinstance(type_, GraphQLInputObjectType)
        names = [
            name for name in sorted(type_.fields) if depth < DEEPEST or name in MEANINGS[self.noun]
        ]
        chosen = self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
        return {name: self.member(name, type_.fields[name].type, depth) for name in chosen}

    def member(self, name: str, type_: GraphQLInputType, depth: int) -> Any:
        if name in ("and", "or"):
            return [self.filter(depth + 1) for _ in range(self.draw(st.integers(0, 3)))]
        if name == "not":
            return self.filter(depth + 1)
        return self.value(name, type_)

    def faceted(self, facet: str) -> dict[str, Any]:
        """A filter that chooses in the facet's own dimension, as likely as not under `and`."""
        type_ = SCHEMA.type_map[COLLECTIONS[self.noun].filter_name]
        assert isinstance(type_, GraphQLInputObjectType)
        parts = [self.own(facet, type_) for _ in range(self.draw(st.integers(1, 2)))]
        for _ in range(self.draw(st.integers(0, 2))):
            parts = [{"and": parts}]
        rest = self.filter(2) if self.draw(st.booleans()) else {}
        return {**rest, **parts[0], **({"and": parts[1:]} if parts[1:] else {})}

    def own(self, facet: str, type_: GraphQLInputObjectType) -> dict[str, Any]:
        name = self.draw(st.sampled_from(OWN[self.noun][facet]))
        drawn = self.member(name, type_.fields[name].type, DEEPEST)
        if name == "party" and self.draw(st.booleans()):
            drawn = {**drawn, "role": [facet.removesuffix("_KIND")]}
            for other in ("kind", "country"):
                if self.draw(st.booleans()):
                    drawn.pop(other, None)
        return {name: drawn}

    def value(self, member: str, type_: GraphQLInputType, name: str = "") -> Any:
        match type_:
            case GraphQLNonNull():
                return self.value(member, type_.of_type, name)
            case GraphQLList():
                count = self.draw(st.integers(0, 3))
                return [self.value(member, type_.of_type, name) for _ in range(count)]
            case GraphQLEnumType():
                return self.draw(st.sampled_from(sorted(type_.values)))
            case GraphQLInputObjectType():
                fields = [
                    n
                    for n in sorted(type_.fields)
                    if is_required_input_field(type_.fields[n]) or self.draw(st.integers(0, 2)) == 0
                ]
                drawn = {n: self.value(member, type_.fields[n].type, n) for n in fields}
                if "from" in drawn and "to" in drawn:
                    drawn["from"], drawn["to"] = sorted((drawn["from"], drawn["to"]))
                return drawn
        return self.draw(st.sampled_from(self.scalars(member, str(type_), name)))

    def scalars(self, member: str, type_: str, name: str) -> list[Any]:
        match type_, member, name:
            case "Boolean", _, _:
                return [True, False]
            case "Int", _, _:
                return [0, 1, 100, 215, 400, 1236, 5000, 2**31 - 1]
            case "Date", _, _:
                return list(DAYS)
            case "DateTime", "since", _:
                return self.pools["moments"]
            case "DateTime", _, _:
                return ["2012-06-30T00:00:00+00:00", "2019-01-01T12:00:00+05:00",
                        "2025-07-10T00:00:00+00:00", "2030-01-01T00:00:00+00:00"]  # fmt: skip
            case _, "role", "name":
                return ["Minister", "prime minister", "no-such"]
            case _, "identifier", _:
                return self.pools["schemes" if name == "scheme" else "identifiers"]
            case "URL", _, _:
                return self.pools["pages"]
            case _, _, "country":
                return self.pools["countries"]
            case _, "country" | "name" | "label" | "inLanguage" | "language" | "search", _:
                named = {"label": "labels", "country": "countries", "name": "names",
                         "inLanguage": "languages", "language": "languages"}  # fmt: skip
                return self.pools[named.get(member, "searches")]
            case _, "key", _:
                return self.pools[self.noun]
        return self.pools[NAMES_OF.get(member, "parties")]


Check = Callable[[str, dict[str, Any]], None]


VIEWERS = (ANONYMOUS, PROPOSER)


class Comparison:
    """Answers of the API to each viewer beside what the records say, for one store."""

    def __init__(self, runner: asyncio.Runner, dataset: Dataset, folder: Path) -> None:
        self._runner, self._dataset = runner, dataset
        runner.run(export_bundle(dataset.database, folder))
        log = runner.run(_written(dataset.database))
        today = THE_DAY.date().isoformat()
        self._worlds = {viewer: World(folder, log, today, viewer.sight) for viewer in VIEWERS}
        # What a reader may ask for, everybody may.
        self.pools = pools(self._worlds[ANONYMOUS])

    def check(self, noun: str, filter_: dict[str, Any]) -> None:
        for viewer in VIEWERS:
            self.check_for(viewer, noun, filter_)

    def check_for(self, viewer: Viewer, noun: str, filter_: dict[str, Any]) -> None:
        root, type_ = to_camel(noun), COLLECTIONS[noun].filter_name
        query = (
            f"query Q($f: {type_}) {{ it: {root}(first: {PAGE}, filter: $f)"
            " { totalCount nodes { key } } }"
        )
        found = self._runner.run(self._dataset.seen_by(viewer).ask(query, f=filter_))["it"]
        told, world = _with_defaults(noun, filter_), self._worlds[viewer]
        wanted = world.changes(told) if noun == CHANGES else world.matching(noun, told)
        assert [node["key"] for node in found["nodes"]] == wanted[:PAGE]
        assert found["totalCount"] == len(wanted)

    def check_facets(self, *asked: Any) -> None:
        for viewer in VIEWERS:
            self.check_facets_for(viewer, *asked)

    def check_facets_for(
        self,
        viewer: Viewer,
        noun: str,
        by: list[str],
        filter_: dict[str, Any],
        first: int,
        as_of: str | None,
    ) -> None:
        """Of each facet, the most frequent values and the selected ones, with their counts."""
        root, type_ = to_camel(noun), COLLECTIONS[noun].filter_name
        told = _with_defaults(noun, filter_)
        world = self._worlds[viewer]
        day = as_of or day_of(told, world.today)
        dated = f'asOf: "{as_of}"' if as_of else ""
        query = (
            f"query Q($f: {type_}) {{ it: {root}(filter: $f) {{ facets(by: [{', '.join(by)}],"
            f" first: {first}, {dated}) {{ facet cut"
            " values { value count selected included } } } }"
        )
        asked = self._dataset.seen_by(viewer).ask(query, f=filter_)
        found = self._runner.run(asked)["it"]["facets"]
        for name, answer in zip(by, found, strict=True):
            wanted = facet(world, noun, name, told, day)
            shown = [v for i, v in enumerate(wanted) if i < first or v[2]]
            got = [tuple(value.values()) for value in answer["values"]]
            assert (name, got, answer["cut"]) == (name, shown, len(shown) < len(wanted))


async def _written(database: Database) -> list[Change]:
    order = [("dataVersion", 1), ("sequence", 1)]
    found = await database.find(CHANGES, {}, sort=order)
    return [Change.model_validate({"key": document.pop("_id"), **document}) for document in found]


def _with_defaults(noun: str, filter_: dict[str, Any]) -> dict[str, Any]:
    """The filter with what members of inputs are unless told."""
    type_ = SCHEMA.type_map[COLLECTIONS[noun].filter_name]
    return _completed(type_, filter_)  # type: ignore[no-any-return]


def _completed(type_: Any, value: Any) -> Any:
    while isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if isinstance(type_, GraphQLList):
        return [_completed(type_.of_type, item) for item in value]
    if not isinstance(type_, GraphQLInputObjectType):
        return value
    told = {name: _completed(type_.fields[name].type, item) for name, item in value.items()}
    unless = {"includeSubordinates": False, "match": "POSSIBLE"}
    return {**{name: v for name, v in unless.items() if name in type_.fields}, **told}


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """An event loop of this module's own: hypothesis knows none."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def kept(
    runner: asyncio.Runner, mongodb_url: str, both_sets: str, tmp_path_factory: Any
) -> Iterator[Comparison]:
    """The real and the invented records."""
    log = CommandLog()
    database = Database.connect(mongodb_url, both_sets, log=log)
    yield Comparison(runner, Dataset(database, log, SCHEMA), tmp_path_factory.mktemp("e") / "kept")
    database.close()


@pytest.fixture(scope="module")
def generated(
    runner: asyncio.Runner, mongodb_url: str, larger: str, tmp_path_factory: Any
) -> Iterator[Comparison]:
    """A generated store of 300 commitments."""
    log = CommandLog()
    database = Database.connect(mongodb_url, larger, log=log)
    yield Comparison(runner, Dataset(database, log, SCHEMA), tmp_path_factory.mktemp("e") / "made")
    database.close()


def filter_of(noun: str) -> GraphQLInputObjectType:
    type_ = SCHEMA.type_map[COLLECTIONS[noun].filter_name]
    assert isinstance(type_, GraphQLInputObjectType)
    return type_


@pytest.mark.parametrize("noun", [*NOUNS, CHANGES])
def test_every_member_has_a_meaning(noun: str) -> None:
    members, known = set(filter_of(noun).fields) - {"and", "or", "not"}, set(MEANINGS[noun])
    file = f"MEANINGS[{noun!r}] in tests/schema/naive.py"
    assert not members - known, f"say in {file} what {sorted(members - known)} mean"
    assert not known - members, f"take {sorted(known - members)} out of {file}"


def nested(type_: GraphQLInputObjectType) -> dict[str, GraphQLInputObjectType]:
    """The inputs within a filter, by name."""
    inner = (get_named_type(field.type) for field in type_.fields.values())
    return {t.name: t for t in inner if isinstance(t, GraphQLInputObjectType) and t is not type_}


def test_every_member_of_an_input_within_a_filter_has_a_meaning() -> None:
    inputs = {n: t for noun in MEANINGS for n, t in nested(filter_of(noun)).items()}
    assert set(inputs) == set(NESTED), "NESTED in tests/schema/naive.py has the inputs in filters"
    for name, type_ in inputs.items():
        members, known = set(type_.fields), NESTED[name]
        assert members == known, (
            f"work out {sorted(members ^ known)} of {name} in tests/schema/naive.py, then put it "
            "into NESTED there"
        )
        assert not nested(type_), f"{name} has inputs within, which no test goes into"


@pytest.mark.slow
@pytest.mark.parametrize("noun", sorted(n for n, m in MEANINGS.items() if "search" in m))
@pytest.mark.parametrize("store", ["kept", "generated"])
def test_every_search_finds_what_the_records_say(
    request: pytest.FixtureRequest, store: str, noun: str
) -> None:
    comparison: Comparison = request.getfixturevalue(store)
    for text in comparison.pools["searches"]:
        comparison.check(noun, {"search": text})
        comparison.check(noun, {"not": {"search": text}})


drawn = settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@drawn
@given(st.data())
def test_on_real_and_invented_records(kept: Comparison, data: st.DataObject) -> None:
    noun = data.draw(st.sampled_from(sorted(MEANINGS)))
    kept.check(noun, Drawing(data.draw, noun, kept.pools).filter())


@pytest.mark.slow
@drawn
@given(st.data())
def test_on_generated_records(generated: Comparison, data: st.DataObject) -> None:
    noun = data.draw(
        st.sampled_from(["commitments", "follow_ups", "meetings", "articles", "parties"])
    )
    generated.check(noun, Drawing(data.draw, noun, generated.pools).filter())


def check_drawn_facets(comparison: Comparison, data: st.DataObject) -> None:
    noun = data.draw(st.sampled_from(sorted(OWN)))
    name = data.draw(st.sampled_from(sorted(OWN[noun])))
    others = data.draw(st.lists(st.sampled_from(sorted(OWN[noun])), max_size=2))
    drawing = Drawing(data.draw, noun, comparison.pools)
    chosen = drawing.faceted(name) if data.draw(st.integers(0, 3)) else drawing.filter()
    as_of = data.draw(st.sampled_from([None, *DAYS])) if {*DATED} & {*OWN[noun]} else None
    first = data.draw(st.sampled_from([0, 1, 2, 5, 1000]))
    comparison.check_facets(noun, [*dict.fromkeys([name, *others])], chosen, first, as_of)


@pytest.mark.slow
@drawn
@given(st.data())
def test_facets_of_real_and_invented_records(kept: Comparison, data: st.DataObject) -> None:
    check_drawn_facets(kept, data)


@pytest.mark.slow
@drawn
@given(st.data())
def test_facets_of_generated_records(generated: Comparison, data: st.DataObject) -> None:
    check_drawn_facets(generated, data)


def test_every_facet_is_counted() -> None:
    for noun in OWN:
        assert set(OWN[noun]) == set(COLLECTIONS[noun].facets)
