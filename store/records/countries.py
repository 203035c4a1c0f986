"""Country codes: which are valid, and what to write instead of one that is not."""

from collections.abc import Iterator

from store.records.base import Problem, Record
from store.records.meetings import Place
from store.records.parties import Party
from store.records.references import find_parts

_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
    "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
    "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
    "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
    "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS YE YT ZA ZM ZW "
)
ASSIGNED = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2, from the time zone database (iso3166.tab, in the public domain)."""

_UNKNOWN = frozenset({"XX", "ZZ"})
"""Codes that others use for "unknown". By ISO anybody may assign them, so `_is_free` is true."""

_MEANT = {
    "UK": "GB",
    "EL": "GR",
    "DD": "DE",
    "BU": "MM",
    "TP": "TL",
    "ZR": "CD",
    "FX": "FR",
}
"""Today's code for codes of other lists and of former countries."""


def _is_free(code: str) -> bool:
    """Whether ISO leaves a code free for anyone, such as Kosovo's XK or an invented country's."""
    return code == "AA" or "QM" <= code <= "QZ" or "XA" <= code <= "XZ"


def fault_of(code: str) -> str | None:
    """What is wrong with a code of two capitals, and what to write; None if it is valid."""
    if code in _UNKNOWN:
        return "no country; leave it out where the country is not known"
    if code in ASSIGNED or _is_free(code):
        return None
    if meant := _MEANT.get(code):
        return f"no code of ISO 3166-1; write {meant}"
    return "no code of ISO 3166-1; write one that is, such as PK"


def check(record: Record) -> Iterator[Problem]:
    """A problem for each invalid country code in a record."""
    named = [(f"{path}.country", place.country) for path, place in find_parts(record, Place)]
    if isinstance(record, Party):
        named.append(("country", record.country))
    for path, code in named:
        if code is not None and (fault := fault_of(code)) is not None:
            yield Problem(path, f"{code} is {fault}")
