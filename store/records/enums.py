"""Enums whose every member carries the sentence that explains it to the public."""

from enum import StrEnum
from typing import Self


class Described(StrEnum):
    """A string enum whose members are written `YEAR = "YEAR", "Known to the year."`.

    A member equals its value (`Precision.YEAR == "YEAR"`) and is found by it
    (`Precision("YEAR")`); `description` is never empty.
    """

    description: str

    def __new__(cls, value: str, description: str = "") -> Self:
        # The default is for the type checker only, which reads `Precision("YEAR")` as this call.
        if not description.strip():
            raise ValueError(f"{cls.__name__}.{value} needs a description")
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member
