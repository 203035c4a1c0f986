"""The invented articles with what they tell, and what the two bundles of fixtures hold."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from intake.known import Known, gather_known
from store.records.base import Record
from store.records.nouns import NOUNS, model_of

ROOT = Path(__file__).parent
FIXTURES = ROOT.parent.parent / "fixtures"
ARTICLES = sorted((ROOT / "articles").glob("*.yaml"))


def read_article_file(file: Path) -> dict[str, Any]:
    """An invented article and what it tells; tests/intake/README.md explains the members."""
    found: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return found


def _records(bundle: str) -> Iterator[Record]:
    for noun in NOUNS:
        file = FIXTURES / bundle / f"{noun}.yaml"
        if file.exists():
            held = yaml.safe_load(file.read_text("utf-8"))
            defaults = held.get("defaults", {}).get(noun, {})
            for members in held[noun]:
                whole = {**defaults, **members}
                yield model_of(noun, whole).model_validate(whole)


@cache
def known_of(bundle: str) -> Known:
    """What a store with this bundle of fixtures holds."""
    return gather_known(_records(bundle))
