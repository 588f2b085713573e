"""The door of a serving process: who is served now, who waits, and who is turned away.

Each request that is begun makes those beside it slower. When more come than a process can
serve, they therefore wait here, before anything is done for them, and only so many are
under way. They come in by turns of each caller, and while others are there, whoever wants
far more than they do gets no more than its part of the process's time, one request after
the other. A queue that does not get shorter makes every answer late and none good, so
whoever comes to one is told at once to come back.
"""

import asyncio
from collections import OrderedDict
from typing import Final

import structlog

from app.core.callers import Caller, Visit
from app.core.stopping import Stopping

# Under this name the lifespan of the application hands its door to the web server.
DOOR: Final = "door"
# Of the process's time this much is left alone by whoever wants far more than others, so that
# they hardly notice. Twice an equal part is no such taking yet: requests come in clusters.
_LEFT_ALONE: Final = 0.5
_EQUAL_PARTS: Final = 2
# Of very many callers most have one request in a second, and a second one is no taking either:
# the time is never parted among more than these.
_MOST_PARTS: Final = 20
# So many times what the others ask for or have, on the average, is no cluster any more.
_FAR_MORE: Final = 4
# The connections of those who call may all lead to another process for some seconds, and
# what is done here takes the processor from them there.
_SECONDS_PRESENT: Final = 10.0
# A queue that was never empty for so long is no burst any more, and has to be short then.
_LONGEST_BURST: Final = 0.25
_LONGEST_QUEUE: Final = 0.1
# Whoever has waited so long is about to give up. One request at a time waits less, however
# much it takes: what is counted of it fades below the part of its caller before.
_LONGEST_WAIT: Final = 1.5
# What takes longer waits for its client or for the database, and leaves the processor alone.
_SECONDS_OF_A_PLACE: Final = 0.25
_SECONDS_BETWEEN_ROUNDS: Final = 0.02
_ROUNDS_BETWEEN_LINES: Final = 50

_log = structlog.get_logger("door")


class Door:
    """Lets so many requests in at a time, lets some wait, and turns the rest away.

    No more than `most_present` are there at all, those included that take long.
    """

    def __init__(self, places: int, most_present: int, stopping: Stopping) -> None:
        self.stopping = stopping
        self._places = places
        self._most_present = most_present
        self._present = 0
        self._inside: dict[Visit, None] = {}
        self._callers: dict[int, Caller] = {}
        self._everybody = Caller()
        self._turns: OrderedDict[Caller, None] = OrderedDict()
        self._rounds = 0
        self._goes_round = False
        self._turned_away = 0

    def arrive(self, visit: Visit, name: int) -> None:
        """Begin a request of the caller of this name, let it wait, or refuse it."""
        now = asyncio.get_running_loop().time()
        caller = visit.caller = self._caller(name)
        visit.came = now
        self._asks(caller, now)
        # Whoever waits here is to be answered, too, before the process ends.
        self.stopping.under_way += 1
        self._present += 1
        if not caller.queue:
            if self._present <= self._most_present and self._may_begin(caller, now):
                self._let_in(visit, now)
                return
            caller.waits_since = now
        elif self._too_long(caller, now):
            self._turn_away(visit)
            return
        caller.queue.append(visit)
        self._turns[caller] = None
        if self._present > self._most_present:
            longest = max(self._turns, key=lambda one: len(one.queue))
            self._turn_away(longest.queue.pop())
            self._forget_when_empty(longest)

    @property
    def is_besieged(self) -> bool:
        """Tell whether anybody waits."""
        return bool(self._turns)

    def turns_away(self, name: int) -> bool:
        """Tell whether a request of this caller would be refused at once, which is counted."""
        caller = self._callers.get(name)
        if caller is None or not caller.queue:
            return False
        now = asyncio.get_running_loop().time()
        if not self._too_long(caller, now):
            return False
        self._asks(caller, now)
        self._turned_away += 1
        return True

    def leave(self, visit: Visit) -> None:
        """Give the place of a request that was served to the one whose turn it is."""
        self._one_less()
        if visit in self._inside:
            now = asyncio.get_running_loop().time()
            self._vacate(visit, now)
            self._fill(now)

    def _one_less(self) -> None:
        self._present -= 1
        self.stopping.under_way -= 1

    def _caller(self, name: int) -> Caller:
        caller = self._callers.get(name)
        if caller is None:
            caller = self._callers[name] = Caller()
            if not self._goes_round:
                self._goes_round = True
                asyncio.get_running_loop().call_later(_SECONDS_BETWEEN_ROUNDS, self._go_round)
        return caller

    def _asks(self, caller: Caller, now: float) -> None:
        caller.asks(now)
        self._everybody.asks(now)

    def _may_begin(self, caller: Caller, now: float) -> bool:
        if len(self._inside) >= self._places:
            return False
        return not self._wants_far_more(caller, now) or self._may_come_beside_others(caller, now)

    def _wants_far_more(self, caller: Caller, now: float) -> bool:
        parts = self._parts()
        if parts <= _EQUAL_PARTS:
            return False
        asked, had = caller.asked_lately(now), caller.had_lately(now)
        # As far above the average of the others is as far above a little less of everybody's.
        far = _FAR_MORE / (parts - 1 + _FAR_MORE)
        return asked > far * self._everybody.asked_lately(now) or (
            had > _EQUAL_PARTS / parts and had > far * self._everybody.had_lately(now)
        )

    def _may_come_beside_others(self, caller: Caller, now: float) -> bool:
        parts, had = self._parts(), caller.had_lately(now)
        if had > 1 / parts:
            others = self._everybody.had_lately(now) - had
            return not self._inside and had <= 1 - _LEFT_ALONE - others
        return caller.inside < max(1, self._places // parts)

    def _parts(self) -> int:
        """Return among how many the time of the process is parted."""
        return min(len(self._callers), _MOST_PARTS)

    def _too_long(self, caller: Caller, now: float) -> bool:
        if len(caller.queue) < self._places:
            return False
        return self._wants_far_more(caller, now) or (
            now - caller.waits_since > _LONGEST_BURST
            and now - caller.queue[0].came > _LONGEST_QUEUE
        )

    def _let_in(self, visit: Visit, now: float) -> None:
        self._everybody.count(visit.caller.takes(visit, now), now)
        self._inside[visit] = None
        visit.begin()

    def _vacate(self, visit: Visit, now: float) -> None:
        took = visit.caller.took(visit, now, len(self._inside))
        self._everybody.count(took, now)
        del self._inside[visit]

    def _fill(self, now: float) -> None:
        while (visit := self._next(now)) is not None:
            self._let_in(visit, now)

    def _next(self, now: float) -> Visit | None:
        if len(self._inside) >= self._places:
            return None
        for caller in list(self._turns):
            if self._may_begin(caller, now):
                visit = caller.queue.popleft()
                self._turns.move_to_end(caller)
                self._forget_when_empty(caller)
                return visit
        return None

    def _forget_when_empty(self, caller: Caller) -> None:
        if not caller.queue:
            del self._turns[caller]

    def _turn_away(self, visit: Visit) -> None:
        self._one_less()
        self._turned_away += 1
        visit.refuse()

    def _go_round(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for visit in list(self._inside):
            if now - visit.began < _SECONDS_OF_A_PLACE:
                break
            self._vacate(visit, now)
        for caller in list(self._turns):
            self._shorten(caller, now)
        self._fill(now)
        self._rounds += 1
        if self._rounds % _ROUNDS_BETWEEN_LINES == 0:
            self._tell()
            self._forget_who_left(now)
        self._goes_round = bool(self._callers)
        if self._goes_round:
            loop.call_later(_SECONDS_BETWEEN_ROUNDS, self._go_round)

    def _shorten(self, caller: Caller, now: float) -> None:
        queue = caller.queue
        while queue and now - queue[0].came > _LONGEST_WAIT:
            self._turn_away(queue.popleft())
        while len(queue) > self._places and self._wants_far_more(caller, now):
            self._turn_away(queue.pop())
        self._forget_when_empty(caller)

    def _tell(self) -> None:
        if self._turned_away:
            # A line for each of them would cost more than all else that is done for it.
            _log.warning("turned_away", requests=self._turned_away)
            self._turned_away = 0

    def _forget_who_left(self, now: float) -> None:
        self._callers = {
            name: caller
            for name, caller in self._callers.items()
            if caller.inside or caller.queue or now - caller.seen < _SECONDS_PRESENT
        }
