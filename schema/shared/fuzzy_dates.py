"""Fuzzy dates as the API shows them."""

import strawberry

from engine.fields import stored
from schema.shared.enums import register_enum
from schema.shared.scalars import Day, Edtf
from store.records.dates import DateBasis, DateCertainty, Precision

register_enum(Precision)
register_enum(DateCertainty)
register_enum(DateBasis)


@strawberry.type(
    description="A date as precisely as it is known. A date of which only the year is known does "
    "not mean 1 January."
)
class FuzzyDate:
    edtf: Edtf = stored("edtf", "The date in the Extended Date/Time Format.")
    earliest: Day | None = stored(
        "earliest", "The first day that it may be; null if there is no such bound."
    )
    latest: Day | None = stored(
        "latest",
        "The last day that it may be, as stated; null if there is no such bound. What "
        "is recorded has happened, so a status uses the day (UTC) of `recordedAt` if "
        "that is earlier.",
    )
    precision: Precision = stored("precision", "How precisely it is known.")
    certainty: DateCertainty = stored(
        "certainty", "How reliable it is. This never changes `earliest` or `latest`."
    )
    basis: DateBasis = stored("basis", "How the date is known.")
    stated_as: str | None = stored("statedAs", "The words that state it in the source.")
