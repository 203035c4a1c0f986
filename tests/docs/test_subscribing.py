"""The documents in docs/subscribing.md are valid, and its close codes are those that there are."""

import re

from graphql import GraphQLSchema, parse, validate

from api.subscriptions.messages import CloseCode
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "subscribing.md").read_text(encoding="utf-8")


def test_every_document_is_valid(schema: GraphQLSchema) -> None:
    found = re.findall(r"^```graphql\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert len(found) == 2
    for text in found:
        assert validate(schema, parse(text)) == []


def test_every_close_code_has_its_row() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d{4}) \|", PAGE, re.MULTILINE)}
    assert {code.value for code in CloseCode} <= told
    # What the library and the server close with by themselves.
    assert told - {code.value for code in CloseCode} == {1009, 1011, 1012}
