"""The headers of every answer: what a browser may do with it, and who may keep it."""

import httpx
import pytest
from fastapi import FastAPI

from tests.harness import ReportingProvider

PAGES = ["/", "/docs", "/redoc", "/problems", "/problems/not_found"]
NO_SCRIPTS = "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_runs_nothing_but_its_own_files(
    anonymous: httpx.AsyncClient, path: str
) -> None:
    reply = await anonymous.get(path)
    assert reply.status_code == 200
    policy = {
        name: sources
        for name, _, sources in (
            part.strip().partition(" ")
            for part in reply.headers["content-security-policy"].split(";")
        )
    }
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'none'"
    # Nothing inline, nothing evaluated, and nothing from elsewhere.
    assert policy.get("script-src", "'self'") == "'self'"
    assert "//" not in reply.headers["content-security-policy"]


async def test_an_answer_of_the_api_can_be_neither_run_nor_framed(
    provider: ReportingProvider,
) -> None:
    for path in ("/v1", "/v1/me", provider.activities, "/nothing", f"{provider.activities}/x"):
        reply = await provider.client.get(path)
        assert reply.headers["content-security-policy"] == NO_SCRIPTS
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"


async def test_what_is_private_is_kept_by_nobody(provider: ReportingProvider) -> None:
    record = await provider.client.post(
        provider.activities,
        json={
            "internal_id": "PRIVATE",
            "title": "Private",
            "format": "live_course",
            "start_date": "2026-05-01",
            "end_date": "2026-05-01",
        },
    )
    place = record.headers["location"]
    unchanged = await provider.client.get(place, headers={"If-None-Match": '"1"'})
    assert unchanged.status_code == 304
    for reply in (
        record,
        unchanged,
        await provider.client.get(place),
        await provider.client.get(provider.activities),
        await provider.client.get("/v1/me"),
        await provider.client.get(f"{place}/moc"),
        await provider.client.delete(f"{place}?validate_only=true"),
        await provider.client.get(f"{provider.activities}/100000000"),
        await provider.client.get(place, headers={"Authorization": "Bearer x"}),
        await provider.client.get("/readyz"),
    ):
        assert reply.headers["cache-control"] == "no-store", reply.request.url


async def test_what_is_public_may_be_kept(anonymous: httpx.AsyncClient) -> None:
    for path in ("/v1/reference/countries", "/v1/moc-boards", "/v1/oauth/jwks"):
        assert "public" in (await anonymous.get(path)).headers["cache-control"]


@pytest.mark.parametrize(("scheme", "demanded"), [("http", False), ("https", True)])
async def test_tls_is_demanded_only_by_who_was_reached_over_it(
    app: FastAPI, scheme: str, *, demanded: bool
) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://test") as client:
        reply = await client.get("/v1")
    assert ("strict-transport-security" in reply.headers) is demanded


async def test_no_other_site_may_read_an_answer(provider: ReportingProvider) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    asking = {**origin, "Access-Control-Request-Method": "PUT"}
    for reply in (
        await provider.client.get(provider.activities, headers=origin),
        await provider.client.options(provider.activities, headers=asking),
    ):
        assert not [name for name in reply.headers if name.startswith("access-control-")]
    assert reply.status_code == 405


async def test_no_answer_tells_what_it_is_made_with(provider: ReportingProvider) -> None:
    for path in ("/", "/v1/me", "/nothing"):
        reply = await provider.client.get(path)
        assert not {"server", "x-powered-by"} & set(reply.headers)
        assert not {"set-cookie"} & set(reply.headers)
