"""What `make quick` runs of a test that can be more or less thorough.

A whole test that takes many seconds is marked `slow` instead.
"""

import os
from collections.abc import Iterable
from typing import Any

import pytest

QUICK = os.environ.get("FOLLOWTHROUGH_QUICK") == "1"
"""Whether this is the quick tier; `make quick` says so."""


def examples(thorough: int) -> int:
    """How many examples hypothesis tries: in the quick tier a tenth, and at least 10."""
    return max(thorough // 10, min(thorough, 10)) if QUICK else thorough


def quick_first(family: Iterable[Any]) -> list[Any]:
    """Parameters that ask the same of other data, such as seeds: the first is quick, the others
    are marked `slow`. A tuple gives several parameters.
    """
    first, *others = (one if isinstance(one, tuple) else (one,) for one in family)
    slow = (pytest.param(*other, marks=pytest.mark.slow) for other in others)
    return [pytest.param(*first), *slow]
