"""Topics: their keys are paths, and they have one name in each language."""

import pytest

from store.records.concepts import Concept, check, key_of, name_of, path_of, search_labels
from store.records.letters import fold_name
from tests.store.samples import record


def topic(key: str, *labels: dict[str, str]) -> Concept:
    found = record("concepts", key, labels=list(labels) or [{"value": "X"}])
    assert isinstance(found, Concept)
    return found


@pytest.mark.parametrize("key", ["water", "water.floods", "a-1.b-2.c"])
def test_a_key_is_a_path_with_dots(key: str) -> None:
    assert check(topic(key)) == []
    assert key_of(path_of(key)) == key


@pytest.mark.parametrize(
    ("key", "near"),
    [("Water", "water"), ("water_floods", "water-floods"), ("a..b", "a.b"), ("a.", "a")],
)
def test_a_key_that_is_no_path_is_refused(key: str, near: str) -> None:
    (problem,) = check(topic(key))
    assert problem.path == "key" and problem.message.endswith(f"such as {near!r}")


def test_a_language_has_one_preferred_label() -> None:
    thai, english = {"value": "น้ำ", "language": "th"}, {"value": "Water", "language": "en"}
    also = {"value": "Waters", "language": "en", "kind": "ALTERNATIVE"}
    assert check(topic("water", thai, english, also)) == []
    (problem,) = check(topic("water", english, {"value": "Waters", "language": "en"}))
    assert (problem.path, problem.message.split(" is ")[0]) == ("labels[1].kind", "'Water'")


def test_the_first_preferred_label_is_the_name() -> None:
    found = topic("water", {"value": "H2O", "kind": "HIDDEN"}, {"value": "L'eau"})
    assert name_of(found) == "L'eau"
    assert search_labels(found) == sorted(map(fold_name, ("H2O", "L'eau")))
