"""When writes were acknowledged, and so how long a fault kept everybody from writing."""

import asyncio
from collections import Counter
from itertools import pairwise
from typing import Final, NamedTuple

from tests.faults.ledger import ACCEPTED

_SECONDS_BETWEEN_LOOKS: Final = 0.01


class Acknowledged(NamedTuple):
    """When a write was sent and acknowledged, and how many records it saved."""

    sent_at: float
    at: float
    records: int


class Timeline:
    """What the clients of a run were told, in order."""

    def __init__(self) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.statuses: Counter[int] = Counter()

    def answered(self, sent_at: float, records: int, status: int) -> None:
        """Enter an answer."""
        self.statuses[status] += 1
        if status in ACCEPTED:
            now = asyncio.get_running_loop().time()
            self.acknowledged.append(Acknowledged(sent_at, now, records))

    async def recovery(self, most: float) -> float:
        """Wait until a write that is sent from now on is acknowledged; return how long."""
        ended_at, known = asyncio.get_running_loop().time(), len(self.acknowledged)
        for _ in range(round(most / _SECONDS_BETWEEN_LOOKS)):
            for one in self.acknowledged[known:]:
                if one.sent_at >= ended_at:
                    return one.at - ended_at
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        return float("inf")

    def longest_silence(self) -> float:
        """Return the longest time in which nobody was acknowledged anything."""
        times = [one.at for one in self.acknowledged]
        return max((later - one for one, later in pairwise(times)), default=0)
