"""The base class of every record, and the types of members that records share."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

from store.records.enums import Described


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a text in words, for error messages.

    `rule` says which texts have it. `mended` makes a suggestion from a text without the form; the
    suggestion may not have it either.
    """

    name: str
    rule: str
    mended: Callable[[str], str] | None = None


Key = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"),
    Form(
        "key",
        "1 to 128 letters A to Z and a to z, digits, '.', '_' and '-', of which a letter or digit "
        "is first, such as 'meta-2024'",
    ),
]
"""A record's stable name: a curator's slug, or a UUIDv7. Without slash and colon, so that it fits
into a URL and a node id."""

At: TypeAlias = tuple[str, str]
"""Where a record is found: its noun, which names the collection, and its key. An example:
`("parties", "meta")`."""


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a member as the key of another record, of one of these nouns."""

    nouns: tuple[str, ...]


ArticleKey = Annotated[Key, Refers(("articles",))]
PartyKey = Annotated[Key, Refers(("parties",))]
MeetingKey = Annotated[Key, Refers(("meetings",))]
CommitmentKey = Annotated[Key, Refers(("commitments",))]
TrackableKey = Annotated[Key, Refers(("commitments", "requests"))]
FollowUpKey = Annotated[Key, Refers(("follow_ups",))]


def group_keys(ats: Iterable[At]) -> dict[str, list[Key]]:
    """The keys by noun, in this order, each once."""
    found: dict[str, list[Key]] = {}
    for noun, key in dict.fromkeys(ats):
        found.setdefault(noun, []).append(key)
    return found


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
"""A text for people, of a few paragraphs at most; never empty or only white space."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
"""A name or a title; never empty or only white space. Short, because other records keep copies."""

AsStated = Annotated[str, StringConstraints(max_length=1_000)]
"""Words copied from a source exactly, with their white space."""

T = TypeVar("T")

Many = Annotated[tuple[T, ...], Field(max_length=1_000)]
"""A list. Every list and text has a limit: a record and its change must fit into a document of
MongoDB (16 MiB), and everything derived from a record into one transaction."""

Some = Annotated[tuple[T, ...], Field(min_length=1, max_length=1_000)]
"""A list with at least one item."""

WITHOUT_BOUNDS: Mapping[str, bool] = {"bounds": False}
"""The validation context in which our validators do not check limits of length."""


def slug(words: str) -> str:
    """A topic made of words: lower case without diacritics, hyphens for all else; may be empty."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    parts = ("-".join(re.findall(r"[a-z0-9]+", part)) for part in letters.split("/"))
    return "/".join(part for part in parts if part)


Topic = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$", max_length=200),
    Form(
        "topic",
        "lower-case letters a to z, digits and hyphens, and '/' from wide to narrow, such as "
        "'health-care' or 'online-safety/child-safety'",
        slug,
    ),
]
"""A subject as a path from wide to narrow, such as `online-safety/child-safety`."""


def to_stored_precision(instant: datetime) -> datetime:
    """The moment in UTC, to the millisecond. ValueError outside the years 1 to 9999."""
    try:
        utc = instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{instant.isoformat()} has no date in UTC") from None
    beyond = utc.microsecond % 1000
    return utc.replace(microsecond=utc.microsecond - beyond) if beyond else utc


Instant = Annotated[AwareDatetime, AfterValidator(to_stored_precision)]
"""A moment in UTC, to the millisecond, which is all that MongoDB keeps, so that a stored record
reads back the same. A time without a zone is refused."""


def _drop_repeats(items: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


Distinct = AfterValidator(_drop_repeats)
"""Marks a list without repeats: each item is kept once, at its first place."""

Topics = Annotated[tuple[Topic, ...], Field(max_length=100), Distinct]

MOST = 2**31 - 1
"""The largest number in a record: that of GraphQL's `Int`."""


def _normalize_language(tag: str) -> str:
    """The tag in the case that BCP 47 recommends: `ur`, `en-GB`, `zh-Hant`."""
    first, *others = tag.lower().split("-")
    after_single = False
    parts = [first]
    for part in others:
        if not after_single and part.isalpha() and len(part) in (2, 4):
            parts.append(part.upper() if len(part) == 2 else part.title())
        else:
            parts.append(part)
        after_single = after_single or len(part) == 1
    return "-".join(parts)


Language = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=100),
    AfterValidator(_normalize_language),
    Form("language tag", "a tag of BCP 47, such as 'en', 'ur' or 'zh-Hant'"),
]
"""A BCP 47 language tag."""

Country = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    Form("country", "the two capitals of ISO 3166-1, such as 'GB'", str.upper),
]
"""An ISO 3166-1 alpha-2 country code."""

WebAddress = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000),
    Form(
        "web address",
        "http:// or https:// first and no blanks, such as 'https://www.example.org/news'",
        lambda given: f"https://{given}",
    ),
]

Sha256 = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{64}$"),
    Form("SHA-256", "64 digits 0 to 9 and a to f", str.lower),
]


class Curation(Described):
    """A record's stage of review."""

    PROPOSED = "PROPOSED", "Suggested; nobody has looked at it yet."
    IN_REVIEW = "IN_REVIEW", "Being looked at."
    ACCEPTED = "ACCEPTED", "Looked at and accepted; only accepted records decide a status."
    REJECTED = "REJECTED", "Looked at and refused; kept so that it is not proposed again."
    RETRACTED = "RETRACTED", "Once accepted, later withdrawn; kept, because nothing is deleted."


PUBLISHED = frozenset({Curation.ACCEPTED, Curation.RETRACTED})
"""Readers know of records in these states: they see the record, or the notice that it was
retracted."""

SET_ASIDE = frozenset({Curation.REJECTED, Curation.RETRACTED})
"""Records in these states are in no list, so they contradict nothing."""


class Shape(BaseModel):
    """A frozen model whose members are snake_case in Python and camelCase everywhere else."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


class Record(Shape):
    """The members of every record.

    `recorded_at` is when this store learned of it, not when it happened. The writer fills it,
    `created_at`, `updated_at` and `version` where they are missing.
    """

    key: Key
    curation: Curation = Curation.PROPOSED
    merged_into: Key | None = None
    recorded_at: Instant | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None
    version: Annotated[int, Field(ge=1, le=MOST)] | None = None


class Identifier(Shape):
    """What a record is called in somebody else's register, such as `Q42` in scheme `wikidata`."""

    scheme: Line
    value: Line


class SourcedRecord(Record):
    """A record with what its source calls it: every noun is one.

    `url` is the address of its page at the source, `in_language` the language of its own texts.
    """

    identifiers: Annotated[Many[Identifier], Distinct] = ()
    url: WebAddress | None = None
    in_language: Language | None = None


class Measure(Shape):
    """A number as data, beside the words that say it: 3 of 5 points, or 25 per cent to be reached.

    `value` is what was counted or said, `target` what is to be reached, `what` is measured.
    """

    what: Line | None = None
    value: Annotated[float, Field(allow_inf_nan=False)] | None = None
    target: Annotated[float, Field(allow_inf_nan=False)] | None = None
    unit: Line

    @model_validator(mode="after")
    def _has_a_number(self) -> "Measure":
        if self.value is None and self.target is None:
            raise ValueError("a measure has a value, a target, or both")
        return self


def is_accepted(record: Record) -> bool:
    """Whether a record was accepted, merged or not."""
    return record.curation is Curation.ACCEPTED


def is_published(record: Record) -> bool:
    """Whether readers know of a record: as such, or that it was retracted."""
    return record.curation in PUBLISHED


def is_live(record: Record) -> bool:
    """Whether a record counts: accepted, and not merged into another."""
    return is_accepted(record) and record.merged_into is None


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule: its path in the record, and a message that says what would be right.

    `missing` is the key of a record that is named and does not exist, `among` the nouns that it
    might be of.
    """

    path: str
    message: str
    missing: str | None = None
    among: tuple[str, ...] = ()

    def prefix_path(self, prefix: str) -> "Problem":
        """The same problem with a path from the record that holds this part: `prefix.path`."""
        return replace(self, path=f"{prefix}.{self.path}" if self.path else prefix)


class RecordRefused(ValueError):
    """A record breaks rules of the domain; `problems` lists all that were found."""

    def __init__(self, noun: str, key: str, problems: "list[Problem]") -> None:
        self.noun, self.key, self.problems = noun, key, problems
        lines = "; ".join(f"{p.path}: {p.message}" if p.path else p.message for p in problems)
        super().__init__(f"{noun}/{key}: {lines}")
