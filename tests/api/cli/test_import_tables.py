"""Tables at the command line: a first map, a trial, the import, and our own CSV read back."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from api.cli.importing import OWN_MAP
from api.settings import Settings
from store.bundles.tables.map_files import read_map
from store.mongodb.driver import Database
from tests.api.commands import ROOT, done, run
from tests.api.conftest import application

pytestmark = pytest.mark.slow

SHEET = """No,Promise,Details,Who,Topic,Made on,Deadline,Status,Updated,Link
1,Build a pool,The council will build a pool.,City of Dol,Sports,spring 2021,2025,Done,2024-05-01,\
https://dol.example/1
2,Plant trees,The council will plant 500 trees.,City of Dol; River Watch,Parks & Trees,May 2021,\
Q3 2025,In progress,2024-06-01,https://dol.example/1
3,Mend the bridge,The bridge will be mended.,River Watch,Traffic,2021,,Not started,,\
https://dol.example/3
"""


@pytest.fixture
def settings(database: Database, mongodb_url: str) -> dict[str, str]:
    return {"mongodb_url": mongodb_url, "database": database.name}


async def test_a_sheet_goes_in_by_the_map_that_is_proposed(
    database: Database, settings: dict[str, str], tmp_path: Path
) -> None:
    sheet, map_file = tmp_path / "promises.csv", tmp_path / "map.yaml"
    sheet.write_text(SHEET)
    map_file.write_text(
        done("import", sheet, "--propose-map").replace("# curation: ACCEPTED", "curation: ACCEPTED")
    )
    tried = done("import", sheet, "--map", map_file, "--check", **settings)
    assert "would create  2 parties, 5 articles, 3 commitments, 2 follow_ups" in tried
    assert "1 (none) -> FULFILLED" in tried and tried.endswith("nothing was written\n")
    assert await database.find("commitments", {}) == []

    report = tmp_path / "report.txt"
    told = done("import", sheet, "--map", map_file, "--report", report, **settings)
    assert "created   2 parties, 5 articles, 3 commitments, 2 follow_ups" in told
    assert "follow_up: Status is 'Not started': 1 rows" in told
    assert "'Q3 2025' as 2025-07/2025-09" in report.read_text()
    (pool,) = await database.find("commitments", {"_id": "p-1"})
    assert pool["dueOn"]["edtf"] == "2025"
    assert pool["madeOn"]["statedAs"] == "spring 2021"

    again = done("import", sheet, "--map", map_file, "--since-last", **settings)
    assert "created" not in again and "updated" not in again
    assert "0 that promises.csv had before" in again

    sheet.write_text("\n".join(SHEET.splitlines()[:-1]) + "\n")
    less = ("import", sheet, "--map", map_file)
    assert "commitments/p-3 ACCEPTED" in done(*less, "--since-last", **settings)
    gone = done(*less, "--retract-vanished", "taken off the list", **settings)
    assert "set aside 2\n" in gone  # the promise, and the article that only it rests on
    (bridge,) = await database.find("commitments", {"_id": "p-3"})
    assert bridge["curation"] == "RETRACTED"


def test_a_table_without_a_map_is_wrong_usage(settings: dict[str, str], tmp_path: Path) -> None:
    sheet = tmp_path / "promises.csv"
    sheet.write_text(SHEET)
    result = run("import", sheet, **settings)
    assert result.returncode == 2
    assert "--propose-map" in result.stderr


def test_faults_of_a_table_and_of_a_map_end_with_1(
    settings: dict[str, str], tmp_path: Path
) -> None:
    sheet, map_file = tmp_path / "promises.csv", tmp_path / "map.yaml"
    sheet.write_text(SHEET)
    map_file.write_text("records: {p: {noun: commitments, key: No, members: {title: Promises}}}")
    result = run("import", sheet, "--map", map_file, **settings)
    assert result.returncode == 1
    assert "the map names a column 'Promises'; did you mean 'Promise'?" in result.stderr
    map_file.write_text("records: {p: {noun: promises, key: No}}")
    result = run("import", sheet, "--map", map_file, **settings)
    assert (result.returncode, "records.p.noun: no noun" in result.stderr) == (1, True)


# --- The export's CSV ----------------------------------------------------------------------------


async def export(database: Database, mongodb_url: str, file: Path) -> list[dict[str, str]]:
    settings = Settings(mongodb_url=mongodb_url, database=database.name)
    async with application(settings) as client:
        response = await client.get("/export/commitments.csv")
    file.write_bytes(response.content)
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


Exported = tuple[Path, list[dict[str, str]]]


@pytest.fixture
async def exported(
    database: Database, mongodb_url: str, settings: dict[str, str], tmp_path: Path
) -> Exported:
    """The commitments of the invented country, which are stored, as the CSV of an export."""
    done("import", ROOT / "fixtures" / "invented", **settings)
    file = tmp_path / "commitments.csv"
    return file, await export(database, mongodb_url, file)


def edit(file: Path, rows: Sequence[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


async def test_our_own_csv_is_read_back_and_may_be_edited(
    database: Database, settings: dict[str, str], exported: Exported
) -> None:
    file, rows = exported
    same = run("import", file, **settings)
    assert same.returncode == 0, same.stderr
    assert f"unchanged {len(rows)} commitments" in same.stdout and "updated" not in same.stdout

    before = (await database.find("commitments", {"_id": rows[0]["key"]}))[0]
    rows[0]["title"] = "'=1+1; a title"
    rows[0]["topics"] = "water; rivers/lakes"
    rows[0]["test"] = ""
    edit(file, rows)
    told = done("import", file, **settings)
    assert "updated   1 commitments" in told
    after = (await database.find("commitments", {"_id": rows[0]["key"]}))[0]
    assert (after["title"], after["topics"]) == ("=1+1; a title", ["water", "rivers/lakes"])
    assert after.get("test") is None
    for member in ("evidence", "promisors", "madeOn", "recordedAt"):
        assert after[member] == before[member], member

    # The file still has the version before the change.
    rows[0]["title"] = "Another"
    edit(file, rows)
    outdated = run("import", file, **settings)
    assert outdated.returncode == 1 and "version" in outdated.stderr


async def test_rows_of_our_own_csv_that_are_added_or_deleted(
    database: Database, settings: dict[str, str], exported: Exported
) -> None:
    file, rows = exported
    done("import", file, **settings)
    everything = await database.find("commitments", {})

    edit(file, [*rows, {**rows[0], "key": "v-new", "title": "A new promise"}])
    added = run("import", file, **settings)
    assert added.returncode == 1
    assert f"commitments.csv:{len(rows) + 2}: commitments/v-new: is not stored" in added.stderr
    assert "import what is new by a map or a bundle" in added.stderr

    edit(file, rows[1:])
    less = done("import", file, "--since-last", **settings)
    assert f"unchanged {len(rows) - 1} commitments" in less
    assert f"commitments/{rows[0]['key']} ACCEPTED" in less
    assert await database.find("commitments", {}) == everything


def test_the_map_of_our_own_csv_names_columns_that_there_are() -> None:
    from api.exports.columns import COLUMNS

    assert set(read_map(OWN_MAP).columns()) <= {column.name for column in COLUMNS}
