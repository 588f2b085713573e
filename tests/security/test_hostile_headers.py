"""Headers that lie, inject, or are very long."""

import pytest

from tests.security.calls import Described, described, request
from tests.security.test_hostile_urls import READS, parameters_of, valid_call
from tests.security.worlds import World

READ = next(one for one in described() if one.operation_id == "activities_get")
WRITE = next(one for one in described() if one.operation_id == "activities_update")
CREATE = next(one for one in described() if one.operation_id == "activities_create")


@pytest.mark.parametrize(
    "sent",
    [b"a b", b"a\r\nX-Injected: yes", b'"><script>', b"x" * 65, b"", b"\xff", b"a;b", b"{}"],
)
async def test_a_request_id_that_could_break_a_line_is_replaced(world: World, sent: bytes) -> None:
    valid = request(READ, *world.permitted(READ), trial=False)
    headers = [*valid.headers.raw, (b"X-Request-Id", sent)]
    reply = await world.client.get(valid.url, headers=headers)
    assert reply.status_code == 200
    assert reply.headers["x-request-id"].startswith("req_")
    assert "x-injected" not in reply.headers


async def test_a_request_id_that_is_one_is_kept(world: World) -> None:
    valid = request(READ, *world.permitted(READ), trial=False)
    reply = await world.client.get(valid.url, headers={**valid.headers, "X-Request-Id": "a-1_B"})
    assert reply.headers["x-request-id"] == "a-1_B"


@pytest.mark.parametrize(
    "credential",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer  x",
        b"Basic dXNlcjpwYXNz",
        b"Bearer pars_live_",
        b"Bearer pars_live_' OR '1'='1",
        b"Bearer pars_live_\xff\xfe",
        b"Bearer " + b"x" * 50_000,
        b"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJjcmVkXzEifQ.",
        b"Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        b"Bearer ....",
        b"Bearer \x00",
        b"Bearer " + "\u202e".encode(),
    ],
)
async def test_a_credential_that_is_none_is_401(world: World, credential: bytes) -> None:
    valid = request(READ, *world.permitted(READ), trial=False)
    async with world.unharmed():
        reply = await world.client.get(valid.url, headers=[(b"Authorization", credential)])
        assert reply.status_code == 401, reply.text
        assert reply.headers["www-authenticate"].startswith("Bearer")
        assert "\x00" not in reply.text


async def test_two_credentials_are_not_added_up(world: World) -> None:
    owner, stranger = world.actors[0], world.actors[1]
    valid = request(READ, *world.permitted(READ), trial=False)
    for first, second in ((owner, stranger), (stranger, owner)):
        headers = [*first.headers(()).items(), *second.headers(()).items()]
        reply = await world.client.get(valid.url, headers=headers)
        # Whichever of the two is taken, a stranger in front is a stranger.
        assert reply.status_code in ({200, 401} if first is owner else {401, 404}), reply.text


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize(
    "value",
    [b"1", b'"1', b'"a"b"', b'"1",', b"*,*", b"x" * 50_000, b'"\xff"x', b'W/"1', b",", b'""""'],
)
async def test_a_precondition_that_cannot_be_read_changes_nothing(
    world: World, name: str, value: bytes
) -> None:
    valid = request(WRITE, *world.permitted(WRITE), trial=False)
    kept = [pair for pair in valid.headers.raw if pair[0].lower() != b"if-match"]
    headers = [*kept, (name.encode(), value)]
    async with world.unharmed():
        reply = await world.client.patch(valid.url, headers=headers, content=valid.read())
        assert reply.status_code == 400, reply.text
        assert reply.json()["code"] == "precondition.malformed"


@pytest.mark.parametrize("value", [b"", b" ", b"a b", b"x" * 256, b"\xe9", b"a\x00"])
async def test_an_idempotency_key_that_is_none_changes_nothing(world: World, value: bytes) -> None:
    valid = request(CREATE, *world.permitted(CREATE), trial=False)
    async with world.unharmed():
        reply = await world.client.post(
            valid.url,
            headers=[*valid.headers.raw, (b"Idempotency-Key", value)],
            content=valid.read(),
        )
        assert (reply.status_code, reply.json()["code"]) == (400, "idempotency.key_malformed")


async def test_an_idempotency_key_beside_a_wrong_parameter_is_no_fault(world: World) -> None:
    valid = request(CREATE, *world.permitted(CREATE), trial=False)
    async with world.unharmed():
        reply = await world.client.post(
            f"{valid.url}?validate_only=perhaps",
            headers={**valid.headers, "Idempotency-Key": "a-1"},
            content=valid.read(),
        )
        assert (reply.status_code, reply.json()["code"]) == (400, "parameter.invalid")


async def test_headers_of_proxies_and_hosts_change_no_answer(world: World) -> None:
    valid = request(READ, *world.permitted(READ), trial=False)
    usual = await world.client.get(valid.url, headers=valid.headers)
    for name, value in (
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", "host=evil.example;proto=https"),
        ("Host", "evil.example"),
        ("X-Original-URL", "/v1/providers/3000002"),
        ("X-Rewrite-URL", "/v1/providers/3000002"),
    ):
        reply = await world.client.get(valid.url, headers={**valid.headers, name: value})
        assert reply.content == usual.content
        assert "evil" not in str(reply.headers)
        assert "strict-transport-security" not in reply.headers


@pytest.mark.parametrize("operation", READS, ids=lambda one: one.operation_id)
async def test_a_read_answers_304_where_the_document_says_so_and_nowhere_else(
    world: World, operation: Described
) -> None:
    valid = valid_call(world, operation)
    tag = (await world.client.send(valid)).headers.get("ETag", '"1"')
    again = await world.client.get(valid.url, headers={**valid.headers, "If-None-Match": tag})
    documented = "If-None-Match" in parameters_of(operation, "header")
    assert (again.status_code == 304) is documented, again.text
