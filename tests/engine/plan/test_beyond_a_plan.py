"""What no plan is made for is answered all the same: the executor asks for it by its loaders."""

from datetime import UTC, datetime

import pytest

from engine.plan import selection
from engine.requests.answer import Tier
from tests.conftest import Dataset

NOW = datetime(2025, 7, 9, 12, tzinfo=UTC)
RECORD = "id key url curation redirectedFrom recordedAt createdAt updatedAt version"


def _party(depth: int) -> str:
    """What is selected of a party, which is a person or an organisation: twice at each depth."""
    fields = f"{RECORD} kind name country note"
    if not depth:
        return fields
    below = f"publisher {{ {_party(depth - 1)} }} relays {{ {_party(depth - 1)} }}"
    return f"{fields} articles(first: 1) {{ totalCount nodes {{ {below} }} }}"


EVERY_KIND = """
  node(id: "Y29tbWl0bWVudHM6SzAx") { id }
  commitment(by: {key: "K01"}) { madeAt { key } status { value }
    followUps { totalCount nodes { target { key } actors { key } } edges { cursor } }
    trail { nodes { depth followUp { key } } } }
  commitmentStats { groupCount }
  articles { facets(by: [YEAR]) { values { value count } } pageInfo { endCursor } }
"""
LISTS = " ".join(f"{name}: parties(first: 2) {{ nodes {{ {_party(3)} }} }}" for name in "abc")
WIDE = f"{{ {LISTS} {EVERY_KIND} }}"


async def test_more_fields_than_a_plan_may_have_are_answered_alike(
    meta_pakistan: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta_pakistan.service.tiers.clear()
    executed = await meta_pakistan.execute(WIDE, now=NOW)
    assert "errors" not in executed
    assert meta_pakistan.service.tiers == {Tier.EXECUTOR: 1}
    by_executor = len(meta_pakistan.commands)

    monkeypatch.setattr(selection, "MOST_FIELDS", 100_000)
    planned = await meta_pakistan.execute(WIDE + " # again", now=NOW)
    assert meta_pakistan.service.tiers == {Tier.EXECUTOR: 1, Tier.PLAN: 1}
    assert planned == executed and "errors" not in executed
    # The loaders ask for many at a time, too: for each field they are asked once or twice.
    assert by_executor <= 3 * len(meta_pakistan.commands)
