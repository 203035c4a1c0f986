"""Pictures of the desk: those of docs/desk.md, or every screen in every appearance, to be seen.

    .venv/bin/python -m benchmarks.desk_pictures [NAME…]
    .venv/bin/python -m benchmarks.desk_pictures --all FOLDER [SCREEN…]

The first takes docs/images/desk-*.png anew, or these; the second all screens into a folder.
It starts a sandbox with invented records, which is thrown away.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import yaml
from playwright.async_api import Page, async_playwright, expect

from tests.api.browsing import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "web/dist"
"""Where a folder `fonts` has letters of Urdu."""
IMAGES = ROOT / "docs/images"
READ = ROOT / "tests/intake/articles/watchdog-and-airline.yaml"
FAILED = "Das Ministerium und die Firma trafen sich am Montag. " * 20
MINUTE_MS = 60_000

Prepare = Callable[[Page], Awaitable[None]]

APPEARANCES: Mapping[str, tuple[int, str, str]] = {
    "wide": (1280, "light", "none"),
    "narrow": (390, "light", "none"),
    "dark": (1280, "dark", "none"),
    "narrow-dark": (390, "dark", "none"),
    "forced": (1280, "dark", "active"),
}
"""Width, colour scheme, forced colours."""


async def stay(_page: Page) -> None:
    """Shows a screen as it opens."""


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Token")).to_be_visible()


def make(key: str) -> Prepare:
    """Makes something of the first paragraph of the article by a key."""

    async def prepare(page: Page) -> None:
        await page.locator(".article-text").focus()
        await page.keyboard.press("Control+Home")
        await page.keyboard.press("Shift+End")
        await expect(page.get_by_text("characters selected")).to_be_visible()
        await page.keyboard.press(key)
        await expect(page.locator(".record-form")).to_be_visible()

    return prepare


async def fill_in_follow_up(page: Page) -> None:
    """A follow-up as far as what it will change is told."""
    await make("f")(page)
    form = page.locator(".record-form")
    await form.get_by_role("combobox", name="What it follows up").fill("reception")
    await page.locator(".picker [role=option]", has_text="Mobile reception").click()
    await form.get_by_label("Kind", exact=True).select_option(label="Progressed")
    await form.get_by_role("radio", name="Third party").check()
    await form.get_by_role("radio", name="High").check()
    await expect(form.get_by_role("heading", name="What will change")).to_be_visible()


async def send_too_early(page: Page) -> None:
    await make("c")(page)
    await page.locator(".record-form").get_by_role("button", name="Save and accept").click()
    await expect(page.get_by_text("another look")).to_be_visible()


async def read_date(page: Page) -> None:
    await make("m")(page)
    box = page.locator("[data-path='input.date'] input").first
    await box.fill("last Friday")
    await expect(page.locator("[data-path='input.date'] .understood")).to_contain_text("2019")


async def clash(page: Page) -> None:
    """Two change the same record: both versions are shown."""
    title = page.locator("[data-path='input.title'] input")
    await title.fill(f"{await title.input_value()}, mine")
    async with page.expect_popup() as opened:
        await page.evaluate("void open(location.href)")  # signed in as this tab is
    other = await opened.value
    own = other.locator("[data-path='input.title'] input")
    await own.fill(f"{await own.input_value()}, or of the other tab")
    await other.get_by_role("button", name="Publish the change").click()
    await expect(other.locator(".notices p").last).to_contain_text("Saved")
    await other.close()
    await page.get_by_role("button", name="Publish the change").click()
    await expect(page.locator(".conflict")).to_be_visible()


async def change_and_look_back(page: Page) -> None:
    """Changes a record; its history shows the difference."""
    gist = page.locator("[data-path='input.gist'] textarea")
    await gist.fill(f"{await gist.input_value()} It was said under oath.")
    await page.get_by_label("Why it is changed").fill("The note tells how it was said.")
    await page.get_by_role("button", name="Publish the change").click()
    await page.get_by_role("link", name="history").click()
    await expect(page.locator("ins").first).to_be_visible()


async def leave_a_draft(page: Page) -> None:
    await make("r")(page)
    await page.locator(".record-form").get_by_label("Title").fill("A draft that is kept")
    await page.reload()
    await expect(page.get_by_text("You began")).to_be_visible()


async def choose_other(page: Page) -> None:
    """The record that is to stand after a merge."""
    picker = page.get_by_role("combobox").first
    await picker.fill("Telnó")
    await page.locator(".picker [role=option]").first.click()
    await expect(page.locator(".both")).to_be_visible()


async def submit(page: Page, text: str, heard: str) -> None:
    """Has a text read, and waits until the page says so."""
    await page.get_by_label("Text", exact=True).fill(text)
    await page.get_by_role("button", name="Have it read").click()
    await expect(page.get_by_text(heard).first).to_be_visible(timeout=2 * MINUTE_MS)


async def have_read(page: Page) -> None:
    await submit(page, yaml.safe_load(READ.read_text("utf-8"))["text"], "proposals are open")


async def open_proposal(page: Page) -> None:
    await have_read(page)
    if await page.get_by_label("Date published", exact=True).is_visible():
        await page.get_by_label("Date published", exact=True).fill("2 May 2024")
        await expect(page.get_by_text("2024-05-02").first).to_be_visible()
    promise = page.locator(".resting li", has_text="New commitment").first
    await promise.get_by_role("button", name="Accept…").click()
    await expect(page.locator("form[aria-label='Proposed commitment']")).to_be_visible()


async def fail_to_read(page: Page) -> None:
    await submit(page, FAILED, "It could not be read")


async def list_keys(page: Page) -> None:
    await page.keyboard.press("?")


async def ask_reason(page: Page) -> None:
    await page.locator(".rows input[type=checkbox]").first.check()
    await page.keyboard.press("x")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def find_words(page: Page) -> None:
    await page.get_by_label("Words of a name").fill("sluice")
    await expect(page.locator(".rows li").first).to_be_visible()


async def lose_connection(page: Page) -> None:
    await page.context.set_offline(True)
    await page.get_by_label("Words of a name").fill("sluice")
    await expect(page.get_by_role("alert")).to_be_visible()


SCREENS: Mapping[str, tuple[str, Prepare]] = {
    "sign-in": ("/desk", sign_out),
    "inbox": ("/desk", stay),
    "inbox-reason": ("/desk", ask_reason),
    "keys": ("/desk", list_keys),
    "overdue": ("/desk?view=overdue", stay),
    "silent": ("/desk?view=silent", stay),
    "conflicting": ("/desk?view=conflicting", stay),
    "find": ("/desk/find", find_words),
    "offline": ("/desk/find", lose_connection),
    "add": ("/desk/articles/new", stay),
    "article": ("/desk/articles/v-a2", stay),
    "urdu": ("/desk/articles/p-urdu", stay),
    "commitment": ("/desk/articles/v-a2", make("c")),
    "commitment-urdu": ("/desk/articles/p-urdu", make("c")),
    "follow-up": ("/desk/articles/v-a5", fill_in_follow_up),
    "request": ("/desk/articles/v-a1", make("r")),
    "meeting": ("/desk/articles/v-a1", read_date),
    "mention": ("/desk/articles/v-a1", make("p")),
    "faults": ("/desk/articles/v-a1", send_too_early),
    "draft": ("/desk/articles/v-a1", leave_a_draft),
    "replace": ("/desk/articles/p-urdu/text", stay),
    "retract": ("/desk/articles/v-a2/retract", stay),
    "assess": ("/desk/new/assessments?about=v-k1", stay),
    "check": ("/desk/new/check-logs?about=v-k1", stay),
    "topic": ("/desk/new/concepts", stay),
    "party": ("/desk/new/parties", stay),
    "review": ("/desk/review/commitments/p-towns", stay),
    "review-urdu": ("/desk/review/commitments/p-desks", stay),
    "change": ("/desk/edit/commitments/v-k1", stay),
    "conflict": ("/desk/edit/commitments/v-k2", clash),
    "history": ("/desk/edit/commitments/v-k3", change_and_look_back),
    "merge": ("/desk/merge/parties/p-telno-sarn", choose_other),
    "nowhere": ("/desk/nowhere", stay),
    "missing": ("/desk/review/commitments/no-such", stay),
    "submit": ("/desk/intake/new", stay),
    "proposals": ("/desk/intake/new", have_read),
    "proposal-form": ("/desk/intake/new", open_proposal),
    "unreadable": ("/desk/intake/new", fail_to_read),
    "read": ("/desk?view=read", stay),
}
"""Each screen: its address, and what is done there before it is shown."""

DOCUMENTED: Mapping[str, tuple[str, int]] = {
    "desk-inbox": ("inbox", 560),
    "desk-article": ("follow-up", 860),
    "desk-proposals": ("proposals", 860),
    "desk-history": ("history", 700),
}
"""The pictures of docs/desk.md: each with its screen, and how high it is."""


async def main(arguments: Sequence[str]) -> None:
    """Takes the pictures that are asked for."""
    assert CHROMIUM, "there is no chromium on PATH"
    async with sandbox() as (base, token), async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            env={**os.environ, "XDG_DATA_HOME": str(FONTS)},  # letters that the machine may lack
        )

        async def take(screen: str, size: tuple[int, int], look: str, path: Path, *, whole: bool):
            width, height = size
            _, scheme, forced = APPEARANCES[look]
            context = await browser.new_context(
                base_url=base,
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                forced_colors="active" if forced == "active" else "none",
            )
            page = await context.new_page()
            await show(page, screen, token)
            path.parent.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=path, full_page=whole)
            await context.close()

        if arguments[:1] == ["--all"]:
            folder, chosen = Path(arguments[1]), arguments[2:] or [*SCREENS]
            for screen in chosen:
                for look, (width, _, _) in APPEARANCES.items():
                    path = folder / f"{screen}.{look}.png"
                    await take(screen, (width, 800), look, path, whole=True)
                sys.stdout.write(f"{screen}\n")
        else:
            for name in arguments or DOCUMENTED:
                screen, height = DOCUMENTED[name]
                path = IMAGES / f"{name}.png"
                await take(screen, (1280, height), "wide", path, whole=False)
        await browser.close()


async def show(page: Page, screen: str, token: str) -> None:
    """Opens a screen as an editor, and waits until all of it stands there."""
    address, prepare = SCREENS[screen]
    before, mark, after = address.partition("?")
    await page.goto(f"{before}{mark}{after}#token={token}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.wait_for_load_state("networkidle")
    await prepare(page)
    await expect(page.get_by_text("Loading…")).to_have_count(0)
    await page.wait_for_timeout(500)


@asynccontextmanager
async def sandbox() -> AsyncIterator[tuple[str, str]]:
    """The address of a sandbox with invented records, and the token of an editor there."""
    records = Path(__file__).with_suffix(".yaml")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "sandbox"),
        *("--fixtures", "invented", "--fixtures", str(records)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        said = (await process.stdout.readline()).decode()
        assert re.match(r"\{", said), said
        told = json.loads(said)
        yield told["url"], told["tokens"]["EDITOR"]
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    expect.set_options(timeout=30_000)
    asyncio.run(main(sys.argv[1:]))
