"""Splits a filter into its choice in a facet's own dimension and the rest.

Members under `and` count as if they were beside it. Members under `or` and `not` are never taken
for a choice, and always stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.rows import Path
from store.records.dimensions import Dimension

Given: TypeAlias = Mapping[str, Any]


def drop_nulls(given: Given) -> Given:
    """The members of a filter that are not null."""
    return {name: value for name, value in given.items() if value is not None}


def flatten_and(given: Given) -> Iterator[Given]:
    """The filter itself, then all filters under its `and`, at any depth."""
    yield given
    for part in given.get("and") or ():
        yield from flatten_and(part)


@dataclass(frozen=True, slots=True)
class Choice:
    """The values that a filter chooses in a dimension: the `named` ones, and the years in `ranges`.

    `wide` are those of the named ones that also choose what lies within them.
    """

    named: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()
    wide: tuple[str, ...] = ()

    def __contains__(self, value: str) -> bool:
        """Whether a value is chosen."""
        return value in self.named or any(first <= value <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class Splitter:
    """Splits filters by what they choose in a dimension on the `day` that is counted.

    `dated` is the path of the filter's member that says which day it is about.
    """

    dimension: Dimension
    day: str
    today: str
    dated: Path

    def split(self, given: Given) -> tuple[Given, Choice]:
        """The filter without its choices in the dimension, and the choices."""
        choices: list[Any] = []
        left = self._remove_choices(given, choices)
        named = dict.fromkeys(
            v for choice in choices for v in _list_values(choice, self.dimension.ranks)
        )
        ranges = tuple(_years(choice) for choice in choices if _is_range(choice))
        wide = dict.fromkeys(
            v for choice in choices if _is_wide(choice) for v in _list_values(choice)
        )
        return left, Choice(tuple(named), ranges, tuple(wide))

    def _remove_choices(self, given: Given, choices: list[Any]) -> Given:
        left: dict[str, Any] = {}
        for name, value in drop_nulls(given).items():
            if name == "and":
                parts = [part for each in value if (part := self._remove_choices(each, choices))]
                if parts:
                    left[name] = parts
            elif (rest := self._rest(name, value, choices)) is not None:
                left[name] = rest
        return left

    def _rest(self, name: str, value: Any, choices: list[Any]) -> Any:
        """What remains of a member; None if nothing does. Its choices are added to `choices`."""
        dimension = self.dimension
        choose = dimension.may_choose.get(name)
        if choose is not None and (choice := choose(value)) is not None:
            choices.append(choice)
            return None
        if dimension.by_day and not self._is_of_the_day(name, value):
            return value
        if name in dimension.chosen_by:
            choices.append(value)
            return None
        within = [path for path in dimension.chosen_by if path.startswith(f"{name}.")]
        if not within:
            return value
        rest = dict(drop_nulls(value))
        choices += [rest.pop(n) for path in within if (n := path.partition(".")[2]) in rest]
        # With only the day left, any status on that day matches, and all that is counted has one.
        return rest if rest.keys() - {self.dated[-1]} else None

    def _is_of_the_day(self, name: str, value: Any) -> bool:
        """Whether a member is about the day that is counted. If not, it stays as it is."""
        told = value.get(self.dated[-1]) if name == self.dated[0] else None
        return (told or self.today) == self.day


def _is_wide(choice: Any) -> bool:
    # A topic always chooses the narrower ones, too.
    return isinstance(choice, Mapping) and choice.get("includeSubordinates", True)


def _is_range(choice: Any) -> bool:
    return isinstance(choice, Mapping) and "match" in choice


def _years(choice: Given) -> tuple[str, str]:
    return (choice.get("from") or "")[:4], (choice.get("to") or "9999")[:4]


def _list_values(choice: Any, ranks: Sequence[str] = ()) -> Iterator[str]:
    """The values that are named in what a member was given."""
    if isinstance(choice, Mapping):
        if _is_range(choice):
            return
        equal, in_ = choice.get("eq"), choice.get("in")
        if equal is not None and in_ is not None:
            yield from [equal] if equal in in_ else []
            return
        for part in choice.values():
            # A Boolean, as in includeSubordinates, only says how the others are meant.
            if part is not None and not isinstance(part, bool):
                yield from _list_values(part)
    elif isinstance(choice, Sequence) and not isinstance(choice, str):
        yield from map(str, choice)
    elif isinstance(choice, bool):
        yield str(choice).lower()
    else:
        yield from ranks[ranks.index(str(choice)) :] if ranks else [str(choice)]
