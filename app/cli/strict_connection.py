"""A connection on which no request is taken for another.

Left alone, the web server believes whoever asks for another protocol that it is spoken from
then on, and reads the body as the next request. It takes trailers for headers, and answers
what is no request ahead of those that came before it. Behind a proxy that shares its
connections among clients, one of them could so speak for another.
"""

from typing import Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_NO_REQUEST: Final = "Invalid HTTP request received."
_TUNNEL: Final = b"CONNECT"
_UPGRADE: Final = b"upgrade"
_CONNECTION: Final = b"connection"


class StrictConnection(HttpToolsProtocol):
    """The web server's own connection, less trusting."""

    # The head of a request that asks for another protocol, as it is read a second time.
    _as_usual = b""
    due: RequestResponseCycle | None = None
    """The request that is to be answered next, or was answered last."""

    def data_received(self, data: bytes) -> None:
        """Have the parser read what has come, and refuse what is no request."""
        self._unset_keepalive_if_required()
        try:
            self._read(data)
        except HttpParserError:
            self.logger.warning(_NO_REQUEST)
            if not self._ends_with_an_answer():
                self.send_400_response(_NO_REQUEST)

    def _read(self, data: bytes) -> None:
        rest: bytes | memoryview = data
        while True:
            try:
                self.parser.feed_data(rest)
            except HttpParserUpgrade as upgrade:
                # No other protocol is spoken here, and a server may go on as if nobody had asked
                # for one (RFC 9110, section 7.8). What follows the head is its body all the same.
                rest = memoryview(rest)[upgrade.args[0] :]
                head, self._as_usual = self._as_usual, b""
                # A parser that was told to close reads nothing more.
                self.parser = HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
                self.parser.feed_data(head)
            else:
                return

    def _ends_with_an_answer(self) -> bool:
        """Let the connection end with the answer to a whole request that came before, if any."""
        before = self.due
        if before is None or before.response_complete or before.more_body:
            return False
        before.keep_alive = False
        # Those behind it were not begun.
        self.pipeline.clear()
        self.flow.pause_reading()
        return True

    def on_headers_complete(self) -> None:
        """Begin the request, unless its head is to be read again."""
        if self.parser.should_upgrade() and self.parser.get_method() != _TUNNEL:
            self._as_usual = self._head_as_usual()
            return
        super().on_headers_complete()
        # Trailers are told in the same way, and belong to no list that anybody reads.
        self.headers = []

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        if not self._as_usual:
            super().on_message_complete()

    def _head_as_usual(self) -> bytes:
        """Return the head without the wish for another protocol."""
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (method, self.url, version)]
        for name, value in self.headers:
            if name == _CONNECTION:
                options = [one for one in value.split(b",") if one.strip().lower() != _UPGRADE]
                lines += [b"%b: %b" % (name, b",".join(options))] if options else []
            elif name != _UPGRADE:
                lines.append(b"%b: %b" % (name, value))
        return b"\r\n".join((*lines, b"", b""))
