"""Where something was: capitals that a sentence names behind "in", the one kind of city known."""

import re
from functools import cache
from typing import Any

from intake.lexicon import countries_by_name, load_countries


def find_city(text: str, start: int, end: int) -> dict[str, Any] | None:
    """The first capital behind "in" or "at" within a span, as a place without its basis. Other
    cities are not known by name, and no place is guessed.
    """
    match = _pattern().search(text, start, end)
    if match is None:
        return None
    return {"name": match[1], "country": countries_by_name()[match[1].lower()][0]}


@cache
def _pattern() -> re.Pattern[str]:
    capitals = [name for country in load_countries() for name in country.capitals]
    longest_first = sorted(capitals, key=len, reverse=True)
    named = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"\b(?:in|at)\s({named})\b(?![-’'])")
