"""FuzzyDate: the date as a record keeps it, its bounds computed from the EDTF string."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import model_validator

from store.records.base import AsStated, Shape
from store.records.dates.edtf import DateCertainty, Edtf, Precision, hints_of, parse
from store.records.enums import Described


class DateBasis(Described):
    """What a date rests on."""

    STATED = "STATED", "The source states the date."
    WEEKDAY_RESOLVED = "WEEKDAY_RESOLVED", "The source names a weekday, resolved from its own date."
    REPORT_DAY = "REPORT_DAY", "Only the day of the report, or of the statement, is known."
    INGEST_HEADER = "INGEST_HEADER", "Taken from the header with which the text was collected."
    ASSET_TIMESTAMP = "ASSET_TIMESTAMP", "Taken from the time stamp of an image or another file."
    COPYRIGHT_LINE = "COPYRIGHT_LINE", "Taken from a copyright line, which gives a year."
    CONTEXT = "CONTEXT", "Concluded from what else the source tells."


class FuzzyDate(Shape):
    """A date as known, read from a string or from `{edtf, certainty, basis, statedAs}`.

    `earliest` and `latest` are days `YYYY-MM-DD`, inclusive, None where open; they and
    `precision` always follow from `edtf`, and one given that differs is refused. `certainty` is
    what the qualifier says unless stated; stating more certainty than the qualifier leaves is
    refused. What a YAML reader makes of an unquoted date (a `date`, a year as `int`, a time
    with its zone) is taken too. Raises pydantic's ValidationError, with EdtfError's words.
    """

    edtf: str
    earliest: str | None = None
    latest: str | None = None
    precision: Precision = Precision.UNKNOWN
    certainty: DateCertainty = DateCertainty.CERTAIN
    basis: DateBasis = DateBasis.STATED
    stated_as: AsStated | None = None

    @property
    def instant(self) -> datetime | None:
        """The time in UTC, where the date states one with its zone."""
        return parse(self.edtf).instant

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        if isinstance(given, cls):
            return given
        fields = dict(given) if isinstance(given, Mapping) else {"edtf": given}
        if "edtf" not in fields:
            return fields
        read = parse(_as_text(fields["edtf"]))
        if fields.get("precision") == Precision.INTERVAL and "/" in read.text:
            # Every interval had this precision once: what was stored or exported then is read.
            del fields["precision"]
        for name in ("earliest", "latest", "precision"):
            _check_agreement(name, fields.get(name, getattr(read, name)), read)
            fields[name] = getattr(read, name)
        return {"certainty": read.certainty, **fields, "edtf": read.text}

    @model_validator(mode="after")
    def _no_firmer_than_written(self) -> "FuzzyDate":
        written = parse(self.edtf).certainty
        if self.certainty.claims_more_than(written):
            raise ValueError(
                f"certainty {self.certainty} claims more than {self.edtf!r}, which is {written}; "
                f"state {written} or less, or take the qualifier off the date"
            )
        return self


def _as_text(value: object) -> str:
    """The EDTF string for what YAML, JSON or Python gives as a date."""
    match value:
        case str():
            return value
        case Edtf():
            return value.text
        case datetime(tzinfo=None):
            # YAML readers turn a time with a zone into a naive one in UTC, so the zone is lost.
            raise ValueError(f"the time {value} came without a zone; put it in quotes")
        case date():
            return value.isoformat()
        case int() if not isinstance(value, bool) and 1000 <= value <= 9999:
            return str(value)
        case int() if not isinstance(value, bool) and hints_of(str(value)):
            return str(value)  # refused with these
    raise ValueError(f"{value!r} is no date; write an EDTF string in quotes")


def _check_agreement(name: str, given: object, read: Edtf) -> None:
    """Refuse a given value that is not what the EDTF string says."""
    says = getattr(read, name)
    if (given.isoformat() if isinstance(given, date) else given) != says:
        shown = "open (null)" if says is None else says
        raise ValueError(f"{name} {given!r} differs from {read.text!r}, whose {name} is {shown}")
