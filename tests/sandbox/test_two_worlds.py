"""A test key and a live key of one provider: each sees what was entered with its like."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.auth.tokens import SANDBOX_ISSUER, BadTokenError, TokenKeys
from app.core.clock import Clock
from app.demo import seed
from app.imports.queueing import Ticket
from app.imports.working import work_off
from app.settings import Settings
from tests.builders import complete_activity, draft_activity
from tests.clients import client_of
from tests.feed import follow
from tests.harness import ReportingProvider
from tests.imports_support import Desk, imports_of, ndjson, send
from tests.sandbox.both import Both, Known

SECRET = "the secret of both worlds"  # noqa: S105 - of these tests


async def entered_by(provider: ReportingProvider, title: str) -> httpx.Response:
    return await provider.client.post(provider.activities, json=draft_activity(title=title))


async def titles_of(provider: ReportingProvider) -> list[str]:
    reply = await provider.client.get(provider.activities, params={"count": "exact"})
    return [row["title"] for row in reply.json()["data"]]


async def test_live_and_test_key_of_a_provider_never_see_each_others_records(known: Known) -> None:
    # The same key of a record in both: neither is a duplicate of the other.
    assert (await entered_by(known.live, "real")).status_code == 201
    assert (await entered_by(known.test, "tried")).status_code == 201
    assert await titles_of(known.live) == ["real"]
    assert await titles_of(known.test) == ["tried"]
    for provider in (known.live, known.test):
        changes, _ = await follow(provider, 1)
        assert len(changes) == 1


async def test_an_id_of_the_other_world_is_not_found(known: Known) -> None:
    # More records on one side, so that the number is not one of the other side too.
    ids = [
        (await known.live.client.post(known.live.activities, json=complete_activity(**one))).json()
        for one in ({"internal_id": "A"}, {"internal_id": "B"}, {"internal_id": "C"})
    ]
    url = f"{known.test.activities}/{ids[-1]['activity_id']}"
    missing = await known.test.client.get(url)
    if missing.status_code == 200:
        assert missing.json()["title"] != ids[-1]["title"]
    else:
        assert missing.json()["code"] == "not_found"


@pytest.mark.parametrize("way", ["header", "form", "bearer"])
async def test_a_token_works_in_the_world_of_the_key_it_was_made_from(
    known: Known, both: Both, way: str
) -> None:
    await entered_by(known.test, "tried")
    for provider, callers, titles in (
        (known.live, both.live, []),
        (known.test, both.test, ["tried"]),
    ):
        credential_id = (await provider.client.get("/v1/me")).json()["credential_id"]
        form = {"grant_type": "client_credentials"}
        if way == "form":
            form |= {"client_id": credential_id, "client_secret": provider.key}
        client = provider.client if way == "bearer" else client_of(both.application)
        if way == "header":
            client.auth = httpx.BasicAuth(credential_id, provider.key)
        reply = await client.post("/v1/oauth/token", data=form)
        assert reply.status_code == 200, reply.text
        async with callers.with_key(reply.json()["access_token"]) as by_token:
            found = await by_token.get(provider.activities)
            assert [row["title"] for row in found.json()["data"]] == titles


def test_a_token_of_one_world_is_worth_nothing_in_the_other() -> None:
    token = TokenKeys(SECRET, issuer=SANDBOX_ISSUER).issue("cred_1", ["activities:read"])
    with pytest.raises(BadTokenError):
        TokenKeys(SECRET).read(token)
    assert token.startswith(TokenKeys(SECRET, issuer=SANDBOX_ISSUER).heads())
    assert not token.startswith(TokenKeys(SECRET).heads())


async def test_the_public_keys_are_those_of_both_worlds(known: Known) -> None:
    keys = (await known.live.client.get("/v1/oauth/jwks")).json()["keys"]
    assert len({key["kid"] for key in keys}) == 2


async def test_a_test_key_is_refused_with_a_reason_where_there_is_no_sandbox(
    known: Known, anonymous: httpx.AsyncClient
) -> None:
    headers = {"Authorization": f"Bearer {known.test.key}"}
    for path in ("/v1/me", "/v1/directory", known.test.activities):
        refused = await anonymous.get(path, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "sandbox.absent")
        assert "invalid_token" in refused.headers["WWW-Authenticate"]
    form = {
        "grant_type": "client_credentials",
        "client_id": "cred_1",
        "client_secret": known.test.key,
    }
    refused = await anonymous.post("/v1/oauth/token", data=form)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert "sandbox" in refused.json()["error_description"]


async def test_a_credential_issues_credentials_of_its_own_world_only(
    both: Both, known: Known
) -> None:
    own = await known.test.client.post(
        f"/v1/providers/{known.provider_id}/keys", json={"name": "another"}
    )
    assert own.json()["key"].startswith("pars_test_")
    for mode, other, callers in (("test", "live", both.test), ("live", "test", both.live)):
        issued = await callers.issued("operator", mode=mode)
        client = callers.with_key(issued.key)
        wanted = {
            "kind": "provider",
            "name": "by the operator",
            "providers": [known.provider_id],
            "scopes": ["activities:read"],
        }
        made = await client.post("/v1/credentials", json=wanted)
        assert made.json()["key"].startswith(f"pars_{mode}_")
        assert (await client.post("/v1/credentials", json={**wanted, "mode": mode})).is_success
        refused = await client.post("/v1/credentials", json={**wanted, "mode": other})
        assert (refused.status_code, refused.json()["code"]) == (422, "credential.mode_differs")


async def test_what_is_tried_out_takes_nothing_from_the_quota_of_real_work(known: Known) -> None:
    def left(reply: httpx.Response) -> str:
        return reply.headers["ratelimit"].partition('"provider";r=')[2].partition(";")[0]

    first = left(await known.live.client.get(known.live.activities))
    await known.test.client.get(known.test.activities)
    await known.test.client.get(known.test.activities)
    after = left(await known.live.client.get(known.live.activities))
    assert int(first) - int(after) == 5


async def test_the_public_lists_are_those_of_the_key_and_live_without_one(
    both: Both, known: Known
) -> None:
    shown = complete_activity(end_date="2026-12-31", title="tried out in public")
    assert (await known.test.client.post(known.test.activities, json=shown)).is_success
    async with both.live.with_key("nothing") as stranger:
        path = "/v1/catalog/activities"
        query = {"q": "tried out in public"}
        assert len((await known.test.client.get(path, params=query)).json()["data"]) == 1
        for client in (known.live.client, stranger):
            reply = await client.get(path, params=query)
            assert reply.json()["data"] == []
            assert reply.headers["Vary"] == "Authorization"
    async with client_of(both.application) as client:
        assert (await client.get(path, params=query)).json()["data"] == []


async def test_an_import_is_carried_out_in_the_world_of_its_key(both: Both, known: Known) -> None:
    sent = await send(known.test, ndjson([draft_activity(internal_id="BY-FILE")]))
    assert sent.status_code == 202
    import_id = sent.json()["import_id"]
    assert (await known.live.client.get(f"{imports_of(known.live)}/{import_id}")).status_code == 404
    clock = both.application.state.clock
    # In the live world there is no such job; in the sandbox it is found and done.
    ticket = Ticket(known.provider_id, import_id)
    await work_off(both.live.database, clock, ticket)
    job = await Desk(known.test, both.test.database, clock).work_off(import_id)
    assert (job["state"], job["counts"]["created"]) == ("succeeded", 1)
    assert await titles_of(known.live) == []


@pytest.mark.parametrize("pieces_before", [0, 1])
async def test_a_file_that_arrives_during_a_reset_is_refused_and_gone(
    known: Known, pieces_before: int
) -> None:
    provider = known.test

    async def arriving() -> AsyncIterator[bytes]:
        for _ in range(pieces_before):
            yield b"\n" * (1 << 20)
        assert (await provider.client.post("/v1/sandbox/reset")).status_code == 200
        if not pieces_before:
            yield ndjson([draft_activity(internal_id="LATE")])

    where = {"kind": "activities", "format": "ndjson"}
    reply = await provider.client.post(imports_of(provider), params=where, content=arriving())
    assert (reply.status_code, reply.json()["code"]) == (409, "import.deleted_meanwhile")
    assert (await provider.client.get(imports_of(provider))).json()["data"] == []


async def test_the_demo_is_known_in_the_sandbox_alone(both: Both, settings: Settings) -> None:
    seeded = await seed(both.test.database, Clock(settings.reporting_zone))
    key = seeded.key or (await both.test.issued(providers=["0000001"], mode="test")).key
    async with both.test.with_key(key) as client:
        assert (await client.get("/v1/providers/0000001")).status_code == 200
    live = await both.live.issued(providers=["0000001"])
    async with both.live.with_key(live.key) as client:
        assert (await client.get("/v1/providers/0000001")).status_code == 404


async def test_a_new_system_shows_its_demo_to_the_public_until_somebody_is_registered_live(
    new_system: Both, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.providers.opening._SECONDS_BETWEEN_LOOKS", 0.0)

    async def listed() -> set[str]:
        reply = await client_of(new_system.application).get("/v1/directory", params={"limit": 200})
        return {row["provider_id"] for row in reply.json()["data"]}

    assert known.provider_id in await listed()
    operator = await new_system.live.issued("operator")
    async with new_system.live.with_key(operator.key) as client:
        # Whoever comes with a live key is shown what is live, be it nothing.
        assert (await client.get("/v1/directory")).json()["data"] == []
        accreditor = {"accreditor_id": "FIRST", "name": "The first"}
        assert (await client.post("/v1/accreditors", json=accreditor)).status_code == 201
        provider = {"provider_id": "0071001", "name": "First", "accreditor": "FIRST"}
        assert (await client.post("/v1/providers", json=provider)).status_code == 201
    assert await listed() == {"0071001"}
