"""The lexicon: the words and patterns of a language, kept as data that a linguist can extend.

docs/intake.md explains the files. A pattern is a row of words: `{class}` is any word of a class,
`~3` up to three words of any kind, `[word]` may be missing, and `a|b` is either. What else stands
there is a regular expression for one word. Everything is bounded, so time grows with length alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent
_CLASS = re.compile(r"\{([a-z_]+)\}")
_GAP = r"(?:\s+[^\s.!?;:“”\"]+){{0,{most}}}?"
_BETWEEN = r"\s+[“\"‘]?"
_WORD_START, _WORD_END = r"(?<![\w])", r"(?![\w])"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What shows something in a sentence, with a sentence that it finds and one that it must not.

    `says` is what it shows, by the file it stands in: a strength, a mode, a kind of follow-up.
    `subject` says where the one who does it stands: before, owner, after, or none. `traits` say
    how the verb behaves; the head of the file explains them.
    """

    name: str
    regex: re.Pattern[str]
    says: str
    subject: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lexicon:
    """The words and patterns of one language."""

    language: str
    classes: Mapping[str, Sequence[str]]
    patterns: Mapping[str, Sequence[Pattern]]
    aliases: Mapping[str, Sequence[str]]
    """By a name in Latin letters, how the language writes it."""

    def words(self, name: str) -> frozenset[str]:
        """The words of a class, in lower case."""
        return _words(self.language, name)

    def any_of(self, name: str) -> re.Pattern[str]:
        """What finds a word of a class, in any case."""
        return _any_of(self.language, name)

    def regexes(self, file: str) -> Mapping[str, re.Pattern[str]]:
        """The patterns of a file by name, where each has a place of its own in the rules."""
        return _regexes(self.language, file)


@cache
def _regexes(language: str, file: str) -> Mapping[str, re.Pattern[str]]:
    return {pattern.name: pattern.regex for pattern in load_lexicon(language).patterns[file]}


@cache
def _words(language: str, name: str) -> frozenset[str]:
    return frozenset(load_lexicon(language).classes[name])


@cache
def _any_of(language: str, name: str) -> re.Pattern[str]:
    words = load_lexicon(language).classes[name]
    return re.compile(f"{_WORD_START}(?:{_alternatives(words)}){_WORD_END}", re.IGNORECASE)


def list_languages() -> list[str]:
    """The languages that there are lexicons for: of some, only words for days and names."""
    return sorted(folder.name for folder in _FOLDER.iterdir() if (folder / "words.yaml").exists())


def has_rules(language: str) -> bool:
    """Whether promises can be found in a language."""
    return (_FOLDER / language / "commitments.yaml").exists()


@cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of a language. Raises ValueError with file and name of what is wrong in it."""
    folder = _FOLDER / language
    classes = {
        name: tuple(_split_words(words)) for name, words in _read(folder / "words.yaml").items()
    }
    patterns = {
        file.stem: tuple(_patterns(file, classes))
        for file in sorted(folder.glob("*.yaml"))
        if file.stem not in ("words", "aliases")
    }
    aliases = folder / "aliases.yaml"
    return Lexicon(language, classes, patterns, _read(aliases) if aliases.exists() else {})


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


def _split_words(words: str | Sequence[str]) -> Sequence[str]:
    """Words of a class: a text of words between blanks, or a list of words and phrases."""
    return words.lower().split() if isinstance(words, str) else [w.lower() for w in words]


def _patterns(file: Path, classes: Mapping[str, Sequence[str]]) -> Iterator[Pattern]:
    for entry in _read(file):
        try:
            yield Pattern(
                name=entry["name"],
                regex=_compile(entry, classes),
                says=entry.get("says", ""),
                subject=entry.get("subject", "before"),
                examples=tuple(entry["examples"]),
                counter_examples=tuple(entry["counter_examples"]),
                traits=frozenset(entry.get("traits", ())),
            )
        except (KeyError, re.error) as error:
            where = f"{file.name}, {entry.get('name', 'an entry without a name')}"
            raise ValueError(f"{where}: {error!r}") from error


def _compile(entry: Mapping[str, str], classes: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """The row of words in `pattern`, or the regular expression in `regex`."""
    if "regex" in entry:
        return re.compile(_fill_classes(entry["regex"], classes), re.IGNORECASE)
    return compile_pattern(entry["pattern"], classes)


def _fill_classes(pattern: str, classes: Mapping[str, Sequence[str]]) -> str:
    return _CLASS.sub(lambda m: f"(?:{_alternatives(classes[m[1]])})", pattern)


def _alternatives(words: Sequence[str]) -> str:
    """Longer words first, so that a phrase is found before its first word; any apostrophe."""
    escaped = (re.escape(word) for word in sorted(words, key=len, reverse=True))
    return "|".join(e.replace("'", "['’]").replace("\\ ", r"\s+") for e in escaped)


def compile_pattern(pattern: str, classes: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """The regular expression of a pattern. Raises KeyError for a class that there is not."""
    parts: list[str] = []
    between = ""
    for token in pattern.split():
        if token[0] == "~":
            between = _GAP.format(most=int(token[1:]))
            continue
        optional = token[0] == "[" and token[-1] == "]"
        inner = _fill_classes(token[1:-1] if optional else token, classes)
        word = rf"{_WORD_START}(?:{inner}){_WORD_END}"
        if not parts:
            parts.append(rf"(?:{word}{_BETWEEN})?" if optional else word)
        elif optional:
            parts.append(rf"{between}(?:{_BETWEEN}{word})?")
        else:
            parts.append(rf"{between}{_BETWEEN}{word}")
        between = ""
    joined = "".join(parts).replace(f"{_BETWEEN})?{_BETWEEN}", f"{_BETWEEN})?")
    return re.compile(joined, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Country:
    """A country as texts name it."""

    code: str
    names: tuple[str, ...]
    people: tuple[str, ...]
    capitals: tuple[str, ...]


@cache
def load_countries() -> tuple[Country, ...]:
    """All countries that are known by name."""
    listed: Mapping[str, list[str]] = _read(_FOLDER / "countries.yaml")
    return tuple(
        Country(code, *(tuple(part.split("|")) for part in parts)) for code, parts in listed.items()
    )


@cache
def countries_by_name() -> Mapping[str, tuple[str, str]]:
    """By each name in small letters: the code of the country, and NAME, PEOPLE or CAPITAL."""
    return {
        name.lower(): (country.code, kind)
        for country in load_countries()
        for kind, names in (
            ("CAPITAL", country.capitals),
            ("PEOPLE", (*country.people, *(f"{p}s" for p in country.people))),
            ("NAME", country.names),
        )
        for name in names
    }
