"""`followthrough intake`: what it prints and writes beside a store, which stays as it was."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from store.mongodb.driver import Database
from store.mongodb.keys import new_key
from tests.api.commands import ROOT, done, run

ARTICLES = ROOT / "tests" / "intake" / "articles"


@pytest.fixture
async def store(mongodb_url: str) -> AsyncIterator[dict[str, str]]:
    """The settings for a database that holds the invented records."""
    name = f"test-{new_key()}"
    settings = {"mongodb_url": mongodb_url, "database": name}
    done("import", ROOT / "fixtures" / "invented", **settings)
    yield settings
    database = Database.connect(mongodb_url, name)
    await database.drop()
    database.close()


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """A file with an invented article about stored parties."""
    told = yaml.safe_load((ARTICLES / "later-of-telephone.yaml").read_text("utf-8"))
    file = tmp_path / "prices.txt"
    file.write_text(told["text"], encoding="utf-8")
    return file


@pytest.mark.slow
def test_it_tells_what_it_would_propose(store: dict[str, str], article: Path) -> None:
    told = done("intake", article, **store)
    assert told.startswith(f"{article}: published 2022-01-12 (STATED)\n")
    assert "commitment   v-telno: SELF_PARAPHRASED, SPECIFIC, new" in told
    assert "told in the words of Oblak" in told


@pytest.mark.slow
def test_it_writes_files_and_nothing_to_the_store(
    store: dict[str, str], article: Path, tmp_path: Path
) -> None:
    before = done("export", tmp_path / "before", **store)
    done("intake", article, "--json", tmp_path / "json", "--draft", tmp_path / "draft", **store)
    assert done("export", tmp_path / "after", **store) == before
    for file in sorted((tmp_path / "before").iterdir()):
        assert file.read_bytes() == (tmp_path / "after" / file.name).read_bytes()

    shown = json.loads((tmp_path / "json" / "prices.json").read_text("utf-8"))
    text = article.read_text("utf-8")
    promised = [text[c["start"] : c["end"]] for c in shown["commitments"]]
    assert any("remains committed to bringing mobile reception" in words for words in promised)
    assert {"key": "v-telno"} in shown["parties"]

    refused = run("import", tmp_path / "draft", **store)
    assert refused.returncode == 1
    assert "gist: is missing; write a text" in refused.stderr


@pytest.mark.slow
def test_one_file_that_cannot_be_read_leaves_the_others(
    store: dict[str, str], article: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_text("")
    told = run("intake", tmp_path / "empty.txt", article, **store)
    assert told.returncode == 1
    assert "EMPTY_TEXT" in told.stderr and "v-telno" in told.stdout


@pytest.mark.slow
def test_the_words_of_an_article_are_noticed_in_a_gist(article: Path, tmp_path: Path) -> None:
    words = "Telnó remains committed to bringing mobile reception to the whole Dol valley"
    draft = {"commitments": [{"key": "n1", "title": "Reception", "gist": words}]}
    (tmp_path / "prices.yaml").write_text(yaml.safe_dump(draft), encoding="utf-8")
    told = run("intake", article, "--check", tmp_path)
    assert told.returncode == 1
    assert "prices.yaml: commitments/n1 gist: say it in your own words" in told.stderr
