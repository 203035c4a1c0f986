"""Names as they are searched, and what a party may not be."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from store.records.parties import Organization, Person, check, fold_party_name, search_names
from tests.store.samples import party

NAMES = st.text() | st.text(st.characters(categories=("L", "M", "N", "P", "Z")))


@given(NAMES)
def test_folding_again_changes_nothing(name: str) -> None:
    assert fold_party_name(fold_party_name(name)) == fold_party_name(name)


@given(NAMES)
def test_case_and_form_do_not_matter(name: str) -> None:
    assert fold_party_name(name.casefold()) == fold_party_name(name)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold_party_name(unicodedata.normalize(form, name)) == fold_party_name(name)


@given(NAMES)
def test_only_words_and_single_spaces_are_left(name: str) -> None:
    plain = fold_party_name(name)
    assert plain == plain.strip()
    assert "  " not in plain
    assert all(c == " " or unicodedata.category(c)[0] in "LNM" or c.isalnum() for c in plain)


JOINTS = [" ", "  ", "\t", "-", " \N{EN DASH} ", ".", ", ", "_", "\N{NO-BREAK SPACE}"]
APOSTROPHES = ["'", "`", "\N{RIGHT SINGLE QUOTATION MARK}", "\N{MODIFIER LETTER APOSTROPHE}", ""]


@given(NAMES, st.sampled_from(JOINTS))
def test_how_words_are_joined_does_not_matter(name: str, joint: str) -> None:
    assert fold_party_name(f"{name} ab{joint}cd") == f"{fold_party_name(name)} ab cd".strip()


@given(NAMES, st.sampled_from(APOSTROPHES))
def test_an_apostrophe_may_be_left_out(name: str, apostrophe: str) -> None:
    assert fold_party_name(f"{name} ab{apostrophe}cd") == f"{fold_party_name(name)} abcd".strip()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Zorána Đelić", "zorana delic"),
        ("  PTA  ", "pta"),
        ("Müço OBLAK", "muco oblak"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("Meta Platforms, Inc.", "meta platforms inc"),
        ("M/o IT & Telecom", "m o it telecom"),
        ("ﬁne", "fine"),
        ("पाकिस्तान", "पाकिसतान"),
        ("پاکِستان", "پاكستان"),
        ("東京", "東京"),
        ("...", ""),
    ],
)
def test_names(name: str, plain: str) -> None:
    assert fold_party_name(name) == plain


def test_every_form_is_searched_once_and_none_is_empty() -> None:
    names = [
        {"value": value, "kind": "ALIAS"} for value in ("Telnó", "TELNO", "T. N.", "!", "Alpha")
    ]
    assert search_names(party("telno", names=names)) == ["alpha", "telno", "tn"]


def test_a_person_is_no_organization() -> None:
    with pytest.raises(ValidationError, match="is not PERSON"):
        Organization.model_validate({"key": "a", "kind": "PERSON", "name": "A"})
    with pytest.raises(ValidationError):
        Person.model_validate({"key": "a", "kind": "COMPANY", "name": "A"})
    with pytest.raises(ValidationError, match="parent"):
        party("ann", "PERSON", parent="telno")


def test_a_party_is_neither_its_own_parent_nor_its_own_member() -> None:
    memberships = [{"organization": "other"}, {"organization": "telno"}]
    found = check(party("telno", parent="telno", memberships=memberships))
    assert [problem.path for problem in found] == ["parent", "memberships[1].organization"]
    assert check(party("telno", parent="other")) == []
