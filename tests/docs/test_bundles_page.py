"""docs/bundles.md says what an import takes: its tables are those of the models."""

import json
import re
from pathlib import Path

import pytest

from store.bundles.files import SUFFIXES
from store.bundles.member_tables import tables, with_tables
from store.bundles.reader import Raw, read
from store.records.dates import parse
from store.records.faults import list_required, members_of
from store.records.nouns import NOUNS, model_of
from tests.conftest import ROOT
from tests.store.samples import store

PAGE = ROOT / "docs" / "bundles.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_models() -> None:
    assert with_tables(TEXT) == TEXT, "`make bundles` makes them anew"


@pytest.mark.parametrize("noun", NOUNS)
def test_every_member_of_a_noun_is_told_and_whether_it_is_required(noun: str) -> None:
    _, _, section = tables().partition(f"### `{noun}`\n")
    section = section.partition("\n###")[0]
    every = tables().partition("\n### `")[0]
    for model in NOUNS[noun]:
        for member in members_of(model):
            (row,) = re.findall(rf"^\| `{member}` .*", every + section, re.MULTILINE)
            assert ("**required**" in row) == (member in list_required(model))


def test_every_part_that_a_record_may_have_is_described() -> None:
    links = set(re.findall(r"\]\(#([a-z]+)\)", TEXT))
    headings = {h.strip("`# ").lower() for h in re.findall(r"^##+ .*", TEXT, re.MULTILINE)}
    assert links and links <= headings


def test_the_nouns_and_suffixes_are_those_that_are_read() -> None:
    told = re.search(r"The nouns are (.*?)\.\n", TEXT, re.DOTALL)
    assert told is not None and re.findall(r"`(\w+)`", told[1]) == [*NOUNS]
    assert {f"`{suffix}`" for suffix in SUFFIXES} <= set(re.findall(r"`\.\w+`", TEXT))


def test_the_dates_that_are_told_are_taken() -> None:
    rows = TEXT.partition("| Written | Means |")[2].partition("\n\n")[0]
    dates = re.findall(r"`'([^']+)'`", rows)
    assert len(dates) == 19
    for date in dates:
        parse(date)


def test_the_example_is_read(tmp_path: Path) -> None:
    example, _additions = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "b.yaml"
    path.write_text(example)
    for raw in read(path):
        assert isinstance(raw, Raw)
        assert model_of(raw.noun, raw.members).model_validate(dict(raw.members)).curation


def test_what_holds_where_nothing_stands_is_what_the_table_says() -> None:
    for record in store():
        bare = json.loads(record.model_dump_json(by_alias=True, exclude_unset=True))
        for name, info in type(record).model_fields.items():
            alias = info.alias or name
            if alias in bare or info.default in (None, ()):
                continue
            value = getattr(record, name)
            shown = str(value).lower() if isinstance(value, bool) else value
            assert f"| `{alias}` | else `{shown}` |" in TEXT
