"""Registers at the command line: in and out, and only what readers may see goes out."""

import json
from pathlib import Path

import pytest

from store.mongodb.driver import Database
from tests.api.commands import done, run

pytestmark = pytest.mark.slow

POPOLO = {
    "persons": [{"id": "p/1", "name": "Ana Bar", "email": "ana@dol.example"}],
    "organizations": [{"id": "club", "name": "Club of Dol", "classification": "club"}],
    "memberships": [{"person_id": "p/1", "organization_id": "club", "role": "chair"}],
}


async def test_a_register_goes_in_and_out(
    database: Database, mongodb_url: str, tmp_path: Path
) -> None:
    store = {"mongodb_url": mongodb_url, "database": database.name}
    file, out = tmp_path / "club.json", tmp_path / "out.json"
    file.write_text(json.dumps(POPOLO))
    into = ("register", "import", file, "--as", "popolo")
    unknown = run(*into, **store)
    assert unknown.returncode == 1 and "what kind of body is meant by 'club'?" in unknown.stderr
    into = (*into, "--kind", "CIVIL_SOCIETY")
    assert "would create  2 parties" in done(*into, "--check", **store)
    assert await database.find("parties", {}) == []

    proposed = run(*into, **store)
    assert proposed.stdout == "created   2 parties\n"
    assert "not kept: 1 persons.email" in proposed.stderr
    assert "nothing: no party is accepted" in done(
        "register", "export", out, "--as", "ftm", **store
    )
    assert out.read_bytes() == b""

    done(*into, "--curation", "ACCEPTED", **store)
    assert "1 persons" in done("register", "export", out, "--as", "popolo", **store)
    written = json.loads(out.read_text())
    (person,) = written["persons"]
    assert (person["name"], person["identifiers"]) == (
        "Ana Bar", [{"scheme": "popolo", "identifier": "p/1"}],
    )  # fmt: skip
    (membership,) = written["memberships"]
    assert (membership["organization_id"], membership["role"]) == ("club", "chair")
    done("register", "export", out, "--as", "ftm", **store)
    entities = [json.loads(line) for line in out.read_text().splitlines()]
    assert sorted(entity["schema"] for entity in entities) == [
        "Membership", "Organization", "Person",
    ]  # fmt: skip


def test_what_is_no_register_is_refused(mongodb_url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    for text, said in (("{", "not JSON"), ("[1]", "not popolo"), ('{"persons": [{}]}', "'id'")):
        file.write_text(text)
        result = run("register", "import", file, "--as", "popolo", mongodb_url=mongodb_url)
        assert result.returncode == 1 and said in result.stderr
