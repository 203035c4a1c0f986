"""How a mutation is declared: its role, its input, its payload, and the verb that it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.context import Operation
from engine.fields import Argument, Commanded, Finish, declared
from engine.rows import Row
from schema.commands.inputs import Input, make_input, take_terms
from schema.commands.payloads import Output, make_payload
from store.viewers import Role, Viewer
from store.writes.commands import Terms, Verb, Verdict, Work

A_WRITE = 100
"""What a command costs, in records."""

MANY_WRITES = 1_000
"""What one costs that may write very many."""

_TERMS = ("reason", "correction", "idempotencyKey", "dryRun")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation: `verb(input, viewer)` is what it does, `members` and `fields` what its input and
    its payload have beside what all have.
    """

    name: str
    role: Role
    description: str
    verb: Callable[[Mapping[str, Any], Viewer], Verb]
    members: Input
    fields: Output
    weight: int = A_WRITE

    def as_field(self) -> tuple[Any, Any]:
        """The annotation and the Strawberry field."""
        capital = self.name[0].upper() + self.name[1:]
        given = make_input(
            f"{capital}Input", f"What `{self.name}` takes.", {**self.members, **take_terms()}
        )
        payload = make_payload(f"{capital}Payload", f"What `{self.name}` gives.", self.fields)
        commanded = Commanded(self._carry_out, self.role, self.weight)
        argument = Argument("input", given, "What to do.")
        description = f"{self.description} Needs the role {self.role.name}."
        return payload | None, declared(commanded, description, [argument])

    async def _carry_out(
        self, operation: Operation, given: Mapping[str, Any], finish: Finish
    ) -> Row:
        assert operation.desk is not None
        terms = Terms(
            given.get("reason"),
            bool(given.get("correction")),
            given.get("idempotencyKey"),
            bool(given.get("dryRun")),
        )
        asked = {name: value for name, value in given.items() if name not in _TERMS}
        told = {**asked, "reason": terms.reason, "correction": terms.correction}

        async def verb(work: Work) -> Verdict:
            return await self.verb(asked, work.viewer)(work)

        return await operation.desk.carry_out(
            self.name, told, verb, terms, operation.viewer, finish
        )
