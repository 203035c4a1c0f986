"""What is shared: citations, pictures, frames, oEmbed, and the maps for robots."""

import io
import json
import re
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree

import bibtexparser
import httpx
import pytest
from PIL import Image

from api.settings import Settings
from api.sharing import cards, sitemaps
from tests.api.browsing import MISSING
from tests.api.conftest import Started
from tests.conftest import ROOT

built = pytest.mark.skipif(bool(MISSING), reason="; ".join(MISSING))

MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
KNOWN = "2025-07-09T23:59:59.000Z"
FROZEN = f"asOf=2025-07-09&knownAt={KNOWN}"


# --- Citations -----------------------------------------------------------------------------------


async def test_citation_in_a_line_gives_an_address_that_stays(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/cite/commitments/K05.txt?{FROZEN}")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert ", Meta: “Keep working on content moderation and local law” (" in answer.text
    assert answer.text.endswith(
        f"(commitment K05). Followthrough. As of 2025-07-09, recorded by {KNOWN}. "
        f"http://test/commitments/K05?{FROZEN}\n"
    )


async def test_citation_without_a_moment_is_of_now(client: httpx.AsyncClient) -> None:
    before = datetime.now(UTC)
    text = (await client.get("/cite/commitments/K05.txt")).text
    known_at = re.search(r"knownAt=(\S+)", text)
    assert known_at
    assert 0 <= (datetime.fromisoformat(known_at[1]) - before).total_seconds() + 0.001 < 60
    # And the address that it gives answers.
    address = text.split()[-1].removeprefix("http://test")
    assert (await client.get(address)).json()["commitment"]["key"] == "K05"


async def test_bibtex_is_read_by_a_parser(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/cite/commitments/K05.bib?{FROZEN}")
    library = bibtexparser.parse_string(answer.text)
    assert not library.failed_blocks
    (entry,) = library.entries
    assert (entry.entry_type, entry.key) == ("misc", "commitments-K05")
    fields = {field.key: field.value for field in entry.fields}
    assert fields["url"] == f"http://test/commitments/K05?{FROZEN}"
    assert fields["urldate"] == "2025-07-09"
    assert fields["author"] == "{Followthrough}"


async def test_csl_has_what_zotero_needs(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/cite/commitments/K05.json?{FROZEN}")
    assert answer.headers["content-type"].startswith("application/vnd.citationstyles.csl+json")
    (item,) = answer.json()
    assert item["type"] == "webpage"
    assert item["author"] == [{"literal": "Followthrough"}]
    assert item["accessed"] == {"date-parts": [[2025, 7, 9]]}
    assert item["URL"] == f"http://test/commitments/K05?{FROZEN}"


@pytest.mark.parametrize("form", ["txt", "bib", "json"])
@pytest.mark.parametrize("path", ["parties/meta", "articles/A1", "meetings/M1", "follow-ups/F01"])
async def test_every_noun_is_cited(client: httpx.AsyncClient, path: str, form: str) -> None:
    answer = await client.get(f"/cite/{path}.{form}")
    assert answer.status_code == 200
    assert f"http://test/{path}" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cite/commitments/ZZ.txt", 404),
        ("/cite/changes/K05.txt", 404),
        ("/cite/commitments/K05.pdf", 404),
        ("/cite/commitments/K05.txt?asOf=banana", 400),
        ("/cite/commitments/K05.txt?knownAt=2999-01-01T00:00:00Z", 400),
        ("/cite/commitments/K05.txt?knownAt=2001-01-01T00:00:00Z", 404),
        ("/cards/commitments/ZZ.png", 404),
        ("/embed/commitments/ZZ", 404),
    ],
)
async def test_what_is_not_there_is_not_shared(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    assert (await client.get(path)).status_code == status


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("commitments/K03.json", "application/json"),
        ("commitments/K03.jsonld", "application/ld+json"),
        ("parties/meta.json", "application/json"),
        ("follow-ups/F01.json", "application/json"),
    ],
)
async def test_data_of_a_record_has_an_address_that_a_link_can_name(
    client: httpx.AsyncClient, path: str, media_type: str
) -> None:
    browser = {"accept": "text/html,application/xhtml+xml;q=0.9"}
    file = await client.get(f"/data/{path}", headers=browser)
    assert file.headers["content-type"] == f"{media_type}; charset=utf-8"
    record = path.rpartition(".")[0]
    same = await client.get(f"/{record}", headers={"accept": media_type})
    without = re.compile(r'"(knownAt|url)":"[^"]*"')
    assert without.sub("", file.text) == without.sub("", same.text)
    missing = await client.get("/data/commitments/ZZ.json", headers=browser)
    assert missing.status_code == 404 and missing.json()["errors"]


# --- Pictures ------------------------------------------------------------------------------------


@built
@pytest.mark.parametrize("path", ["commitments/K01", "parties/meta", "articles/A1", "site"])
async def test_picture_is_of_the_size_that_previews_take(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(f"/cards/{path}.png")
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    held = {"if-none-match": answer.headers["etag"]}
    assert (await client.get(f"/cards/{path}.png", headers=held)).status_code == 304


@built
async def test_picture_follows_the_day(client: httpx.AsyncClient) -> None:
    early = await client.get("/cards/commitments/K01.png?asOf=2018-01-01")
    late = await client.get("/cards/commitments/K01.png?asOf=2025-07-09")
    assert early.content != late.content


@built
def test_urdu_is_shaped_and_stands_at_the_right() -> None:
    card = cards.Card("", "میٹا نے وعدہ کیا ہے", (), (), "Followthrough", "example.org")
    picture = Image.open(io.BytesIO(cards.draw_card(card))).convert("L")
    title = picture.crop((0, 70, *(cards.SIZE[0], 200)))
    box = title.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None and box[0] > 600 and cards.SIZE[0] - box[2] < 90
    # Joined, the letters take less room than each by itself; a box for a missing one takes more.
    font = cards._font(60, bold=True)
    joined = font.getlength("وعدہ", direction="rtl")
    assert joined < sum(font.getlength(letter) for letter in "وعدہ")
    missing = font.getmask("\U0010ffff").getbbox()
    for letter in "ٹڈڑںےہھگچپ":
        assert font.getmask(letter).getbbox() not in (None, missing)


@built
def test_long_texts_end_in_an_ellipsis() -> None:
    lines = cards._wrap("word " * 200, cards._font(44, bold=True), 3)
    assert len(lines) == 3 and lines[-1].endswith("…")
    (long,) = cards._wrap("https://example.org/" + "a" * 500, cards._font(24), 1)
    assert cards._font(24).getlength(long) <= cards.SIZE[0] - 144 and long.endswith("…")


def test_pictures_have_the_colours_of_the_pages() -> None:
    css = (ROOT / "web" / "src" / "timeline" / "status.css").read_text()
    said = re.findall(r"\.status-([a-z-]+) \{\s+--status: light-dark\((#\w+)", css)
    assert {name.upper().replace("-", "_"): colour for name, colour in said} == cards.COLOURS


# --- Frames --------------------------------------------------------------------------------------


@built
async def test_frame_says_where_it_stands_without_a_script(client: httpx.AsyncClient) -> None:
    answer = await client.get("/embed/commitments/K03?asOf=2025-07-09")
    assert answer.status_code == 200
    for words in (
        'href="http://test/commitments/K03?asOf=2025-07-09"',
        "as of 9 July 2025",
        'class="badge status-',
        ">Followthrough</a></footer>",
    ):
        assert words in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "<script type" in answer.text and "<!--embedded-->" not in answer.text


@built
async def test_frame_of_a_list(client: httpx.AsyncClient) -> None:
    filter_ = quote(json.dumps({"promisor": {"eq": "meta"}}))
    answer = await client.get(f"/embed/commitments?filter={filter_}&asOf=2025-07-09")
    assert "11 commitments, as of 9 July 2025" in answer.text
    assert answer.text.count("<li>") == 10 and "1 more" in answer.text


@built
@pytest.mark.parametrize("said", ["*", "'none'", "https://a.example https://b.example"])
async def test_setting_says_who_may_frame(started: Started, said: str) -> None:
    async with started(embedded_by=said) as client:
        policy = (await client.get("/embed/commitments/K03")).headers["content-security-policy"]
        assert policy.endswith(f"frame-ancestors {said}")
        # No other page can be framed, whatever it says.
        page = await client.get("/commitments/K03", headers={"accept": "text/html"})
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("wrong", [" ", "https://a.example 'none'", "a.example; script-src *"])
def test_setting_of_frames_takes_origins_alone(wrong: str) -> None:
    with pytest.raises(ValueError, match="names no origins"):
        Settings(embedded_by=wrong)


@built
async def test_texts_of_records_are_no_markup(started: Started) -> None:
    async with started(site_name='<script>alert("x")</script>') as client:
        html = (await client.get("/embed/commitments/K03")).text
    assert "<script>alert" not in html and "&lt;script&gt;" in html


# --- oEmbed --------------------------------------------------------------------------------------


async def test_oembed_has_the_members_of_the_specification(client: httpx.AsyncClient) -> None:
    asked = quote("http://test/commitments/K03?asOf=2025-07-09", safe="")
    answer = (await client.get(f"/oembed?url={asked}&maxwidth=400&maxheight=9999")).json()
    assert (answer["version"], answer["type"], answer["width"]) == ("1.0", "rich", 400)
    assert isinstance(answer["height"], int) and answer["height"] <= 9999
    assert 'src="http://test/embed/commitments/K03?asOf=2025-07-09"' in answer["html"]
    assert "http://test/embed.js" in answer["html"]
    assert {"title", "provider_name", "provider_url", "cache_age"} <= answer.keys()
    # A thumbnail has all three members, or none.
    assert answer["thumbnail_url"].startswith("http://test/cards/commitments/K03.png")
    assert (answer["thumbnail_width"], answer["thumbnail_height"]) == (1200, 630)


async def test_oembed_as_xml(client: httpx.AsyncClient) -> None:
    answer = await client.get("/oembed?url=http://test/parties/meta&format=xml")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "oembed" and root.findtext("type") == "rich"
    assert "<iframe" in (root.findtext("html") or "")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=https://elsewhere.example/commitments/K03", 404),
        ("url=http://test/commitments/ZZ", 404),
        ("url=http://test/", 404),
        ("", 404),
        ("url=http://test/commitments/K03&format=yaml", 501),
        ("url=http://test/commitments/K03&maxwidth=wide", 400),
    ],
)
async def test_oembed_refuses(client: httpx.AsyncClient, query: str, status: int) -> None:
    assert (await client.get(f"/oembed?{query}")).status_code == status


# --- Maps for robots -----------------------------------------------------------------------------


async def test_sitemap_lists_every_page_that_anybody_sees(client: httpx.AsyncClient) -> None:
    index = ElementTree.fromstring((await client.get("/sitemap.xml")).content)
    assert index.tag == f"{MAPS}sitemapindex"
    found: set[str] = set()
    for sitemap in index.findall(f"{MAPS}sitemap"):
        address = sitemap.findtext(f"{MAPS}loc") or ""
        urls = ElementTree.fromstring((await client.get(address)).content)
        assert urls.tag == f"{MAPS}urlset"
        for url in urls:
            assert [part.tag for part in url] == [f"{MAPS}loc", f"{MAPS}lastmod"]
            datetime.fromisoformat(url.findtext(f"{MAPS}lastmod") or "")
            found.add(url.findtext(f"{MAPS}loc") or "")
    assert {f"http://test/commitments/K{n:02}" for n in range(1, 12)} <= found
    assert {"http://test/parties/meta", "http://test/articles/A1"} <= found
    for address in sorted(found)[::9]:
        page = await client.get(address, headers={"accept": "text/html"})
        assert page.status_code == 200


async def test_sitemap_is_parted_into_pages(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 4)
    maps = re.findall(
        "http://test(/sitemaps/commitments-[0-9]+.xml)", (await client.get("/sitemap.xml")).text
    )
    pages = [re.findall("<loc>([^<]*)", (await client.get(one)).text) for one in maps]
    assert len(pages) > 2
    assert {len(page) for page in pages[:-1]} == {4} and 0 < len(pages[-1]) <= 4
    listed = [address for page in pages for address in page]
    assert len(set(listed)) == len(listed) > 10
    beyond = f"/sitemaps/commitments-{len(maps) + 1}.xml"
    assert (await client.get(beyond)).status_code == 404
    assert (await client.get("/sitemaps/nothing-1.xml")).status_code == 404


async def test_robots_are_led_to_the_map(started: Started) -> None:
    async with started(public_url="https://public.example") as client:
        text = (await client.get("/robots.txt")).text
    assert "User-agent: *" in text and "Disallow: /graphql" in text
    assert text.endswith("\nSitemap: https://public.example/sitemap.xml\n")
