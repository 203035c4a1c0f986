"""Dates as people write them, read and explained."""

from collections.abc import Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import Argument, Arguments, computed, embedded, stored
from engine.rows import Row
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.scalars import Day
from store.records.dates import Meaning, read_date
from store.records.dates.reading import LONGEST_TEXT

A_READING = 50
"""What a reading costs, in records: a text that is made to take long takes some 25 ms."""


@strawberry.type(description="One thing that a text may mean as a date.")
class DateMeaning:
    date: FuzzyDate = embedded("date", "The date.")
    sentence: str = stored("sentence", "How the text is understood then.")


@strawberry.type(description="How a text was read as a date.")
class DateReading:
    date: FuzzyDate | None = embedded(
        "date", "What it means; null if that cannot be told, or if it means several things alike."
    )
    sentence: str = stored(
        "sentence", "How it was understood, or what is in the way and what to write instead."
    )
    alternatives: list[DateMeaning] = embedded(
        "alternatives",
        "What else it may mean; with a null `date`, all that it may mean.",
        many=True,
    )


def _read(rows: Sequence[Row], arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    text = arguments["text"]
    reading = read_date(text, arguments.get("on"))
    shown = {
        "date": _show(reading.meaning, text) if reading.meaning else None,
        "sentence": reading.sentence,
        "alternatives": [
            {"date": _show(meaning, text), "sentence": meaning.sentence}
            for meaning in reading.alternatives
        ],
    }
    return [shown for _ in rows]


def _show(meaning: Meaning, text: str) -> Row:
    when = meaning.date
    return {
        "edtf": when.text,
        "earliest": when.earliest,
        "latest": when.latest,
        "precision": when.precision,
        "certainty": when.certainty,
        "basis": meaning.basis,
        "statedAs": text.strip(),
    }


fuzzy_date_field: Any = computed(
    _read,
    (),
    "Reads a date as people write it: EDTF, `19 February 2022`, `early 2020`, `before 2024`, or "
    "what needs a day to be seen from, such as `last Friday` or `end of next month`. In English, "
    "with the digits of any script. Nothing is guessed: what may mean several things is told.",
    [
        Argument("text", str, f"The text, at most {LONGEST_TEXT} characters."),
        Argument("on", Day | None, "The day on which it was written or said."),
    ],
    weight=A_READING,
)
