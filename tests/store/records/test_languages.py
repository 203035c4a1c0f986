"""Languages: tags are kept as BCP 47 has them written."""

import pytest
from pydantic import TypeAdapter, ValidationError

from store.records.base import Language

TAGS = {"EN": "en", "en-gb": "en-GB", "ZH-hANT-tw": "zh-Hant-TW", "en-x-US-Abcd": "en-x-us-abcd",
        "sl-ROZAJ-1994": "sl-rozaj-1994", "ur": "ur"}  # fmt: skip


@pytest.mark.parametrize(("given", "kept"), TAGS.items())
def test_case_is_settled(given: str, kept: str) -> None:
    assert TypeAdapter(Language).validate_python(given) == kept


@pytest.mark.parametrize("given", ["", "e", "en_GB", "zz!!", "en-", "urdu-language-"])
def test_what_is_no_tag_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Language).validate_python(given)
