"""The pages' headers, files and examples; the pages at work are test_workbench's."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.pages.routes import (
    OpenIdClient,
    graphiql_page,
    page_routes,
    read_example,
)

SCRIPT = b"export const greeting = 'hello';\n"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A build in small: two pages, one script with its compressed twin, one font without."""
    assets = tmp_path / "dist" / "assets"
    assets.mkdir(parents=True)
    for name in ("index.html", "desk.html"):
        (assets.parent / name).write_text(
            "<!doctype html><title>Followthrough</title><noscript>No script</noscript>"
        )
    (assets / "index-4f2a.js").write_bytes(SCRIPT)
    (assets / "index-4f2a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "codicon-11aa.ttf").write_bytes(b"\0\1\0\0")
    return assets.parent


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    folder = tmp_path / "queries"
    folder.mkdir()
    return folder


@pytest.fixture
async def client(dist: Path, queries: Path) -> AsyncIterator[httpx.AsyncClient]:
    async def page(request: Request) -> Response:
        return await graphiql_page(request, dist)

    app = Starlette(routes=[Route("/graphql", page), *page_routes(dist, queries)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


pages = pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/graphql", "index.html"),
        ("/desk", "desk.html"),
        ("/desk/review/commitments/K03", "desk.html"),
    ],
)


@pages
async def test_page_is_revalidated(
    client: httpx.AsyncClient, dist: Path, path: str, file: str
) -> None:
    first = await client.get(path)
    assert first.status_code == 200
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["vary"] == "Accept"

    held = {"if-none-match": f'"other", W/{first.headers["etag"]}'}
    again = await client.get(path, headers=held)
    assert (again.status_code, again.content) == (304, b"")

    (dist / file).write_text("<!doctype html><title>Another build</title>")
    assert (await client.get(path, headers=held)).status_code == 200


@pytest.mark.parametrize(
    ("path", "style"),
    [
        ("/graphql", "'self' 'unsafe-inline'"),  # Monaco; see WORKBENCH_HEADERS
        ("/workbench/queries.json", "'self' 'unsafe-inline'"),
        ("/assets/index-4f2a.js", "'self' 'unsafe-inline'"),
        ("/desk", "'self'"),
    ],
)
async def test_policy_goes_with_every_answer(
    client: httpx.AsyncClient, path: str, style: str
) -> None:
    headers = (await client.get(path)).headers
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in headers["content-security-policy"].split(";")
    )
    assert policy.pop("style-src") == style
    assert policy.pop("img-src") == "'self' data:"
    assert set(policy.values()) == {"'self'", "'none'"}
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"


@pages
async def test_page_that_was_never_built_names_the_remedy(
    client: httpx.AsyncClient, dist: Path, path: str, file: str
) -> None:
    (dist / file).unlink()
    response = await client.get(path)
    assert response.status_code == 503
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert "make workbench" in response.text


async def test_assets_of_a_page_that_was_never_built_are_missing(tmp_path: Path) -> None:
    app = Starlette(routes=page_routes(tmp_path / "nothing", tmp_path / "nothing"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/assets/index-4f2a.js")).status_code == 404
        assert (await client.get("/workbench/queries.json")).json() == []


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, br", "gzip"),
        ("identity", None),
        ("", None),
        ("gzip;q=0", None),
        ("gzip; q=0.000, *", None),
        ("*", "gzip"),
        ("*;q=0, identity", None),
        ("GZIP;Q=0.5", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("x-gzipped", None),
        ("gzip;q=nan", None),
    ],
)
async def test_asset_is_immutable_and_compressed_when_asked(
    client: httpx.AsyncClient, accept: str, encoding: str | None
) -> None:
    response = await client.get("/assets/index-4f2a.js", headers={"accept-encoding": accept})
    assert response.content == SCRIPT  # httpx has decompressed it
    assert response.headers.get("content-encoding") == encoding
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "encoding"), [("gzip, deflate, br", "br"), ("br;q=0, gzip", "gzip"), ("*", "br")]
)
async def test_asset_is_sent_in_the_smaller_coding(
    client: httpx.AsyncClient, dist: Path, accept: str, encoding: str
) -> None:
    (dist / "assets" / "index-4f2a.js.br").write_bytes(b"squeezed")
    path, headers = "/assets/index-4f2a.js", {"accept-encoding": accept}
    async with client.stream("GET", path, headers=headers) as response:
        sent = b"".join([piece async for piece in response.aiter_raw()])
    assert response.headers["content-encoding"] == encoding
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert (sent == b"squeezed") is (encoding == "br")


async def test_asset_that_was_not_compressed(client: httpx.AsyncClient) -> None:
    response = await client.get("/assets/codicon-11aa.ttf")
    assert "content-encoding" not in response.headers
    assert response.headers["content-type"] == "font/ttf"


@pytest.mark.parametrize("path", ["gone-0000.js", "..%2Findex.html", ""])
async def test_assets_are_the_files_of_their_folder_only(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(f"/assets/{path}")
    assert response.status_code == 404
    assert "cache-control" not in response.headers


async def test_desk_says_where_to_sign_in(client: httpx.AsyncClient, dist: Path) -> None:
    answer = await client.get("/desk/sign-in.json")
    assert (answer.json(), answer.headers["cache-control"]) == ({"openid": None}, "no-cache")
    openid: OpenIdClient = {"issuer": "https://login.example.org/realms/news", "clientId": "desk"}
    app = Starlette(routes=page_routes(dist, dist, openid))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/desk/sign-in.json")).json() == {"openid": openid}
        policies = [
            (await client.get(path)).headers["content-security-policy"]
            for path in ("/desk", "/workbench/queries.json")
        ]
    # The desk may ask the provider for its token; no other page may.
    assert "connect-src 'self' https://login.example.org;" in policies[0]
    assert "connect-src 'self';" in policies[1]


async def test_examples_come_by_file_name(client: httpx.AsyncClient, queries: Path) -> None:
    (queries / "10-later.graphql").write_text("# Later\n{ b }\n")
    (queries / "00-opening.graphql").write_text("# Opening\n{ a }\n")
    (queries / "README.md").write_text("# Not a query\n")
    response = await client.get("/workbench/queries.json")
    assert response.headers["cache-control"] == "no-cache"
    assert [example["name"] for example in response.json()] == ["00-opening", "10-later"]


@pytest.mark.parametrize(
    "faulty",
    [b"# T\n# variables: {\n{ a }", b"# T\n# variables: []\n{ a }", b"# \xff\n{ a }"],
    ids=["not JSON", "not an object", "not UTF-8"],
)
async def test_faulty_example_is_logged_and_left_out(
    client: httpx.AsyncClient, queries: Path, faulty: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (queries / "01-faulty.graphql").write_bytes(faulty)
    (queries / "02-sound.graphql").write_text("# Sound\n{ a }\n")
    names = [example["name"] for example in (await client.get("/workbench/queries.json")).json()]
    assert names == ["02-sound"]
    assert "01-faulty.graphql" in caplog.text


def test_example_is_told_by_its_head(queries: Path) -> None:
    path = queries / "03-one.graphql"
    path.write_text(
        "# One commitment\n"
        "# With all that followed,\n"
        "#\n"
        "# oldest first.\n"
        "# dataset: meta-pakistan\n"
        '# variables: {"key": "K01"}\n'
        "\n"
        "query One($key: String!) {\n"
        "  # not of the head\n"
        "  commitment(by: {key: $key}) { key }\n"
        "}\n"
    )
    assert read_example(path) == {
        "name": "03-one",
        "title": "One commitment",
        "description": "With all that followed, oldest first.",
        "query": (
            "# One commitment\n"
            "# With all that followed,\n"
            "#\n"
            "# oldest first.\n"
            "\n"
            "query One($key: String!) {\n"
            "  # not of the head\n"
            "  commitment(by: {key: $key}) { key }\n"
            "}\n"
        ),
        "variables": {"key": "K01"},
    }


def test_variables_in_their_own_file_go_first(queries: Path) -> None:
    path = queries / "04-two.graphql"
    path.write_text('# Two\n# variables: {"first": 1}\nquery Two { a }\n')
    (queries / "04-two.variables.json").write_text(json.dumps({"first": 2}))
    assert read_example(path)["variables"] == {"first": 2}


def test_example_without_a_head_is_called_by_its_file(queries: Path) -> None:
    path = queries / "05-plain.graphql"
    path.write_text("{ a }\n")
    example = read_example(path)
    assert (example["title"], example["description"]) == ("05-plain", "")
    assert (example["query"], example["variables"]) == ("{ a }\n", {})
