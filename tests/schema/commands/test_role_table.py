"""docs/writing-over-graphql.md has each mutation at each role: the mutations are those of the SDL,
and what is told is what happens. FOLLOWTHROUGH_WRITE_EXPECTED=1 writes the table anew.
"""

import os
import re

from store.viewers import Role
from tests.conftest import ROOT
from tests.schema.commands.conftest import BY_ROLE, ERRORS, Writing
from tests.schema.commands.test_every_mutation import INPUTS, NAMES, needed, writing

__all__ = ["writing"]

PAGE = ROOT / "docs" / "writing-over-graphql.md"
TABLE = re.compile(r"(?<=<!-- made by a test -->\n).*?(?=<!-- to here -->)", re.DOTALL)


async def find_cell(writing: Writing, name: str, role: Role) -> str:
    """What comes of a mutation that is about records of others, all of them published."""
    capital = name[0].upper() + name[1:]
    query = f"mutation ($i: {capital}Input!) {{ {name}(input: $i) {{ dataVersion {ERRORS} }} }}"
    given = {**INPUTS[name], "dryRun": True}
    body = await writing.execute(query, BY_ROLE[role], i=given)
    if "errors" not in body:
        assert body["data"][name]["userErrors"] == []
        return "yes"
    (error,) = body["errors"]
    code: str = error["extensions"]["code"]
    assert (code == "UNAUTHENTICATED") == (role is Role.READER)
    if role >= needed(name):
        assert code == "FORBIDDEN"
        return "in part"
    return f"`{code}`"


async def test_the_table_tells_what_each_role_may(writing: Writing) -> None:
    before = await writing.dump()
    roles = [*BY_ROLE]
    rows = [f"| | {' | '.join(role.name for role in roles)} |", f"|---{'|---' * len(roles)}|"]
    for name in NAMES:
        cells = [await find_cell(writing, name, role) for role in roles]
        # Each role may what those before it may.
        order = ["`UNAUTHENTICATED`", "`FORBIDDEN`", "in part", "yes"]
        assert cells == sorted(cells, key=order.index)
        rows.append(f"| `{name}` | {' | '.join(cells)} |")
    assert await writing.dump() == before

    text = PAGE.read_text(encoding="utf-8")
    told = TABLE.sub("\n" + "\n".join(rows) + "\n\n", text)
    if "FOLLOWTHROUGH_WRITE_EXPECTED" in os.environ:
        PAGE.write_text(told, encoding="utf-8")
    assert told == text and "\n".join(rows) in text
