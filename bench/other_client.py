"""Another client of the server, which reads one record again and again and looks at its watch."""

import http.client
import threading
import time
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

_BETWEEN_READS: Final = 0.01


class OtherClient:
    """Reads a record for as long as the block lasts; `seconds` is how long each read took."""

    def __init__(self, url: str, path: str, key: str) -> None:
        self.seconds: list[float] = []
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._path = path
        self._headers = {"Authorization": f"Bearer {key}"}
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        """Begin to read."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop reading."""
        self._leaving.set()
        self._thread.join()
        self._connection.close()

    def _read(self) -> None:
        while not self._leaving.wait(_BETWEEN_READS):
            begun = time.perf_counter()
            self._connection.request("GET", self._path, headers=self._headers)
            reply = self._connection.getresponse()
            reply.read()
            self.seconds.append(time.perf_counter() - begun)
            if reply.status != http.client.OK:
                message = f"GET {self._path} answered {reply.status}"
                raise RuntimeError(message)
