"""The queue in front of the database: in turn, bounded, and never in the way when it is empty."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.core.admission import Admission
from app.core.errors import ProblemError


@asynccontextmanager
async def place(admission: Admission, kind: str = "a") -> AsyncIterator[None]:
    await admission.enter(kind)
    try:
        yield
    finally:
        admission.leave()


async def test_as_many_are_in_as_there_are_places() -> None:
    admission, inside, most = Admission(3, 100), 0, 0

    async def visit() -> None:
        nonlocal inside, most
        async with place(admission):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(visit() for _ in range(30)))
    assert (inside, most) == (0, 3)


async def test_whoever_comes_first_is_served_first() -> None:
    admission, served = Admission(1, 100), []

    async def visit(number: int) -> None:
        async with place(admission):
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(visit(number) for number in range(20)))
    assert served == list(range(20))


async def test_beyond_the_bound_a_visitor_is_turned_away_at_once() -> None:
    admission, open_again = Admission(1, 4), asyncio.Event()

    async def visit() -> str:
        async with place(admission):
            await open_again.wait()
            return "served"

    waiting = [asyncio.create_task(visit()) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(ProblemError) as refused:
        await visit()
    assert refused.value.kind.code == "server.busy"
    assert refused.value.headers["Retry-After"] == "1"
    open_again.set()
    assert await asyncio.gather(*waiting) == ["served"] * 3
    assert await visit() == "served"


async def test_whoever_gives_up_waiting_leaves_the_queue() -> None:
    admission, open_again = Admission(1, 1), asyncio.Event()

    async def visit() -> None:
        async with place(admission):
            await open_again.wait()

    inside = asyncio.create_task(visit())
    await asyncio.sleep(0)
    for _ in range(5):
        impatient = asyncio.create_task(visit())
        await asyncio.sleep(0)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
    open_again.set()
    await inside
    await visit()


async def test_a_visitor_that_fails_gives_its_place_back() -> None:
    admission = Admission(1, 0)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            async with place(admission):
                raise RuntimeError
    async with place(admission):
        pass


async def test_those_who_wait_come_in_by_turns_of_each_kind() -> None:
    admission, served = Admission(1, 100), []

    async def visit(kind: str) -> None:
        async with place(admission, kind):
            served.append(kind)
            await asyncio.sleep(0)

    await asyncio.gather(*(visit(kind) for kind in "a" + "a" * 20 + "bbb" + "c"))
    assert "".join(served[:8]) == "aabcabab"
    assert "".join(served[8:]) == "a" * 17


async def test_one_kind_takes_up_half_of_the_room_to_wait_in() -> None:
    admission, open_again = Admission(1, 4), asyncio.Event()

    async def visit(kind: str) -> None:
        async with place(admission, kind):
            await open_again.wait()

    waiting = [asyncio.create_task(visit(kind)) for kind in "aaab"]
    await asyncio.sleep(0)
    with pytest.raises(ProblemError):
        await visit("a")
    open_again.set()
    await asyncio.gather(*waiting)


async def test_a_turn_that_comes_to_one_who_has_just_given_up_goes_to_the_next() -> None:
    admission = Admission(1, 10)
    await admission.enter("a")
    impatient = asyncio.create_task(admission.enter("a"))
    patient = asyncio.create_task(admission.enter("b"))
    await asyncio.sleep(0)
    admission.leave()
    impatient.cancel()
    await patient
    assert impatient.cancelled()


async def test_one_who_gives_up_as_a_place_becomes_free_is_passed_over() -> None:
    admission = Admission(1, 10)
    await admission.enter("a")
    impatient = asyncio.create_task(admission.enter("a"))
    patient = asyncio.create_task(admission.enter("a"))
    await asyncio.sleep(0)
    impatient.cancel()
    admission.leave()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await patient
