"""The time of an event loop that passes by hand, for what counts in fractions of a second."""

import asyncio
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pytest


class PassingTime:
    """What a module takes for the event loop: it tells the time and rings when it is due."""

    def __init__(self, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = 1000.0
        self._due: list[tuple[float, Callable[[], None]]] = []
        stand_in = SimpleNamespace(
            **{**vars(asyncio), "get_running_loop": lambda: self},
        )
        monkeypatch.setattr(module, "asyncio", stand_in)

    def time(self) -> float:
        """Return the present moment."""
        return self._now

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call when so many seconds have passed."""
        self._due.append((self._now + seconds, call))

    def passes(self, seconds: float) -> None:
        """Let so many seconds go by."""
        ends = self._now + seconds
        while self._due and (first := min(self._due, key=lambda one: one[0]))[0] <= ends:
            self._due.remove(first)
            self._now, call = first
            call()
        self._now = ends
