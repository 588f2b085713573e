"""OAuth 2.0 client credentials: RFC 6749 to the letter, and tokens that end with their key."""

import base64
import json
import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey

from app.auth.keys import IssuedKey
from app.auth.tokens import AUDIENCE, ISSUER, LIFETIME, BadTokenError, TokenKeys
from app.core.database import Database
from tests.credentials import Callers
from tests.harness import ReportingProvider

TOKEN = "/v1/oauth/token"  # noqa: S105 - an address
SECRET = "a secret that only the tests know, long enough"  # noqa: S105 - of the tests
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def callers(app: FastAPI, database: Database) -> Callers:
    return Callers(app, database)


@pytest.fixture
async def issued(provider: ReportingProvider, callers: Callers) -> IssuedKey:
    return await callers.issued(providers=[provider.provider_id])


def basic(issued: IssuedKey, secret: str | None = None) -> dict[str, str]:
    pair = f"{quote(issued.credential_id)}:{quote(secret or issued.key)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def in_form(issued: IssuedKey) -> dict[str, str]:
    return {**GRANT, "client_id": issued.credential_id, "client_secret": issued.key}


async def token_of(anonymous: httpx.AsyncClient, issued: IssuedKey, **fields: str) -> str:
    reply = await anonymous.post(TOKEN, data={**in_form(issued), **fields})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["access_token"])


async def test_a_token_works_wherever_the_key_does(
    provider: ReportingProvider, anonymous: httpx.AsyncClient, issued: IssuedKey, callers: Callers
) -> None:
    reply = await anonymous.post(TOKEN, data=GRANT, headers=basic(issued))
    assert reply.status_code == 200
    assert (reply.headers["cache-control"], reply.headers["pragma"]) == ("no-store", "no-cache")
    answer = reply.json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", LIFETIME)
    assert answer["scope"].split() == list(issued.scopes)
    client = callers.with_key(answer["access_token"])
    assert (await client.get(provider.activities)).status_code == 200
    me = (await client.get("/v1/me")).json()
    assert me["authenticated_by"] == "token"
    assert me["credential_id"] == issued.credential_id


async def test_the_client_may_say_who_it_is_in_the_header_in_the_form_or_by_its_bearer_key(
    anonymous: httpx.AsyncClient, issued: IssuedKey
) -> None:
    assert (await anonymous.post(TOKEN, data=GRANT, headers=basic(issued))).status_code == 200
    assert (await anonymous.post(TOKEN, data=in_form(issued))).status_code == 200
    bearer = {"Authorization": f"Bearer {issued.key}"}
    assert (await anonymous.post(TOKEN, data=GRANT, headers=bearer)).status_code == 200


async def test_a_token_may_do_less_than_its_key_and_never_more(
    provider: ReportingProvider, anonymous: httpx.AsyncClient, callers: Callers
) -> None:
    reader = await callers.issued(
        providers=[provider.provider_id], scopes=["activities:read", "contacts:read"]
    )
    client = callers.with_key(await token_of(anonymous, reader, scope="activities:read"))
    assert (await client.get("/v1/me")).json()["scopes"] == ["activities:read"]
    assert (await client.get(f"/v1/providers/{provider.provider_id}")).status_code == 403
    more = await anonymous.post(TOKEN, data={**in_form(reader), "scope": "activities:write"})
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "nonsense"}, 400, "invalid_scope"),
        ({"scope": " "}, 400, "invalid_scope"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_id": "cred_0123456789abcdef"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_secret": "pars_live_nonsense"}, 401, "invalid_client"),
    ],
)
async def test_a_refusal_is_in_the_words_of_rfc_6749(
    anonymous: httpx.AsyncClient,
    issued: IssuedKey,
    fields: dict[str, str],
    status: int,
    error: str,
) -> None:
    reply = await anonymous.post(TOKEN, data={**in_form(issued), **fields})
    assert (reply.status_code, reply.json()["error"]) == (status, error)
    assert set(reply.json()) == {"error", "error_description"}
    assert reply.headers["cache-control"] == "no-store"
    assert issued.key not in reply.text


async def test_whoever_tried_the_header_is_challenged_for_it(
    anonymous: httpx.AsyncClient, issued: IssuedKey
) -> None:
    for headers in (
        basic(issued, "wrong"),
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic bm9jb2xvbg=="},
        {"Authorization": "Digest x"},
        {"Authorization": "Bearer nonsense"},
    ):
        reply = await anonymous.post(TOKEN, data=GRANT, headers=headers)
        assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")
        assert reply.headers["www-authenticate"].startswith("Basic")
    plain = await anonymous.post(TOKEN, data=GRANT)
    assert plain.status_code == 401
    assert "www-authenticate" not in plain.headers


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", json.dumps(GRANT)),
        ("", "grant_type=client_credentials"),
        ("application/x-www-form-urlencoded", "grant_type=a&grant_type=b"),
        ("application/x-www-form-urlencoded", "grant_type=%ff"),
        ("application/x-www-form-urlencoded", "&".join("a=b" for _ in range(50))),
    ],
)
async def test_a_form_that_cannot_be_read_is_an_invalid_request(
    anonymous: httpx.AsyncClient, issued: IssuedKey, content_type: str, body: str
) -> None:
    headers = {**basic(issued), "Content-Type": content_type}
    reply = await anonymous.post(TOKEN, content=body, headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


async def test_two_ways_of_saying_who_one_is_are_one_too_many(
    anonymous: httpx.AsyncClient, issued: IssuedKey
) -> None:
    both = await anonymous.post(TOKEN, data=in_form(issued), headers=basic(issued))
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")


async def test_a_token_begets_no_token(anonymous: httpx.AsyncClient, issued: IssuedKey) -> None:
    token = await token_of(anonymous, issued)
    reply = await anonymous.post(TOKEN, data=GRANT, headers={"Authorization": f"Bearer {token}"})
    assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")


async def test_a_revoked_credential_takes_its_tokens_with_it(
    provider: ReportingProvider, anonymous: httpx.AsyncClient, issued: IssuedKey, callers: Callers
) -> None:
    client = callers.with_key(await token_of(anonymous, issued))
    assert (await client.get("/v1/me")).status_code == 200
    keys = f"/v1/providers/{provider.provider_id}/keys"
    assert (await provider.client.delete(f"{keys}/{issued.credential_id}")).status_code == 204
    assert (await client.get("/v1/me")).status_code == 401
    again = await anonymous.post(TOKEN, data=in_form(issued))
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


async def test_the_public_keys_verify_a_token(
    anonymous: httpx.AsyncClient, issued: IssuedKey
) -> None:
    published = (await anonymous.get("/v1/oauth/jwks")).json()
    (key,) = published["keys"]
    assert "d" not in key
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("OKP", "Ed25519", "Ed25519", "sig")
    token = jwt.decode(
        await token_of(anonymous, issued), KeySet.import_key_set(published), algorithms=["Ed25519"]
    )
    assert token.header == {"alg": "Ed25519", "typ": "at+jwt", "kid": key["kid"]}
    assert token.claims["iss"] == ISSUER
    assert token.claims["aud"] == AUDIENCE
    assert token.claims["exp"] - token.claims["iat"] == LIFETIME


def signing_key() -> OKPKey:
    keys = TokenKeys(SECRET)
    return keys._signing  # noqa: SLF001 - the forger of these tests has stolen the key


def forged(header: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(time.time())
    right = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "cred_1",
        "client_id": "cred_1",
        "scope": "activities:read",
        "iat": now,
        "exp": now + 60,
    }
    said = {name: value for name, value in {**right, **claims}.items() if value is not None}
    key = signing_key()
    head = {"alg": "Ed25519", "typ": "at+jwt", "kid": key.kid, **(header or {})}
    head = {name: value for name, value in head.items() if value}
    return jwt.encode(head, said, key, algorithms=["Ed25519"])


def test_a_token_that_says_everything_right_is_read() -> None:
    token = TokenKeys(SECRET).read(forged())
    assert token.credential_id == "cred_1"
    assert token.scopes == {"activities:read"}


@pytest.mark.parametrize(
    "text",
    [
        forged(iss="somebody"),
        forged(iss=None),
        forged(aud="another api"),
        forged(aud=["another api"]),
        forged(aud=None),
        forged(exp=int(time.time()) - 1),
        forged(exp=None),
        forged(exp="soon"),
        forged(sub=None),
        forged(sub=7),
        forged(scope=None),
        forged({"typ": "JWT"}),
        forged({"kid": None}),
        forged({"kid": "another"}),
        forged()[:-4] + "AAAA",
        forged() + "." + "a" * 5000,
        forged().rpartition(".")[0] + ".",
    ],
)
def test_a_token_that_says_anything_wrong_is_refused(text: str) -> None:
    with pytest.raises(BadTokenError):
        TokenKeys(SECRET).read(text)


def test_the_algorithm_is_ours_and_not_the_tokens() -> None:
    keys = TokenKeys(SECRET)
    (public,) = keys.public()["keys"]
    claims = jwt.decode(forged(), signing_key(), algorithms=["Ed25519"]).claims
    confused = OctKey.import_key(public["x"])
    head = {"typ": "at+jwt", "kid": public["kid"]}
    by_public_key = jwt.encode({"alg": "HS256", **head}, claims, confused)
    unsigned = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none", **head}, claims)
    ]
    for text in (by_public_key, ".".join([*unsigned, ""])):
        with pytest.raises(BadTokenError):
            keys.read(text)


def test_all_processes_sign_alike_and_a_former_secret_is_still_accepted() -> None:
    token = TokenKeys("the former secret").issue("cred_1", ["activities:read"])
    assert TokenKeys("the former secret").read(token).credential_id == "cred_1"
    rotated = TokenKeys("the new secret", ["the former secret"])
    assert rotated.read(token).credential_id == "cred_1"
    assert len(rotated.public()["keys"]) == 2
    with pytest.raises(BadTokenError):
        TokenKeys("the former secret").read(rotated.issue("cred_1", []))
    with pytest.raises(BadTokenError):
        TokenKeys("the new secret").read(token)
