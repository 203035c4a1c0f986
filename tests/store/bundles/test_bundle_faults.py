"""What is said of records that are none: what stands there, what is wanted, each fault once."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from store.bundles.fault_list import FaultList
from store.bundles.files import files_of
from store.bundles.importing import _stage
from store.bundles.reader import Place, Raw
from store.bundles.stage import Stage
from store.records.faults import faults_of, format_example, list_required, members_of
from store.records.nouns import NOUNS, model_of, noun_of
from tests.store.samples import store
from tests.tiers import examples

Members = dict[str, Any]


@pytest.fixture
def told(tmp_path: Path):
    """The faults of a file, as they are printed, without its folder."""

    def of(name: str, content: str) -> list[str]:
        (tmp_path / name).write_text(content, encoding="utf-8")
        faults = FaultList()
        with Stage() as stage:
            _stage(stage, files_of([tmp_path / name]), faults, lambda *_: None)
        return [str(fault).removeprefix(f"{tmp_path}/") for fault in faults.found]

    return of


def record(noun: str, **members: Any) -> Members:
    """The first sample record of a noun, as in a bundle, with other members."""
    found = next(r for r in store() if noun_of(r) == noun)
    return found.model_dump(mode="json", by_alias=True, exclude_unset=True) | members


def words(noun: str, **members: Any) -> list[str]:
    """What is said of the record: path and words."""
    whole = record(noun, **members)
    model = model_of(noun, whole)
    with pytest.raises(ValidationError) as refused:
        model.model_validate(whole)
    return [f"{path}: {said}" for path, said in faults_of(refused.value, model, {})]


KEYS = "1 to 128 letters A to Z and a to z, digits, '.', '_' and '-', of which a letter or digit is"

SAID: dict[str, tuple[str, Members, str]] = {
    "a topic": ("meetings", {"topics": ["Health Care"]}, "topics[0]: 'Health Care' is no topic; "
                "write lower-case letters a to z, digits and hyphens, and '/' from wide to narrow, "
                "such as 'health-care' or 'online-safety/child-safety': 'health-care'?"),
    "a topic that cannot be mended": ("meetings", {"topics": ["การศึกษา"]}, "topics[0]: "
                "'การศึกษา' is no topic; write lower-case letters a to z, digits and hyphens, and "
                "'/' from wide to narrow, such as 'health-care' or 'online-safety/child-safety'"),
    "no list": ("meetings", {"topics": "health"}, "topics: 'health' is no list; write [health]"),
    "a key": ("parties", {"key": "ocd-person/1"}, f"key: 'ocd-person/1' is no key; write {KEYS} "
              "first, such as 'meta-2024'"),
    "an address": ("articles", {"url": "www.example.org"}, "url: 'www.example.org' is no web "
                   "address; write http:// or https:// first and no blanks, such as "
                   "'https://www.example.org/news': 'https://www.example.org'?"),
    "an address with a blank": ("articles", {"url": "http://a b"}, "url: 'http://a b' is no web "
                   "address; write http:// or https:// first and no blanks, such as "
                   "'https://www.example.org/news'"),
    "a language": ("articles", {"inLanguage": "e"}, "inLanguage: 'e' is no language tag; write a "
                   "tag of BCP 47, such as 'en', 'ur' or 'zh-Hant'"),
    "a promisor that is a key": ("commitments", {"promisors": ["meta"]}, "promisors[0]: 'meta' is "
                   "no mapping; write {party: meta, attribution: …}"),
    "promisors that are a key": ("commitments", {"promisors": "meta"}, "promisors: 'meta' is no "
                   "list; write [{party: meta, attribution: …}]"),
    "a place": ("meetings", {"place": "Sarn"}, "place: 'Sarn' is no mapping; write {basis: Sarn}"),
    "an empty list": ("commitments", {"promisors": []}, "promisors: is empty; write at least "
                   "one: a mapping such as {party: …, attribution: …}"),
    "evidence that is no span": ("commitments", {"evidence": [{"article": "a1", "mode":
                   "PARAPHRASE", "selector": {"exact": ""}}]}, "evidence[0].selector: give start, "
                   "end and exactSha256, or the exact words"),
    "a member of another name": ("articles", {"sourceUrl": "https://a"}, "sourceUrl: there is no "
                   "such member; did you mean url?"),
    "a misspelt member": ("parties", {"nmae": "x"}, "nmae: there is no such member; did you mean "
                   "name?"),
    "a misspelt value": ("parties", {"kind": "COMPNAY"}, "kind: 'COMPNAY' is none of PERSON, "
                   "GOVERNMENT, LOCAL_GOVERNMENT, MINISTRY, REGULATOR, PARLIAMENT, COURT, "
                   "INTERNATIONAL_COURT, PUBLIC_BODY, WORKING_GROUP, COMPANY, PLATFORM, "
                   "POLITICAL_PARTY, CIVIL_SOCIETY, INTERGOVERNMENTAL, MEDIA, GROUP; did you mean "
                   "COMPANY?"),
    "a yes": ("parties", {"name": True}, "name: true is no text; put it in quotes: 'true'"),
    "a number as text": ("parties", {"name": 12}, "name: 12 is no text; put it in quotes: '12'"),
    "a mapping for a text": ("parties", {"name": {}}, "name: a mapping is not what is wanted; "
                   "write a text"),
    "no date": ("articles", {"datePublished": None}, "datePublished: has no value; write a date of "
                   "EDTF in quotes, such as '2024-05-01', '2024-05' or '../2024'"),
    "nothing": ("parties", {"name": None}, "name: has no value; write a text"),
    "blanks": ("parties", {"name": " "}, "name: is empty; write some words, or leave it out if it "
                   "may be"),
    "half a character": ("parties", {"name": "\ud83d"}, "name: holds half a character, a "
                   "surrogate without its other half; write all of it"),
    "a number that is too large": ("check_logs", {"found": 2**31}, "found: 2147483648 is too "
                   "large; write at most 2,147,483,647"),
    "a number that is too small": ("check_logs", {"found": -1}, "found: -1 is too small; write at "
                   "least 0"),
    "no number": ("check_logs", {"found": "many"}, "found: 'many' is not what is wanted; write a "
                   "whole number, at most 2,147,483,647"),
    "no moment": ("articles", {"publishedAt": "noon"}, "publishedAt: 'noon' is not what is wanted; "
                   "write a moment: a day, a time and its zone, such as '2024-05-01T10:00:00Z'"),
    "no zone": ("articles", {"publishedAt": "2024-05-01T10:00:00"}, "publishedAt: "
                   "'2024-05-01T10:00:00' is not what is wanted; write a moment: a day, a time and "
                   "its zone, such as '2024-05-01T10:00:00Z'"),
    "neither true nor false": ("commitments", {"verifiable": "perhaps"}, "verifiable: 'perhaps' is "
                   "not what is wanted; write true or false"),
    "too long": ("parties", {"note": "x" * 20_001}, "note: has 20,001 characters, at most 20,000"),
}  # fmt: skip


@pytest.mark.parametrize(("noun", "members", "said"), SAID.values(), ids=SAID)
def test_each_fault_is_told_once_and_says_what_is_wanted(
    noun: str, members: Members, said: str
) -> None:
    assert words(noun, **members) == [said]


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_missing_is_told_with_what_may_stand_there(noun: str) -> None:
    for model in NOUNS[noun]:
        given = {"kind": "PERSON"} if model.__name__ == "Person" else {}
        with pytest.raises(ValidationError) as refused:
            model.model_validate(given)
        said = dict(faults_of(refused.value, model, {}))
        assert [*said] == [n for n in list_required(model) if n not in given]
        for member, message in said.items():
            assert message == f"is missing; write {members_of(model)[member].describe()}"


def test_a_missing_kind_is_told_with_the_kinds() -> None:
    whole = {"key": "a", "name": "A"}
    with pytest.raises(ValidationError) as refused:
        model_of("parties", whole).model_validate(whole)
    ((path, said),) = faults_of(refused.value, model_of("parties", whole), {})
    assert (path, said.startswith("is missing; write one of PERSON, GOVERNMENT,")) == ("kind", True)


def test_parts_are_shown_as_they_are_written() -> None:
    (commitment,) = NOUNS["commitments"]
    promisor = members_of(commitment)["promisors"].item()
    assert promisor is not None and format_example(promisor.kind) == "{party: …, attribution: …}"


# --- Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("name: Yes", "name: Yes is true to YAML, and a text is wanted; put it in quotes: 'Yes'"),
        ("country: NO",
         "country: NO is false to YAML, and a text is wanted; put it in quotes: 'NO'"),
        ("name: false", "name: false is no text; put it in quotes: 'false'"),
        ("name: 0x1F", "name: 0x1F is 31 to YAML, and a text is wanted; put it in quotes: '0x1F'"),
        ("name: 2020-01-02", "name: 2020-01-02 is no text; put it in quotes: '2020-01-02'"),
        ("name: ~", "name: has no value; write a text"),
        ("names: [{value: no, kind: ALIAS}]",
         "names[0].value: no is false to YAML, and a text is wanted; put it in quotes: 'no'"),
    ],
)  # fmt: skip
def test_what_yaml_takes_for_something_else_is_told_as_it_stands(
    told: Any, written: str, said: str
) -> None:
    name = "" if written.startswith("name:") else "  name: A\n"
    found = told("b.yaml", f"parties:\n- key: a\n  kind: GROUP\n{name}  {written}\n")
    assert found == [f"b.yaml:{5 if name else 4}: parties/a {said}"]


def test_a_wrong_noun_is_told_once(told: Any) -> None:
    foreign = {"persons": [{"name": str(n)} for n in range(50)], "meeting": [{}, {}], "key": "x"}
    nouns = ", ".join([*NOUNS, "evidence"])
    assert told("b.json", json.dumps(foreign)) == [
        f"b.json:1: persons: no noun; use one of {nouns}, defaults",
        f"b.json:1: meeting: no noun; did you mean meetings? There are {nouns}, defaults",
        f"b.json:1: key: no noun; use one of {nouns}, defaults",
    ]
    (line,) = told("promises.jsonl", "{}\n" * 50)
    assert line.startswith("promises.jsonl:1: noun: 'promises' is no noun; use one of parties,")


def test_a_fault_of_defaults_is_told_once_and_where_they_stand(told: Any) -> None:
    records = "".join(f"- {{key: p{n}, name: P}}\n" for n in range(9))
    wrong_value = f"defaults:\n  parties:\n    kind: KING\nparties:\n{records}"
    (said,) = told("b.yaml", wrong_value)
    assert said.startswith("b.yaml:3: defaults.parties.kind: 'KING' is none of PERSON,")
    # What they would have given is not missing from each of the records as well.
    wrong_noun = f"defaults:\n  partys:\n    kind: GROUP\nparties:\n{records}"
    (said,) = told("b.yaml", wrong_noun)
    assert said.startswith("b.yaml:2: defaults.partys: no noun; did you mean parties?")


def test_what_is_told_holds_no_control_characters_and_is_short(told: Any) -> None:
    text = "\x1b[2J\u202e\n" + "x" * 5_000
    for members in (
        {"key": text, "kind": "GROUP", "name": "A"},
        {"key": "a", "kind": text, "name": "A"},
        {"key": "a", "kind": "GROUP", "name": "A", text: 1},
        {"key": "a", "kind": "GROUP", "name": "A", "memberships": [{"organization": text}]},
    ):
        found = told("b.json", json.dumps({"parties": [members], text: [members]}))
        assert len(found) == 2
        for fault in found:
            assert fault.isprintable() and len(fault) < 1_000


# --- Anything at all -----------------------------------------------------------------------------

JARGON = re.compile(
    r"pydantic|tuple|valid dictionary|instance of|should (be|have|match)|pattern|input|Promisor|"
    r"\^|\\d"
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5) | st.sampled_from(["", " ", "2020", "x" * 1_001, "2024-05-01T10:00:00"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["party", "edtf", "start", "x"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip
PLACES = [
    (noun, name) for noun, models in NOUNS.items() for model in models for name in members_of(model)
]


@given(st.sampled_from(PLACES), ANYTHING)
def test_no_fault_is_told_in_the_words_of_a_library(place: tuple[str, str], value: Any) -> None:
    noun, name = place
    whole = record(noun, **{name: value})
    model = model_of(noun, whole)
    try:
        model.model_validate(whole)
    except ValidationError as refused:
        found = [*faults_of(refused, model, {})]
        assert found
        for path, said in found:
            # What somebody wrote, and what is to be written, may be any words.
            plain = re.sub(r"'[^']*'|\"[^\"]*\"|\{[^}]*\}", "", said)
            assert not JARGON.search(plain), (path, said)


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(PLACES), ANYTHING)
def test_the_three_formats_refuse_the_same_with_the_same_words(
    tmp_path_factory: Any, place: tuple[str, str], value: Any
) -> None:
    noun, name = place
    whole = record(noun, **{name: value})
    folder = tmp_path_factory.mktemp("formats")
    (folder / "b.json").write_text(json.dumps({noun: [whole]}))
    (folder / "b.jsonl").write_text(json.dumps({"noun": noun, **whole}))
    (folder / "b.yaml").write_text(
        yaml.safe_dump({noun: [whole]}, allow_unicode=True, sort_keys=False)
    )
    said = []
    for file in files_of([folder]):
        faults = FaultList()
        with Stage() as stage:
            _stage(stage, [file], faults, lambda *_: None)
            staged = stage.record(noun, whole["key"]) if isinstance(whole["key"], str) else None
        said.append(([(f.path, f.message) for f in faults.found], staged))
    assert said[0] == said[1] == said[2]


def test_the_same_of_many_rows_is_told_once_with_its_first_row() -> None:
    bare = {"title": "Build a pool"}
    rows = [
        Raw("commitments", {**bare, "key": f"p-{n}"}, Place("a.csv", n + 1)) for n in range(1, 4)
    ]
    faults = FaultList()
    with Stage() as stage:
        _stage(stage, [], faults, lambda *_: None, rows)
    told = [str(fault) for fault in faults.found]
    assert "a.csv:2: commitments/p-1 gist: is missing; write a text (and 2 more rows)" in told
    assert len(told) == len({fault.path.partition(" ")[2] for fault in faults.found})
