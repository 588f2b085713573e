"""Keys: what a provider issues for itself, what is kept of them, and how they end."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.auth.authentication import SECONDS_REMEMBERED, Authenticator
from app.auth.keys import is_well_formed, key_hash
from app.auth.tokens import TokenKeys
from app.core.database import Database, Transaction
from app.core.errors import ProblemError
from app.core.row_scope import REGISTRY
from tests.credentials import Callers
from tests.harness import ReportingProvider


@pytest.fixture
def callers(app: FastAPI, database: Database) -> Callers:
    return Callers(app, database)


@pytest.fixture
def keys(provider: ReportingProvider) -> str:
    return f"/v1/providers/{provider.provider_id}/keys"


def moment(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def issue(provider: ReportingProvider, keys: str, **wanted: object) -> httpx.Response:
    return await provider.client.post(keys, json={"name": "a key", **wanted})


async def test_a_new_key_reads_unless_it_asks_for_more(
    provider: ReportingProvider, keys: str, callers: Callers
) -> None:
    reply = await issue(provider, keys)
    issued = reply.json()
    assert reply.status_code == 201
    assert issued["scopes"] == [
        "activities:read",
        "changes:read",
        "completions:read",
        "contacts:read",
    ]
    assert is_well_formed(issued["key"])
    assert issued["key"].startswith("pars_live_")
    client = callers.with_key(issued["key"])
    assert (await client.get(provider.activities)).status_code == 200
    written = await client.post(provider.activities, json={})
    assert (written.status_code, written.json()["code"]) == (403, "scope.missing")


async def test_a_key_gets_the_scopes_it_asks_for(
    provider: ReportingProvider, keys: str, callers: Callers
) -> None:
    wanted = ["activities:read", "activities:write"]
    issued = (await issue(provider, keys, scopes=wanted)).json()
    me = (await callers.with_key(issued["key"]).get("/v1/me")).json()
    assert me == {
        "credential_id": issued["credential_id"],
        "kind": "provider",
        "mode": "live",
        "name": "a key",
        "providers": [provider.provider_id],
        "accreditor": None,
        "scopes": wanted,
        "expires_at": None,
        "authenticated_by": "key",
    }


async def test_a_key_never_has_more_than_its_maker(
    provider: ReportingProvider, keys: str, callers: Callers
) -> None:
    maker = await callers.provider(provider.provider_id, ["keys:admin", "activities:read"])
    more = await maker.post(keys, json={"name": "more", "scopes": ["activities:write"]})
    assert (more.status_code, more.json()["code"]) == (403, "scope.missing")
    assert "activities:write" in more.json()["detail"]
    plain = (await maker.post(keys, json={"name": "plain"})).json()
    assert plain["scopes"] == ["activities:read"]
    only_admin = await callers.provider(provider.provider_id, ["keys:admin"])
    nothing_to_pass_on = await only_admin.post(keys, json={"name": "none"})
    assert nothing_to_pass_on.status_code == 403


async def test_a_key_never_outlives_its_maker(
    provider: ReportingProvider, keys: str, callers: Callers
) -> None:
    ends = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    key = await callers.issued(providers=[provider.provider_id], expires_at=ends)
    maker = callers.with_key(key.key)
    beyond = await maker.post(keys, json={"name": "beyond", "expires_at": moment(hours=2)})
    assert (beyond.status_code, beyond.json()["code"]) == (422, "credential.expiry_invalid")
    unsaid = (await maker.post(keys, json={"name": "unsaid"})).json()
    assert unsaid["expires_at"] == ends.strftime("%Y-%m-%dT%H:%M:%SZ")
    sooner = moment(minutes=5)
    within = (await maker.post(keys, json={"name": "within", "expires_at": sooner})).json()
    assert within["expires_at"] == sooner


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"scopes": ["activities:everything"]}, "field.enum"),
        ({"scopes": []}, "list.too_short"),
        ({"scopes": ["activities:read", "activities:read"]}, "list.repeated"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "credential.expiry_invalid"),
        ({"expires_at": "2099-01-01"}, "moment.invalid"),
        ({"expires_at": "2099-13-01T00:00:00Z"}, "moment.invalid"),
        ({"expires_at": 4070908800}, "field.type"),
        ({"name": ""}, "text.empty"),
        ({"mode": "live"}, "field.unknown"),
        ({"kind": "operator"}, "field.unknown"),
    ],
)
async def test_what_no_key_can_be_is_refused(
    provider: ReportingProvider, keys: str, wanted: dict[str, object], code: str
) -> None:
    reply = await issue(provider, keys, **wanted)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_the_key_is_shown_once_and_only_its_hash_is_kept(
    provider: ReportingProvider, keys: str, database: Database
) -> None:
    issued = (await issue(provider, keys)).json()
    key = issued.pop("key")
    one = await provider.client.get(f"{keys}/{issued['credential_id']}")
    listed = await provider.client.get(keys)
    assert one.json() == issued
    assert issued in listed.json()["data"]
    assert key not in one.text + listed.text

    async def kept(transaction: Transaction) -> tuple[str, bytes]:
        row = await transaction.driver.fetchrow(
            "SELECT c::text AS everything, key_hash FROM credentials c WHERE credential_id = $1",
            issued["credential_id"],
        )
        assert row is not None
        return row["everything"], row["key_hash"]

    everything, kept_hash = await database.run(REGISTRY, kept)
    assert kept_hash == key_hash(key)
    assert key not in everything
    assert key.removeprefix("pars_live_")[:20] not in everything


async def test_a_revoked_key_stops_working_and_stays_in_the_list(
    provider: ReportingProvider, keys: str, callers: Callers
) -> None:
    issued = (await issue(provider, keys)).json()
    client = callers.with_key(issued["key"])
    assert (await client.get("/v1/me")).status_code == 200
    path = f"{keys}/{issued['credential_id']}"
    assert (await provider.client.delete(path)).status_code == 204
    refused = await client.get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "credential.invalid")
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    row = (await provider.client.get(path)).json()
    assert row["state"] == "revoked"
    assert row["revoked_at"] is not None
    assert (await provider.client.delete(path)).status_code == 204
    assert (await provider.client.get(path)).json()["revoked_at"] == row["revoked_at"]


async def test_another_process_refuses_a_revoked_key_within_15_seconds(
    provider: ReportingProvider, keys: str, database: Database
) -> None:
    issued = (await issue(provider, keys)).json()
    now = 1000.0
    elsewhere = Authenticator(database, TokenKeys("s" * 32), now=lambda: now)
    assert SECONDS_REMEMBERED <= 15
    await elsewhere.holder_of(issued["key"])
    await provider.client.delete(f"{keys}/{issued['credential_id']}")
    await elsewhere.holder_of(issued["key"])
    now += SECONDS_REMEMBERED
    with pytest.raises(ProblemError) as refused:
        await elsewhere.holder_of(issued["key"])
    assert refused.value.kind.code == "credential.invalid"


async def test_an_expired_key_is_refused_to_the_second(
    provider: ReportingProvider, database: Database, callers: Callers
) -> None:
    ends = datetime.now(UTC) + timedelta(minutes=1)
    issued = await callers.issued(providers=[provider.provider_id], expires_at=ends)
    now = ends.timestamp() - 1
    elsewhere = Authenticator(database, TokenKeys("s" * 32), now=lambda: now)
    assert (await elsewhere.holder_of(issued.key)).expires_at == ends
    past = datetime.now(UTC) - timedelta(seconds=1)
    gone = await callers.issued(providers=[provider.provider_id], expires_at=past)
    refused = await callers.with_key(gone.key).get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "credential.invalid")


async def test_several_keys_are_live_at_once_so_that_one_can_replace_the_other(
    provider: ReportingProvider, keys: str, callers: Callers
) -> None:
    first, second = [(await issue(provider, keys)).json() for _ in range(2)]
    for issued in (first, second):
        assert (await callers.with_key(issued["key"]).get("/v1/me")).status_code == 200
    await provider.client.delete(f"{keys}/{first['credential_id']}")
    assert (await callers.with_key(first["key"]).get("/v1/me")).status_code == 401
    assert (await callers.with_key(second["key"]).get("/v1/me")).status_code == 200


async def test_the_last_use_is_written_down_once_a_minute(
    provider: ReportingProvider, keys: str, database: Database
) -> None:
    issued = (await issue(provider, keys)).json()
    path = f"{keys}/{issued['credential_id']}"
    assert (await provider.client.get(path)).json()["last_used_at"] is None

    async def used() -> datetime:
        await Authenticator(database, TokenKeys("s" * 32)).holder_of(issued["key"])

        async def read(transaction: Transaction) -> datetime:
            query = "SELECT last_used_at FROM credentials WHERE credential_id = $1"
            found = await transaction.driver.fetchval(query, issued["credential_id"])
            assert isinstance(found, datetime)
            return found

        return await database.run(REGISTRY, read)

    first = await used()
    assert await used() == first
    assert (await provider.client.get(path)).json()["last_used_at"] is not None


async def test_the_list_goes_on_page_by_page_the_newest_first(
    provider: ReportingProvider, keys: str
) -> None:
    issued = [(await issue(provider, keys)).json()["credential_id"] for _ in range(4)]
    seen: list[str] = []
    url: str | None = f"{keys}?limit=2"
    while url is not None:
        reply = await provider.client.get(url)
        seen += [row["credential_id"] for row in reply.json()["data"]]
        url = reply.links["next"]["url"] if "next" in reply.links else None
    assert seen[:4] == issued[::-1]
    assert len(seen) == len(set(seen)) == 5


async def test_the_keys_of_others_are_not_there(
    provider: ReportingProvider, other_provider: ReportingProvider, keys: str
) -> None:
    issued = (await issue(provider, keys)).json()
    theirs = f"/v1/providers/{other_provider.provider_id}/keys/{issued['credential_id']}"
    for path in (theirs, f"{keys}/{issued['credential_id']}", keys):
        assert (await other_provider.client.get(path)).status_code == 404
    assert (await other_provider.client.delete(theirs)).status_code == 404
    assert (await provider.client.get(f"{keys}/{issued['credential_id']}")).json()["state"] == (
        "live"
    )


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "credential.missing"),
        ("", "credential.missing"),
        ("Bearer", "credential.missing"),
        ("Basic abc", "credential.missing"),
        ("Bearer nonsense", "credential.invalid"),
        ("Bearer pars_live_" + "a" * 43 + "00000000", "credential.invalid"),
        ("Bearer " + "é" * 50, "credential.invalid"),
        ("Bearer " + "a" * 20_000, "credential.invalid"),
        ("Bearer a.b.c", "credential.invalid"),
    ],
)
async def test_who_cannot_be_told_is_asked_to_say(
    anonymous: httpx.AsyncClient, header: str | None, code: str
) -> None:
    headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
    reply = await anonymous.get("/v1/me", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (401, code)
    assert reply.headers["www-authenticate"].startswith('Bearer realm="openpars"')
