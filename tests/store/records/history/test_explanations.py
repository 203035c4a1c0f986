"""The status in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records.follow_ups import FollowUpKind, Independence
from store.records.history.explanations import day_in_words, explain_status
from store.records.history.statuses import (
    OPEN_END,
    OPEN_START,
    Edge,
    Judged,
    StatusValue,
    Subject,
    fold_standing,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MADE = Subject(made_earliest="2020-01-01", made_latest="2020-01-01")
NOTHING = "nothing later is recorded that changes where it stands"


def edge(kind: str, first: str, last: str | None = None, by: str = "SELF", **more: object) -> Edge:
    return Edge(
        key=f"{kind}-{first}",
        kind=FollowUpKind(kind),
        earliest=first,
        latest=last or first,
        recorded_at=NOW,
        independence=Independence(by),
        **more,
    )


def said(
    *edges: Edge, on: str = "2025-07-09", subject: Subject = MADE, judged: tuple[Judged, ...] = ()
) -> str:
    now = fold_standing(subject, edges, judged, on)
    assert now is not None
    return explain_status(now, edges, on)


def test_no_follow_up_is_not_explained_as_undone() -> None:
    assert said() == f"As of 9 July 2025, {NOTHING}."


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (edge("PROGRESSED", "2021-05-03"),
         "something has been done towards it (3 May 2021), as reported by those who promised."),
        (edge("FULFILLED", "2021-05-03", by="DOCUMENT"),
         "it has been done (3 May 2021), as documents show."),
        (edge("PARTLY_FULFILLED", "2021-01-01", "2021-12-31", by="COUNTERPART"),
         "part of it has been done (some time in 2021), as reported by the other side."),
        (edge("BROKEN", "2021-05-01", "2021-05-31", by="THIRD_PARTY"),
         "it has been broken (between 1 May 2021 and 31 May 2021), as reported from outside."),
        (edge("WITHDRAWN", OPEN_START, "2021-05-31"),
         "it has been taken back (at the latest 31 May 2021), as reported by those who promised."),
        (edge("REAFFIRMED", "2022-01-29"),
         "it has been promised again, without recorded progress (29 January 2022), as reported by "
         "those who promised."),
        (edge("MENTIONED", "2022-01-29"), f"{NOTHING}."),
        (edge("PROGRESSED", "2026-01-29"), f"{NOTHING}."),
    ],
)  # fmt: skip
def test_an_explanation_names_the_day_and_the_source(found: Edge, words: str) -> None:
    assert said(found) == f"As of 9 July 2025, {words}"


def test_several_days_are_listed() -> None:
    edges = [edge("PROGRESSED", "2021-01-01", "2021-12-31"), edge("PROGRESSED", "2021-06-01")]
    assert "(some time in 2021 and 1 June 2021)" in said(*edges)
    edges.append(edge("PROGRESSED", "2021-05-01", "2021-07-31"))
    assert "some time in 2021, between 1 May 2021 and 31 July 2021 and 1 June 2021" in said(*edges)


def test_an_explanation_says_what_the_dates_leave_open() -> None:
    assert said(edge("BROKEN", "2025-01-01", "2025-12-31")).endswith(
        f"{NOTHING}. The dates leave open that it was broken."
    )
    two = [edge("BROKEN", "2025-01-01", "2025-12-31"), edge("STALLED", "2025-01-01", OPEN_END)]
    assert said(*two).endswith("The dates leave open that it was broken or stalled.")
    late = Subject(made_earliest="2025-01-01", made_latest="2025-12-31")
    assert said(subject=late).endswith("It is not certain that it had been made by then.")
    unsure = edge("PROGRESSED", "2020-01-01", order_certain=False)
    assert said(unsure).endswith("came after the promise cannot be told from the dates.")


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ([edge("CHALLENGED", "2021-05-03")], "One challenge (3 May 2021) stands unanswered."),
        ([edge("CONTRADICTED", "2021-05-03")], "One contradiction (3 May 2021) stands unanswered."),
        ([edge("CHALLENGED", "2022-05-03"), edge("CHALLENGED", "2021-05-03")],
         "2 challenges (the first 3 May 2021) stand unanswered."),
        ([edge("CHALLENGED", "2021-05-03"), edge("CONTRADICTED", "2022-05-03")],
         "2 challenges and contradictions (the first 3 May 2021) stand unanswered."),
        ([edge("CHALLENGED", "2021-05-03"),
          edge("ANSWERED", "2021-06-01", answers="CHALLENGED-2021-05-03")], f"{NOTHING}."),
    ],
)  # fmt: skip
def test_open_challenges(edges: list[Edge], words: str) -> None:
    assert said(*edges).endswith(words)


def test_an_assessment_stands_beside_what_is_derived() -> None:
    judged = Judged(
        key="s", value=StatusValue.PARTLY_FULFILLED, effective="2023-01-01", recorded_at=NOW
    )
    assert said(judged=(judged,)) == (
        f"As of 9 July 2025, {NOTHING}. An editor assesses it as partly fulfilled."
    )


@given(st.dates())
def test_a_day_in_words_has_its_day_month_and_year(day: date) -> None:
    number, month, year = day_in_words(day.isoformat()).split()
    assert (int(number), int(year)) == (day.day, day.year)
    assert month == (day_in_words((day.replace(day=1)).isoformat())).split()[1]


DAYS = st.integers(0, 3_000).map(lambda n: (date(2019, 1, 1) + timedelta(n)).isoformat())


@st.composite
def edges(draw: st.DrawFn) -> Edge:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    first = draw(st.sampled_from([first, first, OPEN_START]))
    last = draw(st.sampled_from([last, last, OPEN_END]))
    independence = draw(st.sampled_from(Independence))
    return edge(draw(st.sampled_from(FollowUpKind)), first, last, independence)


@given(st.lists(edges(), max_size=6, unique_by=lambda e: e.key), DAYS, st.booleans())
def test_every_status_has_sentences(found: list[Edge], on: str, verifiable: bool) -> None:
    if on >= MADE.made_earliest:
        text = said(*found, on=on, subject=MADE.model_copy(update={"verifiable": verifiable}))
        assert text.startswith("As of ")
        assert text.endswith(".")
        assert 1 <= text.count(". ") + 1 <= 5
        assert "  " not in text
        assert "9999" not in text
        assert "_" not in text
