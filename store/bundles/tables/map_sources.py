"""Reads from a map what a member is made from."""

from collections.abc import Mapping
from typing import Any

from store.bundles.tables.addresses import PARTS
from store.bundles.tables.map_faults import MapFaults
from store.bundles.tables.maps import Column, Constant, Named, Part, Several, Source, Template
from store.records.base import Shape
from store.records.faults import Member, find_similar, members_of

_COLUMN = ("from", "split", "values", "default", "prefix", "gather", "item", "take")


def parse_source(given: Any, member: Member, path: str, faults: MapFaults) -> Source | None:
    """What a member is made from; None where the map is at fault, which is told."""
    item = member.item()
    kind = (item or member).kind
    part = kind if isinstance(kind, type) and issubclass(kind, Shape) else None
    match given:
        case str():
            return Column((given,))
        case list() if item is not None:
            found = [parse_source(one, item, f"{path}[{i}]", faults) for i, one in enumerate(given)]
            return Several([source for source in found if source is not None])
        case {"is": value, **rest}:
            faults.check_names(path, rest, ("is",))
            return Constant(value)
        case {"from": columns, **rest}:
            faults.check_names(path, rest, _COLUMN)
            return _parse_column(columns, rest, path, faults)
        case {"template": str() as text, **rest}:
            faults.check_names(path, rest, ("template", "gather"))
            names = tuple(p.partition("}")[0] for p in text.split("{")[1:])
            return Template(text, names, _text_or_none(rest.get("gather")))
        case {"record": name}:
            return Named(str(name))
        case Mapping() if part is not None:
            return _parse_part(given, part, path, faults)
    faults.add(path, "write a column, {from: COLUMN}, {is: VALUE} or {template: TEXT}")
    return None


def _parse_column(columns: Any, given: Mapping[Any, Any], path: str, faults: MapFaults) -> Column:
    values = given.get("values")
    if values is not None and not isinstance(values, Mapping):
        faults.add(f"{path}.values", "write what to take for each text: {Done: FULFILLED}")
        values = None
    item = given.get("item")
    has_items = "split" in given or "take" in given
    if item is not None and (not isinstance(item, int) or item < 1 or not has_items):
        faults.add(f"{path}.item", "write which item counts, from 1, beside `split`")
        item = None
    take = given.get("take")
    if take is not None and take not in PARTS:
        faults.add(f"{path}.take", f"write what to take of a mixed cell: {' or '.join(PARTS)}")
        take = None
    return Column(
        as_names(columns),
        _text_or_none(given.get("split")),
        {_as_text(k): v for k, v in values.items()} if values is not None else None,
        given.get("default"),
        str(given.get("prefix", "")),
        _text_or_none(given.get("gather")),
        item,
        take,
    )


def _parse_part(given: Mapping[str, Any], part: type[Shape], path: str, faults: MapFaults) -> Part:
    known = members_of(part)
    parsed = {}
    for name, value in given.items():
        if name not in known:
            meant = find_similar(str(name), list(known))
            hint = f"did you mean {' or '.join(meant)}?" if meant else ""
            there = f"there are {', '.join(known)}"
            faults.add(f"{path}.{name}", f"no such member; {hint or there}")
        elif (source := parse_source(value, known[name], f"{path}.{name}", faults)) is not None:
            parsed[name] = source
    return Part(parsed)


def _text_or_none(value: object) -> str | None:
    return str(value) if value is not None else None


def as_names(given: Any) -> tuple[str, ...]:
    """The columns that a map names: one, or a list of several."""
    return tuple(map(_as_text, given)) if isinstance(given, list) else (_as_text(given),)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
