"""Every cache and queue has a row in `store.bounds`; the code is looked through for others."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.bounds import BOUNDS, MIB, Lru, measure_usage
from tests.conftest import ROOT

MODULES = sorted(
    path
    for room in ("api", "schema", "intake", "engine", "store")
    for path in (ROOT / room).rglob("*.py")
    if "node_modules" not in path.parts
)

FIXED = {
    "api.news.loading._text_of": "by operation of our own",
    "api.sharing.cards._font": "by size of what is drawn",
    "api.sharing.subjects._text_of": "by operation of our own",
    "api.webhooks.sending._load_trusted": "no arguments",
    "intake.dates._day_pattern": "by language",
    "intake.places._pattern": "no arguments",
    "intake.lexicon._regexes": "by language and file",
    "intake.lexicon._words": "by language and class",
    "intake.lexicon._any_of": "by language and class",
    "intake.lexicon.load_lexicon": "by language",
    "intake.lexicon.load_countries": "no arguments",
    "intake.lexicon.countries_by_name": "no arguments",
    "api.records.routes._load_document": "by file of our own",
    "api.records.routes._query_of": "by noun",
    "schema.build.build": "no arguments",
    "schema.commands.inputs.make_part_input": "by record model",
    "store.records.terms._steps": "by declared path",
    "store.mongodb.validators.schema_of": "by noun",
    "store.records.references._members": "by record model",
    "store.records.references._members_with": "by record model and type of part",
    "store.mongodb.documents._validator_without_bounds": "by record model",
}
"""Functions that are remembered without a bound: their arguments are the program's own."""

SHORT_LIVED = {
    "intake": "one reading of an article",
    "api.cli": "one command of the operator",
    "store.bundles": "one import or export",
    "store.writes.unit_of_work": "one write",
    "store.writes.projections": "one write",
    "store.writes.rebuild": "one command of the operator",
    "store.writes.counters": "one write",
    "store.writes.quality": "one command of the operator",
    "store.writes.writer": "one write",
    "store.writes.verbs": "one write",
    "api.intakes.child": "what is stored, in a process that ends when it is idle",
    "store.writes.commands": "one write",
    "store.records": "one call",
    "store.reads.statistics": "one operation",
    "store.reads.aggregates": "one operation",
    "store.reads.restatements": "one call",
    "store.reads.reader": "one call",
    "engine.collection": "declared",
    "engine.plan": "one operation",
    "engine.lists": "one operation",
    "engine.context": "one operation",
    "engine.stream": "one export",
    "engine.requests.cost_analysis": "one document",
    "engine.requests.document_size": "one document",
}
"""Where containers live no longer than that."""

COUNTED_OTHERWISE = {
    "api.workbench.explain.CommandTimes.commands": "one operation",
    "store.reads.unsettled.Unsettled._living": "merged parties that many name, for minutes",
    "store.reads.unsettled.Unsettled._alike": "merged parties that many name, for minutes",
    "api.http.rate_limit.Throttle._in_flight": "as many as there are connections",
    "api.observability.metrics.Metrics._children": "a row for each name and each tier",
    "api.observability.metrics.CommandMetrics._children": "the names of MongoDB's commands",
    "api.observability.metrics.Metrics._names": "BOUNDS: operation names",
    "api.subscriptions.socket._Socket._running": "FOLLOWTHROUGH_SUBSCRIPTIONS_PER_SOCKET",
    "engine.requests.subscriptions.Subscriptions._reading": "as many as subscribers that wait",
    "api.auth.clients.Allowance._free_at": "BOUNDS: clients, and refused clients",
    "api.auth.sign_ins.SignIns._noting": "one for each token that is noted as used",
    "api.http.outgoing.Outgoing._waiting": "BOUNDS: outgoing",
    "engine.requests.response_cache.ResponseCache._answers": "BOUNDS: answers",
    "engine.requests.response_cache.ResponseCache._readers": "BOUNDS: answers, with what they read",
    "engine.requests.service.Service.tiers": "one for each tier",
    "engine.requests.prepared.ParsedDocument.chosen": "BOUNDS: documents, with their operations",
    "engine.requests.prepared.ParsedDocument.kinds": "BOUNDS: documents, with their nodes",
    "engine.requests.prepared.ParsedOperation.plans": "BOUNDS: documents, with their plans",
    "api.http.health.Readiness._body": "one answer, of our own words",
    "store.mongodb.threads.Threads._left": "as many as there are threads",
    "store.mongodb.threads.Threads._quick": "as many as there are threads",
    "store.mongodb.threads.Threads._waiting": "as many as there are operations under way",
    "store.reads.coalescing.Shared._lanes": "as many as there are operations under way",
    "store.reads.coalescing.Shared._sending": "as many as there are operations under way",
    "store.bounds._living": "what has a row",
    "store.bounds._counted": "what has a row",
    "store.bounds.Lru._kept": "each has a row",
    "store.mongodb.driver.CommandLog.commands": "one command of the operator",
    "store.mongodb.driver.TimedCommandLog.took": "one command of the operator",
    "store.mongodb.driver.TimedCommandLog._places": "one command of the operator",
    "api.records.representations.Representation.headers": "declared",
    "api.news.scopes.Scope.filters": "one request",
    "api.webhooks.delivering.Deliveries._working": "as many as there are webhooks, 100 at most",
    "api.webhooks.delivering.Deliveries._missing": "as many as there are webhooks, 100 at most",
    "store.webhooks.Interest.filters": "one webhook, while it is told",
    "store.reads.status_effects._Told._changes": "one page of changes",
    "store.reads.status_effects._Told._bearing": "one page of changes",
    "store.reads.grouping.Grouping.key": "one question for statistics",
    "store.reads.grouping.Grouping.read": "one question for statistics",
    "store.reads.grouping.Grouping.spread": "one question for statistics",
    "store.reads.grouping.Grouping.standing": "one question for statistics",
    "store.backups.saving.Saving._begun": "one backup",
    "store.reads.queries.Via.where": "declared",
    "store.mongodb.indexes.Index.partial": "declared",
    "store.mongodb.indexes.Index.weights": "declared",
    "store.embedded.process._children": "the MongoDB of our own",
}

GROWING = {"dict", "set", "list", "OrderedDict", "defaultdict", "Counter", "deque", "Queue",
           "LifoQueue", "PriorityQueue", "WeakSet", "WeakKeyDictionary", "WeakValueDictionary",
           "Lru", "LRUCache"}  # fmt: skip


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def remembered() -> Iterator[tuple[str, Any]]:
    """Every function of ours that is wrapped by `functools.cache` or `lru_cache`."""
    for path in MODULES:
        if path.stem == "__main__":
            continue
        module = importlib.import_module(module_of(path))
        for owner in (module, *(v for v in vars(module).values() if isinstance(v, type))):
            for name, value in vars(owner).items():
                if isinstance(value, _lru_cache_wrapper) and value.__module__ == module.__name__:
                    prefix = "" if owner is module else f"{owner.__name__}."
                    yield f"{module.__name__}.{prefix}{name}", value


def grown(tree: ast.Module, module: str) -> Iterator[str]:
    """Members of instances, and module-level names, that begin as empty containers."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_empty(node.value):
            yield from (f"{module}.{name}" for name in _names(node))
        if isinstance(node, ast.ClassDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Assign | ast.AnnAssign) and _is_empty(inner.value):
                    targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                    for target in targets:
                        of_self = isinstance(target, ast.Attribute) and _is_self(target.value)
                        if of_self or inner in node.body:
                            name = target.attr if isinstance(target, ast.Attribute) else target.id  # type: ignore[attr-defined]
                            yield f"{module}.{node.name}.{name}"


def _names(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _is_empty(value: ast.expr | None) -> bool:
    """Whether it makes an empty container: `{}`, `deque()`, `field(default_factory=…)`."""
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]):
            return True
        case ast.Call(func=ast.Name(id="field"), keywords=keywords):
            return any(
                k.arg == "default_factory"
                and GROWING & set(re.findall(r"\w+", ast.unparse(k.value)))
                for k in keywords
            )
        case ast.Call(func=function, args=[] | [ast.Name()] | [ast.Constant()]):
            return ast.unparse(function).split(".")[-1].split("[")[0] in GROWING
    return False


def test_every_remembered_function_has_a_row() -> None:
    rows = {bound.where: bound for bound in BOUNDS.values()}
    found = dict(remembered())
    assert len(found) > 5
    for where, function in found.items():
        most = function.cache_info().maxsize
        if most is None:
            assert where in FIXED, f"{where} has no bound"
        else:
            assert where in rows, f"{where} is in no row of BOUNDS"
            assert rows[where].most == most * rows[where].each
    assert FIXED.keys() <= found.keys()


def test_every_container_that_stays_has_a_row_or_a_reason() -> None:
    found = set()
    for path in MODULES:
        module = module_of(path)
        if not any(module == m or module.startswith(f"{m}.") for m in SHORT_LIVED):
            found |= set(grown(ast.parse(path.read_text(encoding="utf-8")), module))
    rows = {bound.where for bound in BOUNDS.values()}
    assert found - rows - COUNTED_OTHERWISE.keys() == set()
    assert COUNTED_OTHERWISE.keys() <= found, "what is no more needs no reason"


def test_the_search_finds_containers_of_classes_and_modules() -> None:
    source = "class A:\n def __init__(self):\n  self.kept: OrderedDict[str, int] = OrderedDict()\n"
    assert list(grown(ast.parse(source), "m")) == ["m.A.kept"]
    assert list(grown(ast.parse("cache = {}\nqueue = asyncio.Queue()"), "m")) == [
        "m.cache",
        "m.queue",
    ]


def test_the_table_for_people_is_this_one() -> None:
    text = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    for name, bound in BOUNDS.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        assert bound.holds in row
        mib = bound.most / MIB
        assert f"| {mib:.0f} MiB |" in row if mib >= 1 else f"| {bound.most // 1024} KiB |" in row


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=60))
def test_an_lru_keeps_what_was_used_last_as_far_as_it_fits(puts: list[tuple[int, int]]) -> None:
    lru: Lru[int, int] = Lru("documents", 100)
    order: list[tuple[int, int]] = []
    for key, size in puts:
        lru.put(key, key, size)
        order = [(k, s) for k, s in order if k != key] + [(key, size)]
        while sum(s for _, s in order) > 100:
            order.pop(0)
        assert list(lru) == [k for k, _ in order]
        assert lru.taken == sum(s for _, s in order)
        if order and lru.get(order[0][0]) is not None:
            order.append(order.pop(0))


def test_what_does_not_fit_at_all_is_not_kept() -> None:
    lru: Lru[str, str] = Lru("documents", 100)
    lru.put("a", "a", 60)
    lru.put("a", "a", 101)
    assert lru.get("a") is None and lru.taken == 0


def test_what_has_no_row_is_refused() -> None:
    with pytest.raises(KeyError):
        Lru("no such row")


def test_usage_is_measured_for_every_bound() -> None:
    assert measure_usage().keys() == BOUNDS.keys()
