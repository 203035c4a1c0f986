"""How the desk feels with a long article: what holds up the browser while somebody works on it.

    .venv/bin/python -m benchmarks.desk [CHARACTERS] [SPANS]

By default 100,000 characters with 300 spans that overlap. It prints for each step the longest task
of the page's thread and the slowest key until the next frame, in milliseconds, and of the first
view how many bytes came over the network, compressed.
"""

import asyncio
import json
import random
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Page, async_playwright

from store.bundles.importing import import_bundle
from store.embedded import EmbeddedMongod
from store.layout import prepare
from store.mongodb.driver import Database
from store.writes.writer import Author

ROOT = Path(__file__).parent.parent
WATCH = """() => {
  window.tasks = []; window.keys = [];
  const watch = (type, kept, more) =>
    new PerformanceObserver((list) => kept.push(...list.getEntries())).observe({type, ...more});
  watch("longtask", window.tasks, {});
  watch("event", window.keys, {durationThreshold: 16});
}"""
TRANSFERRED = """() => ["navigation", "resource"]
  .flatMap((type) => performance.getEntriesByType(type))
  .reduce((sum, {transferSize}) => sum + transferSize, 0)"""
TELL = """() => {
  const most = (entries) => Math.round(Math.max(0, ...entries.map(({duration}) => duration)));
  return {
    "longest task": most(window.tasks.splice(0)),
    "slowest key": most(window.keys.splice(0).filter(({name}) => name.startsWith("key"))),
  };
}"""


def invent(characters: int, spans: int) -> dict[str, Any]:
    """A bundle with one article of so many characters, and commitments that rest on all of it."""
    chance = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choices(letters, k=chance.randint(3, 10))) for _ in range(20_000)]
    text = " ".join(chance.choices(words, k=characters // 5))[:characters]
    text = re.sub(r"(.{600,700}) ", r"\1\n", text)
    step = characters // spans
    promises = []
    for number in range(spans):
        span = text[number * step : number * step + step * 3 // 2]
        start = number * step + len(span) - len(span.lstrip())
        span = span.strip()
        selector = {"start": start, "end": start + len(span), "exact": span}
        promises.append(
            {
                "key": f"k{number}",
                "title": f"Promise {number}",
                "gist": "Invented.",
                "promisors": [{"party": "telno", "attribution": "SELF_QUOTED"}],
                "term": "ONE_OFF",
                "strength": "PLEDGED",
                "madeOn": "2024-05-02",
                "evidence": [{"article": "long", "selector": selector, "mode": "DIRECT_QUOTE"}],
                "curation": "ACCEPTED",
            }
        )
    article = {"key": "long", "datePublished": "2024-05-02", "text": text, "textKind": "FULL_TEXT"}
    party = {"key": "telno", "kind": "COMPANY", "name": "Telno"}
    return {
        "articles": [{**article, "curation": "ACCEPTED"}],
        "parties": [{**party, "curation": "ACCEPTED"}],
        "commitments": promises,
    }


async def main(characters: int = 100_000, spans: int = 300) -> None:
    """Starts a store and the server, looks at the article, and prints what took how long."""
    with TemporaryDirectory() as folder:
        async with EmbeddedMongod(Path(folder) / "mongodb") as server:
            database = Database.connect(server.url, "desk")
            await prepare(database)
            bundle = Path(folder) / "bundle.json"
            bundle.write_text(json.dumps(invent(characters, spans)), "utf-8")
            await import_bundle(database, [bundle], Author(by="benchmark"))
            database.close()
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "api.cli", "serve", "--port", "0"),
                *("--mongodb-url", server.url, "--database", "desk"),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                assert process.stdout is not None
                said = (await process.stdout.readline()).decode()
                link = re.search(r"(http\S+)/desk#token=(\S+)", said)
                assert link, said
                for what, took in (await look(link[1], link[2])).items():
                    sys.stdout.write(f"{what:<24}{json.dumps(took)}\n")
            finally:
                process.terminate()
                await process.wait()


async def look(base: str, token: str) -> dict[str, dict[str, int]]:
    """What a curator does with the article, and how long each step held up the browser."""
    found: dict[str, dict[str, int]] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page()
        await page.goto(f"{base}/desk#token={token}")
        await page.wait_for_selector(".tabs")
        await page.wait_for_load_state("networkidle")
        found["first view"] = {"bytes": await page.evaluate(TRANSFERRED)}
        await page.goto(f"{base}/desk/articles/long")
        await page.wait_for_selector(".article-text mark")
        await page.wait_for_timeout(2_000)
        await page.evaluate(WATCH)
        text = page.locator(".article-text")
        await text.focus()
        await page.keyboard.press("Control+Home")
        for _ in range(20):
            await page.keyboard.press("Shift+ArrowDown")
        found["select words by keys"] = await tell(page)
        await page.keyboard.press("c")
        await page.wait_for_selector("form[aria-label='New commitment']")
        found["open the form"] = await tell(page)
        await page.keyboard.type("A title that takes a while to type", delay=60)
        found["type into the form"] = await tell(page)
        await browser.close()
    return found


async def tell(page: Page) -> dict[str, int]:
    """The figures since they were told last."""
    await page.wait_for_timeout(1_500)
    return dict(await page.evaluate(TELL))


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
