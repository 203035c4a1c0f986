"""Dates: what is accepted and what it means, each refusal, FuzzyDate, and the algebra."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise, product

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from store.records import dates
from store.records.dates import DateBasis, EdtfError, FuzzyDate, Order, Precision, faults
from store.records.enums import Described

CERTAIN, PROBABLE, UNCERTAIN = dates.DateCertainty

# --- what is accepted -----------------------------------------------------------------------

ACCEPTED = [
    # The dates of the five source articles.
    ("2017-07-07", "2017-07-07", "2017-07-07", "DAY", CERTAIN),
    ("2022-02/2022-02-19", "2022-02-01", "2022-02-19", "INTERVAL", CERTAIN),
    ("2024", "2024-01-01", "2024-12-31", "YEAR", CERTAIN),
    ("2024-12-06?", "2024-12-06", "2024-12-06", "DAY", UNCERTAIN),
    ("../2025-07-08", None, "2025-07-08", "INTERVAL", CERTAIN),
    ("2025-07-09T06:51:09+05:00", "2025-07-09", "2025-07-09", "MINUTE", CERTAIN),
    # Level 0.
    ("2023-02", "2023-02-01", "2023-02-28", "MONTH", CERTAIN),
    ("1900-02", "1900-02-01", "1900-02-28", "MONTH", CERTAIN),
    ("2000-02-29", "2000-02-29", "2000-02-29", "DAY", CERTAIN),
    ("0001", "0001-01-01", "0001-12-31", "YEAR", CERTAIN),
    ("9999-12-31", "9999-12-31", "9999-12-31", "DAY", CERTAIN),
    ("1985-04-12T23:20:30", "1985-04-12", "1985-04-12", "MINUTE", CERTAIN),
    ("2004-02-01/2005", "2004-02-01", "2005-12-31", "INTERVAL", CERTAIN),
    ("2004-06/2004", "2004-06-01", "2004-12-31", "INTERVAL", CERTAIN),
    # An interval is as precise as what it encloses.
    ("2004-06-11/2004-06-11", "2004-06-11", "2004-06-11", "DAY", CERTAIN),
    ("2004-06/2004-06", "2004-06-01", "2004-06-30", "MONTH", CERTAIN),
    ("2004-02-01/2004-02-29", "2004-02-01", "2004-02-29", "MONTH", CERTAIN),
    ("2003-02-01/2003-02-27", "2003-02-01", "2003-02-27", "INTERVAL", CERTAIN),
    ("2004-01/2004-12-31", "2004-01-01", "2004-12-31", "YEAR", CERTAIN),
    ("2010/2019", "2010-01-01", "2019-12-31", "DECADE", CERTAIN),
    ("2010/2018", "2010-01-01", "2018-12-31", "INTERVAL", CERTAIN),
    ("2000/2099", "2000-01-01", "2099-12-31", "CENTURY", CERTAIN),
    ("2010/2029", "2010-01-01", "2029-12-31", "INTERVAL", CERTAIN),
    # Level 1: qualifiers.
    ("1984?", "1984-01-01", "1984-12-31", "YEAR", UNCERTAIN),
    ("2004-06~", "2004-06-01", "2004-06-30", "MONTH", PROBABLE),
    ("2004-06-11%", "2004-06-11", "2004-06-11", "DAY", UNCERTAIN),
    ("201X~", "2010-01-01", "2019-12-31", "DECADE", PROBABLE),
    ("1984~/2004-06", "1984-01-01", "2004-06-30", "INTERVAL", PROBABLE),
    ("1984?/2004~", "1984-01-01", "2004-12-31", "INTERVAL", UNCERTAIN),
    ("2004/2006?", "2004-01-01", "2006-12-31", "INTERVAL", UNCERTAIN),
    ("2004~/2006%", "2004-01-01", "2006-12-31", "INTERVAL", UNCERTAIN),
    ("../2006~", None, "2006-12-31", "INTERVAL", PROBABLE),
    # Level 1: unspecified digits; the precision is that of the bounds.
    ("201X", "2010-01-01", "2019-12-31", "DECADE", CERTAIN),
    ("20XX", "2000-01-01", "2099-12-31", "CENTURY", CERTAIN),
    ("2004-XX", "2004-01-01", "2004-12-31", "YEAR", CERTAIN),
    ("2004-XX-XX", "2004-01-01", "2004-12-31", "YEAR", CERTAIN),
    ("2004-06-XX", "2004-06-01", "2004-06-30", "MONTH", CERTAIN),
    # Level 1: open and unknown ends.
    ("2004/..", "2004-01-01", None, "INTERVAL", CERTAIN),
    ("2004-06-11?/", "2004-06-11", None, "INTERVAL", UNCERTAIN),
    ("/2004-06", None, "2004-06-30", "INTERVAL", CERTAIN),
    ("../..", None, None, "UNKNOWN", CERTAIN),
    ("../", None, None, "UNKNOWN", CERTAIN),
    ("/..", None, None, "UNKNOWN", CERTAIN),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "precision", "certainty"), ACCEPTED)
def test_edtf_gives_bounds_precision_and_certainty(text, earliest, latest, precision, certainty):
    read = dates.parse(text)
    assert (read.earliest, read.latest, read.precision) == (earliest, latest, precision)
    assert read.certainty is certainty
    assert str(read) == text


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-07-09T06:51:09+05:00", datetime(2025, 7, 9, 1, 51, 9, tzinfo=UTC)),
        ("2025-07-09T01:51:09+05", datetime(2025, 7, 8, 20, 51, 9, tzinfo=UTC)),
        ("2025-07-09T06:51:09Z", datetime(2025, 7, 9, 6, 51, 9, tzinfo=UTC)),
        ("2024-12-06T21:22:42", None),  # the zone is not known, so neither is the instant
        ("2025-07-09", None),
    ],
)
def test_a_time_with_a_zone_has_an_instant_and_keeps_its_day(text, instant):
    assert dates.parse(text).instant == instant
    assert FuzzyDate(edtf=text).instant == instant
    assert dates.parse(text).earliest == text[:10]  # the day as written, not the day in UTC


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2001-21", "2001-03-01", "2001-05-31"),
        ("2001-24", "2001-12-01", "2002-02-28"),
        ("2003-24~", "2003-12-01", "2004-02-29"),
        ("2025-29", "2025-09-01", "2025-11-30"),
        ("2025-32?", "2025-06-01", "2025-08-31"),
        ("2025-33", "2025-01-01", "2025-03-31"),
        ("2025-36", "2025-10-01", "2025-12-31"),
        ("2025-38", "2025-05-01", "2025-08-31"),
        ("2025-41", "2025-07-01", "2025-12-31"),
    ],
)
def test_a_season_or_another_part_of_a_year_is_its_months(text, earliest, latest):
    read = dates.parse(text)
    assert (read.text, read.earliest, read.latest) == (text, earliest, latest)
    assert read.precision is Precision.INTERVAL


def test_parts_of_a_year_fill_it_without_gap_or_overlap():
    for numbers in (range(21, 25), range(33, 37), range(37, 40), range(40, 42)):
        parts = [dates.parse(f"2003-{number}") for number in numbers]
        days = [
            date.fromordinal(day)
            for part in parts
            for day in range(
                date.fromisoformat(part.earliest).toordinal(),
                date.fromisoformat(part.latest).toordinal() + 1,
            )
        ]
        assert len(set(days)) == len(days) == (366 if 24 in numbers else 365)


@pytest.mark.parametrize("fraction", [".5", ".366362", ",25"])
def test_the_fraction_of_a_second_is_dropped_and_kept_as_stated(fraction):
    written = f"2025-07-09T06:51:09{fraction}+05:00"
    assert dates.parse(written).text == "2025-07-09T06:51:09+05:00"
    assert dates.parse(written).instant == datetime(2025, 7, 9, 1, 51, 9, tzinfo=UTC)
    when = FuzzyDate.model_validate(written)
    assert (when.edtf, when.stated_as) == ("2025-07-09T06:51:09+05:00", written)
    assert FuzzyDate.model_validate(when.model_dump(by_alias=True)) == when
    said = FuzzyDate(edtf=written, stated_as="this morning")
    assert said.stated_as == "this morning"


# --- what is refused ------------------------------------------------------------------------

REFUSED = [
    ("", 0, "nothing", "'../..'"),
    ("  ", 0, "nothing", "'../..'"),
    ("2004-06-11 09:30:00", 10, "a space", "'T'"),
    ("June 2004", 4, "white space ' '", "without any"),
    ("2004\n", 4, r"white space '\n'", "without any"),
    ("2004-06-1\u0661", 9, "'\u0661', which is not ASCII", "plain digits"),
    ("2004\u20132006", 4, "'\u2013', which is not ASCII", "'-'"),
    ("[1667,1668]", 0, "'[', the mark of a set", "'1667/1668'"),
    ("2004..2006", 3, "'4..'", "'2004/2006'"),
    ("..", 0, "'..'", "'../..'"),
    ("1..", 0, "'1..'", "'../2006'"),
    ("2004/..?", 5, "'..?'", "'2004/..'"),
    ("11/06/2004", 0, "the day '11/06/2004', with its year last", "'2004-06-11'"),
    ("11/06/04", 0, "the day '11/06/04', with a year of two digits", "'2004-06-11'"),
    ("2004/2005/2006", 5, "a second '/' after '2005/'", "'start/end'"),
    ("/", 0, "an interval without ends", "'../..'"),
    ("2004/open", 5, "'open', a word of the draft", "write '..'"),
    ("Y170000002", 0, "'Y170000002', the mark of a year beyond", "four digits"),
    ("Y-17E7", 0, "'Y-17'", "'0001' to '9999'"),
    ("-1985", 0, "negative year '-1985'", "'0001' to '9999'"),
    ("2004E3", 4, "exponent 'E3'", "four digits"),
    ("1950S2", 4, "significant digits 'S2'", "'195X'"),
    ("198u", 3, "small letter 'u'", "'X'"),
    ("2025-07-09t06:51:09z", 10, "small letter 't'", "'T'"),
    ("2004?~", 4, "two qualifiers, '?~'", "'%'"),
    ("2025-07-09T06:51:09Z?", 10, "a qualifier on the time", "'2004-06-11?'"),
    ("2004-06?-11", 7, "qualifier '?' before the end, which is EDTF level 2", "last"),
    ("2004/P2Y", 5, "duration 'P2Y'", "both ends"),
    ("R5/2004", 0, "repetition 'R5'", "'start/end'"),
    ("2004-06-11T09:30:00Z/2005", 10, "'T09:30:00Z', a time in an interval", "days only"),
    ("2004/2004-06-11T09:30:00Z", 5, "a time in an interval", "days only"),
    ("2004-06-XX/2004-07-03", 0, "'2004-06-XX', an X in an interval", "first or last day"),
    ("2004/201X?", 5, "'201X', an X in an interval", "'2004/2019?'"),
    ("2023-24", 5, "'24', which may be a season or part of a year", "'2023-12/2024-02'"),
    ("2001-21/2001-23", 5, "'21', a season or part of a year in an interval", "'2001-03/2001-11'"),
    ("2001/2001-34", 10, "'34', a season or part of a year in an interval", "'2001/2001-06'"),
    ("9999-24", 0, "a winter that ends after the year 9999", "December"),
    ("2004-W24-5", 0, "week '2004-W24-5'", "'first/last'"),
    ("2004-163", 0, "day of the year '2004-163'", "'2004-06-11'"),
    ("20040611", 0, "'20040611', a date without hyphens", "'2004-06-11'"),
    ("12004", 0, "'12004', a year of more than four", "four digits"),
    ("984", 0, "a year of '984' only", "four digits"),
    ("XXXX", 0, "the year 'XXXX', which is EDTF level 2", "'20XX'"),
    ("1XXX", 0, "the year '1XXX', which is EDTF level 2", "interval"),
    ("20X4", 0, "the year '20X4'", "'201X'"),
    ("0000", 0, "the year '0000', which reaches back", "'0001' to '9999'"),
    ("000X", 0, "the year '000X'", "'0001/0009'"),
    ("201X-06", 0, "'201X-06', a month after an unknown year", "'201X'"),
    ("2004-XX-12", 5, "'XX-12', a day after an unknown month", "year alone"),
    ("2004-1X", 5, "'1X', known by half", "'XX'"),
    ("2004-06-1X", 8, "'1X', known by half", "'2004-06-10/2004-06-19'"),
    ("2004-6", 5, "'6', a month of one digit", "'01' to '12'"),
    ("2004-06-1", 8, "'1', a day of one digit", "'2004-06-01'"),
    ("2004-13", 5, "'13', which is no month", "'01' to '12'"),
    ("2004-06T09:30:00Z", 7, "'T09:30:00Z', a time without its day", "'2004-06-11'"),
    ("2004-06-11T09:30Z", 16, "a time without seconds", "':00'"),
    ("2004-06-11T09:30:00.Z", 19, "'.' without part of a second", "whole seconds"),
    ("2004-06-11T09:30:00-00:00", 19, "'-00:00', which is no zone", "'Z'"),
    # From the calendar and the clock.
    ("2023-02-30", 8, "the day '30', which 2023-02 does not have", "01 to 28"),
    ("2004-04-00", 8, "the day '00'", "01 to 30"),
    ("2004/1900-02-29", 13, "the day '29', which 1900-02 does not have", "01 to 28"),
    ("2004-06-11T24:00:00Z", 11, "the hour '24'", "00 to 23"),
    ("2004-06-11T09:60:00Z", 14, "the minute '60'", "00 to 59"),
    ("2004-06-11T09:30:60Z", 17, "the second '60'", "00 to 59"),
    ("2004-06-11T09:30:00+24:00", 20, "the zone hour '24'", "00 to 23"),
    ("2004-06-11T09:30:00+05:60", 23, "the zone minute '60'", "00 to 59"),
    ("0001-01-01T00:00:00+05:00", 19, "a zone that moves the time out", "the day alone"),
    ("2005/2004", 5, "an end before the start", "'2004/2005'"),
    ("2004-06-11?/2004-05", 12, "an end before the start", "'2004-05/2004-06-11?'"),
    # Whatever else.
    ("yesterday", 0, "'yesterday', which is not understood", "'2004-06-11'"),
    ("2004-06-11foo", 10, "'foo', which is not understood", "'2004-06-11'"),
    ("2004-06/2005-", 12, "'-', which is not understood", "'2004-06-11'"),
    ("2004" * 1000, 64, "more than 64 characters", "one date"),
]


@pytest.mark.parametrize(
    ("text", "position", "problem", "remedy"), REFUSED, ids=[row[0][:30] for row in REFUSED]
)
def test_a_refused_date_says_where_and_what_to_write(text, position, problem, remedy):
    with pytest.raises(EdtfError) as caught:
        dates.parse(text)
    error = caught.value
    assert (error.text, error.position) == (text, position)
    assert problem in error.problem
    assert remedy in error.remedy
    assert len(str(error)) < 300


def test_the_message_names_string_fault_place_and_remedy():
    with pytest.raises(EdtfError) as caught:
        dates.parse("2004-13")
    assert str(caught.value) == (
        "date '2004-13': '13', which is no month, at position 5; write '01' to '12'"
    )


def test_every_fault_is_reached():
    unreached = set(faults._FAULTS)
    for text, *_ in REFUSED:
        unreached.discard(next((f for f in faults._FAULTS if f.pattern.search(text)), None))
    assert not unreached


# --- properties -----------------------------------------------------------------------------

DIGITS = "0123456789"


def calendar_days(text: str) -> Iterator[date]:
    """The days of 'YYYY', 'YYYY-MM' or 'YYYY-MM-DD', found by trying each of its year."""
    start, end = date(int(text[:4]), 1, 1), date(int(text[:4]), 12, 31)
    for day in map(date.fromordinal, range(start.toordinal(), end.toordinal() + 1)):
        if len(text) == 4 or day.isoformat().startswith(text):
            yield day


def meant(text: str) -> set[date]:
    """Every day that a date without '/' can mean, by writing every digit for every X."""
    pattern = text.rstrip("?~%").partition("T")[0]
    if pattern.endswith("-XX"):
        pattern = pattern.removesuffix("-XX").removesuffix("-XX")  # 10,000 tries say the same
    choices = [DIGITS if character == "X" else character for character in pattern]
    return {day for digits in product(*choices) for day in calendar_days("".join(digits))}


FAR_PAST, FAR_FUTURE = date(1, 1, 1), date(9999, 12, 31)


@cache
def brute_bounds(text: str) -> tuple[date, date]:
    """The first and last day meant; an open end reaches as far as the calendar does."""
    start, slash, end = text.partition("/")
    first = min(meant(start)) if start.strip(".") else FAR_PAST
    last_of = end if slash else start
    return first, max(meant(last_of)) if last_of.strip(".") else FAR_FUTURE


def bounds(when: dates.Bounded) -> tuple[date, date]:
    return (
        date.fromisoformat(when.earliest) if when.earliest else FAR_PAST,
        date.fromisoformat(when.latest) if when.latest else FAR_FUTURE,
    )


def edtf_strings(first: date = date(100, 1, 1), last: date = date(9998, 12, 31)):
    """Every form that is kept; intervals that end before they start are left out."""
    days = st.dates(first, last).map(date.isoformat)
    cuts = st.sampled_from([slice(4), slice(7), slice(10)])
    qualifiers = st.sampled_from(["", "?", "~", "%"])
    plain = st.builds(lambda day, cut, mark: day[cut] + mark, days, cuts, qualifiers)
    masks = st.sampled_from([(3, "X"), (2, "XX"), (4, "-XX"), (4, "-XX-XX"), (7, "-XX")])
    masked = st.builds(
        lambda day, cut, mark: day[: cut[0]] + cut[1] + mark, days, masks, qualifiers
    )
    zones = st.sampled_from(["", "Z", "+05:00", "-11", "+13:45"])
    clocks = st.times().map(lambda time: time.replace(microsecond=0).isoformat())
    times = st.builds("{}T{}{}".format, days, clocks, zones)
    opened = st.sampled_from(["", ".."])
    closed = st.tuples(plain, plain).map(lambda ends: "/".join(sorted(ends)))
    since = st.builds("{}/{}".format, plain, opened)
    until = st.builds("{}/{}".format, opened, plain)
    return st.one_of(plain, masked, times, closed, since, until, st.just("../.."))


@st.composite
def near(draw):
    """A date near enough to others for overlaps to be common."""
    return dates.parse(draw(edtf_strings(date(2018, 11, 1), date(2021, 2, 28))))


@given(edtf_strings())
def test_a_parsed_date_is_written_as_it_was(text):
    assert str(dates.parse(text)) == text
    assert dates.parse(str(dates.parse(text))) == dates.parse(text)


@given(edtf_strings())
def test_bounds_are_the_first_and_last_day_meant(text):
    assert bounds(dates.parse(text)) == brute_bounds(text)


@given(edtf_strings(), st.data())
def test_one_character_changed_is_refused_or_still_right(text, data):
    at = data.draw(st.integers(0, len(text)))
    new = data.draw(st.sampled_from([*DIGITS, *"X?~%/-.:TZ+ e", ""]))
    changed = text[:at] + new + text[at + 1 :]
    try:
        read = dates.parse(changed)
    except EdtfError as error:
        assert 0 <= error.position <= len(changed)
    else:
        assert bounds(read) == brute_bounds(changed)


@given(st.one_of(st.text(), st.text(alphabet=[*DIGITS, *"X?~%/-.:TZ+YES[]{}\udc80\u0661"])))
def test_arbitrary_text_is_read_or_refused(text):
    try:
        assert str(dates.parse(text)) == text
    except EdtfError as error:
        assert 0 <= error.position <= len(text)
        assert error.problem and error.remedy
        str(error).encode()


@given(st.dates(min_value=date(100, 1, 1)))
def test_less_precision_never_narrows(day):
    text = day.isoformat()
    widening = [text, text[:7], text[:4], text[:3] + "X", text[:2] + "XX", "../.."]
    spans = [bounds(dates.parse(each)) for each in widening]
    for (first, last), (wider_first, wider_last) in pairwise(spans):
        assert wider_first <= first <= last <= wider_last


@given(edtf_strings().filter(lambda text: text[-1] not in "?~%./" and "T" not in text))
def test_a_qualifier_never_moves_a_bound(text):
    plain = dates.parse(text)
    for mark in "?~%":
        marked = dates.parse(text + mark)
        assert (marked.earliest, marked.latest) == (plain.earliest, plain.latest)
        assert marked.precision is plain.precision
        assert not marked.certainty.claims_more_than(plain.certainty)


@given(st.dates(), st.dates())
def test_an_interval_that_ends_before_it_starts_is_refused(one, other):
    first, last = sorted((one, other))
    if first == last:
        assert dates.parse(f"{first}/{last}").earliest == str(first)
    else:
        with pytest.raises(EdtfError, match="an end before the start"):
            dates.parse(f"{last}/{first}")


# --- the algebra ----------------------------------------------------------------------------


@given(near(), near())
def test_order_agrees_with_trying_every_day(a, b):
    (a_first, a_last), (b_first, b_last) = brute_bounds(a.text), brute_bounds(b.text)
    found = dates.order(a, b)
    assert (found is Order.BEFORE) == (a_last < b_first)
    assert (found is Order.AFTER) == (b_last < a_first)
    assert (found is Order.SAME) == (a_first == a_last == b_first == b_last)
    flipped = {Order.BEFORE: Order.AFTER, Order.AFTER: Order.BEFORE}
    assert dates.order(b, a) is flipped.get(found, found)


@given(near(), near(), near())
def test_before_is_transitive(a, b, c):
    if dates.order(a, b) is dates.order(b, c) is Order.BEFORE:
        assert dates.order(a, c) is Order.BEFORE


@given(near(), st.dates(date(2018, 6, 1), date(2021, 6, 30)), st.integers(0, 500))
def test_by_and_within_agree_with_trying_every_day(when, first, length):
    last = first + timedelta(days=length)
    earliest, latest = brute_bounds(when.text)
    assert dates.certainly_by(when, last) == (latest <= last)
    assert dates.possibly_by(when, last) == (earliest <= last)
    assert dates.certainly_within(when, first, last) == (first <= earliest and latest <= last)
    assert dates.possibly_within(when, first, last) == (first <= latest and earliest <= last)
    assert dates.certainly_within(when, first, None) == (first <= earliest)
    assert dates.possibly_within(when, None, last) == (earliest <= last)
    assert dates.certainly_within(when, None, None)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2024", "2024-12-06?", Order.UNKNOWN),  # 48 of 52 Fridays precede it: still unknown
        ("2017-07-07", "2022-02/2022-02-19", Order.BEFORE),
        ("2017-07-07", "../2022-02-19", Order.UNKNOWN),
        ("2025-07-08", "2024", Order.AFTER),
        ("2025-07-08", "2025-07-08?", Order.SAME),
        ("2025-07-09T06:00:00Z", "2025-07-09T07:00:00Z", Order.SAME),
        ("2024", "2024", Order.UNKNOWN),
        ("2004/..", "2003-12-31", Order.AFTER),
        ("../..", "../..", Order.UNKNOWN),
    ],
)
def test_the_order_of_vague_dates_follows_from_their_bounds(a, b, expected):
    assert dates.order(FuzzyDate(edtf=a), dates.parse(b)) is expected


def test_a_year_is_possibly_but_not_certainly_after_june():
    year = FuzzyDate(edtf="2024")
    assert dates.possibly_within(year, "2024-06-01", None)
    assert not dates.certainly_within(year, "2024-06-01", None)


def test_open_starts_are_shown_first_and_open_ends_last():
    shown = ["../..", "/2004", "2004-01-01", "2004-01", "2004", "2004/..", "2004-01-02"]
    last_open_first = sorted(map(dates.parse, reversed(shown)), key=dates.display_key)
    assert [str(each) for each in last_open_first] == ["/2004", "../..", *shown[2:]]


def test_days_between_are_negative_backwards():
    assert dates.days_between("2022-02-19", "2025-07-09") == 1236
    assert dates.days_between(date(2025, 7, 9), "2022-02-19") == -1236


def test_days_before_end_at_the_year_1():
    assert dates.days_before("2025-07-09", 1236) == "2022-02-19"
    assert dates.days_before("2024-03-01", 0) == "2024-03-01"
    assert dates.days_before("0001-01-02", 1) == "0001-01-01"
    assert dates.days_before("0001-01-01", 1) is None
    assert dates.days_before("2025-07-09", 2**31) is None


@pytest.mark.parametrize("day", ["2004", "20040611", "2004-W24-5", "2004-6-11", "", "2004-02-30"])
def test_only_a_day_is_a_day(day):
    with pytest.raises(ValueError):
        dates.as_day(day)


def test_a_time_is_no_day():
    with pytest.raises(ValueError, match="depends on a zone"):
        dates.certainly_by(dates.parse("2004"), datetime(2004, 6, 11, tzinfo=UTC))


# --- FuzzyDate ------------------------------------------------------------------------------


class Meeting(BaseModel):
    date: FuzzyDate


def test_a_fuzzy_date_is_made_from_a_string():
    when = Meeting.model_validate({"date": "2024-12-06?"}).date
    assert when == FuzzyDate(edtf="2024-12-06?") == FuzzyDate.model_validate("2024-12-06?")
    assert (when.earliest, when.latest, when.precision) == ("2024-12-06", "2024-12-06", "DAY")
    assert (when.certainty, when.basis, when.stated_as) == (UNCERTAIN, DateBasis.STATED, None)


def test_a_fuzzy_date_keeps_the_members_that_are_given():
    given = {"edtf": "2022-02/2022-02-19", "certainty": "PROBABLE", "basis": "REPORT_DAY"}
    when = FuzzyDate.model_validate(given | {"statedAs": "Saturday"})
    assert when.model_dump(mode="json", by_alias=True) == given | {
        "earliest": "2022-02-01",
        "latest": "2022-02-19",
        "precision": "INTERVAL",
        "statedAs": "Saturday",
    }


@given(edtf_strings(), st.sampled_from(DateBasis), st.none() | st.text())
def test_a_fuzzy_date_outlives_its_json(text, basis, stated_as):
    when = FuzzyDate(edtf=text, basis=basis, stated_as=stated_as)
    assert FuzzyDate.model_validate(when.model_dump(mode="json", by_alias=True)) == when
    assert FuzzyDate.model_validate_json(when.model_dump_json(by_alias=True)) == when
    assert Meeting(date=when).date is when


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("2017-07-07", "2017-07-07"),
        ("2024", "2024"),
        ("2024-12-06?", "2024-12-06?"),
        ("2025-07-09T06:51:09+05:00", "2025-07-09T06:51:09+05:00"),
        ("{edtf: 2022-02-19, earliest: 2022-02-19}", "2022-02-19"),
    ],
)
def test_a_fuzzy_date_is_made_from_unquoted_yaml(written, edtf):
    assert FuzzyDate.model_validate(yaml.safe_load(written)).edtf == edtf


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"edtf": "2024-13"}, "'13', which is no month, at position 5; write '01' to '12'"),
        ({"edtf": "2024", "earliest": "2024-06-01"}, "earliest '2024-06-01' differs from '2024'"),
        ({"edtf": "2024/..", "latest": "2024-12-31"}, "whose latest is open"),
        ({"edtf": "2024", "latest": None}, "latest None differs from '2024'"),
        ({"edtf": "2024", "precision": "DAY"}, "whose precision is YEAR"),
        ({"edtf": "2024?", "certainty": "CERTAIN"}, "claims more than '2024?', which is UNCERTAIN"),
        ({"edtf": "2024~", "certainty": "CERTAIN"}, "state PROBABLE or less"),
        ({"edtf": "2024", "certainty": "SURE"}, "'CERTAIN', 'PROBABLE' or 'UNCERTAIN'"),
        ({"edtf": "2024", "day": "Friday"}, "Extra inputs are not permitted"),
        ({"certainty": "CERTAIN"}, "Field required"),
        (datetime(2025, 7, 9, 6, 51, 9), "without a zone; put it in quotes"),
        (984, "984 is no date; write an EDTF string in quotes"),
        (True, "True is no date"),
        ([2024], "is no date"),
    ],
)
def test_what_is_no_fuzzy_date_is_refused_with_the_reason(given, words):
    with pytest.raises(ValidationError) as caught:
        FuzzyDate.model_validate(given)
    assert words in str(caught.value)


def test_less_certain_than_written_is_accepted():
    assert FuzzyDate(edtf="2024", certainty=PROBABLE).certainty is PROBABLE
    assert FuzzyDate(edtf="2024~", certainty=UNCERTAIN).certainty is UNCERTAIN


def test_a_fuzzy_date_is_frozen_and_hashable():
    when = FuzzyDate(edtf="2024")
    with pytest.raises(ValidationError):
        when.edtf = "2025"
    assert len({when, FuzzyDate(edtf="2024")}) == 1


# --- described enums ------------------------------------------------------------------------


@pytest.mark.parametrize("enum", [Precision, dates.DateCertainty, DateBasis, Order])
def test_every_member_is_described(enum):
    for member in enum:
        assert member.description.endswith(".")
        assert member == member.value == member.name == str(member)
        assert enum(member.value) is member


def test_a_member_without_description_is_refused():
    with pytest.raises(ValueError, match="needs a description"):

        class Bare(Described):
            YEAR = "YEAR"
