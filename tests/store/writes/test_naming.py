"""Whatever a record names is found from what is named, by the words kept with it."""

import pytest

from store.records.base import Record
from store.records.naming import NAMERS, refers_to, word
from store.records.nouns import noun_of
from store.records.references import find_references
from tests.store.records.test_references import EVERYTHING


@pytest.mark.parametrize("whole", [record for record, _ in EVERYTHING])
def test_every_path_that_names_a_record_is_a_word(whole: Record) -> None:
    noun = noun_of(whole)
    for reference in find_references(whole, noun):
        words = {word(named, reference.key) for named in reference.nouns}
        assert not words.isdisjoint(refers_to(whole))
        assert all(noun in NAMERS[named] for named in reference.nouns)
