"""What is suggested for a string that is no date: what it means, and always a date itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from store.records.dates import EdtfError, FuzzyDate, parse


def hints(text: str) -> list[str]:
    with pytest.raises(EdtfError) as caught:
        parse(text)
    error = caught.value
    assert all(repr(hint) in error.remedy for hint in error.hints)
    return list(error.hints)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-2025", ["2024/2025"]),
        ("2019-20", ["2019/2020"]),
        ("2024/25", ["2024/2025"]),
        ("2024-25", ["2024/2025", "2024-03/2024-05"]),
        ("2023-24", ["2023/2024", "2023-12/2024-02"]),
        ("December 2022", ["2022-12"]),
        ("Sept. 2020", ["2020-09"]),
        ("24 April 2009", ["2009-04-24"]),
        ("Friday, 24th of April 2009", ["2009-04-24"]),
        ("April 24, 2009", ["2009-04-24"]),
        ("24-Apr-2009", ["2009-04-24"]),
        ("2009 April 24", ["2009-04-24"]),
        ("3-5 May 2024", ["2024-05-03/2024-05-05"]),
        ("May to June 2024", ["2024-05/2024-06"]),
        ("30 December 2023 \u2013 2 January 2024", ["2023-12-30/2024-01-02"]),
        ("circa 1952", ["1952~"]),
        ("c.1952", ["1952~"]),
        ("circa 1950-1955", ["1950~/1955~"]),
        ("probably 1944", ["1944~"]),
        ("possibly May 1944", ["1944-05?"]),
        ("1944 (?)", ["1944?"]),
        ("Between 1965 and 1969", ["1965/1969"]),
        ("from 2004 to 2006", ["2004/2006"]),
        ("since 2004", ["2004/.."]),
        ("before 2005", ["../2004"]),
        ("after 28 February 2023", ["2023-03-01/.."]),
        ("by 2030", ["../2030"]),
        ("2020-03-00", ["2020-03"]),
        ("2024-00-00", ["2024"]),
        ("0000-00-00", ["../.."]),
        ("Unknown date", ["../.."]),
        ("unknown", ["../.."]),
        ("TBD", ["../.."]),
        ("n/a", ["../.."]),
        ("", ["../.."]),
        ("2004/unknown", ["2004/.."]),
        ("1990s", ["199X"]),
        ("the 1990's", ["199X"]),
        ("19th century", ["18XX"]),
        ("20240611", ["2024-06-11"]),
        ("202406", ["2024-06"]),
        ("20240611T093000Z", ["2024-06-11T09:30:00Z"]),
        ("2025-02-18 13:00:00", ["2025-02-18T13:00:00"]),
        ("2019-7-10", ["2019-07-10"]),
        ("2019/7/10", ["2019-07-10"]),
        ("11.4.2023", ["2023-04-11"]),
        ("21/06/2024", ["2024-06-21"]),
        ("06/21/2024", ["2024-06-21"]),
        ("11/06/2004", []),  # nobody can tell which is the month
        ("21.06.24", []),
        ("2001-21/2001-23", ["2001-03/2001-11"]),
        ("9999-24", []),  # it would end in the year 10000
        ("spring 2025", ["2025-03/2025-05"]),
        ("Q3 2025", ["2025-07/2025-09"]),
        ("2025-Q3", ["2025-07/2025-09"]),
        ("2004-1X", ["2004-10/2004-12"]),
        ("2004-02-2X", ["2004-02-20/2004-02-29"]),
        ("2004-W24", ["2004-06-07/2004-06-13"]),
        ("2004-163", ["2004-06-11"]),
        ("2003-366", []),
        ("2004-XX-12", ["2004"]),
        ("2004/201X", ["2004/2019"]),
        ("198u", ["198X"]),
        ("2004?~", ["2004%"]),
        ("~1952", ["1952~"]),
        ("2004..2006", ["2004/2006"]),
        ("{1667..1668}", ["1667/1668"]),
        ("\u0662\u0660\u0662\u0664-\u0660\u0666", ["2024-06"]),
        ("FY2024", ["2023/2024", "2024/2025"]),
        ("FY 2024/25", ["2024/2025"]),
        ("third quarter of 2021", ["2021-07/2021-09"]),
        ("4Q2022", ["2022-10/2022-12"]),
        ("first half of 2020", ["2020-01/2020-06"]),
        ("5th quarter of 2021", []),
        ("Winter 2018/19", ["2018-12/2019-02"]),
        ("early 2015", ["2015-01/2015-04"]),
        ("mid-June 2021", ["2021-06-11/2021-06-20"]),
        ("end of February 2021", ["2021-02-21/2021-02-28"]),
        ("by the end of 2025", ["../2025-12"]),
        ("early 1990s", ["199X"]),
        ("0000-00-00 00:00:00", ["../.."]),
        ("...", ["../.."]),
        ("2020-present", ["2020/.."]),
        ("2020\u2013", ["2020/.."]),
        ("2020-01-01 / 2020-02-01", ["2020-01-01/2020-02-01"]),
        ("2020-01-01\u20132020-02-01", ["2020-01-01/2020-02-01"]),
        ("2020 or 2021", ["2020/2021"]),
        ("[2020]", ["2020"]),
        ('"2020-05-01"', ["2020-05-01"]),
        ("2020\u200b", ["2020"]),
        ("20??", ["20XX"]),
        ("2020-01-01+05:00", ["2020-01-01"]),
        ("Fri, 24 May 2024 13:00:00 GMT", ["2024-05-24T13:00:00Z"]),
        ("Fri May 24 2024 13:00:00 GMT+0200", ["2024-05-24T13:00:00+02:00"]),
        ("May 24, 2024 at 1:05 PM", ["2024-05-24T13:05:00"]),
        ("2024-05-24 12:30 am", ["2024-05-24T00:30:00"]),
        ("2024\u5e745\u67081\u65e5", ["2024-05-01"]),
        ("2024\ub144 5\uc6d4", ["2024-05"]),
        ("2004-06/2005-", []),
        ("yesterday", []),
        ("2023-02-30", []),
        ("2004-13", []),
    ],
)  # fmt: skip
def test_a_string_is_told_the_dates_that_it_may_mean(text: str, meant: list[str]) -> None:
    assert hints(text) == meant


def test_a_number_is_told_what_its_digits_are_told() -> None:
    with pytest.raises(ValidationError, match=r"'20240611', a date without hyphens.*'2024-06-11'"):
        FuzzyDate.model_validate(20240611)


def test_the_message_says_what_to_write() -> None:
    with pytest.raises(EdtfError) as caught:
        parse("December 2022")
    assert str(caught.value) == (
        "date 'December 2022': the white space ' ' at position 8; write '2022-12', without any"
    )
    with pytest.raises(EdtfError, match=r"write '\.\./\.\.' for a date of which nothing is known"):
        parse("Unknown")


WORDS = (
    "unknown circa ca. c about probably possibly between and from to until since before after by "
    "the 19th century spring Q3 h1 winter of 1990s May june 24 24th, 3 2004 1965 12 31 0000 9999 "
    "0001 00 20240611 2004-06 2004-06-11 2004-21 2024-36 201X 20XX 2004-1X W24 2004-W53 T09:30 "
    "09:30:00.5 Z +0500 ? ~ % / .. - -- \u2013 . , ( ) [ ] { } X u 2004-2005 11/06/2004 29 "
    "February 1900 open n/a tbd -00 -XX"
)
JOINED = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=6).flatmap(
    lambda words: st.sampled_from([" ", "", "-", "/"]).map(lambda between: between.join(words))
)
DIGITS = st.text("0123456789-/.:TXZ?~% ", max_size=24)


@given(JOINED | DIGITS | st.text(max_size=70))
def test_whatever_is_suggested_is_accepted(text: str) -> None:
    try:
        parse(text)
    except EdtfError as error:
        assert len(set(error.hints)) == len(error.hints)
        for hint in error.hints:
            assert parse(hint).text == hint
            assert repr(hint) in error.remedy


DAY = st.dates(date(1000, 1, 1), date(9998, 12, 31))


@given(DAY, st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d", "%Y-%j",
                             "%A %d %B %Y", "%Y %b %d", "%Y.%m.%d", "%G-W%V-%u"]))  # fmt: skip
def test_a_day_in_any_order_is_that_day(day: date, form: str) -> None:
    assert hints(day.strftime(form)) == [day.isoformat()]


@given(st.integers(1000, 9990), st.integers(1, 8))
def test_two_years_are_the_years_between(year: int, more: int) -> None:
    both = f"{year}/{year + more}"
    for text in (f"{year}-{year + more}", f"between {year} and {year + more}",
                 f"{year} to {year + more}", f"{year}\u2013{year + more}"):  # fmt: skip
        assert hints(text) == [both]
