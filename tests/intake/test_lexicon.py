"""Each pattern finds its examples and not its counter-examples, in time that grows with length."""

from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from intake.lexicon import Pattern, compile_pattern, countries_by_name, load_lexicon

ENGLISH = load_lexicon("en")
PATTERNS = [(file, pattern) for file, found in ENGLISH.patterns.items() for pattern in found]


def _finds(file: str, pattern: Pattern, sentence: str) -> bool:
    found = pattern.regex.match if file == "headers" else pattern.regex.search
    return found(sentence) is not None


@pytest.mark.parametrize(("file", "pattern"), PATTERNS, ids=lambda p: getattr(p, "name", p))
def test_each_pattern_finds_its_examples_alone(file: str, pattern: Pattern) -> None:
    assert pattern.examples and pattern.counter_examples
    assert [e for e in pattern.examples if not _finds(file, pattern, e)] == []
    assert [e for e in pattern.counter_examples if _finds(file, pattern, e)] == []


@pytest.mark.parametrize(("file", "pattern"), PATTERNS, ids=lambda p: getattr(p, "name", p))
def test_no_pattern_repeats_what_repeats_without_end(file: str, pattern: Pattern) -> None:
    """What makes a regular expression take far longer than the text is long: `(a+)+`."""
    assert not _repeats_without_end(_parser.parse(pattern.regex.pattern), inside=False)


def test_a_repetition_of_repetitions_would_be_noticed() -> None:
    assert _repeats_without_end(_parser.parse(r"(?:\w+\s*)+x"), inside=False)


def _repeats_without_end(parsed: Any, *, inside: bool) -> bool:
    for operation, argument in parsed:
        if operation in (_parser.MAX_REPEAT, _parser.MIN_REPEAT):
            _, most, repeated = argument
            endless = most == _parser.MAXREPEAT
            if (endless and inside) or _repeats_without_end(repeated, inside=inside or endless):
                return True
        elif operation is _parser.SUBPATTERN:
            if _repeats_without_end(argument[3], inside=inside):
                return True
        elif operation is _parser.BRANCH:
            if any(_repeats_without_end(branch, inside=inside) for branch in argument[1]):
                return True
        elif operation in (_parser.ASSERT, _parser.ASSERT_NOT) and _repeats_without_end(
            argument[1], inside=inside
        ):
            return True
    return False


def test_names_of_patterns_are_unique_in_their_file() -> None:
    for file, found in ENGLISH.patterns.items():
        assert len({p.name for p in found}) == len(found), file


def test_gaps_end_at_the_sentence() -> None:
    regex = compile_pattern("promised ~5 will", {})
    assert regex.search("He promised the town that it will come.")
    assert not regex.search("He promised. Nobody will come.")


def test_an_optional_word_may_be_missing_anywhere() -> None:
    regex = compile_pattern("[fully] committed [itself] to", {})
    for words in ("committed to", "fully committed to", "committed itself to"):
        assert regex.fullmatch(words)


def test_an_unknown_class_is_an_error() -> None:
    with pytest.raises(KeyError):
        compile_pattern("{nothing} to", {})


def test_countries_are_known_by_name_people_and_capital() -> None:
    named = countries_by_name()
    assert named["kenya"] == ("KE", "NAME")
    assert named["kenyan"] == ("KE", "PEOPLE")
    assert named["nairobi"] == ("KE", "CAPITAL")
