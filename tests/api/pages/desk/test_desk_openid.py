"""Signing in at a real OpenID provider from the page, by code and PKCE."""

from typing import Any

from playwright.async_api import Browser, expect

from tests.api.auth.openid_provider import SigningKey, running_provider
from tests.api.browsing import in_a_browser
from tests.api.pages.desk.conftest import running_desk
from tests.clients.node import needs_node

pytestmark = [*in_a_browser, needs_node]


async def test_provider_signs_in_and_leads_back(browser: Browser, mongodb_url: str) -> None:
    async with running_provider(SigningKey("one")) as provider:
        options: dict[str, Any] = {
            "--oidc-issuer": provider.issuer,
            "--oidc-client-id": "followthrough",
            "--oidc-role-claim": "roles",
            "--oidc-roles": "editor=EDITOR",
            "--oidc-name-claim": "preferred_username",
        }
        flat = [text for pair in options.items() for text in pair]
        async with running_desk(mongodb_url, *flat) as desk:
            await provider.tell("page", desk.base)
            context = await browser.new_context(base_url=desk.base)
            page = await context.new_page()
            violations: list[str] = []
            page.on(
                "console",
                lambda m: violations.append(m.text) if "Content Security" in m.text else None,
            )
            await page.goto("/desk/history/commitments/c1")
            await page.get_by_role("button", name="Sign in at").click()
            await page.locator("input[name=login]").fill("editor")
            await page.locator("input[name=password]").fill("any")
            await page.locator("[type=submit]").click()
            await page.locator("[type=submit]").click()  # consent
            await expect(page.get_by_text("editor of the provider, editor")).to_be_visible()
            assert page.url == f"{desk.base}/desk/history/commitments/c1"
            await expect(page.get_by_role("heading", name="Promise c1")).to_be_visible()
            # A code that was not asked for in this tab signs nobody in.
            other = await context.new_page()
            await other.goto("/desk?code=forged&state=forged")
            await expect(other.get_by_role("alert")).to_contain_text("not begun in this tab")
            assert violations == []
            await context.close()
