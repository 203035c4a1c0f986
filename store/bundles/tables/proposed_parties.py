"""Proposes what the parties are that a table names, and which names may be of one."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from store.bundles.tables.column_roles import Columns, quote
from store.bundles.tables.rows import text_of_cell
from store.records.parties import PartyKind, fold_party_name

_KINDS: Sequence[tuple[str, ...]] = (
    (r"^(mr|mrs|ms|dr|prof|sir)\b", "PERSON"),
    (r"(^|\()(vice |deputy |acting )?(mayor|senator|minister|president|premier)\b", "PERSON"),
    (r"^\w\. \w+$|^[\w-]+, [\w-]+$", "PERSON"),
    (r"\b(ministry|department|dept)\b", "MINISTRY"),
    (r"\b(council|city|town|county|municipality|district)\b", "LOCAL_GOVERNMENT", "GOVERNMENT"),
    (r"\b(ltd|inc|plc|gmbh|corp|company|s\.?a\.?|ag)\b", "COMPANY"),
    (r"\bparty\b|\b(labou?r|alliance|greens?|liberals?)\b", "POLITICAL_PARTY", "GROUP"),
    (r"\bgovernment\b|\bcabinet\b", "GOVERNMENT"),
    (r"\b(foundation|charity|union|association|watch)\b", "CIVIL_SOCIETY"),
)
"""Kinds by words of a name, of which the first that there is counts."""

_OTHERWISE = "PUBLIC_BODY"

_MOST_PARTIES = 60


def propose_parties(columns: Columns) -> Iterator[str]:
    """The lines of `newParties`: all that the columns of parties name."""
    roles = ("promisor", "addressee", "beneficiary")
    named = [column for role in roles if (column := columns.get(role)) is not None]
    names: dict[str, str] = {}
    for column in named:
        mark = columns.find_split(column)
        for cell in columns.cells[column]:
            text = text_of_cell(cell)
            for name in map(str.strip, text.split(mark) if mark else [text]):
                if folded := fold_party_name(name):
                    names.setdefault(folded, name)
    if not names:
        return
    yield "newParties:   # what those are that are not stored; a name that is not here is a fault"
    yield "  # of a second spelling, write the name instead of a kind: MoR: Ministry of Roads"
    yield f"  # kinds: {', '.join(PartyKind)}"
    shown = list(names)[:_MOST_PARTIES]
    for folded in shown:
        name, shown_as = names[folded], json.dumps(names[folded], ensure_ascii=False)
        if (same := _find_same(folded, names)) is not None:
            yield f"  {shown_as}: {quote(names[same])}   # a guess: the same words"
            continue
        like = _find_like(name, folded, [one for one in shown if one != folded])
        asked = f"; the same as {names[like]}?" if like is not None else ""
        spellings = [names[one] for one in shown if _words_of(one) == _words_of(folded)]
        kinds = [kind for one in spellings if (kind := _guess_kind(one)) != _OTHERWISE]
        yield f"  {shown_as}: {next(iter(kinds), _OTHERWISE)}   # a guess{asked}"
    if len(names) > _MOST_PARTIES:
        yield f"  else: PUBLIC_BODY   # and {len(names) - _MOST_PARTIES:,} more: choose"


_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "dr", "prof", "sir", "the"),
        *("mayor", "senator", "minister", "president", "premier", "deputy", "vice", "acting"),
    )
)


def _drop_titles(folded: str) -> list[str]:
    return [word for word in folded.split() if word not in _TITLES]


def _words_of(folded: str) -> list[str]:
    return sorted(_drop_titles(folded))


def _may_be_short_for(one: str, other: str) -> bool:
    """Whether two names have the same words but for an initial: `T. Okoro`, `Tom Okoro`."""
    first, second = _drop_titles(one), _drop_titles(other)
    if len(first) != len(second):
        return False
    unlike = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    return 0 < len(unlike) < len(first) and all(
        min(map(len, pair)) == 1 and pair[0][0] == pair[1][0] for pair in unlike
    )


def _find_same(folded: str, names: Mapping[str, str]) -> str | None:
    """The best spelling of a name that has the same words in another order or without a title,
    `Bar, Ana` for `Ana Bar`; None if it is the best itself.
    """
    words = _words_of(folded)
    same = [one for one in names if words and _words_of(one) == words]
    best = min(same, key=lambda one: ("," in names[one], len(one.split())), default=folded)
    return best if best != folded else None


def _find_like(name: str, folded: str, others: Sequence[str]) -> str | None:
    """Another name that may be the same party's: nearly the same, its acronym, or the beginning."""
    if near := get_close_matches(folded, others, n=1, cutoff=0.75):
        return near[0]
    for other in others:
        if _may_be_short_for(folded, other):
            return other
        initials = "".join(word[0] for word in other.split() if word not in ("of", "the", "and"))
        if len(initials) > 1 and folded == initials:
            return other
        if other.startswith(f"{folded} ") or folded.startswith(f"{other} "):
            return other
    return None


def _guess_kind(name: str) -> str:
    for pattern, *kinds in _KINDS:
        if re.search(pattern, name.lower()):
            return next(kind for kind in kinds if kind in [*PartyKind])
    return _OTHERWISE
