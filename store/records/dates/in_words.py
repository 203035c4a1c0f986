"""Dates in English, on any machine."""

from datetime import date

from store.records.dates.edtf import DateCertainty, Edtf, Precision

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DOUBTS = {
    DateCertainty.CERTAIN: "",
    DateCertainty.PROBABLE: ", approximately",
    DateCertainty.UNCERTAIN: ", which is in doubt",
}


def day_in_words(day: str) -> str:
    """`2025-07-09` as `9 July 2025`."""
    when = date.fromisoformat(day)
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def date_in_words(when: Edtf) -> str:
    """What a date can mean, such as `some day of 2022` or `18 February 2022 or earlier`."""
    return f"{_bounds_in_words(when)}{_DOUBTS[when.certainty]}"


def _bounds_in_words(when: Edtf) -> str:
    first, last = when.earliest, when.latest
    if first is None:
        unknown = "a day of which nothing is known"
        return unknown if last is None else f"{day_in_words(last)} or earlier"
    if last is None:
        return f"{day_in_words(first)} or later"
    if when.precision is Precision.MINUTE:
        return f"{day_in_words(first)} at {when.text.partition('T')[2]}"
    if when.precision is Precision.DAY:
        return day_in_words(first)
    if when.precision is Precision.MONTH:
        return f"some day of {MONTHS[int(first[5:7]) - 1]} {int(first[:4])}"
    if when.precision is Precision.YEAR:
        return f"some day of {int(first[:4])}"
    return f"some day from {day_in_words(first)} to {day_in_words(last)}"
