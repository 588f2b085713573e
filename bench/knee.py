"""Where the knee is: the highest rate of calls at which the server still keeps up."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.clients import run_wrk
from bench.mix import mixed, requests
from bench.open_loop import Answers, milliseconds, offer, run
from bench.world import World

_STEPS: Final = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1)
_MOST_CONNECTIONS: Final = 32
# A server keeps up when nearly all calls are answered well, and nearly all of them at once.
_ANSWERED: Final = 0.97
_P95: Final = 100.0


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a rate of calls."""

    rate: float
    seconds: float
    answers: Answers

    @property
    def goodput(self) -> float:
        """Good answers a second, to those who were still there."""
        return len(self.answers.good) / self.seconds

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 % of the good answers came."""
        return milliseconds(self.answers.good, 0.95)

    @property
    def keeps_up(self) -> bool:
        """Whether the server keeps up with this rate."""
        offered = len(self.answers.good) + len(self.answers.refused) + self.answers.lost
        return len(self.answers.good) >= _ANSWERED * offered and self.p95 <= _P95

    def row(self, name: str) -> list[str]:
        """Return the line of a table."""
        answers = self.answers
        return [
            name,
            f"{self.rate:,.0f}",
            f"{self.goodput:,.0f}",
            f"{milliseconds(answers.good, 0.5):.1f}",
            f"{self.p95:.1f}",
            f"{milliseconds(answers.good, 0.99):.1f}",
            f"{len(answers.refused) / self.seconds:,.0f}",
            f"{milliseconds(answers.refused, 0.95):.1f}" if answers.refused else "",
            f"{answers.lost / self.seconds:,.0f}",
        ]


HEAD: Final = (
    *("Load", "calls/s", "good/s", "p50 ms", "p95 ms", "p99 ms"),
    *("refused/s", "refusals' p95 ms", "no answer/s"),
)


def step(world: World, calls: list[bytes], rate: float, seconds: float) -> Step:
    """Offer a rate of calls, and return what came of it."""
    return Step(rate, seconds, run(offer(world.server.url, calls, rate, seconds)))


def climb(world: World, seconds: float) -> Iterator[Step]:
    """Offer more and more, until the server does not keep up twice in a row.

    Once may be the machine's fault: its disk stands still now and then.
    """
    key = world.vendor_key
    calls = mixed(world)
    run_wrk(world.server.url, calls, 2, key=key, refusals=True)
    # So many at once may be more than is let in; what is looked for is where to begin.
    most = run_wrk(
        world.server.url, calls, 5, key=key, connections=_MOST_CONNECTIONS, refusals=True
    ).rate
    prepared = requests(world)
    for part in _STEPS:
        reached = step(world, prepared, part * most, seconds)
        if not reached.keeps_up:
            reached = step(world, prepared, part * most, seconds)
        yield reached
        if not reached.keeps_up:
            return


def knee_of(steps: list[Step]) -> Step:
    """Return the last step with which the server kept up, or else the first."""
    return next((one for one in reversed(steps) if one.keeps_up), steps[0])
