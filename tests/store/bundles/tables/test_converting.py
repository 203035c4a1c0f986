"""What a map makes of rows, what is reported of that, and what is a fault."""

from datetime import date, datetime
from typing import Any

import pytest

from store.bundles.reader import Fault, Raw
from store.bundles.tables.converting import Conversion
from store.bundles.tables.directory import Directory
from store.bundles.tables.map_faults import MapRefused
from store.bundles.tables.map_files import load_yaml, parse_map
from store.bundles.tables.report import Report
from store.bundles.tables.rows import Row, Table
from store.bundles.tables.values import make_key
from store.records.parties import PartyKind, Person

HEAD = """
records:
  promise:
    noun: commitments
    key: {from: No, prefix: p-}
    members:
"""


def convert(text: str, *rows: dict[str, Any], **options: Any) -> tuple[list[Any], Report]:
    """Records as (noun, members), and faults as text, of rows; the map is the members of a promise
    unless it is whole."""
    whole = text if "records:" in text else HEAD + text
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table("a.csv", columns, [Row(n, row) for n, row in enumerate(rows, start=2)])
    directory = Directory()
    for party in options.get("parties", PARTIES):
        directory.add(party)
    conversion = Conversion(table, parse_map(load_yaml(whole)), directory)
    items = [
        (item.noun, dict(item.members)) if isinstance(item, Raw) else told(item)
        for item in conversion.convert()
    ]
    return items, conversion.report


def told(fault: Fault) -> str:
    return f"{fault.place.line}: {fault.path}: {fault.message}"


PARTIES = (
    {"key": "gov", "name": "Government of Velmora", "names": [{"value": "GoV", "kind": "ACRONYM"}]},
    {"key": "telno", "name": "Telnó"},
    {"key": "telno-2", "name": "Telno", "identifiers": [{"scheme": "register", "value": "T-2"}]},
    {"key": "old", "name": "Cabinet", "mergedInto": "gov"},
    {"key": "bad", "name": "Nobody", "curation": "REJECTED"},
)


def one(text: str, row: dict[str, Any], **options: Any) -> dict[str, Any]:
    items, _ = convert(text, {"No": 1, **row}, **options)
    (_, members) = items[0]
    return members


def fault(text: str, row: dict[str, Any], **options: Any) -> str:
    items, _ = convert(text, {"No": 1, **row}, **options)
    return next(item for item in items if isinstance(item, str))


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ("2024-05-01", "2024-05-01"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 10, 30, 0, 5), "2024-05-01T10:30:00"),
        (2024, "2024"),
        ("Q3 2025", "2025-07/2025-09"),
        ("spring 2024", "2024-03/2024-05"),
        ("24 April 2009", "2009-04-24"),
        ("circa 1952", "1952~"),
        ("December 2022", "2022-12"),
        ("2020-03-00", "2020-03"),
        ("TBD", "../.."),
    ],
)
def test_dates_are_read_as_people_write_them(cell: Any, taken: str) -> None:
    made = one("      dueOn: Due", {"Due": cell})["dueOn"]
    if isinstance(made, dict):
        assert made == {"edtf": taken, "statedAs": cell}
    else:
        assert made == taken


def test_a_date_in_words_is_reported_with_how_it_was_taken() -> None:
    _, report = convert("      dueOn: Due", {"No": 1, "Due": "spring 2024"})
    (line,) = [line for line in report.lines() if "spring 2024" in line]
    assert "2024-03/2024-05" in line and "northern half" in line


@pytest.mark.parametrize(
    ("cell", "ways", "taken"),
    [
        ("03/04/2022", "{dayFirst: true}", "2022-04-03"),
        ("03/04/2022", "{dayFirst: false}", "2022-03-04"),
        ("25/04/2022", "{dayFirst: false}", "2022-04-25"),
        ("2024-25", "{yearPairs: true}", "2024/2025"),
        ("2011-12", "{yearPairs: true}", "2011/2012"),
        (45413, "{serials: true}", "2024-05-01"),
    ],
)
def test_what_can_be_two_dates_is_read_as_the_map_says(cell: Any, ways: str, taken: str) -> None:
    made = one(f"dates: {ways}{HEAD}      dueOn: Due", {"Due": cell})["dueOn"]
    assert (made["edtf"] if isinstance(made, dict) else made) == taken


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("03/04/2022", "dates: {dayFirst: true}"),
        ("2024-25", "dates: {yearPairs: true}"),
        (45413, "as a spreadsheet counts days it is 2024-05-01"),
        ("soon", "“soon” says no date"),
        ("01/02/03", "a year of two digits"),
    ],
)
def test_what_can_be_two_dates_is_a_fault_unless_told(cell: Any, said: str) -> None:
    assert said in fault("      dueOn: Due", {"Due": cell})


def test_december_that_may_be_two_years_is_reported() -> None:
    rows = [{"No": n, "Due": due} for n, due in enumerate(("2011-12", "2021-05"))]
    _, report = convert("      dueOn: Due", *rows)
    assert len(report.doubtful) == 1
    assert "write 2011/2012" in next(iter(report.doubtful))


@pytest.mark.parametrize(
    ("name", "key"),
    [("gov", "gov"), ("government of velmora", "gov"), ("G.o.V", "gov"), ("Cabinet", "gov"),
     ("T-2", "telno-2")],
)  # fmt: skip
def test_a_party_is_found_by_any_of_its_names(name: str, key: str) -> None:
    text = "      promisors: {party: Who, attribution: {is: SELF_QUOTED}}"
    (promisor,) = one(text, {"Who": name})["promisors"]
    assert promisor == {"party": key, "attribution": "SELF_QUOTED"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Telno", "may be telno or telno-2; write the key"),
        ("Goverment of Velmora", "did you mean Government of Velmora?"),
        ("Nobody", "no party is called 'Nobody'"),
    ],
)
def test_a_party_that_is_not_found_is_a_fault_with_near_names(name: str, said: str) -> None:
    assert said in fault("      addressees: Who", {"Who": name})


def test_new_parties_are_made_only_as_the_map_says() -> None:
    text = "newParties: {Lumo: COMPANY, Ana Bar: {kind: PERSON, country: XV}}\ncuration: ACCEPTED"
    rows = [{"No": n, "Who": who} for n, who in enumerate(("Lumo", "Ana Bar", "lumo"))]
    items, report = convert(f"{text}{HEAD}      addressees: Who", *rows)
    parties = {m["key"]: m for noun, m in items if noun == "parties"}
    assert parties == {
        "Lumo": {"key": "Lumo", "name": "Lumo", "kind": "COMPANY", "curation": "ACCEPTED"},
        "ana-bar": {"key": "ana-bar", "name": "Ana Bar", "kind": "PERSON", "country": "XV",
                    "curation": "ACCEPTED"},
    }  # fmt: skip
    assert set(report.new_parties.values()) == {"Lumo", "Ana Bar"}
    assert "newParties: {Zon: …}" in fault(f"{text}{HEAD}      addressees: Who", {"Who": "Zon"})


def test_split_cells_are_lists_and_fill_parts_side_by_side() -> None:
    text = """
      topics: {from: T, split: ";"}
      promisors:
        party: {from: Who, split: ";"}
        attribution: {from: How, split: ";"}
    """
    how = "self quoted;SELF_QUOTED"
    made = one(text, {"T": "Health Care; water", "Who": "gov; T-2", "How": how})
    assert made["topics"] == ["health-care", "water"]
    assert [p["party"] for p in made["promisors"]] == ["gov", "telno-2"]
    once = one(text, {"T": None, "Who": "gov; T-2", "How": "SELF_QUOTED"})
    assert [p["attribution"] for p in once["promisors"]] == ["SELF_QUOTED"] * 2
    said = fault(text, {"T": None, "Who": "gov;T-2;old", "How": "SELF_QUOTED;SELF_QUOTED"})
    assert "attribution has 2 items where others have 3" in said


def test_a_table_of_values_says_what_texts_mean_and_null_makes_no_record() -> None:
    text = """
records:
  update:
    noun: follow_ups
    key: No
    members: {kind: {from: Status, values: {Done: FULFILLED, Yes: PROGRESSED, Waiting: null}}}
    """
    rows = [{"No": n, "Status": s} for n, s in enumerate(("done", "Yes", "Waiting", "broken"))]
    items, report = convert(text, *rows)
    assert [members["kind"] for _, members in items] == ["FULFILLED", "PROGRESSED", "BROKEN"]
    assert report.left_out == {"update: Status is 'Waiting'": 1}
    assert "'Kaput' is none of" in fault(text, {"Status": "Kaput"})


def test_rows_of_one_record_put_their_texts_together_and_spans_are_placed() -> None:
    text = """
records:
  source:
    noun: articles
    key: {digest: [Link], prefix: s-}
    members: {url: Link, headline: Where, text: {from: Words, gather: "\\n\\n"}}
  promise:
    noun: commitments
    key: No
    members:
      evidence: {article: {record: source}, selector: {exact: Words}}
    """
    words = ("Build homes", "Build homes in Dol", "Build homes")
    rows = [
        {"No": n, "Link": "https://a.example/", "Words": w, "Where": f"page {n}"}
        for n, w in enumerate(words)
    ]
    items, report = convert(text, *rows)
    (article,) = [members for noun, members in items if noun == "articles"]
    assert article["text"] == "Build homes\n\nBuild homes in Dol"
    selectors = [m["evidence"][0]["selector"] for noun, m in items if noun == "commitments"]
    assert [(s["start"], s["end"]) for s in selectors] == [(0, 11), (13, 31), (0, 11)]
    for selector in selectors:
        assert article["text"][selector["start"] : selector["end"]] == selector["exact"]
    assert report.conflicts == [
        f"articles/{article['key']} headline: row 3 differs from row 2",
        f"articles/{article['key']} headline: row 4 differs from row 2",
    ]


def test_two_rows_that_make_one_promise_are_a_fault() -> None:
    items, _ = convert("      title: T", {"No": 1, "T": "a"}, {"No": 1, "T": "b"})
    assert "3: promise.key: row 2 makes commitments/p-1, too, with another title" in items[0]


def test_a_fault_of_many_rows_is_told_once() -> None:
    items, _ = convert("      term: T", *[{"No": n, "T": "once"} for n in range(5)])
    (said,) = [item for item in items if isinstance(item, str)]
    assert said.startswith("2: promise.term (column T): 'once' is none of ONE_OFF")
    assert said.endswith("(and 4 more rows)")


def test_a_column_that_there_is_not_is_told_with_near_ones() -> None:
    assert "did you mean 'Title'?" in fault("      title: Titel", {"Title": "x"})


def test_conditions_choose_rows_and_each_makes_a_record_of_every_item() -> None:
    text = """
records:
  promise: {noun: commitments, key: No, when: {Status: [kept, broken]}, members: {title: T}}
  step:
    noun: follow_ups
    key: {from: [No, .on]}
    each: steps
    members: {target: {record: promise}, occurredOn: .on, rationale: .what}
    """
    steps = [{"on": "2024-01", "what": "a bill"}, {"on": "2025", "what": "a law"}]
    items, _ = convert(
        text,
        {"No": "a", "Status": "kept", "T": "x", "steps": steps},
        {"No": "b", "Status": "open", "T": "y", "steps": None},
    )
    assert [(noun, m["key"]) for noun, m in items] == [
        ("commitments", "a"), ("follow_ups", "a-2024-01"), ("follow_ups", "a-2025"),
    ]  # fmt: skip
    assert items[2][1] == {
        "key": "a-2025", "target": "a", "occurredOn": "2025", "rationale": "a law",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x: 1", "a mapping is wanted, with `records"),
        ("reocrds: {}\nrecords: {}", "reocrds: there is no such entry; did you mean records?"),
        ("records: {p: {noun: commitment, key: No}}", "did you mean commitments?"),
        ("records: {p: {noun: commitments}}", "records.p.key: write the column with an id"),
        (f"{HEAD}      titel: T", "commitments have no such member; did you mean title?"),
        (f"{HEAD}      title: 3", "members.title: write a column, {from: COLUMN}"),
        (f"{HEAD}      title: {{from: T, splt: x}}", "splt: there is no such entry"),
        (f"{HEAD}      promisors: {{praty: Who}}", "promisors.praty: no such member; did you mean"),
        (f"{HEAD}      madeAt: {{record: meeting}}", "no record 'meeting' in this map"),
        ("newParties: {A: COMPNAY}\nrecords: {}", "did you mean COMPANY?"),
    ],
)
def test_a_map_with_faults_is_refused_with_all_of_them(text: str, said: str) -> None:
    with pytest.raises(MapRefused) as refused:
        parse_map(load_yaml(text))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "key"),
    [("K-12.b", "p-K-12.b"), ("Two words", "p-two-words")],
)
def test_a_key_is_the_text_where_it_may_be(text: str, key: str) -> None:
    assert make_key(text, "p-") == key


def test_other_keys_are_stable_and_all_different() -> None:
    texts = ("ocd-person/1", "ocd-person:1", "สุขภาพ", "การศึกษา", "a" * 200, "a" * 201, "É", "E/")
    keys = [make_key(text) for text in texts]
    assert len(set(keys)) == len(texts)
    assert keys == [make_key(text) for text in texts]
    for key in keys:
        Person(key=key, name="x", kind=PartyKind.PERSON)


def test_a_second_spelling_is_the_party_that_the_map_says() -> None:
    head = "newParties: {Ministry of Roads: MINISTRY, MoR: Ministry of Roads, Gov: GoV}\n"
    text = head + HEAD + "      promisors: {party: Who, attribution: {is: UNSTATED}}\n"
    rows = [{"No": n, "Who": who} for n, who in enumerate(["MoR", "Ministry of Roads", "gov"])]
    items, report = convert(text, *rows)
    assert [m["promisors"][0]["party"] for n, m in items if n == "commitments"] == [
        "ministry-of-roads",
        "ministry-of-roads",
        "gov",
    ]
    (made,) = [m for noun, m in items if noun == "parties"]
    assert made["name"] == "Ministry of Roads"
    assert made["names"] == [{"value": "MoR", "kind": "ALIAS"}]
    assert ("MoR", "ministry-of-roads", "as the map says") in report.parties


def test_a_spelling_of_nobody_is_a_fault() -> None:
    text = "newParties: {MoR: Ministry of Rods}\n" + HEAD
    text += "      promisors: {party: Who, attribution: {is: UNSTATED}}\n"
    assert "no party is called so" in fault(text, {"Who": "MoR"})


@pytest.mark.parametrize("kind", ["MINISTY", "Ministy", "COMPANIES"])
def test_a_misspelt_kind_is_no_spelling(kind: str) -> None:
    with pytest.raises(MapRefused, match="is none of"):
        parse_map(load_yaml(f"newParties: {{A: {kind}}}\n{HEAD}"))


def test_words_that_say_nothing_empty_a_cell() -> None:
    text = '      title: Promise\n      dueOn: {from: Due, values: {asap: ""}}\n'
    assert "dueOn" not in one(text, {"Promise": "a", "Due": "ASAP"})
    assert one(text, {"Promise": "a", "Due": "2025"})["dueOn"] == "2025"
    said = fault("      dueOn: Due\n", {"Due": "asap"})
    assert 'values: {asap: ""}' in said


def test_of_several_items_one_is_taken_and_told() -> None:
    text = '      title: {from: Promise, split: ";", item: 2}\n'
    items, report = convert(text, {"No": 1, "Promise": "a; b"}, {"No": 2, "Promise": "a"})
    assert [members.get("title") for _, members in items] == ["b", None]
    assert report.doubtful == {"Promise: a cell has several items, of which number 2 is taken": 1}
    for wrong in ("{from: Promise, item: 1}", '{from: Promise, split: ";", item: 0}'):
        with pytest.raises(MapRefused, match="which item counts"):
            parse_map(load_yaml(HEAD + f"      title: {wrong}\n"))


def test_an_address_without_its_scheme_is_completed_and_told() -> None:
    text = HEAD.replace("commitments", "articles") + "      url: Link\n"
    items, report = convert(text, {"No": 1, "Link": "www.herald.example/x"})
    assert items[0][1]["url"] == "https://www.herald.example/x"
    assert list(report.doubtful) == ["Link: addresses without https:// are given it"]
    two = {"Link": "https://a.example ; https://b.example"}
    assert 'split: ";", item: 1' in fault(text, two)
