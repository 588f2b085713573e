"""Requests that can be read at a glance: one that has come whole, with nothing special.

This is not how requests are read that are served; the web server's parser does that. It is
enough to refuse one, and whatever it does not know for certain is left to the parser.
"""

from typing import Any, Final

_METHODS: Final = frozenset({b"GET", b"PUT", b"POST", b"PATCH", b"DELETE"})
# What these say changes where a request ends, or what becomes of its connection.
_SPECIAL: Final = frozenset({b"transfer-encoding", b"connection", b"expect", b"upgrade"})
_USUAL: Final = (b"connection", b"keep-alive")
# No body is longer, and thousands of digits are no number to Python.
_MOST_DIGITS: Final = 10


def plain_request(data: bytes, client: tuple[str, int] | None) -> dict[str, Any] | None:
    """Return what a refusal has to know, if this is one whole request and nothing more."""
    head, end, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    words = first.split(b" ")
    if not end or len(words) != 3 or head.count(b"\n") != len(lines):  # noqa: PLR2004
        return None
    method, target, version = words
    if method not in _METHODS or version != b"HTTP/1.1" or not _is_path(target):
        return None
    headers = [_header(line) for line in lines]
    names = [header[0] for header in headers if header != _USUAL]
    if b"" in names or not _SPECIAL.isdisjoint(names) or len(body) != _length(headers):
        return None
    path = target.partition(b"?")[0]
    return {
        "method": method.decode(),
        "path": path.decode(),
        "raw_path": path,
        "client": client,
        "headers": headers,
        "state": {},
    }


def _is_path(target: bytes) -> bool:
    plain = target.startswith(b"/") and target.isascii() and b"%" not in target
    return plain and target.decode().isprintable()


def _header(line: bytes) -> tuple[bytes, bytes]:
    """Return a header's name in small letters, which is empty when it is an odd one."""
    name, colon, value = line.partition(b":")
    plain = colon and name.replace(b"-", b"").isalnum()
    return name.lower() if plain else b"", value.strip()


def _length(headers: list[tuple[bytes, bytes]]) -> int:
    """Return how long the body is, or -1 when that is not certain."""
    said = [value for name, value in headers if name == b"content-length"]
    if not said:
        return 0
    certain = len(said) == 1 and said[0].isdigit() and len(said[0]) <= _MOST_DIGITS
    return int(said[0]) if certain else -1
