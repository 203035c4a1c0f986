"""Which merges are refused: none gets around a rule."""

from pathlib import Path

import pytest

from store.bundles.importing import BundleRefused, import_bundle
from store.mongodb.driver import Database
from store.records.base import Record
from store.writes.writer import WriteRefused
from tests.store.samples import (
    LATER,
    TESTER,
    article,
    changed,
    commitment,
    evidence,
    follow_up,
    party,
    store,
    write,
)
from tests.store.writes.test_merges import assert_as_rebuilt

BEFORE_IT = commitment("c3", madeOn="2022-01-01")
SET_ASIDE = {state: commitment("c3", curation=state) for state in ("RETRACTED", "REJECTED")}
REFUSED = [
    ([], changed(store()[3], mergedInto="telno"), "parties/ann", "mergedInto", "is a person"),
    ([], party("gov", mergedInto="ann"), "parties/gov", "mergedInto", "gov is an organization"),
    ([], commitment("c2", mergedInto="r1"), "commitments/c2", "mergedInto", "of its own noun"),
    ([SET_ASIDE["RETRACTED"]], commitment("c2", mergedInto="c3"), "commitments/c2", "mergedInto",
     "c3 is RETRACTED"),
    ([SET_ASIDE["REJECTED"]], commitment("c2", mergedInto="c3"), "commitments/c2", "mergedInto",
     "c3 is REJECTED"),
    ([commitment("c3"), commitment("c2", mergedInto="c3")], SET_ASIDE["RETRACTED"],
     "commitments/c2", "mergedInto", "c3 is RETRACTED"),
    ([party("twin", "PERSON", mergedInto="ann")], party("ann", "GROUP"), "parties/twin",
     "mergedInto", "ann an organization"),
    ([BEFORE_IT], commitment("c1", mergedInto="c3"), "follow_ups/f1", "occurredOn",
     "wholly before c3"),
    ([commitment("c3"), commitment("c1", mergedInto="c3")], BEFORE_IT, "follow_ups/f1",
     "occurredOn", "wholly before c3"),
    ([BEFORE_IT, commitment("c4", mergedInto="c3")], follow_up("f9", target="c4"),
     "follow_ups/f9", "occurredOn", "wholly before c3"),
    ([follow_up("f9", kind="FULFILLED"), commitment("c3", term="STANDING")],
     commitment("c1", mergedInto="c3"), "follow_ups/f9", "kind", "c3 is STANDING"),
    ([commitment("c3", evidence=[evidence("a2", LATER)])], commitment("c1", mergedInto="c3"),
     "follow_ups/f1", "evidence", "in which c3 itself was made"),
    ([article("a3", text=LATER)], article("a2", text=LATER, mergedInto="a1"), "follow_ups/f1",
     "evidence", "in which c1 itself was made"),
    ([article("a3", text=LATER), follow_up("f9", evidence=[evidence("a3", LATER)])],
     changed(store()[4], mergedInto="a3"), "follow_ups/f9", "evidence",
     "in which c1 itself was made"),
    ([commitment("c3"), follow_up("f9", kind="REAFFIRMED", restatedAs="c3")],
     commitment("c3", mergedInto="c1"), "follow_ups/f9", "restatedAs", "its own restatement"),
    ([follow_up("f9", kind="MENTIONED")],
     follow_up("f2", kind="CHALLENGED", on="2021-05-10", mergedInto="f9"), "follow_ups/f3",
     "answers", "nothing there to answer"),
    ([party("desk"), party("telno", country="BB", memberships=[{"organization": "desk"}])],
     party("desk", mergedInto="telno"), "parties/telno", "memberships[0].organization",
     "cannot be its own member"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "draft", "at", "path", "words"), REFUSED)
async def test_no_merge_gets_around_a_rule(
    stored: Database, before: list[Record], draft: Record, at: str, path: str, words: str
) -> None:
    for one in before:
        await write(stored, one)
    with pytest.raises(WriteRefused) as refused:
        await write(stored, draft)
    problems = {f"{r.noun}/{r.key}": r.problems for r in refused.value.refusals}
    assert [words in p.message for p in problems[at] if p.path == path] == [True], problems


async def test_what_is_set_aside_may_live_on_in_what_is(stored: Database) -> None:
    await write(stored, commitment("c3"), commitment("c2", mergedInto="c3"))
    gone = [commitment("c3", curation="RETRACTED")]
    gone += [commitment("c2", mergedInto="c3", curation="RETRACTED")]
    await write(stored, *gone)
    await assert_as_rebuilt(stored)


async def test_merges_are_checked_in_bundles_too(stored: Database, tmp_path: Path) -> None:
    (tmp_path / "parties.yaml").write_text(
        "defaults: {parties: {curation: ACCEPTED}}\n"
        "parties:\n  - {key: x, kind: PERSON, name: X, mergedInto: telno}\n"
    )
    with pytest.raises(BundleRefused) as refused:
        await import_bundle(stored, [tmp_path], TESTER)
    (fault,) = refused.value.faults
    assert (fault.path, fault.place.line) == ("parties/x mergedInto", 3)
    assert "x is a person and telno an organization" in fault.message
