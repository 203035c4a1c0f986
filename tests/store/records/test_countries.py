"""Country codes that are none are refused, with the one that was probably meant."""

from string import ascii_uppercase

import pytest

from store.records import rules
from store.records.countries import _MEANT, ASSIGNED, check, fault_of
from tests.store.samples import party, record


@pytest.mark.parametrize("code", ["PK", "GB", "US", "XK", "AA", "XV", "QM"])
def test_a_country_is_taken(code: str) -> None:
    assert list(check(party("p", country=code))) == []


@pytest.mark.parametrize(
    ("code", "told"),
    [("UK", "write GB"), ("EL", "write GR"), ("XX", "leave it out"), ("ZZ", "leave it out"),
     ("JA", "such as PK"), ("EU", "such as PK"), ("QA", None), ("QL", "such as PK")],
)  # fmt: skip
def test_a_code_that_is_no_country_is_refused_with_advice(code: str, told: str | None) -> None:
    found = list(check(party("p", country=code)))
    assert len(found) == (told is not None)
    for problem in found:
        assert problem.path == "country"
        assert problem.message.startswith(f"{code} is no ") and told and told in problem.message


def test_a_record_with_a_country_that_is_none_breaks_a_rule() -> None:
    broken = rules.check("parties", party("p", country="UK"), lambda noun, key: None)
    assert [(problem.path, "GB" in problem.message) for problem in broken] == [("country", True)]


def test_places_of_meetings_and_of_claims_are_looked_at() -> None:
    place = {"country": "UK", "basis": "STATED"}
    said = {"article": "a1", "selector": {"exact": "x"}, "mode": "PARAPHRASE"}
    met = {"title": "Talks", "kind": "OTHER", "date": "2020", "place": place}
    found = check(record("meetings", "m", **met, claims=[{"place": place, "evidence": said}]))
    assert [problem.path for problem in found] == ["place.country", "claims[0].place.country"]


def test_a_record_with_a_country_that_there_is_not_is_refused() -> None:
    (found,) = rules.check("parties", party("p", country="UK"), lambda noun, key: None)
    assert (found.path, found.message) == ("country", "UK is no code of ISO 3166-1; write GB")


def test_what_is_suggested_is_a_country() -> None:
    assert len(ASSIGNED) == 249
    assert all(fault_of(meant) is None and fault_of(code) for code, meant in _MEANT.items())
    taken = [a + b for a in ascii_uppercase for b in ascii_uppercase if fault_of(a + b) is None]
    # Those that are assigned, and those that are free but for the two that mean none.
    assert len(taken) == 249 + 1 + 14 + 26 - 1
