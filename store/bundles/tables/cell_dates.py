"""Makes a cell a date as vague as it is written. What people write is read with what the map says
of it; what stood there is kept beside, and told to the report.
"""

import json
import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from store.bundles.tables.maps import DateWays
from store.bundles.tables.report import Report
from store.bundles.tables.rows import Cell, Unread, text_of_cell
from store.records.dates.reading import Meaning, read_date

_NOTHING = re.compile(r"n/?a|n\.a\.|none|nil|no date|no deadline|not applicable|[-\u2013\u2014]+")


def says_nothing(cell: Cell) -> bool:
    """Whether a cell says in words that there is no date, such as `n/a`."""
    return isinstance(cell, str) and _NOTHING.fullmatch(cell.strip().casefold()) is not None


class CellDates:
    """Reads the dates of one table as its map says."""

    def __init__(self, ways: DateWays, report: Report) -> None:
        self._ways, self._report = ways, report

    def read(self, cell: Cell, column: str) -> Any:
        """A date in EDTF, with what stood there if that was another. Raises Unread."""
        if isinstance(cell, datetime):
            return cell.replace(microsecond=0).isoformat()
        if isinstance(cell, date):
            return cell.isoformat()
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._read_numbered_day(cell, column)
        text = text_of_cell(cell)
        if _SERIAL.fullmatch(text):
            return self._read_numbered_day(int(text), column)
        written, notes = self._choose(text, column)
        if written == text:
            return text
        self._report.dates[column, text, f"{written}{notes}"] += 1
        return {"edtf": written, "statedAs": text}

    def _read_numbered_day(self, number: float, column: str) -> str:
        if number == int(number) and 1000 <= number <= 2999:
            return str(int(number))
        try:
            day = (date(1899, 12, 30) + timedelta(days=int(number))).isoformat()
        except OverflowError:
            raise Unread(f"{number:g} is no date") from None
        if not self._ways.serials:
            raise Unread(
                f"{number:g} is a number; as a spreadsheet counts days it is {day}: give the "
                "column the form of a date, or say `dates: {serials: true}`"
            )
        self._report.dates[column, f"{number:g}", day] += 1
        return day

    def _choose(self, text: str, column: str) -> tuple[str, str]:
        """The date in EDTF, and what is to be noted of how it was read."""
        fiscal = _FISCAL.fullmatch(text.casefold())
        if fiscal and (span := self._read_fiscal(fiscal)):
            return span, ""
        pair = _YEAR_PAIR.fullmatch(text)
        if pair and (int(pair[1]) + 1) % 100 != int(pair[2]):
            pair = None
        if pair and self._ways.year_pairs:
            return f"{pair[1]}/{int(pair[1]) + 1:04}", ""
        reading = read_date(self._translate(text))
        meaning = reading.meaning
        if meaning is None and (chosen := self._choose_order(text, reading.alternatives)):
            return chosen, ""
        if meaning is None:
            told = _tell_remedy(text, bool(reading.alternatives), bool(fiscal), bool(pair))
            raise Unread(f"{reading.sentence}{told}")
        if reading.alternatives or (pair and meaning.date.text == text):
            self._report.doubtful[f"{column}: {_doubt(text, reading.sentence, pair)}"] += 1
        return meaning.date.text, "".join(reading.sentence[:-1].partition("; ")[1:])

    def _translate(self, text: str) -> str:
        """The text with the words that the map has in English."""
        for word, meant in self._ways.words.items():
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", meant, text, flags=re.IGNORECASE)
        return text

    def _read_fiscal(self, found: re.Match[str]) -> str | None:
        """A fiscal year by the day on which the map says that it begins or ends; None if the map
        does not say. `FY2024` is named after the year in which that day is.
        """
        begins, ends = self._ways.fiscal_begins, self._ways.fiscal_ends
        if (begins or ends) is None:
            return None
        year = int(found["year"]) if len(found["year"]) == 4 else 2000 + int(found["year"])
        if found["second"] and ends is not None:
            year += 1  # `2023/24` ends in the second year.
        if ends is not None:
            last = _day_of(year, ends)
            first = _day_of(year - 1, ends) + timedelta(days=1)
        else:
            assert begins is not None
            first = _day_of(year, begins)
            last = _day_of(year + 1, begins) - timedelta(days=1)
        return _write_span(first, last)

    def _choose_order(self, text: str, meanings: Sequence[Meaning]) -> str | None:
        """The reading of `03/04/2022` in the order that the map says."""
        if self._ways.day_first is None or not _NUMBERS.fullmatch(text) or len(meanings) != 2:
            return None
        return meanings[0 if self._ways.day_first else 1].date.text


_SERIAL = re.compile(r"[3-6]\d{4}")
"""The number of a day from 1982 to 2091, as a text."""
_YEAR_PAIR = re.compile(r"(\d{4})[-/\u2013](\d\d)")
_NUMBERS = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}")
_PLAIN = re.compile(r"\w[\w .-]*")
_FISCAL = re.compile(
    r"(?:fy|(?:fiscal|financial) year) ?['\u2019]?(?P<year>\d{4}|\d\d)"
    r"(?:[-/\u2013](?P<second>\d{4}|\d\d))?"
)


def _day_of(year: int, month_and_day: tuple[int, int]) -> date:
    month, day = month_and_day
    return date(year, month, min(day, monthrange(year, month)[1]))


def _write_span(first: date, last: date) -> str:
    """Two days as an interval of EDTF: of months where these are whole."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first.year:04}"
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return f"{first:%Y-%m}/{last:%Y-%m}"
    return f"{first.isoformat()}/{last.isoformat()}"


def _tell_remedy(text: str, ambiguous: bool, fiscal: bool, pair: bool) -> str:
    """What to write in the map for a text that is not read, or may be read in two ways."""
    if fiscal:
        return (
            " Say in the map when such a year ends, `dates: {fiscalYearEnds: 06-30}`, or begins, "
            "`fiscalYearBegins`."
        )
    if _NUMBERS.fullmatch(text) and ambiguous:
        return " Say `dates: {dayFirst: true}` or false in the map."
    if pair:
        return " If all such are two years, say `dates: {yearPairs: true}` in the map."
    shown = text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
    if ambiguous:
        return f' Or say it in the map, `values: {{{shown}: "2024-05"}}`.'
    return (
        f" Where it names no day, `dates: {{words: {{{shown}: unknown}}}}` keeps what it says, and "
        f'`values: {{{shown}: ""}}` takes the cell as empty; else say what it means, or of words '
        "in another language what they are in English, `dates: {words: {März: March}}`."
    )


def _doubt(text: str, sentence: str, pair: re.Match[str] | None) -> str:
    if pair:
        return f"{sentence[:-1]}; if it is two years, write {pair[1]}/{int(pair[1]) + 1:04}."
    return sentence
