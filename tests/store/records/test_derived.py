"""What is derived of a record by itself: its place in lists, and when a judgement counts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records.derived import judgement_of, sort_form
from store.records.history.statuses import OPEN_END
from tests.store.samples import assessment

RECORDED = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("effective", "counts_from"),
    [
        ("2023", "2023-12-31"),
        ("2023-05", "2023-05-31"),
        ("2023-05-06", "2023-05-06"),
        ("2023/2024-02", "2024-02-29"),
        ("2024", "2024-06-01"),
        ("2025", "2025-12-31"),
    ],
)
def test_a_judgement_counts_once_its_date_has_certainly_come(
    effective: str, counts_from: str
) -> None:
    record = assessment("s1", "c1", effectiveOn=effective)
    assert (
        judgement_of(record.model_copy(update={"recorded_at": RECORDED})).effective == counts_from
    )


def test_a_judgement_ends_on_the_day_of_its_withdrawal() -> None:
    record = assessment("s1", "c1", withdrawnAt="2024-02-01T10:00:00Z", recordedAt=RECORDED)
    assert judgement_of(record).withdrawn == "2024-02-01"
    assert judgement_of(assessment("s1", "c1", recordedAt=RECORDED)).withdrawn == OPEN_END


@given(st.text(max_size=900))
def test_the_place_in_a_list_is_short_however_long_the_title(title: str) -> None:
    place = sort_form(title)
    assert place is not None and len(place) <= 200


def test_titles_have_their_places_by_their_first_200_letters() -> None:
    assert sort_form("x" * 201) == sort_form("x" * 900) == "x" * 200
    assert sort_form("x" * 199) == "x" * 199
    assert sort_form(None) is None
