"""Tests in a browser: Playwright for Python, with a server from `followthrough_sandbox`."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        # Leave out the path to use the browser that `playwright install` brings.
        options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}
        browser = playwright.chromium.launch(**options)
        yield browser.new_page()
        browser.close()


def test_the_pages_are_of_the_day_that_was_set(page, followthrough_sandbox):
    followthrough_sandbox.set_today("2025-07-10")
    page.goto(followthrough_sandbox.url)
    lab = page.locator("li", has_text="community lab")
    expect(lab).to_contain_text("1,237 days")
    said = page.locator('meta[name="followthrough-today"]')
    assert said.get_attribute("content") == "2025-07-10"
