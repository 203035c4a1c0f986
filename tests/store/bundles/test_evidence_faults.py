"""Evidence that does not hold, as an import tells it: one fault for each thing that is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from store.bundles.importing import BundleRefused, import_bundle
from store.mongodb.driver import Database
from tests.store.samples import TESTER, evidence, follow_up, store, write


async def faults(database: Database, folder: Path, said: dict[str, Any]) -> list[str]:
    draft = follow_up("f9").model_dump(mode="json", by_alias=True, exclude_unset=True)
    draft["evidence"] = [said]
    (folder / "follow_ups.jsonl").write_text(json.dumps(draft))
    with pytest.raises(BundleRefused) as refused:
        await import_bundle(database, [folder], TESTER)
    return [fault.message for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("selector", "told"),
    [
        ({"start": 5, "end": 5, "exact": "x"}, "end is greater than start"),
        ({"exact": ""}, "or the exact words"),
        ({"exact": " "}, "more than once"),
        ({"start": 5, "end": 6, "exact": " "}, "white space only"),
    ],
)
async def test_one_wrong_selector_is_one_fault(
    database: Database, tmp_path: Path, selector: dict[str, Any], told: str
) -> None:
    await write(database, *store())
    (found,) = await faults(database, tmp_path, {**evidence("a2", "x"), "selector": selector})
    assert told in found


async def test_no_evidence_at_all_is_a_fault_of_its_own(database: Database, tmp_path: Path) -> None:
    draft = follow_up("f9").model_dump(mode="json", by_alias=True, exclude_unset=True)
    (tmp_path / "follow_ups.jsonl").write_text(json.dumps({**draft, "evidence": []}))
    with pytest.raises(BundleRefused, match="is empty; write at least one"):
        await import_bundle(database, [tmp_path], TESTER)
