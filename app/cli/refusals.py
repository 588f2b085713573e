"""Refusals that are ready to be sent, where no application is asked any more."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson
from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.core.errors import ProblemError
from app.core.metrics import count_request
from app.core.middleware import ALWAYS, ONLY_TLS, UNLESS_SAID, request_id_of
from app.core.problem_document import PROBLEM_JSON, problem_document


class Refusal(NamedTuple):
    """A refusal of which all is known but whom it is for."""

    code: str
    status: int
    document: Mapping[str, Any]
    headers: bytes

    @classmethod
    def ready(cls, problem: ProblemError) -> "Refusal":
        """Return this problem as a refusal."""
        said = [("content-type", PROBLEM_JSON), *problem.headers.items()]
        headers = [(name.lower().encode(), value.encode()) for name, value in said]
        document = problem_document(problem, Request({"type": "http", "path": ""}))
        lines = [b"%b: %b\r\n" % header for header in (*headers, *ALWAYS, *UNLESS_SAID)]
        return cls(problem.kind.code, problem.kind.status, document, b"".join(lines))

    def count_for(self, scope: Any, seconds: float) -> None:
        """Count the request that is refused, as the frame would have done."""
        scope["state"]["problem"] = self.code
        count_request(scope, scope["method"], self.status, seconds)

    def answer(self, scope: Any, connection: HttpToolsProtocol, *, keep_alive: bool) -> bytes:
        """Return the answer that the frame around a request would have given."""
        request_id = request_id_of(scope)
        path = scope["raw_path"].decode("latin-1")
        document = orjson.dumps({**self.document, "instance": path, "request_id": request_id})
        return b"".join(
            (
                STATUS_LINE[self.status],
                *(b"%b: %b\r\n" % header for header in connection.server_state.default_headers),
                self.headers,
                b"%b: %b\r\n" % ONLY_TLS if _is_secure(scope, connection) else b"",
                b"x-request-id: %b\r\n" % request_id.encode(),
                b"content-length: %d\r\n" % len(document),
                b"" if keep_alive else b"connection: close\r\n",
                b"\r\n",
                b"" if scope["method"] == "HEAD" else document,
            )
        )


# What the frame counts where no request could be read.
NO_REQUEST: Final[Mapping[str, Any]] = {
    "method": "unknown",
    "raw_path": b"",
    "headers": (),
    "client": None,
}


def _is_secure(scope: Any, connection: HttpToolsProtocol) -> bool:
    """Tell whether the client came by TLS, as a proxy says that the web server trusts."""
    said = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    proxies = getattr(connection.app, "trusted_hosts", ())
    trusted = said and scope["client"] and scope["client"][0] in proxies
    return said[-1].strip() == b"https" if trusted else connection.scheme == "https"
