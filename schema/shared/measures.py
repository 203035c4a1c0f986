"""Numbers as the API shows them: data beside the words of a record."""

import strawberry

from engine.fields import stored


@strawberry.type(
    description="A number as data, beside the words that say it: 3 of 5 points, or 25 per cent to "
    "be reached."
)
class Measure:
    what: str | None = stored("what", "What is measured.")
    value: float | None = stored("value", "What was counted, reached or scored.")
    target: float | None = stored("target", "What is to be reached, or the most that there can be.")
    unit: str = stored("unit", "The unit, such as `dwellings`, `per cent` or `points`.")
