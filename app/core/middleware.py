"""The frame around every request: its id, its safe headers, its log line, its last net."""

import os
import re
import time
from http import HTTPStatus
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.deprecation import deprecation_headers
from app.core.log import places_of
from app.core.metrics import count_request
from app.core.problem_document import problem_response
from app.core.problem_responses import problem_from
from app.core.stopping import Stopping, about_to_stop
from app.core.trials import MARK, TRIAL
from app.core.worlds import CLOCK, WORLD, choose_world

_CLIENTS_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9_-]{1,64}")
_API_POLICY: Final = b"default-src 'none'; frame-ancestors 'none'"
ALWAYS: Final = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
# What an answer says itself goes before these.
UNLESS_SAID: Final = ((b"cache-control", b"no-store"), (b"content-security-policy", _API_POLICY))
ONLY_TLS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_LAST_ANSWER: Final = (b"connection", b"close")
# A process that is about to stop is alive all the same.
_ALIVE: Final = "/livez"

_log = structlog.get_logger("access")


class Frame:
    """Pure ASGI middleware, the outermost of the application.

    It is one class, because every layer around a request costs each request its time.
    """

    def __init__(self, app: ASGIApp, stopping: Stopping) -> None:
        self._app = app
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        state = scope.setdefault("state", {})
        state["request_id"] = request_id_of(scope)
        method = scope["method"]
        if method == "HEAD":
            # What can be read can be asked about; the answer goes out without its body.
            scope = {**scope, "method": "GET"}
        answer = _Answer(scope, method, send, self._stopping)
        self._stopping.under_way += 1
        try:
            if self._stopping.refusing and scope["path"] != _ALIVE:
                await problem_response(about_to_stop(), Request(scope))(scope, receive, answer.send)
            else:
                choose_world(scope)
                await self._app(scope, receive, answer.send)
        except Exception as error:  # noqa: BLE001 - the last net: nothing passes unanswered
            await self._answer_for(error, scope, receive, answer)
        finally:
            self._stopping.under_way -= 1
            seconds = time.perf_counter() - started
            count_request(scope, answer.method, answer.status, seconds)
            _log_access(scope, answer, seconds)

    async def _answer_for(
        self, error: Exception, scope: Scope, receive: Receive, answer: "_Answer"
    ) -> None:
        request = Request(scope)
        problem = problem_from(error, request)
        if problem.kind.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            request_id = scope["state"]["request_id"]
            _log.error("fault", request_id=request_id, trace=places_of(error))
        if answer.status:
            # The client has half an answer already. Only a broken connection tells it so.
            raise error
        await problem_response(problem, request)(scope, receive, answer.send)


class _Answer:
    """The answer on its way out, with the headers that every answer carries."""

    def __init__(self, scope: Scope, method: str, send: Send, stopping: Stopping) -> None:
        self._scope = scope
        self._send = send
        self._stopping = stopping
        self._secure = scope["scheme"] == "https"
        self.method = method
        self._state: dict[str, Any] = scope["state"]
        self._request_id: bytes = self._state["request_id"].encode()
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
            said = {name for name, _ in headers}
            headers.append((b"x-request-id", self._request_id))
            # What a gate on the way has to tell the client, whatever the answer is.
            headers.extend(self._state.get("answer_headers", ()))
            headers.extend(deprecation_headers(self._scope))
            if CLOCK in self._state:
                headers.append(self._state[CLOCK].header)
            if TRIAL in self._state:
                headers.append(MARK)
            headers.extend(ALWAYS)
            headers.extend(header for header in UNLESS_SAID if header[0] not in said)
            if self._stopping.announced:
                headers.append(_LAST_ANSWER)
            if self._secure:
                headers.append(ONLY_TLS)
            message["headers"] = headers
        elif self.method == "HEAD":
            message["body"] = b""
        await self._send(message)


def request_id_of(scope: Scope) -> str:
    """Return the id that the client gave the request, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            # Anything else could break a line of the log, or a header of the answer.
            if _CLIENTS_REQUEST_ID.fullmatch(value):
                return str(value, "ascii")
            break
    return f"req_{time.time_ns() // 1_000_000:012x}{os.urandom(10).hex()}"


def _log_access(scope: Scope, answer: _Answer, seconds: float) -> None:
    state: dict[str, Any] = scope["state"]
    route = scope.get("route")
    _log.info(
        "request",
        request_id=state["request_id"],
        mode=state[WORLD].mode if WORLD in state else None,
        credential_id=state.get("credential_id"),
        provider_id=state.get("provider_id"),
        method=answer.method,
        # The template and not the path: a path holds ids of records.
        route=route.path_format if route else None,
        status=answer.status,
        milliseconds=round(seconds * 1000, 2),
    )
