"""Dates as sources give them: the supported part of EDTF, FuzzyDate, and comparisons.

Nothing here reads a clock: the present day is an argument.
"""

from store.records.dates.edtf import DateCertainty, Edtf, Precision, parse
from store.records.dates.faults import EdtfError
from store.records.dates.fuzzy import DateBasis, FuzzyDate
from store.records.dates.order import (
    Bounded,
    Order,
    as_day,
    certainly_by,
    certainly_within,
    days_before,
    days_between,
    display_key,
    last_day,
    order,
    possibly_by,
    possibly_within,
)
from store.records.dates.reading import Meaning, Reading, read_date

__all__ = [
    "Bounded",
    "DateBasis",
    "DateCertainty",
    "Edtf",
    "EdtfError",
    "FuzzyDate",
    "Meaning",
    "Order",
    "Precision",
    "Reading",
    "as_day",
    "certainly_by",
    "certainly_within",
    "days_before",
    "days_between",
    "display_key",
    "last_day",
    "order",
    "parse",
    "possibly_by",
    "possibly_within",
    "read_date",
]
