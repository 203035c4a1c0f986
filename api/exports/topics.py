"""The export of topics: what each is called, and how much is about it and what is beneath it.

A topic is no record but a path that records name, so these rows are counts and no list.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from graphql import GraphQLSchema, OperationDefinitionNode, parse

from api.exports.columns import Column, make_column
from engine.context import Operation
from engine.requests.document import make_error
from engine.requests.prepared import Request as Asked
from engine.requests.service import Service
from engine.requests.url_variables import Parameters

MOST = 1000
QUERY = f"""
query Topics($asOf: Date) {{
  commitments(first: 1, filter: {{ madeOn: {{ to: $asOf }} }}) {{
    facets(by: [TOPIC], first: {MOST}) {{ cut values {{ value count concept {{ label }} }} }}
  }}
  requests(first: 1, filter: {{ madeOn: {{ to: $asOf }} }}) {{
    facets(by: [TOPIC], first: {MOST}) {{ cut values {{ value count concept {{ label }} }} }}
  }}
}}
"""

COLUMNS: Sequence[Column] = (
    make_column("topic", "topic", "The topic: its path."),
    make_column("url", "url", "Its address."),
    make_column("label", "label", "What it is called, if that is recorded."),
    make_column("asOf", "asOf", "The day by which the next two columns count."),
    make_column("commitments", "commitments", "How many commitments are about it."),
    make_column("requests", "requests", "How many requests are about it."),
)


def read_parameters(schema: GraphQLSchema) -> Parameters:
    """What an address of the export may state: the variables of `QUERY`."""
    (definition,) = parse(QUERY).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return Parameters(schema, definition)


async def count(service: Service, asking: Operation, version: int | None) -> list[dict[str, Any]]:
    """The rows by path, as of the day of the operation. Raises GraphQLError if there are too many
    to be counted at once.
    """
    asked = Asked(QUERY, variables={"asOf": asking.today})
    answer = await service.answer(asked, asking, read_only=True, version=version)
    assert answer is not None  # only a mutation has none
    data = answer.read_data()
    counts = {noun: _read_counts(data[noun]) for noun in ("commitments", "requests")}
    paths = sorted({path for of in counts.values() for path in of})
    return [_make_row(path, counts, asking.today) for path in paths]


def _read_counts(connection: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    (facet,) = connection["facets"]
    if facet["cut"]:
        raise make_error(
            "BAD_USER_INPUT", f"there are more than {MOST} topics; count them by `facets` instead"
        )
    return {value["value"]: value for value in facet["values"]}


def _make_row(
    path: str, counts: Mapping[str, Mapping[str, Mapping[str, Any]]], today: Any
) -> dict[str, Any]:
    found = [of[path] for of in counts.values() if path in of]
    concept = found[0]["concept"]
    return {
        "topic": path,
        "url": f"/topics/{quote(path)}",
        "label": concept["label"] if concept is not None else None,
        "asOf": today,
        **{noun: of[path]["count"] if path in of else 0 for noun, of in counts.items()},
    }
