"""What only a socket can send: bodies that lie about their length, requests that are none."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from app.core.problem_responses import MOST_BYTES_OF_A_HEAD
from tests.databases import superuser_of
from tests.patience import PATIENCE
from tests.security.served import PATH, Served
from tests.security.table_states import checksums

LIMIT = 2_000_000
JSON = "Content-Type: application/json"


@pytest.fixture
async def unharmed(served: Served) -> AsyncIterator[None]:
    """After the test the server lives, and nothing in the database is another."""
    async with superuser_of(served.database_url) as superuser:
        before = await checksums(superuser)
        yield
        assert await served.lives()
        assert await checksums(superuser) == before


def body_of(size: int) -> bytes:
    return b'{"title": "' + b"x" * (size - 13) + b'"}'


def in_chunks(body: bytes) -> list[bytes]:
    parts = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
    return [b"%x\r\n%b\r\n" % (len(part), part) for part in parts] + [b"0\r\n\r\n"]


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(("size", "status"), [(LIMIT, b"422"), (LIMIT + 1, b"413")])
async def test_the_limit_of_a_body_holds_with_a_length_and_without(
    served: Served, size: int, status: bytes
) -> None:
    body = body_of(size)
    assert len(body) == size
    with_length = [served.head(JSON, f"Content-Length: {size}"), body]
    without = [served.head(JSON, "Transfer-Encoding: chunked"), *in_chunks(body)]
    for parts in (with_length, without):
        answer = await served.answer(parts)
        assert answer.startswith(b"HTTP/1.1 " + status), answer[:500]
        assert b"application/problem+json" in answer


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(
    "lines",
    [(f"Content-Length: {LIMIT + 1}", "Expect: 100-continue"), ("Content-Length: 1000000000",)],
)
async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(
    served: Served, lines: tuple[str, ...]
) -> None:
    answer = await served.answer([served.head(JSON, *lines)])
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"body.too_large" in answer


@pytest.mark.usefixtures("unharmed")
async def test_a_body_that_ends_early_saves_nothing(served: Served) -> None:
    reader, writer = await asyncio.open_connection(served.server.host, served.server.port)
    writer.write(served.head(JSON, "Content-Length: 200") + b'{"title": "x"}')
    writer.write_eof()
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer


NOT_REQUESTS = {
    "noise": b"\x00\x01\x02\x03\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "another version": b"GET /livez HTTP/9.9\r\nHost: x\r\n\r\n",
    "blank in a name": b"GET /livez HTTP/1.1\r\nHost : x\r\n\r\n",
    "NUL in a value": b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
    "a lone CR in a value": b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\rX: y\r\n\r\n",
    "no number as length": b"POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    "a negative length": b"POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a length beyond 64 bits": (
        b"POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 50 + b"\r\n\r\n"
    ),
    "two lengths": (
        b"POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
    ),
    "a length and chunks": (
        b"POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a chunk that is no number": (
        b"POST /v1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    ),
    "a chunk beyond 64 bits": (
        b"POST /v1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 17 + b"\r\n"
    ),
}


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("sent", NOT_REQUESTS.values(), ids=NOT_REQUESTS.keys())
async def test_what_is_no_request_is_refused_and_the_connection_closed(
    served: Served, sent: bytes
) -> None:
    answer = await served.answer([sent])
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 405")), answer
    assert answer.count(b"HTTP/1.1 ") <= 1


def one_by_one(beginning: bytes, piece: bytes) -> list[bytes]:
    """Return the pieces of what goes on beyond the limit of a head, and does not end."""
    return [beginning, *([piece] * (MOST_BYTES_OF_A_HEAD // len(piece) + 1))]


ENDLESS_HEADS = {
    "a path": one_by_one(b"GET /", b"a" * 10_000),
    "a header": one_by_one(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 10_000),
    "headers": one_by_one(b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"X-A: a\r\n" * 1_000),
}


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("parts", ENDLESS_HEADS.values(), ids=ENDLESS_HEADS.keys())
async def test_a_head_that_does_not_end_is_refused_and_the_connection_closed(
    served: Served, parts: list[bytes]
) -> None:
    head, _, body = (await served.answer(parts)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431")
    assert b"connection: close" in head
    assert (problem := json.loads(body))["code"] == "request.head_too_large"
    assert problem["request_id"].encode() in head


@pytest.mark.usefixtures("unharmed")
async def test_lines_behind_a_body_that_do_not_end_are_refused_like_a_head(served: Served) -> None:
    # What comes in one piece with the body does not count.
    begun = served.head(JSON, "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n"
    answer = await served.answer([begun, *([b"X-A: a\r\n" * 1_000] * 100)])
    assert answer.startswith(b"HTTP/1.1 431")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(
    "line",
    [
        b"X-Request-Id: \xff\xfe",
        b"X-Request-Id: a b",
        b"X-A: " + b"x" * 60_000,
        b"X-A: \xe2\x80\xae",
        b"Cookie: " + b"a=b; " * 10_000,
        b"Expect: 100-continue",
        b"Upgrade: websocket\r\nSec-WebSocket-Key: x",
        b"Upgrade: h2c\r\nHTTP2-Settings: x",
        b"Accept-Encoding: gzip;q=x",
        b"Range: bytes=0-1,-1,9999999999999-",
    ],
)
async def test_a_header_that_is_odd_is_no_reason_to_fail(served: Served, line: bytes) -> None:
    head = f"GET {PATH} HTTP/1.1\r\nHost: test\r\n{served.authorization}\r\n".encode()
    answer = await served.answer([head + line + b"\r\nConnection: close\r\n\r\n"])
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400")), answer[:300]


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(
    "path",
    [b"/\xff\xfe", b"/v1/../../etc/passwd", b"//v1", b"http://evil/v1", b"/%", b"*", b"/a?\xff"],
)
async def test_a_path_that_is_odd_is_answered(served: Served, path: bytes) -> None:
    request = b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path
    answer = await served.answer([request])
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 404", b"HTTP/1.1 200")), answer[:300]
    assert b"root:" not in answer


def whole(*lines: str, method: str = "GET", body: bytes = b"") -> bytes:
    """Return a request on a connection that goes on, unless a line says otherwise."""
    head = [f"{method} {PATH} HTTP/1.1", "Host: test", *lines]
    return "\r\n".join([*head, "", ""]).encode() + body


def statuses(answers: bytes) -> list[bytes]:
    return [answer[:3] for answer in answers.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("protocol", ["h2c", "websocket"])
async def test_the_body_of_who_asks_for_another_protocol_is_no_other_request(
    served: Served, protocol: str
) -> None:
    wish = ("Connection: Upgrade, HTTP2-Settings", f"Upgrade: {protocol}", "HTTP2-Settings: x")
    body = whole(served.authorization)
    first = whole(served.authorization, *wish, JSON, f"Content-Length: {len(body)}", method="POST")
    last = whole(served.authorization, *wish[1:], "Connection: close, upgrade")
    for parts in ([first + body + last], [first, body, last], [first[:70], first[70:], body, last]):
        answers = await served.answer(parts)
        assert statuses(answers) == [b"400", b"200"], answers
        assert b"json.invalid" in answers


@pytest.mark.usefixtures("unharmed")
async def test_what_stands_behind_the_body_is_no_header(served: Served) -> None:
    chunked = ("Transfer-Encoding: chunked", "Connection: close")
    answer = await served.answer(
        [whole(*chunked, body=f"0\r\n{served.authorization}\r\n\r\n".encode())]
    )
    assert statuses(answer) == [b"401"], answer


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("requests", [1, 3])
async def test_what_is_no_request_is_not_answered_ahead_of_one_that_came_before_it(
    served: Served, requests: int
) -> None:
    good = whole(served.authorization)
    answers = await served.answer([good * requests + b"NOISE\r\n\r\n"])
    assert statuses(answers) == [b"200"], answers
    assert b"connection: close" in answers


@pytest.mark.usefixtures("unharmed")
async def test_a_head_that_does_not_end_takes_no_answer_from_the_one_before_it(
    served: Served,
) -> None:
    answers = await served.answer([whole(served.authorization), *ENDLESS_HEADS["a path"]])
    assert statuses(answers) in ([b"200"], [b"200", b"431"]), answers


@pytest.mark.usefixtures("unharmed")
async def test_who_is_answered_while_waiting_to_send_a_body_asks_nothing_more_there(
    served: Served,
) -> None:
    waiting = whole(JSON, "Expect: 100-continue", "Content-Length: 200", method="POST")
    answer = await served.answer([waiting])
    assert statuses(answer) == [b"401"], answer
    assert b"connection: close" in answer
