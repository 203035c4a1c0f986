"""The audits of GraphQL over HTTP (npm graphql-http), against the running server."""

import pytest

from tests.clients.node import lines, needs_node

pytestmark = pytest.mark.slow


@needs_node
async def test_every_audit_passes(live_server: str) -> None:
    audits = await lines("audits.mjs", f"{live_server}/graphql")
    assert len(audits) == 61
    assert [audit for audit in audits if audit["status"] != "ok"] == []
