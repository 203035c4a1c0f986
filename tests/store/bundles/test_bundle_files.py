"""Files of bundles: what is read from YAML, JSON and JSON Lines, and what is said of faults."""

import json
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from store.bundles.files import SUFFIXES, files_of, left_out_of
from store.bundles.reader import Fault, Place, Raw, read

MEBI = 1024 * 1024

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


def test_yaml_records_have_their_lines_and_defaults(file) -> None:
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


def test_json_records_have_their_lines_and_defaults(file) -> None:
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


def test_each_line_of_json_lines_is_a_record(file) -> None:
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
def test_a_file_without_records_has_none_and_no_fault(file, name: str, text: str) -> None:
    assert records(file(name, text)) == []


def test_a_folder_is_read_by_name_and_a_file_once(tmp_path: Path, file) -> None:
    for name in ("b.yaml", "a.json", ".hidden", "README.md", "c.jsonl"):
        file(name, "")
    (tmp_path / "sub.yaml").mkdir()
    (tmp_path / "sub.yaml" / "d.yml").write_text("")
    names = ["a.json", "b.yaml", "c.jsonl", "d.yml"]
    assert [path.name for path in files_of([tmp_path])] == names
    assert [path.name for path in files_of([tmp_path, tmp_path / "a.json"])] == names


def test_suffixes_may_be_written_in_any_case(tmp_path: Path, file) -> None:
    record = '{"key": "a", "kind": "GROUP", "name": "A"}'
    file("x.JSONL", f'{{"noun": "parties", {record[1:]}')
    file("x.Json", f'{{"parties": [{record}]}}')
    file("Parties.YAML", f"parties: [{record}]")
    file("x.YmL", f"parties: [{record}]")
    found = files_of([tmp_path])
    assert [path.name for path in found] == ["Parties.YAML", "x.JSONL", "x.Json", "x.YmL"]
    assert [records(path)[0].members["key"] for path in found] == ["a"] * 4
    assert left_out_of([tmp_path]) == []


def test_hidden_files_are_read_only_if_they_are_named(tmp_path: Path, file) -> None:
    for name in ("a.jsonl", "._a.jsonl", ".DS_Store", "notes.csv", "a.yaml.bak"):
        file(name, "")
    hidden = tmp_path / ".git"
    hidden.mkdir()
    (hidden / "b.yaml").write_text("")
    (hidden / "config").write_text("")
    assert files_of([tmp_path]) == [tmp_path / "a.jsonl"]
    assert files_of([tmp_path / "._a.jsonl"]) == [tmp_path / "._a.jsonl"]
    # Those that may be missed are told.
    names = [str(path.relative_to(tmp_path)) for path in left_out_of([tmp_path])]
    assert names == ["._a.jsonl", ".git/b.yaml", "a.yaml.bak", "notes.csv"]
    assert left_out_of([tmp_path / "notes.csv"]) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_no_regular_file_is_refused(tmp_path: Path, suffix: str) -> None:
    endless, pipe = tmp_path / f"parties{suffix}", tmp_path / f"pipe{suffix}"
    endless.symlink_to("/dev/zero")
    os.mkfifo(pipe)
    for path in (endless, pipe):
        assert fault(path) == (1, "", "a device, pipe or folder; name a regular file")
    # In a folder they are not passed over without a word.
    assert files_of([tmp_path]) == [endless, pipe]


def test_a_file_name_cannot_command_a_terminal(tmp_path: Path, file) -> None:
    path = file("\x1b[2J\u202e.jsonl", "[]\n")
    (found,) = [item for item in read(path) if isinstance(item, Fault)]
    assert str(found).isprintable() and "\\x1b[2J\\u202e.jsonl:1: " in str(found)


def test_a_line_that_is_too_long_is_told_and_the_next_one_read(file) -> None:
    long = b'{"key": "' + b"x" * MEBI * 16 + b'"}'
    path = file("parties.jsonl", b'{"key": "a"}\n' + long + b'\n{"key": "b"}\n' + b" " * MEBI * 33)
    a, too_long, b, blanks = read(path)
    assert isinstance(a, Raw) and isinstance(b, Raw)
    assert (a.place.line, b.place.line, b.members) == (1, 3, {"key": "b"})
    for found, line in ((too_long, 2), (blanks, 4)):
        assert isinstance(found, Fault) and found.place.line == line
        assert found.message == "a line of more than 16 megabytes; a record is much shorter"


@pytest.mark.parametrize(
    "content",
    [
        b"parties:\n - key: a\n - key: '" + b"x" * MEBI * 17 + b"'\n",
        b"parties:\n - key: a\n - key: b\n" + b" " * MEBI * 17 + b"x: y\n",
        b"parties:\n - key: a\n - key: b\n" + b"#\n" * MEBI * 9,
        b"parties:\n - key: a\n - " + b"x" * MEBI * 17,
    ],
    ids=["a scalar", "blanks", "comments", "a name"],
)
def test_a_record_in_yaml_that_does_not_end_is_told(file, content: bytes) -> None:
    items = list(read(file("f.yaml", content)))
    assert isinstance(items[0], Raw)
    found = items[-1]
    assert isinstance(found, Fault)
    assert found.message.startswith("more than 16 megabytes without an end of the record; ")
    assert found.place.line in (2, 3)


def test_a_record_of_very_many_values_is_told(file) -> None:
    path = file("f.yaml", "parties:\n - key: a\n - key: b\n   names: [" + "x, " * 100_001 + "]\n")
    a, found = read(path)
    assert isinstance(a, Raw) and isinstance(found, Fault)
    assert (found.place.line, found.message) == (
        3,
        "more than 100,000 values in one record; split it",
    )


def test_json_that_is_too_long_for_one_piece_is_told(file) -> None:
    path = file("f.json", "{}")
    with path.open("r+b") as stream:
        stream.truncate(MEBI * 128 + 1)  # a hole: it takes no room on the disk
    line, where, words = fault(path)
    assert (line, where) == (1, "") and "or use JSON Lines" in words


TWICE = "'name' stands here twice; keep one"
SAME: dict[str, tuple[str, str, str]] = {
    "a member twice": ("key: a, name: First, name: Second", '"key": "a", "name": "1", "name": "2"',
                       TWICE),
    "a member twice, within": ("key: a, x: [{name: 1, name: 2}]", '"x": [{"name": 1, "name": 2}]',
                               TWICE),
    "many digits": ("found: " + "9" * 5_000, '"found": ' + "9" * 5_000,
                    "a number of 5,000 digits; write at most 40, or put it in quotes"),
}  # fmt: skip


@pytest.mark.parametrize(("in_yaml", "in_json", "words"), SAME.values(), ids=SAME)
def test_json_lines_are_as_strict_as_json_and_yaml(
    file, in_yaml: str, in_json: str, words: str
) -> None:
    assert fault(file("a.yaml", f"parties:\n- {{{in_yaml}}}\n"))[2] == words
    assert fault(file("b.json", f'{{"parties": [{{{in_json}}}]}}'))[2] == words
    assert fault(file("parties.jsonl", f"{{{in_json}}}\n"))[2] == words


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_json(file, number: str) -> None:
    for name, text in (("b.json", f'{{"parties": [{number}]}}'), ("parties.jsonl", number)):
        assert fault(file(name, text))[2] == f"not JSON: {number} is no number"


def test_a_noun_stands_once_in_a_file(file) -> None:
    text = '{"parties": [],\n"meetings": [],\n"parties": []}'
    assert fault(file("f.json", text)) == (3, "", "'parties' stands here twice; keep one")


def test_a_byte_order_mark_is_taken(file) -> None:
    (found,) = records(file("parties.jsonl", b'\xef\xbb\xbf{"key": "a"}\r\n'))
    assert found.members == {"key": "a"}


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
def test_a_fault_of_a_file_names_its_line_and_path(
    file, name: str, content: str | bytes, line: int, path: str, words: str
) -> None:
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


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
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
    found = list(read(path))
    for item in found:
        assert isinstance(item, Raw | Fault)
        assert isinstance(item, Raw) or item.message.strip()
    if not found:
        # A mark of UTF-16 makes PyYAML read by that.
        marked = content.startswith((b"\xff\xfe", b"\xfe\xff")) and suffix in (".yaml", ".yml")
        assert says_nothing(suffix, content.decode("utf-16" if marked else "utf-8-sig"))


def says_nothing(suffix: str, text: str) -> bool:
    """Whether a file has no record, as a parser of its form has it that is not ours."""
    if suffix == ".jsonl":
        return not text.strip()
    said = json.loads(text) if suffix == ".json" else yaml.safe_load(text)
    return not said or all(not part for name, part in said.items() if name != "defaults")


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
