"""Changes say that they came by an import, and whose it was."""

from pathlib import Path

from store.mongodb.driver import Database
from tests.api.commands import done


async def test_import_says_how_its_changes_came(
    database: Database, mongodb_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "parties.jsonl"
    file.write_text('{"key": "p1", "kind": "COMPANY", "name": "One"}\n', encoding="utf-8")
    done("import", file, "--by", "zoe", mongodb_url=mongodb_url, database=database.name)
    (change,) = await database.find("changes", {})
    assert (change["by"], change["via"]) == ("zoe", "IMPORT")
