"""How soon a reader on a slow phone sees the reading pages, and what their first view weighs.

    .venv/bin/python -m benchmarks.pages URL [PATH ...]

Asks a server that runs already, such as that of `followthrough sandbox --seed-size 20000`, in a
Chromium that is slowed down to a quarter of its speed, 1.6 Mbit/s and 150 ms to the server and
back: Lighthouse's slow 4G. Each page is opened ROUNDS times with an empty cache. It prints for
each, as medians: the milliseconds to the first contentful paint, how far things jumped (cumulative
layout shift, while the reader scrolls to the end as well), the KiB that came until the network was
quiet without scrolling, as they were sent; and the milliseconds that the server took for the first
of these requests and for the others.

Without paths it takes the front page, the list, and the first commitment and party of the store.
"""

import asyncio
import sys
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import click
import httpx
from playwright.async_api import Browser, CDPSession, async_playwright

from tests.api.browsing import ARGUMENTS, CHROMIUM

ROUNDS = 3
CPU = 4
KBIT = 1638.4
LATENCY_MS = 150
MOST_FCP_MS, MOST_SHIFT, MOST_KIB = 1500, 0.05, 150

FIRST = """{
  commitments(first: 1, orderBy: [{ field: LAST_FOLLOW_UP, direction: DESC }]) {
    nodes { url promisors { party { url } } }
  }
}"""

WATCH = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    const entries = list.getEntries().filter((entry) => !entry.hadRecentInput);
    window.shifts.push(...entries.map((entry) => entry.value));
  }).observe({ type: "layout-shift", buffered: true });
}"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 100));
  }
}"""
SHIFTED = "() => window.shifts.reduce((sum, shift) => sum + shift, 0)"


@dataclass(frozen=True)
class Opened:
    """What one visit took."""

    painted_ms: float
    shift: float
    kib: float


async def open_page(browser: Browser, url: str) -> Opened:
    """Opens a page as somebody who was never here, and scrolls through it."""
    context = await browser.new_context(viewport={"width": 412, "height": 823})
    try:
        page = await context.new_page()
        await page.add_init_script(f"({WATCH})()")
        devtools = await context.new_cdp_session(page)
        received = await slow_down(devtools)
        await page.goto(url)
        await page.wait_for_load_state("networkidle")
        kib = sum(received) / 1024
        painted = await page.evaluate(PAINTED)
        if painted is None:
            raise RuntimeError(f"{url}: nothing was painted")
        await page.evaluate(SCROLL)
        await page.wait_for_load_state("networkidle")
        return Opened(painted, await page.evaluate(SHIFTED), kib)
    finally:
        await context.close()


async def slow_down(devtools: CDPSession) -> list[float]:
    """Throttles the page; the bytes of each answer from now on, as they were sent."""
    received: list[float] = []

    def on_finished(event: dict[str, Any]) -> None:
        received.append(event["encodedDataLength"])

    devtools.on("Network.loadingFinished", on_finished)
    await devtools.send("Network.enable")
    await devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": KBIT * 1024 / 8,
            "uploadThroughput": KBIT * 1024 / 8,
        },
    )
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    return received


async def ask_paths(client: httpx.AsyncClient) -> list[str]:
    """The front page, the list, and a commitment and a party with something to show."""
    answer = (await client.post("/graphql", json={"query": FIRST})).json()
    (row,) = answer["data"]["commitments"]["nodes"]
    return ["/", "/commitments", row["url"], row["promisors"][0]["party"]["url"]]


async def time_server(client: httpx.AsyncClient, path: str) -> tuple[float, float]:
    """Milliseconds of the first request for a page, and the median of five more."""
    took = []
    for _ in range(6):
        start = perf_counter()
        response = await client.get(path, headers={"accept": "text/html"})
        took.append((perf_counter() - start) * 1000)
        response.raise_for_status()
    return took[0], median(took[1:])


async def measure(url: str, paths: list[str]) -> bool:
    """Prints a table; whether every page is within the limits."""
    is_within = True
    async with (
        httpx.AsyncClient(base_url=url, timeout=120) as client,
        async_playwright() as running,
    ):
        browser = await running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        click.echo(
            "| Page | First paint, ms | Shift | First view, KiB | Server, first, ms | then, ms |"
        )
        click.echo("|---|---:|---:|---:|---:|---:|")
        for path in paths or await ask_paths(client):
            first, then = await time_server(client, path)
            visits = [await open_page(browser, url + path) for _ in range(ROUNDS)]
            painted = median(visit.painted_ms for visit in visits)
            shift = median(visit.shift for visit in visits)
            kib = median(visit.kib for visit in visits)
            is_within &= painted <= MOST_FCP_MS and shift <= MOST_SHIFT and kib <= MOST_KIB
            click.echo(
                f"| `{path}` | {painted:.0f} | {shift:.3f} | {kib:.0f} | {first:.0f} | {then:.0f} |"
            )
        await browser.close()
    return is_within


def main() -> None:
    """Measures, and exits with 1 if a page is slower, jumpier or heavier than it may be."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    url, *paths = sys.argv[1:]
    sys.exit(not asyncio.run(measure(url.rstrip("/"), paths)))


if __name__ == "__main__":
    main()
