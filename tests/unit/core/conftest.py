"""A request that is not sent, for what reads only its headers and its path."""

from collections.abc import Callable

import pytest
from starlette.requests import Request

MakeRequest = Callable[..., Request]


@pytest.fixture
def make_request() -> MakeRequest:
    def make(path: str = "/", query: str = "", **headers: str | list[str]) -> Request:
        pairs = [
            (name.replace("_", "-").encode(), value.encode("latin-1"))
            for name, values in headers.items()
            for value in ([values] if isinstance(values, str) else values)
        ]
        return Request(
            {
                "type": "http",
                "method": "GET",
                "path": path,
                "raw_path": path.encode(),
                "query_string": query.encode(),
                "headers": pairs,
                "scheme": "http",
                "server": ("test", 80),
            }
        )

    return make
