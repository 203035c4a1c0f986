"""That the pages are valid HTML (npm html-validate), a page of each kind, in each language."""

import httpx
import pytest

from tests.api.pages.test_rendering import KINDS
from tests.clients.node import lines, needs_node

pytestmark = pytest.mark.slow

TROUBLES = ("/nothing", "/commitments/k1", "/commitments?asOf=banana")


@needs_node
async def test_pages_are_valid(live_server: str) -> None:
    pages = []
    async with httpx.AsyncClient(base_url=live_server, headers={"accept": "text/html"}) as client:
        for path in (*KINDS, *TROUBLES):
            for language in ("en", "ur"):
                address = f"{path}{'&' if '?' in path else '?'}lang={language}"
                pages.append([address, (await client.get(address)).text])
    found = await lines("validate.mjs", given=[*pages, ["wrong", "<p><nav></nav></p>"]])
    assert [page["name"] for page in found if page["found"]] == ["wrong"], found
