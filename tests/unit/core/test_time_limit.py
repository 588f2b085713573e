"""A time limit: work that is late is broken off, and nothing else is."""

import asyncio

import pytest

from app.core import time_limit
from app.core.time_limit import TimeLimit
from tests.unit.core.passing_time import PassingTime


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> PassingTime:
    """The time of the limits, which passes when the test says so."""
    return PassingTime(time_limit, monkeypatch)


async def passes(time: PassingTime, seconds: float) -> None:
    """Let so many seconds go by, and whoever was broken off notice it."""
    time.passes(seconds)
    await asyncio.sleep(0)


async def test_late_work_is_broken_off_and_the_task_goes_on(time: PassingTime) -> None:
    limit, task = TimeLimit(), asyncio.current_task()
    assert task is not None
    with pytest.raises(TimeoutError), limit.until(time.time() + 1):
        await passes(time, 1.5)
    await passes(time, 5)
    assert task.cancelling() == 0


async def test_work_that_ends_in_time_is_left_alone(time: PassingTime) -> None:
    limit = TimeLimit()
    with limit.until(time.time() + 1):
        await passes(time, 0.9)
    await passes(time, 5)


async def test_a_limit_that_was_lifted_breaks_nothing_off(time: PassingTime) -> None:
    limit = TimeLimit()
    with limit.until(time.time() + 1) as limited:
        limited.lift()
        await passes(time, 5)


async def test_what_the_work_raises_itself_is_not_taken_for_its_being_late(
    time: PassingTime,
) -> None:
    with pytest.raises(ZeroDivisionError), TimeLimit().until(time.time() + 1):
        _ = 1 / 0


async def test_a_task_that_somebody_else_cancels_is_cancelled(time: PassingTime) -> None:
    limit = TimeLimit()

    async def work() -> None:
        with limit.until(time.time() + 1):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_each_of_many_has_its_own_time(time: PassingTime) -> None:
    limit, enough = TimeLimit(), asyncio.Event()

    async def work(seconds: float) -> bool:
        try:
            with limit.until(time.time() + seconds):
                await enough.wait()
        except TimeoutError:
            return False
        return True

    working = [asyncio.create_task(work(seconds)) for seconds in (1, 4, 2, 5)]
    await asyncio.sleep(0)
    await passes(time, 3)
    enough.set()
    assert await asyncio.gather(*working) == [False, True, False, True]


async def test_a_limit_needs_something_that_can_be_broken_off() -> None:
    refused: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def outside_of_a_task() -> None:
        try:
            with TimeLimit().until(0):
                pass
        except RuntimeError as error:
            refused.set_result(str(error))

    asyncio.get_running_loop().call_soon(outside_of_a_task)
    assert await refused == "a time limit needs a task"
