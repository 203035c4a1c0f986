"""Which of the example queries this store can answer: the others would only confuse in the menu."""

from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.http.conditional import REVALIDATED
from api.pages.routes import QUERIES, Example, read_examples
from engine.requests.prepared import Request as Asked
from schema.build import make_operation


async def list_answered(request: Request) -> Response:
    """The names of the examples that find something for anybody, as a JSON list."""
    examples = await run_in_threadpool(lambda: list(read_examples(QUERIES)))
    answered = [one["name"] for one in examples if await _is_answered(request, one)]
    return JSONResponse(answered, headers=dict(REVALIDATED))


async def _is_answered(request: Request, example: Example) -> bool:
    """Whether most of what the example asks for is there. Answers are kept, so that asking again
    costs nothing until the data changes.
    """
    state = request.state
    asked = Asked(example["query"], variables=example["variables"])
    asking = make_operation(state.reader, state.clock.now())
    answer = await state.records.service.answer(asked, asking, read_only=True)
    if answer is None:
        return False
    found: Sequence[Any] = list((answer.read().get("data") or {}).values())
    return bool(found) and sum(map(_is_empty, found)) * 2 <= len(found)


def _is_empty(value: Any) -> bool:
    """Whether a root field found nothing."""
    if isinstance(value, dict) and "nodes" in value:
        return not value["nodes"]
    if isinstance(value, dict) and "totalCount" in value:
        return bool(value["totalCount"] == 0)
    return value is None or value == []
