"""The addresses that only GraphiQL asks."""

from starlette.routing import BaseRoute, Route

from api.workbench.examples import list_answered
from api.workbench.explain import explain


def workbench_routes() -> list[BaseRoute]:
    """The routes of what GraphiQL asks beside the API."""
    return [
        Route("/graphql/explain", explain, methods=["POST"]),
        Route("/workbench/answered.json", list_answered, methods=["GET"]),
    ]
