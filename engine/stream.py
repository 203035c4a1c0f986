"""Reads all documents of a connection, through one cursor, with whatever is selected of them.

A page holds a hundred documents at most, and an answer is whole before it is sent. A stream is read
a batch at a time; each batch is completed as a plan completes a page, and then dropped.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.execution.values import VariableValues

from engine.collection import Collection
from engine.context import Operation
from engine.fields import Arguments, Connected
from engine.lists.filters import filters_of
from engine.lists.merged_keys import resolve_merged_keys
from engine.lists.page_request import check_order_known, request_for
from engine.plan.coercion import Variables
from engine.plan.fetch import Fetch
from engine.plan.plan import plan_of
from engine.plan.steps.connect import Connect
from engine.plan.steps.follow import fields_of
from engine.rows import Row
from store.reads.queries import match_all


class Stream:
    """A query for the `nodes` of one connection, planned once, whose answer is read to the end."""

    def __init__(
        self, schema: GraphQLSchema, collections: Mapping[str, Collection], query: str
    ) -> None:
        document = parse(query)
        if errors := validate(schema, document):
            raise ValueError(f"not a query of this schema: {errors[0]}")
        (definition,) = document.definitions
        assert isinstance(definition, OperationDefinitionNode)
        # Nothing is skipped or included, so the plan is the same whichever variables there are.
        none = VariableValues({}, {})
        self._plan = plan = plan_of(schema, document, definition, none)
        assert plan.assembly is not None
        self._assemble = plan.assembly.function
        (connect,) = plan.steps
        assert isinstance(connect, Connect) and connect.documents and not connect.cursors
        assert isinstance(connect.field.declaration, Connected)
        self._connect, self._declaration = connect, connect.field.declaration
        self._filters = {name: filters_of(found, schema) for name, found in collections.items()}
        self._variables, self.definition = Variables(schema, definition), definition

    async def batches(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        *,
        known_at: datetime | None = None,
    ) -> AsyncGenerator[list[Row]]:
        """The nodes as they would stand in an answer, a batch at a time.

        With `known_at`, only those that were recorded by then; a filter or order that goes by what
        is known now is refused. Raises GraphQLError before the first batch if the variables cannot
        be used. Close it if you leave it early. A record that is written meanwhile may come in its
        old or its new state.
        """
        given = self._variables.coerce(variables)
        if isinstance(given, list):
            raise given[0]
        arguments: dict[int, Arguments] = {}
        for identity, found in self._plan.arguments(given).items():
            if isinstance(found, Exception):
                raise found
            arguments[identity] = found
        collection = operation.collections[self._declaration.collection]
        filters = self._filters[collection.name]
        of_list = arguments[self._connect.field.id]
        if known_at is not None:
            filters.check_known(of_list.get("filter") or {}, "filter")
            check_order_known(collection, of_list.get("orderBy"))
        of_list = await resolve_merged_keys(of_list, filters, operation)
        request = await request_for(self._declaration, collection, filters, of_list, operation)
        query = request.query
        if known_at is not None:
            query = match_all(query, {"recordedAt": {"$lte": known_at}})
        fields = fields_of(collection, self._connect.needs)
        if (ranked := request.make_ranked_reader(operation.reader)) is not None:
            documents = ranked.stream(query, fields)
        else:
            documents = operation.reader.stream(collection.name, query, request.order, fields)
        async with aclosing(documents):
            async for batch in documents:
                collection.mark(batch)
                yield await self._complete(operation, arguments, batch)

    async def _complete(
        self, operation: Operation, arguments: Mapping[int, Arguments], nodes: list[Row]
    ) -> list[Row]:
        page: Row = {"nodes": nodes}
        fetch = Fetch(operation, self._filters, arguments)
        await fetch.complete(self._connect.below, [page])
        root = {self._connect.slot: page}
        if fetch.errors:
            raise fetch.errors[0]
        answer = self._assemble(root, fetch.linked, arguments, operation)
        (found,) = answer[self._connect.field.response_key].values()
        rows: list[Row] = found
        return rows
