"""The pages for people: served from here alone, under a strict policy."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from app.core.errors import CATALOGUE
from tests.api.small_application import small_application
from tests.clients import client_of

PAGES = ["/", "/docs", "/redoc", "/problems", "/problems/path.unknown"]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(small_application()) as client:
        yield client


def loaded_by(page: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', page)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_loads_nothing_from_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "//" not in re.sub(r"<!doctype.*?>", "", response.text)
    assert loaded_by(response.text)
    for address in loaded_by(response.text):
        assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_runs_no_script_but_ours(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    policy = dict(
        directive.split(maxsplit=1)
        for directive in response.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy.get("script-src", "'self'") == "'self'"
    assert not re.search(r"<script(?![^>]* src=)", response.text)
    assert "onclick" not in response.text


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_says_its_language_and_has_a_title(
    client: httpx.AsyncClient, path: str
) -> None:
    text = (await client.get(path)).text
    assert '<html lang="en">' in text
    assert re.search("<title>.+</title>", text)


async def test_the_landing_page_leads_on(client: httpx.AsyncClient) -> None:
    text = (await client.get("/")).text
    for target in ("/docs", "/redoc", "/v1", "/openapi.json", "/problems"):
        assert f'href="{target}"' in text


async def test_files_are_kept_for_ever_and_come_compressed(client: httpx.AsyncClient) -> None:
    address = loaded_by((await client.get("/docs")).text)[2]
    compressed = await client.get(address, headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert compressed.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = await client.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == compressed.content


@pytest.mark.parametrize(
    "path",
    [
        "/static/0000000000000000/site.css",
        "/static/0000000000000000/router.py",
        "/static/0000000000000000/..%2frouter.py",
    ],
)
async def test_only_the_files_that_pages_load_are_served(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("code", sorted(CATALOGUE))
async def test_each_error_code_is_explained(client: httpx.AsyncClient, code: str) -> None:
    kind = CATALOGUE[code]
    answer = await client.get(f"/problems/{code}", headers={"Accept": "application/json"})
    assert answer.json() == {
        "type": f"/problems/{code}",
        "code": code,
        "status": kind.status,
        "title": kind.title,
        "remedy": kind.remedy,
    }
    page = await client.get(f"/problems/{code}", headers={"Accept": "text/html"})
    assert code in page.text
    assert page.headers["vary"] == "Accept"


async def test_an_unknown_code_names_the_nearest(client: httpx.AsyncClient) -> None:
    response = await client.get("/problems/path.unknow")
    assert response.status_code == 404
    assert response.json()["code"] == "problem.unknown"
    assert response.json()["did_you_mean"][0] == "path.unknown"


async def test_what_stands_in_backquotes_is_shown_as_code(client: httpx.AsyncClient) -> None:
    page = await client.get("/problems/request.invalid")
    assert "Each entry of <code>errors</code> names one place" in page.text


async def test_all_codes_are_listed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/problems", headers={"Accept": "application/json"})
    assert {kind["code"] for kind in answer.json()["data"]} == set(CATALOGUE)
    page = await client.get("/problems")
    assert all(f'href="/problems/{code}"' in page.text for code in CATALOGUE)
