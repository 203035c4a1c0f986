"""FuzzyDate: a date in a record, with bounds computed from its EDTF string."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import model_validator

from store.records.base import AsStated, Shape
from store.records.dates.edtf import DateCertainty, Edtf, Precision, hints_of, parse
from store.records.enums import Described


class DateBasis(Described):
    """How a date is known."""

    STATED = "STATED", "The source states the date."
    WEEKDAY_RESOLVED = "WEEKDAY_RESOLVED", "The source names a weekday, resolved from its own date."
    REPORT_DAY = "REPORT_DAY", "Only the day of the report, or of the statement, is known."
    INGEST_HEADER = "INGEST_HEADER", "Taken from the header with which the text was collected."
    ASSET_TIMESTAMP = "ASSET_TIMESTAMP", "Taken from the time stamp of an image or another file."
    COPYRIGHT_LINE = "COPYRIGHT_LINE", "Taken from a copyright line, which gives a year."
    CONTEXT = "CONTEXT", "Concluded from the rest of the source."


class FuzzyDate(Shape):
    """A date as known, made from a string or from `{edtf, certainty, basis, statedAs}`.

    `earliest` and `latest` are days `YYYY-MM-DD`, inclusive; None if open. They and `precision` are
    computed from `edtf`, and given ones must be the same. `certainty` follows from the qualifier;
    a given one may not be more certain. Fractions of a second are dropped from `edtf`; `stated_as`
    then has what was written, unless it is given. An unquoted date from YAML (a `date`, a year as
    `int`, a time with its zone) is accepted, too. Raises pydantic's ValidationError with the
    message of EdtfError.
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
        """The time in UTC; None if the date has no time with a zone."""
        return parse(self.edtf).instant

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        if isinstance(given, cls):
            return given
        fields = dict(given) if isinstance(given, Mapping) else {"edtf": given}
        if "edtf" not in fields:
            return fields
        written = _as_text(fields["edtf"])
        read = parse(written)
        if read.text != written and not (fields.get("statedAs") or fields.get("stated_as")):
            fields["statedAs"] = written
        if fields.get("precision") == Precision.INTERVAL and "/" in read.text:
            # Older stores and exports give this precision to every interval.
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
    """The EDTF string for a date from YAML, JSON or Python. Raises ValueError for anything else."""
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
            return str(value)  # is refused later, with hints
    raise ValueError(f"{value!r} is no date; write an EDTF string in quotes")


def _check_agreement(name: str, given: object, read: Edtf) -> None:
    """Raises ValueError if a given value differs from that of the EDTF string."""
    says = getattr(read, name)
    if (given.isoformat() if isinstance(given, date) else given) != says:
        shown = "open (null)" if says is None else says
        raise ValueError(f"{name} {given!r} differs from {read.text!r}, whose {name} is {shown}")
