"""Parts of a year that EDTF numbers in place of a month: seasons, quarters, thirds and halves.

The numbers are those of the Library of Congress (level 1: 21 to 24, level 2: 25 to 41). It gives
seasons no months: here they are whole months, those without a place are of the northern half of the
earth, and a winter ends in the next year.
"""

from collections.abc import Mapping

_SPRING, _SUMMER, _AUTUMN, _WINTER = (3, 5), (6, 8), (9, 11), (12, 2)

NAMED: Mapping[str, tuple[int, int]] = {
    "spring": _SPRING,
    "summer": _SUMMER,
    "autumn": _AUTUMN,
    "fall": _AUTUMN,
    "winter": _WINTER,
    **{f"q{n}": (3 * n - 2, 3 * n) for n in range(1, 5)},
    **{f"t{n}": (4 * n - 3, 4 * n) for n in range(1, 4)},
    **{f"h{n}": (6 * n - 5, 6 * n) for n in range(1, 3)},
}
"""The first and last month of each part by its name in English."""

SEASONS = range(21, 33)
"""The numbers of seasons: without a place, of the north, of the south."""

NUMBERED: Mapping[int, tuple[int, int]] = {
    **dict(zip(range(21, 25), (_SPRING, _SUMMER, _AUTUMN, _WINTER), strict=True)),
    **dict(zip(range(25, 29), (_SPRING, _SUMMER, _AUTUMN, _WINTER), strict=True)),
    **dict(zip(range(29, 33), (_AUTUMN, _WINTER, _SPRING, _SUMMER), strict=True)),
    **{33 + n: NAMED[f"q{n + 1}"] for n in range(4)},
    **{37 + n: NAMED[f"t{n + 1}"] for n in range(3)},
    **{40 + n: NAMED[f"h{n + 1}"] for n in range(2)},
}
"""The first and last month of each part by its number in EDTF."""


def months_of(part: tuple[int, int], year: int) -> tuple[str, str]:
    """The first and last month of a part of a year: `("2001-12", "2002-02")` for a winter."""
    first, last = part
    return f"{year:04}-{first:02}", f"{year + (last < first):04}-{last:02}"


def may_be_two_years(year: str, number: str) -> bool:
    """Whether `2023-24` may as well mean the years 2023 to 2024, which many write so."""
    return (int(year) + 1) % 100 == int(number)
