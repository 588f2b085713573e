"""Rounds: the server, the reference and PostgreSQL take turns, call by call."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

import httpx

from bench.calls import CALLS, Measured
from bench.clients import FOLDER, Call, MeasuringError, Run, run_pgbench, run_wrk
from bench.processes import Spent, spent
from bench.reference.running import Reference
from bench.serving import Server
from bench.world import World

SQL: Final = FOLDER / "sql"
# What PostgreSQL has to do for it is what another call asks as well.
_SAME_SQL: Final = {"unchanged": "get", "narrow": "summary"}


@dataclass(frozen=True, slots=True)
class Sample:
    """What a run came to: answers a second, and CPU of the server and of PostgreSQL for each."""

    run: Run
    cpu: Spent


@dataclass(slots=True)
class Seen:
    """All runs of one kind of call."""

    ours: list[Sample] = field(default_factory=list)
    reference: list[Sample] = field(default_factory=list)
    one_statement: list[float] = field(default_factory=list)
    statement_per_table: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times as fast as the reference; runs are compared within their round."""
        pairs = zip(self.ours, self.reference, strict=True)
        return median(ours.run.rate / reference.run.rate for ours, reference in pairs)

    @property
    def cpu_ratio(self) -> float:
        """How many times as much CPU the reference took, with PostgreSQL's."""
        pairs = zip(self.ours, self.reference, strict=True)
        return median(sum(reference.cpu) / sum(ours.cpu) for ours, reference in pairs)

    @property
    def share_of_limit(self) -> float:
        """The part of what PostgreSQL does by itself in one statement."""
        pairs = zip(self.ours, self.one_statement, strict=True)
        return median(ours.run.rate / limit for ours, limit in pairs)


async def measure(
    world: World, reference: Reference, wanted: Sequence[str], rounds: int, seconds: int
) -> Mapping[str, Seen]:
    """Measure the wanted calls in turn, so many rounds; the first seconds warm up."""
    seen: dict[str, Seen] = defaultdict(Seen)
    for number in range(rounds + 1):
        warming = number == 0
        for name in wanted:
            await _turn(world, reference, name, 1 if warming else seconds, seen[name])
        if warming:
            seen.clear()
    return seen


async def _turn(world: World, reference: Reference, name: str, seconds: int, seen: Seen) -> None:
    call, server = CALLS[name], world.server
    prepared = await call.prepare(world, seconds)
    ours, theirs = prepared.ours, prepared.reference
    check(server.url, call, ours.pop(), world.vendor_key)
    check(reference.url, call, theirs.pop() if theirs is not ours else theirs[-1])
    seen.ours.append(
        _sample(server, server.process_id, server.url, call, ours, seconds, world.vendor_key)
    )
    seen.reference.append(
        _sample(server, reference.process_id, reference.url, call, theirs, seconds)
    )
    seen.one_statement += limits(world, name, "", seconds)
    seen.statement_per_table += limits(world, name, "_by_table", seconds)


def limits(world: World, name: str, way: str, seconds: int | None = None) -> Iterator[float]:
    """Return what PostgreSQL does by itself, if there is SQL for this call in this way."""
    # Whether a push changes anything is seen by reading the record.
    file = SQL / f"{_SAME_SQL.get(name, name)}{way}.sql"
    variables = {
        "activities": world.population.activities,
        "providers": world.population.providers,
        "first": world.first_activity,
    }
    if file.exists():
        yield run_pgbench(world.server, file, variables, seconds=seconds)


def check(url: str, measured: Measured, call: Call, key: str | None = None) -> httpx.Response:
    """Make a call once; raise MeasuringError when the answer is not what it should be."""
    headers = {"Content-Type": "application/json"} if call.body else {}
    if call.if_match:
        headers["If-Match"] = call.if_match
    if key:
        headers["Authorization"] = f"Bearer {key}"
    answer = httpx.request(
        call.method, url + call.path, content=call.body, headers=headers, timeout=30
    )
    if answer.status_code != measured.status or (key and measured.shows not in answer.text):
        message = f"{call.method} {call.path} was answered {answer.status_code}: {answer.text}"
        raise MeasuringError(message)
    return answer


def _sample(  # noqa: PLR0913, PLR0917 - what makes a run
    server: Server,
    process: int,
    url: str,
    call: Measured,
    calls: list[Call],
    seconds: int,
    key: str | None = None,
) -> Sample:
    before = spent(process, server.postmaster)
    run = run_wrk(url, calls, seconds, key=key, again=call.again)
    used = spent(process, server.postmaster).since(before)
    return Sample(run, Spent(used.server / run.requests, used.postgres / run.requests))
