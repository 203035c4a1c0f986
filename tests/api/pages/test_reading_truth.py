"""That reading pages say nothing untrue: of another day, of what does not count, of whose words.

In a real browser, on the five articles and a few records of our own.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from graphql import GraphQLSchema
from playwright.async_api import Browser, BrowserContext, Page, expect

from store.bundles.importing import import_bundle
from store.writes.writer import Author, Draft, Writer
from tests.api.browsing import (
    expect_statuses,
    fits_its_width,
    in_a_browser,
    serious_violations,
    visiting,
)
from tests.conftest import FIXTURES, empty_dataset, served
from tests.store import samples

pytestmark = in_a_browser

LIST = ".commitments li"
SAID = "Telno promised lower prices by 2022."
URDU = "کراچی میں نیا Karachi Hospital (ہسپتال) بنایا جائے گا"
KARACHI = "کراچی بلدیہ"
FROZEN = "/commitments/K01?asOf=2018-01-01&knownAt=2018-01-01T00:00:00Z"


async def fill(database: Any) -> None:
    """The five articles, and records that try the pages."""
    await import_bundle(database, [FIXTURES / "meta-pakistan"], Author(by="tests"))
    given: dict[str, Any] = {"promisors": [{"party": "telno", "attribution": "SELF_PARAPHRASED"}]}
    given |= {"addressees": [], "madeAt": None, "dueOn": "2022"}

    def promise(key: str, **members: Any) -> Any:
        return samples.commitment(key, **given | members)

    known = {"recordedAt": "2020-02-01T00:00:00Z"}
    records = [
        samples.party("telno"),
        samples.record("parties", "belda", kind="REGULATOR", name=KARACHI),
        samples.article("a1", text=f"He said: {SAID}", textKind="FULL_TEXT", **known),
        samples.article("a2", text=samples.LATER + samples.DOUBTED, **known),
        samples.article("a3", text=URDU, inLanguage="ur", textKind="FULL_TEXT", headline=URDU),
        promise("c1", evidence=[samples.evidence("a1", SAID, mode="DIRECT_QUOTE")], **known),
        promise("gone"),
        promise("early", curation="PROPOSED"),
        promise(
            "urdu",
            title=URDU,
            gist=f"{URDU}\u202ecod.exe\u202c",
            promisors=[{"party": "belda", "attribution": "SELF_QUOTED"}],
            addressees=["telno"],
            evidence=[samples.evidence("a3", URDU, saidBy="belda", mode="DIRECT_QUOTE")],
        ),
        promise("long", title="A promise with a long story"),
        *(
            samples.follow_up(f"g{n:03}", "long", on=f"2021-{n % 12 + 1:02}-{n % 28 + 1:02}")
            for n in range(130)
        ),
        samples.assessment("s1", "c1", effectiveOn="2023-02-10", **known),
        samples.assessment("s2", "c1", effectiveOn="2023-03-10", value="FULFILLED"),
        promise("taken-back", **known),
        samples.assessment(
            "s3",
            "taken-back",
            effectiveOn="2020-03-01",
            withdrawnAt="2021-03-04T00:00:00Z",
            **known,
        ),
    ]
    await samples.write(database, *records)
    writer = Writer(database, clock=lambda: datetime(2026, 11, 28, 9, tzinfo=UTC))
    gone = promise("gone", curation="RETRACTED")
    await writer.write([Draft(gone)], Author(by="Ida", why="wrongly read"))


@pytest.fixture(scope="module")
async def origin(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[str]:
    async with empty_dataset(mongodb_url, "truth", schema) as data:
        await fill(data.database)
        async with served(mongodb_url, data.database.name) as origin:
            yield origin


@pytest.fixture
async def context(browser: Browser, origin: str) -> AsyncIterator[BrowserContext]:
    async with visiting(browser, origin) as context:
        yield context


async def drawn(page: Page) -> str:
    """What the timeline says, in its table and its legend."""
    await page.get_by_text("As a table").click()
    table = await page.locator(".timeline-table").inner_text()
    return f"{table}\n{await page.locator('.timeline-legend').get_attribute('aria-label')}"


# --- Another day ---------------------------------------------------------------------------------


async def test_list_of_a_day_names_nothing_later(page: Page) -> None:
    await page.goto("/commitments?asOf=2024-06-30")
    await expect(page.locator(LIST).first).to_be_visible()
    latest = await page.locator(".latest").all_inner_texts()
    assert latest
    for said in latest:
        years = {int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", said)}
        assert years and max(years) <= 2024 and "July" not in said.replace("8 July 2024", ""), said
    row = page.locator(LIST, has_text="Safe platform true")
    await expect(row).not_to_contain_text("2025")
    await expect(row).to_contain_text("some time in 2024, perhaps after this day")


async def test_commitment_of_a_day_shows_nothing_later(page: Page) -> None:
    await page.goto("/commitments/K01?asOf=2023-06-30")
    words = await drawn(page)
    for later in ("2024", "2025", "K10"):
        assert later not in words
    assert "30 June 2023" in words and "Today" not in words
    assert "K04" in words  # which was made before
    end = await page.evaluate(
        "Math.max(...[...document.querySelectorAll('rect.timeline-band, rect.timeline-contested')]"
        ".filter(r => r.closest('.timeline-lanes'))"
        ".map(r => r.x.baseVal.value + r.width.baseVal.value))"
    )
    line = await page.locator(".timeline-lanes .timeline-today").get_attribute("d")
    assert line is not None
    assert end <= float(line[1:].split()[0]) + 2


async def test_a_page_does_not_know_of_a_later_withdrawal(page: Page) -> None:
    for moment, said in (("2020-06-01", "Assessed"), ("2022-06-01", "Once assessed")):
        await page.goto(f"/commitments/taken-back?asOf=2024-01-01&knownAt={moment}T00:00:00Z")
        fact = page.locator(".facts > div", has_text="Broken by Ida Exempla")
        await expect(fact.locator("dt")).to_have_text(said)
        standing = page.locator(".standing .badge").first
        await expect(standing).to_have_text("Broken" if said == "Assessed" else "No follow-up")


async def test_what_may_have_come_after_the_day_is_said_to(page: Page) -> None:
    await page.goto("/commitments/K05?asOf=2024-06-30")
    await expect(page.locator("#F07")).to_contain_text("It may have happened after this day.")
    await expect(page.locator(".trail > li")).to_have_count(1)
    await page.goto("/commitments/K05?asOf=2025-07-09")
    await expect(page.locator("#F07")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text("after this day")


async def test_bands_end_with_today(page: Page) -> None:
    await page.goto("/commitments/K01")
    assert "Today" in await drawn(page)
    ends = await page.evaluate(
        "[...document.querySelectorAll('.timeline-lanes rect.timeline-band')]"
        ".map(r => r.x.baseVal.value + r.width.baseVal.value)"
    )
    line = await page.locator(".timeline-lanes .timeline-today").get_attribute("d")
    assert line is not None
    assert max(ends) <= float(line[1:].split()[0]) + 2


async def test_frozen_page_shows_nothing_that_was_recorded_later(page: Page) -> None:
    await page.goto(FROZEN)
    notice = page.get_by_role("note")
    await expect(notice).to_contain_text("As recorded by 1 January 2018, 00:00 UTC.")
    words = await drawn(page)
    for later in ("F02", "K04", "F09", "K10", "2022", "2024"):
        assert later not in words
    await expect(page.locator("main")).not_to_contain_text("2024")
    await notice.get_by_role("link", name="See today").click()
    await expect(page).to_have_url(re.compile("/commitments/K01$"))
    await expect(page.locator("#F02")).to_be_visible()
    await expect(page.get_by_role("note")).to_have_count(0)


async def test_assessments_are_those_of_the_day_and_the_moment(page: Page) -> None:
    facts = page.get_by_role("region", name="What editors say of it")
    await page.goto("/commitments/c1?asOf=2021-01-01")
    await expect(page.locator(".facts")).to_contain_text("Promised by")
    await expect(facts).to_have_count(0)
    await page.goto("/commitments/c1?asOf=2024-01-01&knownAt=2021-01-02T00:00:00Z")
    await expect(facts).to_contain_text("Broken by Ida Exempla, 10 February 2023")
    await expect(facts).not_to_contain_text("Fulfilled")
    await page.goto("/commitments/c1")
    await expect(facts).to_contain_text("Fulfilled by Ida Exempla")


async def test_a_long_story_is_told_to_its_end(page: Page) -> None:
    await page.goto("/commitments/long")
    await expect(page.locator(".trail > li")).to_have_count(100)
    await expect(page.get_by_text("100 of 130 follow-ups")).to_be_visible()
    await page.get_by_role("button", name="Show more").click()
    await expect(page.locator(".trail > li")).to_have_count(130)
    await expect(page.get_by_text("of 130 follow-ups")).to_have_count(0)


# --- A day that is typed -------------------------------------------------------------------------


async def test_day_of_a_commitment_can_be_typed(page: Page) -> None:
    await page.goto("/commitments/K05?knownAt=2025-07-09T23:59:59Z")
    await page.get_by_label("Another day").focus()
    await page.keyboard.type("06302024")
    await asyncio.sleep(0.3)
    assert "asOf" not in page.url
    await page.keyboard.press("Enter")
    await expect(page.locator("#standing")).to_contain_text("as of 30 June 2024")
    address = parse_qs(urlsplit(page.url).query)
    assert address == {"knownAt": ["2025-07-09T23:59:59Z"], "asOf": ["2024-06-30"]}


async def test_day_is_taken_by_a_button_and_not_on_leaving(page: Page) -> None:
    await page.goto("/commitments/K05")
    await page.get_by_label("Another day").fill("2024-06-30")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page).to_have_url(re.compile(r"K05\?asOf=2024-06-30$"))
    await page.get_by_label("Another day").fill("2023-06-30")
    await page.get_by_label("Another day").blur()
    await asyncio.sleep(0.5)
    await expect(page).to_have_url(re.compile(r"K05\?asOf=2024-06-30$"))
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page).to_have_url(re.compile(r"K05\?asOf=2023-06-30$"))


async def test_year_that_is_being_typed_is_refused(page: Page) -> None:
    await page.goto("/commitments/K05")
    await page.get_by_label("Another day").fill("0002-06-30")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("four digits")
    assert page.url.endswith("/K05")


async def test_day_of_the_list_is_asked_for_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.post_data or "") if "/graphql" in r.url else None)
    await page.goto("/commitments?order=newest")
    rows = page.locator(LIST)
    await expect(rows.first).to_be_visible()
    await page.wait_for_load_state("networkidle")
    asked.clear()
    await page.get_by_label("As of").focus()
    await page.keyboard.type("06302024")
    await asyncio.sleep(0.6)
    assert asked == []
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("asOf=2024-06-30"))
    await page.wait_for_load_state("networkidle")
    days = [re.findall(r'"asOf":"([^"]*)"', body) for body in asked if "Commitments(" in body]
    assert {day for found in days for day in found} == {"2024-06-30"}
    assert "order=newest" in page.url


# --- What does not count -------------------------------------------------------------------------


async def test_retracted_commitment_accuses_nobody(page: Page) -> None:
    expect_statuses(page, 410, 404)  # and the icon, which a notice does not name
    response = await page.goto("/commitments/gone")
    assert response is not None and 'content="noindex"' in await response.text()
    assert response.status == 410
    await expect(page.get_by_role("heading")).to_have_text("Retracted: commitment gone")
    await expect(page.get_by_role("note")).to_have_text(
        "Retracted on 28 November 2026: wrongly read"
    )
    await expect(page).to_have_title(re.compile("^Retracted: "))
    for said in ("Overdue", "Nothing recorded", "No follow-up"):
        await expect(page.locator("main")).not_to_contain_text(said)
    # Nor in what the page carries along unseen.
    for said in ("Ida", "Lower prices", "Telno"):
        assert said not in await response.text()


async def test_proposed_commitment_is_not_there_for_readers(page: Page) -> None:
    expect_statuses(page, 404)
    await page.goto("/commitments/early")
    await expect(page.get_by_role("heading")).to_have_text("There is no commitment early")
    await expect(page.locator("body")).not_to_contain_text("Lower prices")


# --- Whose words ---------------------------------------------------------------------------------


async def test_digest_is_said_to_be_ours(page: Page) -> None:
    await page.goto("/commitments/K01")
    await expect(page.locator("#evidence")).to_have_text(re.compile("in our words$"))
    await expect(page.locator("figcaption").first).to_contain_text("Our summary of")
    assert await page.locator("figure blockquote").count() == 0
    for untrue in ("Direct quote", "The words that it rests on"):
        await expect(page.locator("main")).not_to_contain_text(untrue)


async def test_words_of_an_article_stand_in_quotation_marks(page: Page) -> None:
    await page.goto("/commitments/c1")
    await expect(page.locator("#evidence")).to_have_text("The words that it rests on")
    await expect(page.locator("figure blockquote").first).to_have_text(f"“{SAID}”")
    await expect(page.locator("figcaption").first).to_contain_text("Direct quotation in")


async def test_right_to_left_stands_as_it_is_written(page: Page) -> None:
    await page.goto("/commitments/urdu")
    await expect(page.get_by_role("heading", level=1)).to_have_attribute("dir", "auto")
    quote = page.locator("figure blockquote")
    await expect(quote).to_have_attribute("lang", "ur")
    directions = "e => getComputedStyle(e).direction"
    for shown in (page.locator("h1"), quote, page.locator(".gist")):
        assert await shown.evaluate(directions) == "rtl"
    await expect(page.locator("bdi", has_text=KARACHI).first).to_be_visible()
    said = await page.locator("body").inner_text()
    assert not re.search("[\u202a-\u202e]", said)
    await expect(page.locator(".timeline-title").first).to_be_visible()
    title = await page.locator(".timeline-title").all_text_contents()
    assert "".join(title).startswith("urdu  \u2068") and title[-1].endswith("\u2069")


async def test_name_from_right_to_left_leaves_its_line_alone(page: Page) -> None:
    await page.goto("/commitments")
    row = page.locator(LIST, has_text=KARACHI)
    name = await row.locator(".who bdi").first.bounding_box()
    day = await row.locator(".who").evaluate(
        """line => { const range = document.createRange(), text = line.lastChild;
        range.selectNodeContents(text); return range.getBoundingClientRect().left }"""
    )
    assert name is not None and day > name["x"] + name["width"]
    await expect(page.get_by_label("Promised by").locator("option").last).to_have_attribute(
        "dir", "auto"
    )


# --- Addresses, and all of it looked at ----------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?asOf=2024-06-30", "30 June 2024"),
        ("?knownAt=2025-07-09T00:00:00Z", "goes by what is recorded now, whatever moment"),
    ],
)
async def test_list_says_what_it_goes_by(page: Page, query: str, said: str) -> None:
    await page.goto(f"/{query}")
    await expect(page.locator(LIST).first).to_be_visible()
    await expect(page.get_by_role("note")).to_contain_text(said)
    link = await page.locator(f"{LIST} a").first.get_attribute("href")
    assert link is not None and parse_qs(urlsplit(link).query) == parse_qs(query[1:])


@pytest.mark.parametrize("path", ["/commitments/gone", "/commitments/urdu", FROZEN])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_are_accessible_and_fit(page: Page, path: str, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": 390, "height": 844})
    expect_statuses(page, *((410, 404) if path.endswith("gone") else ()))
    await page.goto(path)
    await expect(page.locator("h1" if path.endswith("gone") else ".timeline-lanes")).to_be_visible()
    assert await serious_violations(page) == []
    assert await fits_its_width(page)
