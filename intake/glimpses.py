"""What is told of a text in a language without rules: the day that it states, and stored names."""

import re
from dataclasses import dataclass

from intake.dates import Day, find_days
from intake.lexicon import Lexicon
from intake.names.directory import Directory
from store.records.dates import DateBasis

_LINES = 12
_MOST_DAY_LINE = 60
"""Characters of a line that states a day of publication, and little else."""

_MOST_LEAD = 60
"""Characters at the begin of the text in which a dateline's day stands in brackets."""

_HEADER = re.compile(r"\s*date (\d{4}-\d{2}-\d{2})\b")
_LETTER = r"[^\W\d_]"
_ENDS_LEAD = re.compile(r"\s*[)\]:–—-]")


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A day, where the text states one, and stored parties by key with the words that name them."""

    published: Day | None
    parties: tuple[tuple[str, str], ...]


def glimpse(text: str, lexicon: Lexicon, directory: Directory) -> Glimpse:
    """The day and the stored names of a text whose sentences cannot be read."""
    day = _find_day(text, lexicon)
    return Glimpse(day, tuple(_find_parties(text, lexicon, directory, day)))


def _find_day(text: str, lexicon: Lexicon) -> Day | None:
    """The day in a header, alone on one of the first lines, or in a dateline; none is guessed."""
    if header := _HEADER.match(text):
        return Day(header[1], DateBasis.INGEST_HEADER, *header.span(1), header[0].strip())
    allowed = lexicon.words("weekday") | lexicon.words("date_label")
    lines = [m for m in re.finditer(r"[^\n]+", text) if m[0].strip()][:_LINES]
    for line in lines:
        for day in find_days(text, lexicon, line.start(), line.end()):
            rest = text[line.start() : day.start] + " " + text[day.end : line.end()]
            alone = set(re.findall(rf"{_LETTER}+", rest.lower())) <= allowed
            if alone and len(line[0]) <= _MOST_DAY_LINE:
                return day
            in_lead = day.end - line.start() <= _MOST_LEAD and text[: day.start].count("\n") < 4
            if in_lead and _ENDS_LEAD.match(text, day.end):
                return day
            break
    return None


def _find_parties(
    text: str, lexicon: Lexicon, directory: Directory, day: Day | None
) -> list[tuple[str, str]]:
    """Stored parties that are named in the letters of the text, in the order in which they are."""
    forms = {
        name.value: key
        for key, party in directory.parties.items()
        for name in party.names
        if not name.value.isascii()
    }
    for latin, aliases in lexicon.aliases.items():
        keys = directory.find_by_letters(latin, day.day if day else None)
        forms |= {alias: keys[0] for alias in aliases if keys}
    found: dict[str, tuple[int, str]] = {}
    for form, key in forms.items():
        match = re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text)
        if match and (key not in found or match.start() < found[key][0]):
            found[key] = match.start(), form
    return [(key, form) for key, (_, form) in sorted(found.items(), key=lambda f: f[1])]
