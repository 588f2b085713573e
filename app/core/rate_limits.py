"""Rate limits: so many units a minute for each subject, such as a credential.

The quota lives in a store of the library `limits`: this process's memory, or a server
that all processes share. A process takes units from the store in blocks and spends them
without asking again, so that a request costs a subtraction and not a call to the store.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from app.core.errors import ProblemError, declare

RATE_LIMIT_EXCEEDED = declare(
    "rate_limit.exceeded",
    429,
    "Too many requests",
    "Wait the seconds in `Retry-After`; the header `RateLimit` says what is left before that.",
)

IN_MEMORY: Final = "memory://"
WINDOW: Final = 60
# No window that this clock has begun lasts longer.
_LONGEST: Final = 2 * WINDOW
_STORES: Final = (
    f"it must be {IN_MEMORY}, or the address of a store whose client is installed, "
    "such as redis://host:6379"
)
_BLOCKS: Final = 20
_SECONDS_WITHOUT_A_STORE: Final = 1
_MOST_REMEMBERED: Final = 10_000

Headers = list[tuple[bytes, bytes]]

_log = structlog.get_logger("rate_limits")


class BadStoreError(Exception):
    """The address of the store cannot be used; the message says what would be right."""


@dataclass(slots=True)
class Allowance:
    """What this process may still spend for one subject before the window ends."""

    ends: float
    in_hand: int
    in_store: int

    def is_over(self, now: float) -> bool:
        """Tell whether the window has ended, or began on a clock that was set back since."""
        return not now < self.ends <= now + _LONGEST

    def shown(self, name: str, now: float) -> str:
        """Return the allowance as an item of the header RateLimit."""
        left = self.in_hand + self.in_store
        seconds = min(WINDOW, max(0, math.ceil(self.ends - now)))
        return f'"{name}";r={left};t={seconds}'


class Quota:
    """So many units a minute for each subject of one kind."""

    def __init__(self, name: str, units: int, store: Storage) -> None:
        self.name = name
        self.units = units
        self._item = RateLimitItemPerMinute(units, namespace="openpars")
        self._limiter = FixedWindowRateLimiter(store)
        self._block = max(1, units // _BLOCKS)
        self._allowances: dict[str, Allowance] = {}

    async def spend(self, subject: str, cost: int, now: float) -> tuple[Allowance, bool]:
        """Take units from a subject's allowance; tell whether there were enough."""
        # What costs more than a whole quota would never be served at all.
        cost = min(cost, self.units)
        allowance = self._allowances.get(subject)
        if (
            allowance is None
            or allowance.is_over(now)
            or (allowance.in_hand < cost and allowance.in_store)
        ):
            allowance = await self._more(subject, cost, now)
        if allowance.in_hand < cost:
            return allowance, False
        allowance.in_hand -= cost
        return allowance, True

    async def _more(self, subject: str, cost: int, now: float) -> Allowance:
        taken, in_store, ends = await self._taken(subject, cost, now)
        allowance = self._allowances.get(subject)
        if allowance is None or allowance.is_over(now):
            self._forget_the_past(now)
            allowance = self._allowances[subject] = Allowance(ends, 0, 0)
        allowance.in_hand += taken
        allowance.in_store = in_store
        return allowance

    async def _taken(self, subject: str, cost: int, now: float) -> tuple[int, int, float]:
        """Take a block from the store; return it with what is left there, and until when."""
        place = (self.name, subject)
        try:
            ends, left = await self._limiter.get_window_stats(self._item, *place)
            if ends > now + _LONGEST:
                await self._limiter.clear(self._item, *place)
                left = self.units
            taken = min(max(self._block, cost), left)
            # Another process may have taken what was left a moment ago.
            if taken > 0 and not await self._limiter.hit(self._item, *place, cost=taken):
                taken = 0
            ends, left = await self._limiter.get_window_stats(self._item, *place)
        except StorageError:
            # A store that is gone must not take the service with it.
            _log.warning("store_failed", quota=self.name)
            return self.units, 0, now + _SECONDS_WITHOUT_A_STORE
        return taken, left, ends

    def _forget_the_past(self, now: float) -> None:
        if len(self._allowances) >= _MOST_REMEMBERED:
            self._allowances = {
                subject: allowance
                for subject, allowance in self._allowances.items()
                if not allowance.is_over(now)
            }


class RateLimits:
    """All quotas of the application, and the headers that tell clients about them."""

    def __init__(self, units: Mapping[str, int], address: str = IN_MEMORY) -> None:
        """Open the store; quotas of 0 units are off. Raises BadStoreError."""
        store = self._store = _store(address)
        self._quotas = {name: Quota(name, most, store) for name, most in units.items() if most}
        policies = [f'"{name}";q={quota.units};w={WINDOW}' for name, quota in self._quotas.items()]
        self._policy = (b"ratelimit-policy", ", ".join(policies).encode())

    async def store_answers(self) -> bool:
        """Tell whether the store of the quotas can be asked."""
        try:
            return await self._store.check()
        except StorageError:
            return False

    async def charge(self, subjects: Mapping[str, str], cost: int) -> Headers:
        """Charge each subject, by the name of its quota; return the headers of the answer.

        Raises ProblemError 429 when one of them has spent its quota.
        """
        if not self._quotas:
            return []
        now = time.time()
        shown = []
        refused: tuple[str, Allowance] | None = None
        for name, subject in subjects.items():
            quota = self._quotas.get(name)
            if quota is None:
                continue
            allowance, enough = await quota.spend(subject, cost, now)
            shown.append(allowance.shown(name, now))
            if not enough:
                refused = name, allowance
                break
        headers = [self._policy, (b"ratelimit", ", ".join(shown).encode())]
        if refused is not None:
            raise _exceeded(*refused, now, headers)
        return headers


def _exceeded(name: str, allowance: Allowance, now: float, headers: Headers) -> ProblemError:
    seconds = max(1, math.ceil(allowance.ends - now))
    return ProblemError(
        RATE_LIMIT_EXCEEDED,
        f"The quota of this {name} is spent. Nothing was saved. Try again in {seconds} seconds.",
        headers={
            "Retry-After": str(seconds),
            **{key.decode(): value.decode() for key, value in headers},
        },
    )


def _store(address: str) -> Storage:
    try:
        store = storage_from_string(
            f"async+{address}", wrap_exceptions=True, implementation="redispy"
        )
    except ConfigurationError:
        # What the library says repeats the address, which may hold a password.
        raise BadStoreError(_STORES) from None
    if not isinstance(store, Storage):
        raise BadStoreError(_STORES)
    return store
