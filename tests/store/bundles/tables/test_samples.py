"""The samples of docs/tables: each goes in by its map, and is counted as by hand."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from store.bundles.importing import import_bundle
from store.bundles.reader import Place, Raw
from store.bundles.registers.popolo import read_popolo
from store.bundles.registers.reading import RegisterReader
from store.bundles.tables.importing import convert_tables
from store.bundles.tables.map_files import read_map
from store.mongodb.driver import Database
from tests.conftest import ROOT
from tests.store.samples import TESTER

TABLES = ROOT / "docs" / "tables"
MAPS = sorted(TABLES.glob("*.map.yaml"))
MOST_LINES = 40


def table_of(map_file: Path) -> Path:
    name = map_file.name.removesuffix(".map.yaml")
    (table,) = [f for f in TABLES.glob(f"{name}.*") if not f.name.endswith(".map.yaml")]
    return table


async def load(database: Database, name: str) -> dict[str, int]:
    """Imports a sample twice; how many records of each noun it made."""
    map_file = TABLES / f"{name}.map.yaml"
    with_parties = [TABLES / "parties.yaml"]
    imported = []
    for _ in range(2):
        converted = await convert_tables(
            database, [table_of(map_file)], read_map(map_file), with_parties
        )
        imported.append(
            await import_bundle(database, with_parties, TESTER, converted=converted.items)
        )
    assert not imported[1].created and not imported[1].updated
    return imported[0].created


@pytest.mark.parametrize("map_file", MAPS, ids=lambda f: f.name)
def test_a_map_has_at_most_40_lines(map_file: Path) -> None:
    assert len(map_file.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("map_file", MAPS, ids=lambda f: f.name)
async def test_a_sample_goes_in_and_the_same_again_changes_nothing(
    database: Database, map_file: Path
) -> None:
    assert await load(database, map_file.name.removesuffix(".map.yaml"))


def rows() -> list[dict[str, str]]:
    with (TABLES / "reviews.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


async def test_reviews_are_counted_as_by_hand(database: Database) -> None:
    created = await load(database, "reviews")
    by_hand = rows()
    answers = [row["Response"] for row in by_hand]
    assert created["requests"] == len(by_hand)
    assert created["commitments"] == answers.count("Accepted")
    assert created["follow_ups"] == answers.count("Noted")
    assert created["articles"] == len({(row["To"], row["Session"]) for row in by_hand})
    noted = await database.find("follow_ups", {"kind": "NOTED"})
    assert {d["target"] for d in noted} == {
        f"r-{row['Id']}" for row in by_hand if row["Response"] == "Noted"
    }
    answered = await database.find("requests", {"answeredBy": {"$ne": []}})
    assert {d["_id"] for d in answered if d.get("answeredBy")} == {
        f"r-{row['Id']}" for row in by_hand if row["Response"] == "Accepted"
    }


async def test_a_platform_says_who_is_to_do_it_and_what_came_before(database: Database) -> None:
    await load(database, "platform")
    lines = (TABLES / "platform.jsonl").read_text().splitlines()
    by_hand: list[dict[str, Any]] = [json.loads(line) for line in lines]
    for entry in by_hand:
        (stored,) = await database.find("commitments", {"_id": entry["id"]})
        leads = [one["party"] for one in stored.get("implementers", ())]
        assert len(leads) == (entry["responsible_department_lead"] is not None)
        assert (stored["curation"] == "REJECTED") == (entry["status"] == "deleted")
        scores = [one["value"] for one in stored.get("measures", ())]
        assert scores == [s for s in [entry["progress_score"]] if s is not None]
        before = await database.find("follow_ups", {"target": entry["id"], "kind": "CONTEXT"})
        assert len(before) == len(entry["commitment_history_rationale"])


async def test_what_a_tracker_links_is_progress_only_where_it_says_so(database: Database) -> None:
    await load(database, "platform")
    lines = (TABLES / "platform.jsonl").read_text().splitlines()
    by_hand = {
        f"{entry['id']}-{linked['id']}": (linked["impact"] or "mentioned").upper()
        for entry in map(json.loads, lines)
        for linked in entry["linked_evidence"]
    }
    stored = await database.find("follow_ups", {"kind": {"$ne": "CONTEXT"}})
    assert {one["_id"]: one["kind"] for one in stored} == by_hand
    assert set(by_hand.values()) == {"MENTIONED", "PROGRESSED"}


async def test_pledges_keep_their_thai_names_and_every_step(database: Database) -> None:
    await load(database, "pledges")
    data = json.loads((TABLES / "pledges.json").read_text())["promises"]
    for pledge in data:
        (stored,) = await database.find("commitments", {"_id": f"pledge-{pledge['promiseId']}"})
        assert stored["title"] == pledge["promiseTitle"]
        (party,) = await database.find("parties", {"_id": stored["promisors"][0]["party"]})
        assert party["name"] == pledge["party"]
        steps = await database.find("follow_ups", {"target": stored["_id"]})
        assert sorted(s["evidence"][0]["selector"]["exact"] for s in steps) == sorted(
            step["label"] for step in pledge["timelines"]
        )


async def test_first_days_have_their_outcomes_without_any_date(database: Database) -> None:
    await load(database, "first-days")
    data = yaml.safe_load((TABLES / "first-days.yaml").read_text())["promises"]
    outcomes = await database.find("follow_ups", {})
    assert len(outcomes) == sum(len(promise["sources"]) for promise in data)
    assert {d["occurredOn"]["edtf"] for d in outcomes} == {"../.."}
    urls = {d["url"] for d in await database.find("articles", {}) if d.get("url")}
    assert urls == {url for promise in data for url in promise["sources"]}


async def test_minutes_have_who_was_present_and_all_motions(database: Database) -> None:
    await load(database, "minutes")
    for meeting in json.loads((TABLES / "minutes.json").read_text()):
        (stored,) = await database.find("meetings", {"_id": f"meeting-{meeting['id']}"})
        committee, *present = [one["nameAsStated"] for one in stored["participations"]]
        assert (committee, present) == (meeting["title"], meeting["present"])
        motions = await database.find("requests", {"madeAt": stored["_id"]})
        assert len(motions) == len(meeting["motions"])


async def test_names_in_all_scripts_are_kept(database: Database) -> None:
    created = await load(database, "names")
    with (TABLES / "names.csv").open(encoding="utf-8", newline="") as opened:
        by_hand = list(csv.DictReader(opened))
    assert created["parties"] == len(by_hand) + 3  # and those of parties.yaml
    for row in by_hand:
        (stored,) = await database.find("parties", {"_id": row["id"]})
        assert [name["value"] for name in stored["names"]] == row["aliases"].split("|")


async def test_people_of_a_popolo_file_go_in(database: Database) -> None:
    data = json.loads((TABLES / "people.json").read_text())
    reader = RegisterReader("popolo", curation="ACCEPTED")
    read_popolo(data, reader)
    items = [Raw("parties", party, Place("people.json", 1)) for party in reader.list_parties()]
    done = await import_bundle(database, [], TESTER, converted=items)
    assert done.created == {"parties": len(data["persons"]) + len(data["organizations"])}
    stored = await database.find("parties", {})
    held = sum(len(party.get("memberships", ())) for party in stored)
    assert held == len(data["memberships"])


def test_nothing_is_made_up() -> None:
    """What no source says is UNSTATED in every map: term, attribution, mode, confidence."""
    for map_file in MAPS:
        for line in map_file.read_text().splitlines():
            for member in ("term", "attribution", "mode", "confidence"):
                if f"{member}: {{is:" in line:
                    assert f"{member}: {{is: UNSTATED}}" in line, (map_file.name, line)
