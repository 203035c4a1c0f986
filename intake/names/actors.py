"""What stands for a party in a sentence: its name, a noun, a pronoun."""

from dataclasses import dataclass
from enum import StrEnum

from intake.names.entities import Entity


class Form(StrEnum):
    """How a party is spoken of."""

    NAME = "NAME"
    NOUN = "NOUN"
    PRONOUN = "PRONOUN"
    FIRST_PERSON = "FIRST_PERSON"
    """We, I, our: whoever is quoted."""
    JOINT = "JOINT"
    """Both sides."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Words that stand for parties, and the parties, likeliest first; none if it is not known."""

    start: int
    end: int
    form: Form
    surface: str
    entities: tuple[Entity, ...]
    is_possessive: bool = False
    is_oblique: bool = False
    """Whether it stands behind a preposition, and so does nothing itself."""
    is_singular_person: bool = False
