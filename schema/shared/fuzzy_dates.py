"""Fuzzy dates as the API shows them."""

import strawberry

from engine.fields import stored
from schema.shared.enums import shown
from schema.shared.scalars import Day, Edtf
from store.records.dates import DateBasis, DateCertainty, Precision

shown(Precision)
shown(DateCertainty)
shown(DateBasis)


@strawberry.type(
    description="A date as well as it is known. Never read a year-only date as its 1 January."
)
class FuzzyDate:
    edtf: Edtf = stored("edtf", "The date as known.")
    earliest: Day | None = stored("earliest", "The first day that it may be; null if open.")
    latest: Day | None = stored(
        "latest",
        "The last day that it may be as stated; null if open. What was recorded had happened: a "
        "status goes by the day (UTC) of `recordedAt` where that is earlier.",
    )
    precision: Precision = stored("precision", "How finely it is known.")
    certainty: DateCertainty = stored("certainty", "How sure it is; this never moves the bounds.")
    basis: DateBasis = stored("basis", "What the date rests on.")
    stated_as: str | None = stored("statedAs", "The words in the source.")
