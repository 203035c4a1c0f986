"""Metrics and traces: what they say of an operation, and that they are off unless asked for."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased, Sampler, TraceIdRatioBased

from api.cli import serving
from api.cli.program import main
from api.observability import instrument, setup, tracing
from api.observability.metrics import forget_dead
from api.settings import Settings
from engine.requests.service import Service
from store.bounds import BOUNDS
from tests.api.conftest import application
from tests.conftest import Dataset

NAMED = "query Named { commitments(first: 2) { nodes { key promisors { party { name } } } } }"


async def ask(client: httpx.AsyncClient, query: str, **headers: str) -> None:
    response = await client.post("/graphql", json={"query": query}, headers=headers)
    assert response.status_code == 200


# --- Off -----------------------------------------------------------------------------------------


async def test_nothing_is_measured_unless_asked_for(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404
    assert setup.make_instruments(Settings()) == []
    assert instrument.make_service_factory([]) is Service


@pytest.mark.parametrize("setting", ["metrics", "traces"])
def test_missing_package_is_told_with_a_remedy(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "_PACKAGES", {setting: ("nobody_has_this.inside",)})
    result = CliRunner().invoke(main, ["serve", f"--{setting}", "true", "--port", "0"])
    assert result.exit_code == 1
    assert f"--{setting} needs packages" in result.output and f"'.[{setting}]'" in result.output


# --- Metrics -------------------------------------------------------------------------------------


@pytest.fixture
async def measured(mongodb_url: str, meta_pakistan: Dataset) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application with metrics."""
    name = meta_pakistan.database.name
    settings = Settings(mongodb_url=mongodb_url, database=name, metrics=True, answers="strict")
    async with application(settings) as client:
        yield client


async def metrics(client: httpx.AsyncClient) -> dict[str, float]:
    """The samples, by name and labels as they are written."""
    response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    lines = (line for line in response.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_connections_of_workers_that_ended_are_forgotten(tmp_path: Path) -> None:
    program = (
        "from prometheus_client import Gauge; Gauge('g', 'g', multiprocess_mode='livesum').set"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", f"{program}(5)"], env=environment, check=True)
    (ended,) = tmp_path.glob("gauge_livesum_*.db")
    counted = tmp_path / ended.name.replace("gauge_livesum", "counter")
    living, other = (tmp_path / f"gauge_livesum_{pid}.db" for pid in (os.getpid(), 1))
    for file in (counted, living, other):
        file.write_bytes(ended.read_bytes())
    forget_dead(tmp_path)
    # A process that is no worker has the number of one that was; what was counted stays.
    assert {*tmp_path.iterdir()} == {counted, living}


@pytest.mark.parametrize("given", [True, False])
def test_folder_of_several_workers_is_the_one_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bool
) -> None:
    folder = tmp_path / "metrics"
    if given:
        monkeypatch.setenv(instrument.SHARED, str(folder))
    else:
        monkeypatch.delenv(instrument.SHARED, raising=False)
    with serving._share_metrics_folder(Settings(metrics=True, workers=2)):
        used = Path(os.environ[instrument.SHARED])
        assert used.is_dir() and (used == folder) == given
    assert used.exists() == (instrument.SHARED in os.environ) == given


async def test_operations_are_counted_by_name_and_tier(measured: httpx.AsyncClient) -> None:
    for _ in range(3):
        await ask(measured, NAMED)
    await ask(measured, "{ __typename }")
    found = await metrics(measured)
    operations = "followthrough_operations_total"
    assert found[f'{operations}{{operation="Named",tier="plan"}}'] == 1
    assert found[f'{operations}{{operation="Named",tier="kept"}}'] == 2
    assert found[f'{operations}{{operation="",tier="plan"}}'] == 1
    assert found['followthrough_operation_seconds_count{operation="Named"}'] == 3
    assert found['followthrough_operation_seconds_sum{operation="Named"}'] > 0


async def test_cost_is_added_up_of_what_was_run(measured: httpx.AsyncClient) -> None:
    body = {"query": NAMED, "extensions": {"cost": True}}
    priced = (await measured.post("/graphql", json=body)).json()
    assert priced["extensions"]["cost"]["cost"] > 1
    await ask(measured, NAMED)
    again = (await measured.post("/graphql", json=body)).json()
    # Both are the first, which was kept; what it cost is told beside it to who asks.
    assert again == priced
    costs = (await metrics(measured))['followthrough_operation_cost_total{operation="Named"}']
    assert costs == priced["extensions"]["cost"]["cost"]


async def test_errors_are_counted_by_code(measured: httpx.AsyncClient) -> None:
    await ask(measured, "{ nothing }")
    await ask(measured, '{ commitments(after: "x") { nodes { key } } }')
    found = await metrics(measured)
    assert found['followthrough_errors_total{code="GRAPHQL_VALIDATION_FAILED"}'] == 1
    assert found['followthrough_errors_total{code="BAD_USER_INPUT"}'] == 1


async def test_errors_are_counted_wherever_they_come_from(
    mongodb_url: str, meta_pakistan: Dataset
) -> None:
    store = {"mongodb_url": mongodb_url, "database": meta_pakistan.database.name}
    settings = Settings(**store, metrics=True, trusted_only=True)
    unknown = {"query": "{ __typename }"}
    async with application(settings) as client:
        await client.post("/graphql", json=unknown)
        await client.post("/graphql", json={"documentId": f"sha256:{'a' * 64}"})
        await client.post("/graphql", content="{", headers={"content-type": "application/json"})
        await client.post("/graphql", content="{}", headers={"content-type": "text/plain"})
        await client.put("/graphql", json=unknown)
        await client.get("/graphql?query=x", headers={"accept": "image/png"})
        await client.get("/commitments/nobody")
        await client.get("/x")
        await client.get("/export/commitments.csv?nothing=1")
        found = await metrics(client)
    errors = {name: n for name, n in found.items() if name.startswith("followthrough_errors_total")}
    assert errors == {
        'followthrough_errors_total{code="FORBIDDEN"}': 1,
        'followthrough_errors_total{code="PERSISTED_QUERY_NOT_FOUND"}': 1,
        'followthrough_errors_total{code="BAD_USER_INPUT"}': 5,
        'followthrough_errors_total{code="NOT_FOUND"}': 2,
    }


async def test_refusals_of_the_throttle_and_faults_of_ours_are_counted(
    mongodb_url: str, meta_pakistan: Dataset
) -> None:
    store = {"mongodb_url": mongodb_url, "database": meta_pakistan.database.name}
    settings = Settings(**store, metrics=True, requests_per_minute=120)
    async with application(settings, records=None) as client:
        statuses = []
        while 429 not in statuses:
            assert len(statuses) < 5000, "the throttle lets everything pass"
            statuses.append((await client.get("/commitments/K01")).status_code)
        await asyncio.sleep(1)
        found = await metrics(client)
    assert found['followthrough_errors_total{code="TOO_MANY_REQUESTS"}'] == 1
    internal = found['followthrough_errors_total{code="INTERNAL_SERVER_ERROR"}']
    assert internal == statuses.count(500) == len(statuses) - 1


async def test_commands_and_connections_are_counted(measured: httpx.AsyncClient) -> None:
    finds = 'followthrough_mongodb_command_seconds_count{command="find",outcome="succeeded"}'
    earlier: dict[str, float] = {}
    before = await metrics(measured)
    # At its start the server looks by itself whether anything waits to be done: when it begins to
    # listen, which a majority has to confirm, and once more when it has heard the first word.
    while finds not in before or before[finds] != earlier.get(finds):
        await asyncio.sleep(1)
        earlier, before = before, await metrics(measured)
    await ask(measured, NAMED)
    found = await metrics(measured)
    # The data version twice, commitments and parties.
    assert found[finds] - before[finds] == 4
    assert found['followthrough_mongodb_connections{state="most"}'] == 100
    assert found['followthrough_mongodb_connections{state="in use"}'] == 0


async def test_what_is_held_is_shown_beside_the_most(measured: httpx.AsyncClient) -> None:
    await ask(measured, NAMED)
    text = (await measured.get("/metrics")).text
    for name, bound in BOUNDS.items():
        label = re.escape(f'{{what="{name}"}}')
        (taken,) = re.findall(rf"^followthrough_held_bytes{label} (\S+)$", text, re.MULTILINE)
        (most,) = re.findall(rf"^followthrough_held_bytes_most{label} (\S+)$", text, re.MULTILINE)
        assert 0 <= float(taken) <= float(most) == bound.most
        if name in ("documents", "answers", "operation names"):
            assert float(taken) > 0


async def test_clients_cannot_make_endless_series(measured: httpx.AsyncClient) -> None:
    for i in range(150):
        await ask(measured, f"query Q{i} {{ __typename }}")
    names = {
        match["name"]
        for sample in await metrics(measured)
        if (match := re.search(r'operations_total{operation="(?P<name>[^"]*)"', sample))
    }
    assert len(names) == 101 and "(other)" in names


async def test_clients_cannot_make_long_names(measured: httpx.AsyncClient) -> None:
    await ask(measured, f"query {'x' * 5_000} {{ __typename }}")
    names = [name for name in await metrics(measured) if "xxx" in name]
    assert names and all(len(name) < 200 for name in names)


# --- Traces --------------------------------------------------------------------------------------


@pytest.fixture
def sampler() -> Sampler:
    """Which requests are traced: all of them."""
    return ALWAYS_ON


@pytest.fixture
async def traced(
    mongodb_url: str, meta_pakistan: Dataset, sampler: Sampler, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[httpx.AsyncClient, Any]]:
    """A client of an application with traces, and where its spans are."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_provider", lambda: provider)
    name = meta_pakistan.database.name
    settings = Settings(mongodb_url=mongodb_url, database=name, traces=True)
    async with application(settings) as client:
        yield client, exporter


async def test_request_operation_and_commands_are_one_trace(traced: Any) -> None:
    client, exporter = traced
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    await ask(client, NAMED, traceparent=f"00-{trace_id}-00f067aa0ba902b7-01")
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert set(spans) == {"POST /graphql", "GraphQL Named", "find commitments", "find parties"}
    assert {format(span.context.trace_id, "032x") for span in spans.values()} == {trace_id}
    request, operation = spans["POST /graphql"], spans["GraphQL Named"]
    assert operation.parent.span_id == request.context.span_id
    for name in ("find commitments", "find parties"):
        assert spans[name].parent.span_id == operation.context.span_id
        assert spans[name].end_time > spans[name].start_time
    assert request.attributes["http.response.status_code"] == 200
    assert operation.attributes["followthrough.tier"] == "plan"
    # No span says what was asked for.
    assert not [v for span in spans.values() for v in span.attributes.values() if "key" in str(v)]


async def test_logging_a_connection_in_is_no_command_of_a_request(traced: Any) -> None:
    client, exporter = traced
    # As many at once as it takes for connections to be opened while requests wait.
    await asyncio.gather(*(ask(client, NAMED) for _ in range(20)))
    names = {span.name for span in exporter.get_finished_spans()}
    assert names == {"POST /graphql", "GraphQL Named", "find commitments", "find parties"}


@pytest.mark.parametrize("sampler", [ParentBased(TraceIdRatioBased(0))])
async def test_request_is_traced_whole_or_not_at_all(traced: Any) -> None:
    client, exporter = traced
    await ask(client, NAMED)
    assert exporter.get_finished_spans() == ()
    await ask(client, NAMED, traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    assert len(exporter.get_finished_spans()) == 4


async def test_faulty_operation_says_which_errors(traced: Any) -> None:
    client, exporter = traced
    await ask(client, 'query Bad { commitments(after: "x") { nodes { key } } }')
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert spans["GraphQL Bad"].attributes["followthrough.error_codes"] == ("BAD_USER_INPUT",)
    assert spans["GraphQL Bad"].status.status_code.name == "ERROR"


async def test_exports_are_traced_too(traced: Any) -> None:
    client, exporter = traced
    assert (await client.get("/export/commitments.csv")).status_code == 200
    names = {span.name for span in exporter.get_finished_spans()}
    assert {"GET /export/commitments.csv", "find commitments", "find parties"} <= names
