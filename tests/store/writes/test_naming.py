"""Whatever a record names is followed when it changes, or is known to leave nothing behind."""

import re

import pytest

from store.records.base import Record
from store.records.nouns import noun_of
from store.records.references import find_references
from store.writes.projections import _NAMING, _PARTIES_IN_PARTIES
from tests.store.records.test_references import EVERYTHING

WITHOUT_TRACE = {
    # Who spoke is shown by a link; only of follow-ups something of them is kept.
    *(f"{noun}.{path}" for noun in ("commitments", "requests", "meetings")
      for path in ("evidence.saidBy", "evidence.relayedBy")),
    "meetings.claims.evidence.saidBy",
    "commitments.promisors.spokesperson",
    "check_logs.articles",
}  # fmt: skip
"""Paths at which a record names others and keeps nothing of them, so that no change reaches it."""


@pytest.mark.parametrize("whole", [record for record, _ in EVERYTHING])
def test_every_path_that_names_a_record_is_followed(whole: Record) -> None:
    noun = noun_of(whole)
    for reference in find_references(whole, noun):
        path = re.sub(r"\[\d+\]", "", reference.path)
        if path == "mergedInto" or f"{noun}.{path}" in WITHOUT_TRACE:
            continue
        for named in reference.nouns:
            followed = [*_NAMING.get(named, {}).get(noun, ())]
            if noun == named == "parties":
                followed += _PARTIES_IN_PARTIES
            assert path in followed, (
                f"{noun}.{path} names {named}: say so in store/writes/projections.py"
            )
