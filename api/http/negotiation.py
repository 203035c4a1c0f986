"""Chooses what a client prefers of what is offered: `Accept` and `Accept-Encoding` of RFC 9110."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """Media types and ranges that a client accepts, each with its quality from 0 to 1."""

    qualities: Mapping[str, float]

    @classmethod
    def read(cls, header: str) -> Accepted:
        """Reads an `Accept` header. Of a type that is named twice, the first counts."""
        found: dict[str, float] = {}
        for part in header.split(","):
            media_type, *parameters = (p.strip().lower() for p in part.split(";"))
            found.setdefault(media_type, _quality(parameters))
        return cls(found)

    def best(self, offered: Iterable[str]) -> str | None:
        """The offered type with the highest quality, the first of several; None if none is
        accepted.
        """
        return max((t for t in offered if self.quality(t) > 0), key=self.quality, default=None)

    def names(self, media_type: str) -> bool:
        """Whether the type itself is named, and not only covered by a range."""
        return media_type in self.qualities

    def quality(self, media_type: str) -> float:
        """The quality of the type; the most specific entry that covers it counts."""
        kind = media_type.partition("/")[0]
        for name in (media_type, f"{kind}/*", "*/*"):
            if name in self.qualities:
                return self.qualities[name]
        return 0.0


def wants_coded(header: str, coding: str) -> bool:
    """Whether an `Accept-Encoding` prefers this coding to none, or likes both alike."""
    qualities = Accepted.read(header).qualities
    quality = qualities.get(coding, qualities.get("*", 0.0))
    return quality > 0 and quality >= qualities.get("identity", 0.0)


def _quality(parameters: Iterable[str]) -> float:
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            quality = _parse_quality(value)
        elif name == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            quality = 0.0
    return quality


_WEIGHT = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


def _parse_quality(value: str) -> float:
    # Python reads more as a number than weights: `nan` cannot be compared.
    return min(float(value), 1.0) if _WEIGHT.fullmatch(value) else 0.0
