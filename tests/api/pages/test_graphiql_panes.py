"""The Timeline and Table panes of GraphiQL, in a real browser."""

import asyncio
import csv
import io
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from playwright.async_api import Download, Locator, Page, expect

from tests.api.browsing import fits_its_width, in_a_browser, serious_violations, until
from tests.api.pages.test_graphiql import QUERY, RESPONSE, TABS, run, settled

pytestmark = in_a_browser

DRAWN = "How did the safety promise of 2017 fare"
TIMELINE = ".timeline"
WIDTH_OF_LANES = "document.querySelector('.timeline-lanes').getBoundingClientRect().width"


async def open_pane(page: Page, name: str) -> None:
    await page.locator(".graphiql-sidebar").get_by_role("button", name=name).click()


@pytest.fixture
async def page(page: Page) -> Page:
    """GraphiQL with the answer to the example that is made to be drawn."""
    await page.goto("/graphql")
    await settled(page)
    await page.get_by_role("button", name=DRAWN).click()
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text('"data"')
    return page


@pytest.fixture
async def timeline(page: Page) -> Locator:
    await open_pane(page, "Timeline")
    await expect(page.locator(".timeline-lanes")).to_be_visible()
    return page.locator(TIMELINE)


def mark(timeline: Locator, name: str) -> Locator:
    return timeline.locator(f'[data-mark][aria-label^="{name}"]')


async def width_of(mark: Locator) -> float:
    """How wide the range of a mark is drawn; 0 for a point."""
    ranges = mark.locator(".timeline-range")
    box = await ranges.bounding_box() if await ranges.count() else None
    return box["width"] if box else 0


async def downloaded(page: Page, button: str) -> tuple[Download, bytes]:
    async with page.expect_download() as download:
        await page.get_by_role("button", name=button, exact=True).click()
    file = await download.value
    return file, (await file.path()).read_bytes()


# --- Timeline ------------------------------------------------------------------------------------


async def test_promise_restatement_and_year_only_workshop(timeline: Locator) -> None:
    promise = mark(timeline, "K01: Promised, 7 July 2017")
    restatement = mark(timeline, "F02: Reaffirmed, between 1 and 19 February 2022")
    workshop = timeline.locator('[aria-label*="some time in 2024"][aria-label*="orkshop"]')
    assert await width_of(promise) == 0  # known to the day: a point
    for range_ in (restatement, workshop):
        await expect(range_.locator(".timeline-range")).to_have_count(1)
    # A year is some twenty times as wide as the 19 days, and both stand on one axis.
    assert await width_of(workshop) > 10 * await width_of(restatement) > 0
    await expect(timeline.locator(".timeline-contested").first).to_be_visible()


async def test_pressing_tells_evidence_source_and_rationale(timeline: Locator) -> None:
    await mark(timeline, "F02").click()
    details = timeline.locator(".timeline-details")
    await expect(details).to_contain_text("Restating is not progress")  # its rationale
    await expect(details.locator("blockquote")).to_contain_text("safe, free and open")
    await expect(details.locator("cite")).to_contain_text("A2, P7")


async def test_keys_walk_zoom_and_open(page: Page, timeline: Locator) -> None:
    first = timeline.locator('[data-mark][tabindex="0"]')
    await expect(first).to_have_count(1)  # Tab comes in at one mark, and goes on after it
    await first.focus()
    for key, name in [
        ("ArrowRight", "F01"),
        ("ArrowRight", "F02"),
        ("ArrowDown", "K04"),
        ("End", "F09"),
        ("Home", "K04"),
        ("ArrowUp", "F0"),
    ]:
        await page.keyboard.press(key)
        await expect(timeline.locator("[data-mark]:focus")).to_have_attribute(
            "aria-label", re.compile(f"^{name}")
        )
    await mark(timeline, "F02").focus()
    await page.keyboard.press("Enter")
    details = timeline.locator(".timeline-details")
    await expect(details).to_contain_text("F02")
    # Escape closes them, and one is back at the mark.
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(details).to_be_empty()
    await expect(timeline.locator("[data-mark]:focus")).to_have_attribute(
        "aria-label", re.compile("^F02")
    )
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Open its query in a new tab").click()
    await expect(page.locator(TABS)).to_have_count(3)
    await expect(page.locator(QUERY)).to_contain_text("followUp(by:")
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text('"F02"')


async def test_zoom_pan_and_fit(page: Page, timeline: Locator) -> None:
    workshop = timeline.locator('[aria-label*="some time in 2024"][aria-label*="orkshop"] rect')

    async def drawn(is_so: Callable[[float, float], bool]) -> tuple[float, float]:
        """Where it begins and how wide it is, once that is so."""
        for _ in range(300):
            x, width = [float(await workshop.get_attribute(name) or 0) for name in ("x", "width")]
            if is_so(x, width):
                return x, width
            await asyncio.sleep(0.1)
        raise AssertionError((x, width))

    begin, wide = await drawn(lambda _x, _width: True)
    await page.get_by_role("button", name="Zoom in").click()
    zoomed, _ = await drawn(lambda x, _width: x > begin)
    await page.get_by_role("button", name="Later").click()
    later, _ = await drawn(lambda x, width: x < zoomed and width > 1.4 * wide)
    await page.get_by_role("button", name="Earlier").click()
    await drawn(lambda x, _width: x > later)
    await page.get_by_role("button", name="Fit").click()
    await drawn(lambda x, width: (x, width) == (begin, wide))
    # A wheel zooms only with Ctrl, else it scrolls.
    await timeline.locator(".timeline-lanes").hover()
    await page.mouse.wheel(0, -100)
    await page.keyboard.down("Control")
    await page.mouse.wheel(0, -100)
    await page.keyboard.up("Control")
    await drawn(lambda x, width: (x, width) != (begin, wide))


async def test_table_says_the_same(timeline: Locator) -> None:
    await timeline.get_by_text("As a table").click()
    table = timeline.get_by_role("table", name="K01: Safe platform")
    for words in ("between 1 and 19 February 2022", "Status: Reaffirmed", "Contested"):
        await expect(table).to_contain_text(words)


async def test_svg_stands_alone(page: Page, timeline: Locator) -> None:
    file, content = await downloaded(page, "SVG")
    assert file.suggested_filename == "DrawnInTime.svg"
    picture = ElementTree.fromstring(content)
    said = " ".join(picture.itertext())
    for words in ("K01", "2022", "Reaffirmed", "Contested"):  # lanes, axis, bands and legend
        assert words in said
    # No stylesheet goes with it, so everything it needs is said in it.
    assert not [e for e in picture.iter() if "class" in e.attrib or "var(" in str(e.attrib)]
    assert {e.get("fill") for e in picture.iter()} >= {"none"}


async def test_png_and_csv(page: Page, timeline: Locator) -> None:
    _, content = await downloaded(page, "PNG")
    assert content.startswith(b"\x89PNG") and len(content) > 10_000
    file, content = await downloaded(page, "CSV")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert file.suggested_filename == "DrawnInTime.csv"
    assert [row["key"] for row in rows] == ["K01", "K04", "K10"]


async def test_an_edited_query_leaves_the_drawing_alone(page: Page, timeline: Locator) -> None:
    """What an answer holds is what was asked, not what stands in the editor by now."""
    await page.locator(QUERY).click()
    await page.keyboard.press("Control+A")
    await page.keyboard.press("Delete")
    await page.keyboard.insert_text("{__typename}")
    await expect(mark(timeline, "F02")).to_be_visible()
    await run(page)
    await expect(page.locator(".answer-pane")).to_contain_text("no dates to draw")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_panes_are_accessible(page: Page, timeline: Locator, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await mark(timeline, "F02").focus()
    await timeline.get_by_text("As a table").click()
    await page.keyboard.press("Enter")
    assert await serious_violations(page, ".answer-pane") == []
    await open_pane(page, "Table")
    assert await serious_violations(page, ".answer-pane") == []
    await open_pane(page, "Explain")
    await page.get_by_role("button", name="Explain the query").click()
    await expect(page.locator(".answer-pane pre").first).to_be_visible()
    assert await serious_violations(page, ".answer-pane") == []


async def test_narrow_and_over_the_whole_page(page: Page, timeline: Locator) -> None:
    await page.get_by_role("button", name="Over the whole page").click()
    await until(page, f"{WIDTH_OF_LANES} > 1100")
    await page.get_by_role("button", name="Beside the query").click()
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(timeline.locator(".timeline-lanes")).to_be_visible()
    await until(page, f"240 <= {WIDTH_OF_LANES} && {WIDTH_OF_LANES} <= 338")
    assert await fits_its_width(page)


# --- Table ---------------------------------------------------------------------------------------


async def test_table_sorts_and_copies(page: Page) -> None:
    await open_pane(page, "Table")
    keys = page.locator(".answer-table tbody tr td:first-child")
    await expect(keys).to_have_text(["K01", "K04", "K10"])
    for _ in range(2):
        await page.get_by_role("button", name="key", exact=True).click()
    await expect(keys).to_have_text(["K10", "K04", "K01"])
    await expect(page.locator(".answer-table th").first).to_have_attribute(
        "aria-sort", "descending"
    )
    await page.get_by_role("button", name="Copy", exact=True).click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = str(await page.evaluate("navigator.clipboard.readText()"))
    assert [line.split("\t")[0] for line in copied.split("\n")] == ["key", "K10", "K04", "K01"]


async def test_table_of_a_list_within(page: Page) -> None:
    await open_pane(page, "Table")
    await page.get_by_label("Rows of").select_option("commitments.nodes.followUps.nodes")
    rows = page.locator(".answer-table tbody tr")
    await expect(rows.first).to_contain_text("K01")  # whose follow-up it is
    _, content = await downloaded(page, "CSV")
    keys = [row["key"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
    assert "F02" in keys and len(keys) == await rows.count()


async def test_all_pages_of_a_list_are_one_file_of_the_export(page: Page) -> None:
    """Paging 5,000 commitments by hand was 48 times copying a cursor."""
    await page.get_by_role("button", name="One row for each commitment").click()
    await run(page)
    await open_pane(page, "Table")
    async with page.expect_download() as download:
        await page.locator(".pane-export").get_by_role("link", name="CSV").click()
    content = (await (await download.value).path()).read_text("utf-8-sig")
    rows = await page.locator(".answer-table tbody tr").count()
    assert len(list(csv.DictReader(io.StringIO(content)))) == rows > 8


# --- Details of a mark ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1280])
async def test_details_lie_over_nothing(page: Page, timeline: Locator, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    await expect(timeline.locator(".timeline-lanes")).to_be_visible()
    await mark(timeline, "F02").click()
    panel = timeline.locator(".timeline-details")
    await expect(panel).to_contain_text("F02")
    await until(
        page,
        """(() => {
            const panel = document.querySelector('.timeline-details').getBoundingClientRect();
            const others = [...document.querySelectorAll('[data-mark], .timeline-title')];
            return panel.height > 40 && others.every((one) => {
                const box = one.getBoundingClientRect();
                return box.bottom <= panel.top + 1 || box.top >= panel.bottom - 1;
            });
        })()""",
    )
    # The same tap again closes it, and the next one opens another: nothing is swallowed.
    await mark(timeline, "F02").click()
    await expect(panel).to_be_empty()


async def test_marks_can_be_hit_with_a_finger(page: Page, timeline: Locator) -> None:
    sizes = await page.evaluate(
        "[...document.querySelectorAll('.timeline-lanes .timeline-target')]"
        ".map((one) => one.getBoundingClientRect().height)"
    )
    assert sizes and min(sizes) >= 24


async def test_lanes_are_compact_and_grouped_when_asked(page: Page, timeline: Locator) -> None:
    height = "document.querySelector('.timeline-lanes').getBoundingClientRect().height"
    before = float(await page.evaluate(height))
    await timeline.get_by_role("button", name="Compact").click()
    await until(page, f"{height} < {before} * 0.7")
    await timeline.get_by_role("button", name="By status").click()
    await expect(timeline.locator(".timeline-group-name").first).to_have_text(
        re.compile(r"^[A-Z].* \(\d+\)$")
    )


# --- Statuses over time --------------------------------------------------------------------------


@pytest.fixture
async def chart(page: Page) -> Locator:
    """The chart of the example that counts statuses over time, which Timeline leads to."""
    await page.get_by_role("button", name="how has that changed").click()
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text("notTrackable")
    await open_pane(page, "Statuses over time")
    found = page.locator(".series")
    await expect(found.locator(".series-drawing")).to_be_visible()
    return found


async def test_statuses_over_time_are_one_click_from_the_answer(chart: Locator) -> None:
    await expect(chart.locator(".series-drawing .series-layer")).not_to_have_count(0)
    await expect(chart.locator(".series-legend")).to_have_attribute(
        "aria-label", re.compile("No follow-up")
    )
    await chart.get_by_text("As a table").click()
    row = chart.get_by_role("row", name="30 November 2024")
    await expect(row).to_contain_text("8")


async def test_every_status_has_a_pattern_of_its_own(chart: Locator) -> None:
    """Without colours nothing is lost."""
    patterns = await chart.locator("pattern path").evaluate_all(
        "paths => paths.map((path) => path.getAttribute('d'))"
    )
    assert len(patterns) > 1 and len(set(patterns)) == len(patterns)


async def test_chart_is_walked_through_by_keys(page: Page, chart: Locator) -> None:
    slider = chart.get_by_role("slider")
    await slider.focus()
    await page.keyboard.press("Home")
    await expect(slider).to_have_attribute("aria-valuetext", re.compile("^30 November 2024: 8 "))
    await page.keyboard.press("ArrowRight")
    await expect(slider).to_have_attribute("aria-valuetext", re.compile("^31 December 2024"))
    await expect(chart.locator(".series-said")).to_contain_text("31 December 2024")
    await page.keyboard.press("End")
    await expect(slider).to_have_attribute("aria-valuetext", re.compile("2025"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_chart_is_accessible(page: Page, chart: Locator, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await chart.get_by_text("As a table").click()
    assert await serious_violations(page, ".answer-pane") == []


async def test_picture_of_the_chart_tells_day_and_source(page: Page, chart: Locator) -> None:
    file, content = await downloaded(page, "SVG")
    assert file.suggested_filename == "OverTime.svg"
    picture = ElementTree.fromstring(content)
    said = " ".join(picture.itertext())
    for words in ("OverTime", "Drawn on", "Source: http://", "/graphql", "No follow-up"):
        assert words in said
    assert not [e for e in picture.iter() if "class" in e.attrib or "var(" in str(e.attrib)]
    _, content = await downloaded(page, "PNG")
    assert content.startswith(b"\x89PNG") and len(content) > 5_000


async def test_timeline_leads_to_the_chart(page: Page) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    query = '{statusSeries(from:"2024-11-01",to:"2025-07-09"){day statuses{status count}}}'
    await page.keyboard.insert_text(query)
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text("statusSeries")
    await open_pane(page, "Timeline")
    await page.get_by_role("button", name="See them as a chart").click()
    await expect(page.locator(".series-drawing")).to_be_visible()
