"""Those who call a serving process: what waits of each, what each asked for and had lately."""

import math
from collections import deque
from typing import Final

# What somebody had so long ago counts for a third of what it had just now.
_SECONDS_LATELY: Final = 1.0


class Visit:
    """A request at the door; its connection knows how to begin it, and how to refuse it."""

    __slots__ = ("began", "caller", "came", "foreseen")

    def __init__(self) -> None:
        self.caller: Caller
        self.came = self.began = self.foreseen = 0.0

    def begin(self) -> None:
        """Serve the request now; its end is told to the door."""
        raise NotImplementedError

    def refuse(self) -> None:
        """Answer that there is too much to do."""
        raise NotImplementedError


class Caller:
    """One who sends requests: those of them that wait, and the time that others took."""

    __slots__ = ("_asked", "_had", "_had_at", "_usual", "inside", "queue", "seen", "waits_since")

    def __init__(self) -> None:
        self.queue: deque[Visit] = deque()
        self.inside = 0
        self.seen = self.waits_since = 0.0
        self._asked = self._had = self._had_at = self._usual = 0.0

    def asks(self, now: float) -> None:
        """Count a request that has come, whatever becomes of it."""
        self._asked = self.asked_lately(now) + 1
        self.seen = now

    def asked_lately(self, now: float) -> float:
        """Return how many requests of this caller came in the last second."""
        return self._asked * math.exp((self.seen - now) / _SECONDS_LATELY)

    def had_lately(self, now: float) -> float:
        """Return the part of the process's time that this caller had in the last second."""
        return self._had * math.exp((self._had_at - now) / _SECONDS_LATELY)

    def takes(self, visit: Visit, now: float) -> float:
        """Count a request that begins, by the seconds that one of this caller took last."""
        self.inside += 1
        visit.began, visit.foreseen = now, self._usual
        return self.count(visit.foreseen, now)

    def took(self, visit: Visit, now: float, beside: int) -> float:
        """Count the seconds that a request took indeed, as one of so many that took turns."""
        self.inside -= 1
        self._usual = (now - visit.began) / beside
        return self.count(self._usual - visit.foreseen, now)

    def count(self, seconds: float, now: float) -> float:
        """Add seconds to what this caller had, and return them."""
        self._had = self.had_lately(now) + seconds / _SECONDS_LATELY
        self._had_at = now
        return seconds
