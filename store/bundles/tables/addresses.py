"""Web addresses in cells, and the words beside them, where a column has the one or the other."""

import re
from collections.abc import Callable, Mapping

_BARE_ADDRESS = re.compile(
    r"www\.[^\s/]+\.\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE
)
_BEGINNING = re.compile(r"(?:^|[\s;,|])https?://\S")
_ROUND = r"\([^\s<>()]*\)"
_WITHIN = re.compile(
    r"[(<\[]?(?P<address>(?:https?://|\bwww\.[^\s/.]+\.)"
    rf"(?:[^\s<>()]|{_ROUND})*(?:[^\s<>().,;:!?\]]|{_ROUND}))"
    r"[)>\]]?[.,;:!?]*",
    re.IGNORECASE,
)
"""An address among words, which does not end with what ends a sentence or a bracket around it."""

_AROUND = " \t\r\n:;,|\u2013\u2014-"
"""What stands between a title and its address."""


def is_bare_address(text: str) -> bool:
    """Whether it is an address without its scheme: after `www.`, or a host with a slash behind
    it.
    """
    return _BARE_ADDRESS.fullmatch(text) is not None


def has_several_addresses(text: str) -> bool:
    """Whether more than one address begins in a text."""
    return len(_BEGINNING.findall(text)) > 1


def take_addresses(text: str) -> list[str]:
    """The addresses in a text, in their order."""
    text = text.strip()
    return [text] if is_bare_address(text) else [m["address"] for m in _WITHIN.finditer(text)]


def take_title(text: str) -> list[str]:
    """The words of a text beside its addresses; none if there are only addresses."""
    text = text.strip()
    if is_bare_address(text):
        return []
    words, count = _WITHIN.subn(" ", text)
    title = " ".join(words.split()).strip(_AROUND) if count else text
    return [title] if any(letter.isalnum() for letter in title) else []


PARTS: Mapping[str, Callable[[str], list[str]]] = {"address": take_addresses, "title": take_title}
"""What a map may take of the cells of a mixed column, `take: title`, and how it is found."""
