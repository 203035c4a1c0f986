"""Enums in which each member has a description for the public."""

from enum import StrEnum
from typing import Self


class Described(StrEnum):
    """A string enum whose members are written `YEAR = "YEAR", "Known to the year."`.

    A member equals its value (`Precision.YEAR == "YEAR"`) and can be made from it
    (`Precision("YEAR")`). Raises ValueError if a description is empty.
    """

    description: str

    def __new__(cls, value: str, description: str = "") -> Self:
        # The default is only for the type checker, which takes `Precision("YEAR")` for this call.
        if not description.strip():
            raise ValueError(f"{cls.__name__}.{value} needs a description")
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member
