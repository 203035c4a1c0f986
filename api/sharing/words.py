"""Words for what is shared: statuses, days, and names in a row."""

import re
from collections.abc import Sequence
from typing import Final

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([?~%])?")
_DOUBT: Final = {"?": " (uncertain)", "~": " (probable)", "%": " (uncertain)"}


def say_status(value: str) -> str:
    """`NO_FOLLOW_UP` as `No follow-up`."""
    words = value.lower().replace("_", " ").replace("follow up", "follow-up")
    return words[:1].upper() + words[1:]


def say_date(edtf: str) -> str:
    """`2025-07-09` as `9 July 2025`, `2024` as itself; what is no such date stays as it is."""
    found = _DAY.fullmatch(edtf)
    if found is None:
        return edtf
    year, month, day, doubt = found.groups()
    if month is not None and not 1 <= int(month) <= 12:
        return edtf
    parts = [str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", year]
    return " ".join(filter(None, parts)) + _DOUBT.get(doubt or "", "")


def list_names(names: Sequence[str], most: int = 3) -> str:
    """Names with commas between; of more than `most`, the first and how many others."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
