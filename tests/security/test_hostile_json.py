"""Bodies that are no JSON, or JSON that two readers would understand differently."""

import gzip
import json
from typing import Any

import httpx
import pytest

from tests.builders import draft_activity
from tests.security.calls import Described, described, request
from tests.security.worlds import World

WRITES = [operation for operation in described() if operation.row.body is not None]
NAMES = [operation.operation_id for operation in WRITES]
CREATE = next(one for one in WRITES if one.operation_id == "activities_create")
SERVERS = ("version", "created_at", "updated_at", "provider_id", "activity_id", "status")

NOT_READABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "json.empty"),
    "blank": (b" \n ", "json.empty"),
    "words": (b"title=x", "json.invalid"),
    "cut off": (b'{"title": "x', "json.invalid"),
    "two values": (b"{} {}", "json.invalid"),
    "trailing comma": (b'{"title": "x",}', "json.invalid"),
    "single quotes": (b"{'title': 'x'}", "json.invalid"),
    "a raw NUL": (b'{"title": "\x00"}', "json.invalid"),
    "a raw line break": (b'{"title": "a\nb"}', "json.invalid"),
    "half a character": (b'{"title": "\xc3"}', "json.encoding"),
    "an overlong slash": (b'{"title": "\xc0\xaf"}', "json.encoding"),
    "a raw surrogate": (b'{"title": "\xed\xa0\x80"}', "json.encoding"),
    "latin-1": ('{"title": "Caf\u00e9"}'.encode("latin-1"), "json.encoding"),
    "UTF-16": ('{"title": "x"}'.encode("utf-16"), "json.encoding"),
    "UTF-16 without a mark": ('{"title": "x"}'.encode("utf-16-le"), "json.encoding"),
    "UTF-32": ('{"title": "x"}'.encode("utf-32-be"), "json.encoding"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "json.encoding"),
    "NaN": (b'{"credits": NaN}', "json.number_out_of_range"),
    "Infinity": (b'{"credits": -Infinity}', "json.number_out_of_range"),
    "1e400": (b'{"credits": 1e400}', "json.number_out_of_range"),
    "5,000 digits": (b'{"credits": ' + b"9" * 5000 + b"}", "json.number_out_of_range"),
    "minus 5,000 digits": (b'{"credits": -' + b"9" * 5000 + b"}", "json.number_out_of_range"),
    "an exponent of 5,000 digits": (
        b'{"credits": 1e' + b"9" * 5000 + b"}",
        "json.number_out_of_range",
    ),
    "100,000 lists": (b"[" * 100_000 + b"]" * 100_000, "json.too_deep"),
    "100,000 lists, not closed": (b"[" * 100_000, "json.too_deep"),
    "100,000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "json.too_deep"),
    "65 levels": (b'{"title": ' + b"[" * 64 + b"]" * 64 + b"}", "json.too_deep"),
    "a member twice": (b'{"title": "a", "title": "b"}', "json.duplicate_key"),
    "a member twice, once escaped": (b'{"title": "a", "t\\u0069tle": "b"}', "json.duplicate_key"),
    "a member twice, further in": (
        b'{"moc": {"registered": true, "registered": false}}',
        "json.duplicate_key",
    ),
}
NOT_AN_OBJECT = [b"[]", b"null", b'"text"', b"1", b"true", b"[[{}]]"]
MEDIA_TYPES = [
    "",
    "text/plain",
    "text/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/json, text/plain",
    "application/vnd.api+json",
    "application/json\u00e9",
]


async def send(
    world: World, operation: Described, body: bytes, media_type: str = "", **headers: str
) -> httpx.Response:
    """Send these bytes as the body of a call that would be good otherwise."""
    valid = request(operation, *world.permitted(operation), trial=False)
    kept = {
        name: value
        for name, value in valid.headers.items()
        if name in ("authorization", "if-match")
    }
    kept["Content-Type"] = media_type or valid.headers["content-type"]
    raw = [(name.encode(), value.encode()) for name, value in (kept | headers).items()]
    sent = httpx.Request(operation.method.upper(), valid.url, content=body, headers=raw)
    return await world.client.send(sent)


def refused(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Return the problem of a reply that refuses with this status and code."""
    problem: dict[str, Any] = reply.json()
    assert (reply.status_code, problem["code"]) == (status, code), reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["saved"] is False
    return problem


@pytest.mark.parametrize(("body", "code"), NOT_READABLE.values(), ids=NOT_READABLE.keys())
async def test_what_cannot_be_read_is_refused(world: World, body: bytes, code: str) -> None:
    async with world.unharmed():
        refused(await send(world, CREATE, body), 400, code)


@pytest.mark.parametrize("operation", WRITES, ids=NAMES)
async def test_every_write_reads_by_the_same_rules(world: World, operation: Described) -> None:
    one_of_each_kind = {code: body for body, code in NOT_READABLE.values()}
    async with world.unharmed():
        for code, body in one_of_each_kind.items():
            refused(await send(world, operation, body), 400, code)


@pytest.mark.parametrize("operation", WRITES, ids=NAMES)
async def test_every_write_wants_an_object(world: World, operation: Described) -> None:
    async with world.unharmed():
        for body in NOT_AN_OBJECT:
            refused(await send(world, operation, body), 422, "field.type")


@pytest.mark.parametrize("operation", WRITES, ids=NAMES)
async def test_every_write_refuses_other_media_types_and_packed_bodies(
    world: World, operation: Described
) -> None:
    body = json.dumps(operation.row.body(world.own.things) if operation.row.body else {}).encode()
    async with world.unharmed():
        for media_type in MEDIA_TYPES:
            reply = await send(world, operation, body, media_type or "none")
            refused(reply, 415, "media_type.unsupported")
        for encoding in ("gzip", "br", "deflate", "identity, gzip", "x"):
            packed = {"Content-Encoding": encoding}
            reply = await send(world, operation, gzip.compress(body), **packed)
            refused(reply, 415, "media_type.unsupported")


@pytest.mark.parametrize("operation", WRITES, ids=NAMES)
async def test_every_write_names_the_fields_that_it_does_not_know(
    world: World, operation: Described
) -> None:
    assert operation.row.body is not None
    document = operation.row.body(world.own.things)
    async with world.unharmed():
        for name in ("__proto__", "constructor", "\u200b", "a" * 100_000, "../x", ""):
            body = json.dumps({**document, name: {"$gt": ""}}).encode()
            reply = await send(world, operation, body)
            refused(reply, 422, "field.unknown")
            # The pointer is the whole name, and nothing else is repeated at length.
            assert len(reply.content) < len(body) + 2_000


@pytest.mark.parametrize("operation", WRITES, ids=NAMES)
async def test_a_field_in_another_case_is_another_field(world: World, operation: Described) -> None:
    assert operation.row.body is not None
    document = operation.row.body(world.own.things)
    name, value = next(iter(document.items()))
    async with world.unharmed():
        for other in (name.upper(), name.title()):
            body = json.dumps({**document, other: value}).encode()
            problem = refused(await send(world, operation, body), 422, "field.unknown")
            assert problem["errors"][0]["did_you_mean"] == [name]


@pytest.mark.parametrize("name", ["activities_create", "activities_replace", "activities_update"])
async def test_a_field_of_the_server_cannot_be_changed(world: World, name: str) -> None:
    operation = next(one for one in WRITES if one.operation_id == name)
    assert operation.row.body is not None
    document = operation.row.body(world.own.things)
    async with world.unharmed():
        for field in SERVERS:
            body = json.dumps({**document, field: "100000000"}).encode()
            problem = refused(await send(world, operation, body), 422, "read_only")
            assert problem["errors"][0]["pointer"] == f"/{field}"
        body = json.dumps({**document, "closed_at": "2026-01-01T00:00:00Z"}).encode()
        refused(await send(world, operation, body), 422, "read_only")


WRONG_VALUES: list[tuple[str, object, str]] = [
    ("title", 1, "field.type"),
    ("title", ["x"], "field.type"),
    ("title", {"x": "y"}, "field.type"),
    ("title", True, "field.type"),
    ("title", "", "text.empty"),
    ("title", "x" * 1_000_000, "text.too_long"),
    ("title", "a\x00b", "text.invalid_character"),
    ("title", "a\ud800b", "text.invalid_character"),
    ("title", "a\x1b[31mb", "text.invalid_character"),
    ("description", "a\x00b", "text.invalid_character"),
    ("description", "x" * 1_000_000, "text.too_long"),
    ("credits", "1", "field.type"),
    ("credits", True, "field.type"),
    ("credits", 0, "number.too_small"),
    ("credits", -1, "number.too_small"),
    ("credits", 10**300, "number.too_large"),
    ("credits", 0.3, "number.step"),
    ("cme_finder", 1, "field.type"),
    ("cme_finder", "true", "field.type"),
    ("end_date", 0, "field.type"),
    ("end_date", 20260503, "field.type"),
    ("end_date", "0000-01-01", "date.invalid"),
    ("end_date", "2026-02-30", "date.invalid"),
    ("end_date", "2026-02-29", "date.invalid"),
    ("end_date", "2026-00-10", "date.invalid"),
    ("end_date", "2026-13-01", "date.invalid"),
    ("end_date", "2026-5-3", "date.invalid"),
    ("end_date", "20260503", "date.invalid"),
    ("end_date", "2026-W18-7", "date.invalid"),
    ("end_date", "\u0662\u0660\u0662\u0666-\u0660\u0665-\u0660\u0663", "date.invalid"),
    ("end_date", "2026-05-03T00:00:00Z", "date.time_not_allowed"),
    ("end_date", "+12026-05-03", "date.invalid"),
    ("learners", {"physicians": 2**31}, "number.too_large"),
    ("learners", {"physicians": 10**300}, "number.too_large"),
    ("learners", {"physicians": -1}, "number.too_small"),
    ("learners", {"physicians": 1.0}, "field.type"),
    ("learners", [], "field.type"),
    ("delivery_methods", "in_person", "field.type"),
    ("delivery_methods", ["anywhere"] * 100_000, "list.too_long"),
    ("joint_providers", ["Valley Clinic"] * 101, "list.too_long"),
    ("url", "javascript:alert(1)", "url.invalid"),
    ("url", "https://user@host/\r\nX: y", "text.invalid_character"),
    ("internal_id", "a\r\nSet-Cookie: x=y", "text.invalid_character"),
    ("internal_id", "a\u200bb", "text.invalid_character"),
    ("internal_id", "a\u202eb", "text.invalid_character"),
    ("internal_id", "a\u2066b", "text.invalid_character"),
    ("internal_id", "a\ufeffb", "text.invalid_character"),
    ("internal_id", "a\u00adb", "text.invalid_character"),
    ("internal_id", "a\ue000b", "text.invalid_character"),
    ("internal_id", "Cafe\u0301", "text.not_normalized"),
    ("internal_id", " a", "text.surrounding_blanks"),
    ("internal_id", "x" * 1_000_000, "text.too_long"),
]


@pytest.mark.parametrize(("field", "value", "code"), WRONG_VALUES)
async def test_a_wrong_value_is_refused_and_not_put_right(
    world: World, field: str, value: object, code: str
) -> None:
    # What JSON can only say by an escape is sent as an escape.
    body = json.dumps(draft_activity(internal_id="HOSTILE") | {field: value}).encode()
    async with world.unharmed():
        problem = refused(await send(world, CREATE, body), 422, code)
        assert problem["errors"][0]["pointer"].startswith(f"/{field}")
        assert len(json.dumps(problem)) < 5_000


async def test_twins_in_another_normal_form_cannot_be_entered(world: World) -> None:
    composed, decomposed = "Caf\u00e9-1", "Cafe\u0301-1"
    for spelled, status in ((composed, 201), (decomposed, 422)):
        reply = await send(
            world,
            CREATE,
            json.dumps(draft_activity(internal_id=spelled)).encode(),
        )
        assert reply.status_code == status, reply.text


async def test_everything_wrong_at_once_is_told_at_once_and_briefly(world: World) -> None:
    body = {"title": 1, "credits": "x"} | {f"unknown{number}": 1 for number in range(10_000)}
    async with world.unharmed():
        reply = await send(world, CREATE, json.dumps(body).encode())
        problem = refused(reply, 422, "request.invalid")
        assert len(problem["errors"]) == 100
        assert "More than 100" in problem["detail"]
