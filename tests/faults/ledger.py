"""What clients say they sent and were told: JSON lines that survive whatever happens next.

Before a request leaves, a line about it is on the disk; before its answer counts, a line
about the answer is. So the file knows of everything that somebody may rely on.
"""

import asyncio
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

ACCEPTED = range(200, 300)


class Ledger:
    """An append-only file; whoever notes a line waits until the disk has it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab", buffering=0)
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def note(self, **line: Any) -> None:
        """Write a line; lines that come together share one fsync."""
        loop = asyncio.get_running_loop()
        written = loop.create_future()
        self._waiting.append((orjson.dumps({"at": time.monotonic(), **line}), written))
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write())
        await written

    async def _write(self) -> None:
        while self._waiting:
            lines, self._waiting = self._waiting, []
            await asyncio.to_thread(self._append, [line for line, _ in lines])
            for _, written in lines:
                written.set_result(None)

    def _append(self, lines: Iterable[bytes]) -> None:
        self._file.write(b"".join(line + b"\n" for line in lines))
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass
class Write:
    """One write as its client knows it, over all the times that it was sent."""

    mark: str
    kind: str
    names: list[str]
    once: bool
    """Whether it may have one effect at most: it carries an Idempotency-Key or If-Match."""
    if_match: int | None = None
    unanswered: int = 0
    answer: int | None = None
    saved: dict[str, int] = field(default_factory=dict)
    """The versions that were acknowledged, by the id of the record."""

    @property
    def acknowledged(self) -> bool:
        """Whether the client was told that it took effect."""
        return self.answer in ACCEPTED

    @property
    def refused(self) -> bool:
        """Whether the client knows that it took no effect."""
        return self.answer is not None and not self.acknowledged and not self.unanswered

    @property
    def ambiguous(self) -> bool:
        """Whether the client cannot know."""
        return self.unanswered > 0 and not self.acknowledged


def read_ledger(path: Path) -> list[Write]:
    """Return the writes of a ledger, in the order in which they were first sent."""
    writes: dict[str, Write] = {}
    for text in path.read_bytes().splitlines():
        line = orjson.loads(text)
        if line["step"] == "sends":
            about = {name: line[name] for name in ("kind", "names", "once", "if_match")}
            write = writes.setdefault(line["mark"], Write(line["mark"], **about))
            # Until there is a line about the answer, nobody knows.
            write.unanswered += 1
            continue
        write = writes[line["mark"]]
        if line["step"] == "answered":
            write.unanswered -= 1
            write.answer = line["status"]
            write.saved.update(line["saved"])
        elif line["step"] == "not sent":
            write.unanswered -= 1
    return list(writes.values())
