"""Reads from a map how dates are to be read."""

import re
from collections.abc import Mapping
from typing import Any

from store.bundles.tables.map_faults import MapFaults
from store.bundles.tables.maps import DateWays
from store.records.faults import format_value

_SWITCHES = {"dayFirst": "day_first", "yearPairs": "year_pairs", "serials": "serials"}
_DAYS = {"fiscalYearBegins": "fiscal_begins", "fiscalYearEnds": "fiscal_ends"}
_MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def parse_date_ways(given: Any, faults: MapFaults) -> DateWays:
    """What `dates` says."""
    if given is None:
        return DateWays()
    if not isinstance(given, Mapping):
        faults.add("dates", "write {dayFirst: true}, or false, yearPairs, serials, words")
        return DateWays()
    faults.check_names("dates", given, [*_SWITCHES, *_DAYS, "words"])
    made: dict[str, Any] = {}
    for name, member in _SWITCHES.items():
        if isinstance(given.get(name), bool):
            made[member] = given[name]
        elif name in given:
            faults.add(f"dates.{name}", f"{format_value(given[name])} is neither true nor false")
    for name, member in _DAYS.items():
        if (found := _MONTH_AND_DAY.fullmatch(str(given.get(name)))) is not None:
            made[member] = (int(found[1]), int(found[2]))
        elif name in given:
            said = f"{format_value(given[name])} is no month and day; write them as '06-30'"
            faults.add(f"dates.{name}", said)
    if len(_DAYS.keys() & given.keys()) == 2:
        faults.add("dates", "say when a fiscal year begins or when it ends, and not both")
    words = given.get("words", {})
    if isinstance(words, Mapping) and all(isinstance(word, str) for word in words.values()):
        made["words"] = {str(word): meant for word, meant in words.items()}
    else:
        faults.add("dates.words", "write English words beside those of the table: {März: March}")
    return DateWays(**made)
