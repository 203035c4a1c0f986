"""Columns with an address in some rows and a title in others: a map says what to take of them."""

from typing import Any

import pytest

from store.bundles.tables.addresses import take_addresses, take_title
from store.bundles.tables.map_faults import MapRefused
from store.bundles.tables.report import Report
from tests.store.bundles.tables.test_converting import convert

MAP = """
records:
  source:
    noun: articles
    key: {from: No, prefix: s-}
    members:
      url: {from: Source, take: address}
      headline: {from: Source, take: title}
      datePublished: {is: "../.."}
      textKind: {is: DIGEST}
      text: Text
  promise:
    noun: commitments
    key: {from: No, prefix: p-}
    members:
      title: Text
      evidence: {article: {record: source}, selector: {exact: Text}, mode: {is: UNSTATED}}
"""


def articles(text: str, *cells: Any) -> tuple[list[Any], Report]:
    rows = [{"No": n, "Source": cell, "Text": f"It says {n}."} for n, cell in enumerate(cells)]
    items, report = convert(text, *rows)
    found = [members for noun, members in items if noun == "articles"]
    return [{n: one[n] for n in ("url", "headline") if n in one} for one in found], report


def test_an_address_and_a_title_each_find_their_member() -> None:
    both = "Budget speech (2021), https://example.org/b?x=1."
    found, report = articles(
        MAP, "https://example.org/1", "Minutes of March", both, "www.x.org/a", None
    )
    assert found == [
        {"url": "https://example.org/1"},
        {"headline": "Minutes of March"},
        {"url": "https://example.org/b?x=1", "headline": "Budget speech (2021)"},
        {"url": "https://www.x.org/a"},
        {},
    ]
    assert report.values["Source", "Minutes of March", "a title"] == 1
    assert report.values["Source", both, "title 'Budget speech (2021)'"] == 1
    assert report.doubtful["Source: a cell has no address, and gives none"] == 1


@pytest.mark.parametrize(
    ("text", "addresses", "title"),
    [
        ("Minutes (p. 3)", [], ["Minutes (p. 3)"]),
        ("Report \u2013 <https://example.org/a>", ["https://example.org/a"], ["Report"]),
        ("see www.example.org.", ["www.example.org"], ["see"]),
        ("Act No. 3/2021", [], ["Act No. 3/2021"]),
        ("HTTPS://EXAMPLE.ORG", ["HTTPS://EXAMPLE.ORG"], []),
        (
            "https://a.example/1, https://b.example/2",
            ["https://a.example/1", "https://b.example/2"],
            [],
        ),
        ("Of A (https://a.example/A_(b)); p. 2", ["https://a.example/A_(b)"], ["Of A p. 2"]),
        ("https://a.example/A_(b)", ["https://a.example/A_(b)"], []),
        ("(https://a.example/1)", ["https://a.example/1"], []),
    ],
)
def test_what_is_an_address_in_a_text(text: str, addresses: list[str], title: list[str]) -> None:
    assert (take_addresses(text), take_title(text)) == (addresses, title)


def test_of_several_addresses_the_map_says_which() -> None:
    two = "https://a.example/1 https://b.example/2"
    items, _ = convert(MAP, {"No": 1, "Source": two, "Text": "It says so."})
    assert any("2 items for a member that takes one" in str(item) for item in items)
    found, report = articles(MAP.replace("take: address", "take: address, item: 2"), two)
    assert found == [{"url": "https://b.example/2"}]
    assert any("number 2 is taken" in said for said in report.doubtful)


def test_a_default_stands_where_there_is_none_of_it() -> None:
    text = MAP.replace("take: title", "take: title, default: Without a title")
    found, _ = articles(text, "https://example.org/1")
    assert found == [{"url": "https://example.org/1", "headline": "Without a title"}]


def test_an_unknown_part_is_a_fault_of_the_map() -> None:
    with pytest.raises(MapRefused, match="address or title"):
        articles(MAP.replace("take: title", "take: words"), "x")
