"""Dates as people write them: what they mean, how that is said, and what is not guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.records.dates import DateBasis, parse, read_date
from store.records.dates.in_words import MONTHS, WEEKDAYS, day_in_words
from store.records.dates.reading import LONGEST_TEXT

ON = "2022-02-19"
"""A Saturday."""

READ = {
    "last Friday": ("2022-02-18", DateBasis.WEEKDAY_RESOLVED),
    "February 2022": ("2022-02", DateBasis.STATED),
    "2024": ("2024", DateBasis.STATED),
    "2022-02/2022-02-19": ("2022-02/2022-02-19", DateBasis.STATED),
    "some day before 19 February 2022": ("../2022-02-18", DateBasis.STATED),
    "end of next month": ("2022-03-21/2022-03-31", DateBasis.CONTEXT),
    "by the end of next month": ("../2022-03-31", DateBasis.CONTEXT),
    "early 2020": ("2020-01/2020-04", DateBasis.STATED),
    "circa 2019": ("2019~", DateBasis.STATED),
    "31/12/2022": ("2022-12-31", DateBasis.STATED),
    "Saturday, 19 February 2022": ("2022-02-19", DateBasis.STATED),
    "\u0662\u0660\u0662\u0664-\u0660\u0665-\u0661\u0662": ("2024-05-12", DateBasis.STATED),
    "\u06f1\u06f9 February \u06f2\u06f0\u06f2\u06f2": ("2022-02-19", DateBasis.STATED),
    "yesterday": ("2022-02-18", DateBasis.CONTEXT),
    "the day before yesterday": ("2022-02-17", DateBasis.CONTEXT),
    "this Friday": ("2022-02-18", DateBasis.WEEKDAY_RESOLVED),
    "next Friday": ("2022-02-25", DateBasis.WEEKDAY_RESOLVED),
    "Friday of last week": ("2022-02-11", DateBasis.WEEKDAY_RESOLVED),
    "by Friday": ("../2022-02-25", DateBasis.WEEKDAY_RESOLVED),
    "since Friday": ("2022-02-18/..", DateBasis.WEEKDAY_RESOLVED),
    "by mid-March": ("../2022-03-20", DateBasis.CONTEXT),
    "last March": ("2021-03", DateBasis.CONTEXT),
    "last week": ("2022-02-07/2022-02-13", DateBasis.CONTEXT),
    "by the end of the week": ("../2022-02-20", DateBasis.CONTEXT),
    "next quarter": ("2022-04/2022-06", DateBasis.CONTEXT),
    "by the end of the year": ("../2022-12", DateBasis.CONTEXT),
    "before the end of the year": ("../2022-12", DateBasis.CONTEXT),
    "later this year": ("2022-02-20/2022-12-31", DateBasis.CONTEXT),
    "earlier this month": ("2022-02-01/2022-02-18", DateBasis.CONTEXT),
    "two weeks ago": ("2022-02-05~", DateBasis.CONTEXT),
    "3 days ago": ("2022-02-16", DateBasis.CONTEXT),
    "within 30 days": ("2022-02-19/2022-03-21", DateBasis.CONTEXT),
    "in the last two weeks": ("2022-02-05/2022-02-19", DateBasis.CONTEXT),
    "next decade": ("203X", DateBasis.CONTEXT),
    "from 2020 to today": ("2020/2022-02-19", DateBasis.CONTEXT),
}


@pytest.mark.parametrize("text", READ)
def test_what_is_read(text: str) -> None:
    reading = read_date(text, ON)
    assert reading.meaning is not None, reading.sentence
    assert (reading.meaning.date.text, reading.meaning.basis) == READ[text]
    assert reading.sentence.startswith(f"“{text}” is ")


OPEN = {
    "03/04/2022": ["2022-04-03", "2022-03-04"],
    "Friday": ["2022-02-18", "2022-02-25"],
    "from Friday": ["2022-02-18/..", "2022-02-25/.."],
    "on Saturday": ["2022-02-19", "2022-02-26"],
    "in March": ["2021-03", "2022-03"],
    "15 March": ["2021-03-15", "2022-03-15"],
    "Feb. 5": ["2022-02-05", "2023-02-05"],
    "FY2021": ["2020/2021", "2021/2022"],
    "Friday, 19 February 2022": ["2022-02-19"],
}


@pytest.mark.parametrize("text", OPEN)
def test_what_may_mean_several_things_is_not_decided(text: str) -> None:
    reading = read_date(text, ON)
    assert reading.meaning is None
    assert [meaning.date.text for meaning in reading.alternatives] == OPEN[text]
    assert "; write which" in reading.sentence


def test_what_some_would_mean_is_told_beside_what_is_usual() -> None:
    reading = read_date("last Friday", ON)
    assert reading.sentence == (
        "“last Friday” is read as 18 February 2022, seen from 19 February 2022; some would mean "
        "11 February 2022."
    )
    assert [meaning.date.text for meaning in reading.alternatives] == ["2022-02-11"]
    # On a Monday both are the same; on a Monday the coming Friday is "this" one for some.
    assert read_date("last Friday", "2022-02-21").alternatives == ()
    assert read_date("next Friday", "2022-02-21").meaning is None


REFUSED = {
    "by Ramadan 2025": "because “ramadan” says no date here",
    "soon": "because “soon” says no date here",
    "03/04/22": "has a year of two digits; write all four",
    "30 February 2022": "is no day: February 2022 has 28 days; write which is meant",
    "": "Nothing is written here",
    " \n": "Nothing is written here",
    "x" * (LONGEST_TEXT + 1): "a date has at most 100 characters".capitalize(),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_date_is_told(text: str) -> None:
    reading = read_date(text, ON)
    assert (reading.meaning, reading.alternatives) == (None, ())
    assert REFUSED[text] in reading.sentence


@pytest.mark.parametrize("text", ["last Friday", "end of next month", "in two weeks", "15 March"])
def test_words_that_need_a_day_ask_for_it(text: str) -> None:
    reading = read_date(text)
    assert reading.meaning is None
    assert "depends on the day on which it was said; give that day as well" in reading.sentence


@pytest.mark.parametrize(
    ("text", "on"),
    [("next year", "9999-05-05"), ("yesterday", "0001-01-01"), ("last decade", "0005-01-01")],
)
def test_what_lies_beyond_the_calendar_is_told(text: str, on: str) -> None:
    assert "outside of the years 0001 to 9999" in read_date(text, on).sentence


def test_conventions_are_told() -> None:
    for text, said in (
        ("spring 2020", "northern half of the earth"),
        ("mid-2023", "taken as the second third"),
        ("late last year", "taken as the last third"),
        ("end of this week", "taken as its Friday to Sunday"),
    ):
        assert said in read_date(text, ON).sentence
    assert "third" not in read_date("by the end of 2024", ON).sentence


DAYS = st.dates(date(1000, 1, 20), date(9999, 12, 10))
ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


@given(
    DAYS,
    st.sampled_from(
        [
            "0123456789",
            "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
            "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9",
        ]
    ),
    DAYS,
)
def test_a_day_in_words_is_that_day(day: date, digits: str, on: date) -> None:
    month, end = MONTHS[day.month - 1], ENDINGS.get(day.day, "th")
    for text in (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"the {day.day}{end} of {month} {day.year}",
        f"on {WEEKDAYS[day.weekday()]}, {day.day} {month[:3]} {day.year}",
        f"{day.year}-{day.month:02}-{day.day:02}",
    ):
        written = text.translate(str.maketrans("0123456789", digits))
        reading = read_date(written, on.isoformat())
        assert reading.meaning is not None and reading.meaning.date.text == day.isoformat()
        assert reading.meaning.basis is DateBasis.STATED and not reading.alternatives
        assert day_in_words(day.isoformat()) in reading.sentence


@given(DAYS, st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_nearest_on_its_side(on: date, weekday: str) -> None:
    for text, least, most in ((f"last {weekday}", -7, -1), (f"coming {weekday}", 1, 7)):
        meaning = read_date(text, on.isoformat()).meaning
        assert meaning is not None
        day = date.fromisoformat(meaning.date.text)
        assert WEEKDAYS[day.weekday()] == weekday
        assert least <= (day - on).days <= most


@given(DAYS, st.integers(1, 19))
def test_days_are_counted(on: date, count: int) -> None:
    for text, days in ((f"{count} days ago", -count), (f"in {count} days", count)):
        meaning = read_date(text, on.isoformat()).meaning
        assert meaning is not None
        assert meaning.date.text == (on + timedelta(days=days)).isoformat()


@given(DAYS, st.sampled_from(["next month", "next year", "tomorrow", "15 May 2030", "2031"]))
def test_a_limit_ends_where_its_date_does(on: date, text: str) -> None:
    whole = read_date(text, on.isoformat()).meaning
    limit = read_date(f"by {text}", on.isoformat()).meaning
    if whole is None:  # beyond the calendar
        return
    assert limit is not None
    assert (limit.date.earliest, limit.date.latest) == (None, whole.date.latest)


_SAID = """
last next this the by before since end of early mid late week month year Friday March May 15 2022
2022-02 03/04/2022 days two ago in within between and to from q3 spring circa ? ~ .. / - 31 February
quarter decade today later earlier fy 000 year-end
"""
WORDS = st.sampled_from([*_SAID.split(), "\u0663", "\u2013", "\u2019", "\u202e", "\x00", "\n"])


@given(
    st.one_of(st.text(max_size=110), st.lists(WORDS, max_size=14).map(" ".join)), st.none() | DAYS
)
@example("the the the", None)
@example("a days ago", date(2022, 2, 19))
def test_every_text_has_a_reading(text: str, on: date | None) -> None:
    """Whose dates are EDTF, each another, and whose sentences are sentences."""
    reading = read_date(text, on.isoformat() if on else None)
    meanings = [*([reading.meaning] if reading.meaning else []), *reading.alternatives]
    assert all(parse(meaning.date.text) == meaning.date for meaning in meanings)
    assert len({meaning.date.text for meaning in meanings}) == len(meanings) <= 8
    for sentence in (reading.sentence, *(meaning.sentence for meaning in meanings)):
        assert sentence.endswith(".") and 20 < len(sentence) < 700


@given(st.lists(WORDS, max_size=8).map(" ".join), DAYS, DAYS)
def test_what_is_stated_is_the_same_from_every_day(text: str, one: date, other: date) -> None:
    readings = [read_date(text, day.isoformat()) for day in (one, other)]
    for this, that in (readings, readings[::-1]):
        if this.meaning is not None and this.meaning.basis is DateBasis.STATED:
            assert that == this
