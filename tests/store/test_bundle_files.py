"""Files of bundles: what is read from YAML, JSON and JSON Lines, and what is said of faults."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.bundles.reading import SUFFIXES, Fault, Place, Raw, files_of, read

YAML = """\
# Read by people.
defaults:
  parties: {curation: ACCEPTED}

parties:
  - key: a
    kind: COMPANY
    names:
      - value: One
        kind: ALIAS
      - {value: Two, kind: ALIAS}
  # Between two records.
  - {key: b, kind: GROUP, curation: PROPOSED}

articles: []
meetings:
  - key: m
    date: 2020-01-10
"""


@pytest.fixture
def file(tmp_path: Path):
    """Writes a file and gives its path."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    return written


def records(path: Path) -> list[Raw]:
    found = list(read(path))
    assert not [item for item in found if isinstance(item, Fault)], found
    return [item for item in found if isinstance(item, Raw)]


def fault(path: Path) -> tuple[int, str, str]:
    (found,) = [item for item in read(path) if isinstance(item, Fault)]
    assert found.place.file == str(path)
    return found.place.line, found.path, found.message


def test_yaml_with_lines_and_defaults(file) -> None:
    a, b, m = records(file("b.yaml", YAML))
    assert (a.noun, a.place.line, a.members["curation"]) == ("parties", 6, "ACCEPTED")
    assert a.members["names"] == [
        {"value": "One", "kind": "ALIAS"},
        {"value": "Two", "kind": "ALIAS"},
    ]
    assert [a.place_of(path).line for path in ("kind", "names[0].kind", "names[1].value")] == [
        7,
        10,
        11,
    ]
    # The nearest part that stands in the file; for what is missing, the record.
    assert [a.place_of(path).line for path in ("names[0].language", "nothing", "")] == [9, 6, 6]
    assert (b.place.line, b.members["curation"]) == (13, "PROPOSED")
    assert (m.noun, str(m.members["date"])) == ("meetings", "2020-01-10")


def test_json_with_lines_and_defaults(file) -> None:
    text = """{
      "defaults": {"parties": {"kind": "GROUP"}},
      "parties": [
        {"key": "a"},
        {"key": "b",
         "kind": "COMPANY"}
      ], "articles": [], "meetings": [{"key": "m", "place": {"name": "Sarn"}}]
    }"""
    a, b, m = records(file("b.json", text))
    assert (a.members, a.place.line) == ({"key": "a", "kind": "GROUP"}, 4)
    assert (b.members["kind"], b.place.line) == ("COMPANY", 5)
    assert (m.members["place"], m.place.line) == ({"name": "Sarn"}, 7)


def test_json_lines(file) -> None:
    text = '{"key": "a"}\n\n{"noun": "articles", "key": "b"}\r\n  {"key": "c"}'
    found = records(file("parties.jsonl", text))
    assert [(r.noun, r.members["key"], r.place.line) for r in found] == [
        ("parties", "a", 1),
        ("articles", "b", 3),
        ("parties", "c", 4),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("e.yaml", ""),
        ("e.yaml", "# Nothing yet.\n"),
        ("e.yaml", "parties: []\n"),
        ("e.yml", "\ufeff# With a byte order mark.\n"),
        ("e.json", "{}"),
        ("e.json", '\ufeff {"parties": []} \n'),
        ("e.jsonl", ""),
        ("e.jsonl", "\n \n"),
    ],
)
def test_files_without_records(file, name: str, text: str) -> None:
    assert records(file(name, text)) == []


def test_a_folder_is_read_by_name_and_a_file_once(tmp_path: Path, file) -> None:
    for name in ("b.yaml", "a.json", ".hidden", "README.md", "c.jsonl"):
        file(name, "")
    (tmp_path / "sub.yaml").mkdir()
    (tmp_path / "sub.yaml" / "d.yml").write_text("")
    names = ["a.json", "b.yaml", "c.jsonl", "d.yml"]
    assert [path.name for path in files_of([tmp_path])] == names
    assert [path.name for path in files_of([tmp_path, tmp_path / "a.json"])] == names


FAULTY = {
    "not YAML": ("f.yaml", "parties:\n  - {key: a]\n  - b\n", 2, "", "not YAML: "),
    "a tab": ("f.yaml", "parties:\n\t- key: a\n", 2, "", "not YAML: "),
    "an alias": ("f.yaml", "parties:\n  - &x {key: a}\n  - *x\n", 3, "", "aliases (*name)"),
    "an alias for a noun": ("f.yaml", "? *x\n: []\n", 1, "", "a member's name is wanted"),
    "an alias alone": ("f.yaml", "*x\n", 1, "", "a mapping of nouns"),
    "two of a key": ("f.yaml", "parties:\n - key: a\n   key: b\n", 3, "", "'key' stands here"),
    "two of a noun": ("f.yaml", "parties: []\nparties: []\n", 2, "", "'parties' stands here"),
    "a list alone": ("f.yaml", "- key: a\n", 1, "", "a mapping of nouns"),
    "text alone": ("f.yaml", "hello\n", 1, "", "a mapping of nouns"),
    "a name that is a list": ("f.yaml", "parties:\n - [a]: b\n", 2, "", "a member's name"),
    "a tag": ("f.yaml", "parties:\n - key: !!python/name:os.system x\n", 2, "", "the tag tag:"),
    "a wrong tag": ("f.yaml", "parties:\n - {key: !!int ''}\n", 2, "", "the tag tag:"),
    "no day": ("f.yaml", "parties:\n - {key: 2020-02-30}\n", 2, "", "'2020-02-30' cannot be"),
    "no noun": ("f.yaml", "people:\n - key: a\n", 2, "people", "no noun; use one of parties,"),
    "a text for a record": ("f.yaml", "parties: [a]\n", 1, "parties", "a list of records"),
    "a text for records": ("f.yaml", "parties: a\n", 1, "parties", "a list of records"),
    "defaults for no noun": ("f.yaml", "defaults: {people: {}}\n", 1, "defaults.people", "no noun"),
    "defaults that are no members": ("f.yaml", "defaults: {parties: 3}\n", 1, "defaults.parties",
                                     "a mapping of members"),
    "defaults that are no mapping": ("f.yaml", "defaults: x\n", 1, "defaults", "a mapping of"),
    "defaults below": ("f.yaml", "parties:\n - key: a\ndefaults:\n  parties: {}\n", 3, "defaults",
                       "stand before the records"),
    "not UTF-8 in YAML": ("f.yaml", b"parties:\n - key: \xe9\xff\n", 1, "", "not YAML: "),
    "a control character": ("f.yaml", b"parties:\n - key: \x01\n", 1, "", "not YAML: "),
    "too deep in YAML": ("f.yaml", "parties: " + "[" * 9000, 1, "", ""),
    "empty JSON": ("f.json", "", 1, "", "an object of nouns"),
    "a JSON list": ("f.json", "[]", 1, "", "an object of nouns"),
    "not JSON": ("f.json", '{"parties": [\n{"key": }]}', 2, "", "not JSON: "),
    "JSON cut off": ("f.json", '{"parties": [\n{"key": "a"}', 2, "", "a comma, or the end"),
    "more than one object": ("f.json", "{}\n{}", 2, "", "something stands after the end"),
    "two of a JSON key": ("f.json", '{"parties": [\n\n{"key": "a", "key": "b"}]}', 3, "",
                          "'key' stands here twice; keep one"),
    "too many digits": ("f.json", '{"parties": [' + "9" * 5000 + "]}", 1, "", "digits"),
    "too deep in JSON": ("f.json", '{"parties": ' + '[{"a":' * 9000, 1, "", "nested too deeply"),
    "a number for a noun": ("f.json", "{3: []}", 1, "", "a noun in quotes"),
    "no JSON noun": ("f.json", '{\n"people": [{}]}', 2, "people", "no noun; use one of"),
    "not UTF-8 in JSON": ("f.json", b'{"parties": [{"key": "\xe9"}]}', 1, "", "not UTF-8 text: "),
    "a broken line": ("parties.jsonl", '{"key": "a"}\n{"key":\n', 2, "", "not JSON: "),
    "a list on a line": ("parties.jsonl", "[]\n", 1, "", "a record is wanted on each line"),
    "a line of no noun": ("people.jsonl", "{}\n", 1, "noun", "'people' is no noun"),
    "a noun that is a list": ("parties.jsonl", '{"noun": []}\n', 1, "noun", "a list is no noun"),
    "not UTF-8 on a line": ("parties.jsonl", b'{"key": "\xe9"}\n', 1, "", "not UTF-8 text: "),
    "another kind of file": ("f.csv", "key\na\n", 1, "", "use .yaml, .yml, .json, .jsonl"),
    "a picture": ("f.yaml", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 1, "", "not YAML: "),
    "nothing but zeros": ("f.json", bytes(64), 1, "", "an object of nouns"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "line", "path", "words"), FAULTY.values(), ids=FAULTY)
def test_faults(file, name: str, content: str | bytes, line: int, path: str, words: str) -> None:
    found = fault(file(name, content))
    assert found[:2] == (line, path)
    assert words in found[2]
    assert found[2].strip()


def test_what_stands_before_a_fault_is_still_read(file) -> None:
    """So that all faults of all records are reported at once."""
    path = file("f.yaml", "parties:\n - key: a\npeople:\n - key: b\nmeetings:\n - key: c\n")
    assert [getattr(item, "noun", "fault") for item in read(path)] == [
        "parties",
        "fault",
        "meetings",
    ]


def test_scalars_are_what_they_look_like(file) -> None:
    text = "parties:\n - {a: =, b: <<, c: !!str 12, d: '12', e: 1_0, f: yes, g: ~, h: 0x1F}\n"
    (raw,) = records(file("f.yaml", text))
    assert raw.members == {
        "a": "=", "b": "<<", "c": "12", "d": "12", "e": 10, "f": True, "g": None, "h": 31,
    }  # fmt: skip


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert fault(tmp_path / "none.yaml") == (1, "", "cannot be read: No such file or directory")


def test_the_message_says_where() -> None:
    place = Place("b.yaml", 3)
    assert (
        str(Fault(place, "parties/a kind", "is missing")) == "b.yaml:3: parties/a kind: is missing"
    )
    assert str(Fault(place, "", "not YAML: x")) == "b.yaml:3: not YAML: x"


# --- Anything at all -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def survives(scratch: Path, suffix: str, content: bytes) -> None:
    path = scratch / f"parties{suffix}"
    path.write_bytes(content)
    for item in read(path):
        assert isinstance(item, Raw | Fault)
        assert isinstance(item, Raw) or item.message.strip()


@given(content=st.binary(), suffix=st.sampled_from(SUFFIXES))
def test_bytes_are_read_or_refused(scratch: Path, content: bytes, suffix: str) -> None:
    survives(scratch, suffix, content)


YAML_MARKS = (
    *("parties", "articles", "defaults", "key", ": ", "- ", "\n", "\n  ", "\n    ", "{", "}"),
    *("[", "]", ", ", "? ", "&x ", "*x ", "!!int ", "!!str ", "!t ", "'", '"', "#", "|\n", ">"),
    *("---\n", "...\n", "%YAML 1.1\n", "<<", "=", "~", "2020-13-01", ":60", "0x", "._", "\\u"),
)
YAMLISH = st.lists(st.sampled_from(YAML_MARKS) | st.text(max_size=4)).map("".join)


@given(text=YAMLISH, suffix=st.sampled_from((".yaml", ".json", ".jsonl")))
def test_what_looks_like_yaml_is_read_or_refused(scratch: Path, text: str, suffix: str) -> None:
    survives(scratch, suffix, text.encode(errors="surrogatepass"))


JSON_MARKS = (
    *("{", "}", "[", "]", ",", ":", '"', '"parties"', '"key"', '"noun"', "\\ud800", "null", "NaN"),
    *("-Infinity", "1e999", "-", "0", "\n", '"defaults"', '{"'),
)
JSONISH = st.lists(st.sampled_from(JSON_MARKS)).map("".join)


@given(text=JSONISH, suffix=st.sampled_from((".json", ".jsonl", ".yaml")))
def test_what_looks_like_json_is_read_or_refused(scratch: Path, text: str, suffix: str) -> None:
    survives(scratch, suffix, text.encode())
