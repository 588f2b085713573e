"""Requests that are refused without the parser: only those of which everything is certain."""

import pytest

from app.cli.plain_request import plain_request

CLIENT = ("127.0.0.1", 50_000)


def test_a_whole_request_is_read() -> None:
    said = b"PUT /v1/a?close=true HTTP/1.1\r\nHost: a\r\nAuthorization:  Bearer b \r\n"
    read = plain_request(said + b"Content-Length: 3\r\nConnection: keep-alive\r\n\r\n{ }", CLIENT)
    assert read is not None
    assert (read["method"], read["path"], read["raw_path"]) == ("PUT", "/v1/a", b"/v1/a")
    assert (b"authorization", b"Bearer b") in read["headers"]
    assert read["client"] == CLIENT


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"GET /v1 HTTP/1.1\r\nhost: a\r\n",
        b"GET /v1 HTTP/1.1\r\nhost: a\r\n\r\nGET /v1 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET /v1 HTTP/1.0\r\nhost: a\r\n\r\n",
        b"HEAD /v1 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET http://a/v1 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET /%6civez HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET /v\xe4 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"PUT /v1 HTTP/1.1\r\ncontent-length: 3\r\n\r\n{}",
        b"PUT /v1 HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        b"PUT /v1 HTTP/1.1\r\ncontent-length: +2\r\n\r\n{}",
        b"PUT /v1 HTTP/1.1\r\ncontent-length: " + b"9" * 5000 + b"\r\n\r\n{}",
        b"PUT /v1 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"PUT /v1 HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n",
        b"PUT /v1 HTTP/1.1\r\nhost: a\r\n content-length: 2\r\n\r\n",
        b"PUT /v1 HTTP/1.1\r\nhost: a\ncontent-length: 2\r\n\r\n",
        b"GET /v1 HTTP/1.1\r\nconnection: close\r\n\r\n",
        b"PUT /v1 HTTP/1.1\r\nexpect: 100-continue\r\n\r\n",
    ],
)
def test_what_is_not_certain_is_left_to_the_parser(odd: bytes) -> None:
    assert plain_request(odd, CLIENT) is None
