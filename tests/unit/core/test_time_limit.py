"""A time limit: work that is late is broken off, and nothing else is."""

import asyncio

import pytest

from app.core import time_limit
from app.core.time_limit import TimeLimit


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "_SECONDS_BETWEEN_ROUNDS", 0.01)


def soon(seconds: float = 0.02) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_late_work_is_broken_off_and_the_task_goes_on() -> None:
    limit = TimeLimit()
    with pytest.raises(TimeoutError), limit.until(soon()):
        await asyncio.sleep(5)
    await asyncio.sleep(0.05)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_work_that_ends_in_time_is_left_alone() -> None:
    limit = TimeLimit()
    with limit.until(soon()):
        await asyncio.sleep(0)
    await asyncio.sleep(0.1)


async def test_a_limit_that_was_lifted_breaks_nothing_off() -> None:
    limit = TimeLimit()
    with limit.until(soon()) as limited:
        limited.lift()
        await asyncio.sleep(0.1)


async def test_what_the_work_raises_itself_is_not_taken_for_its_being_late() -> None:
    with pytest.raises(ZeroDivisionError), TimeLimit().until(soon()):
        _ = 1 / 0


async def test_a_task_that_somebody_else_cancels_is_cancelled() -> None:
    limit = TimeLimit()

    async def work() -> None:
        with limit.until(soon(5)):
            await asyncio.sleep(5)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_each_of_many_has_its_own_time() -> None:
    limit = TimeLimit()

    async def work(seconds: float) -> bool:
        try:
            with limit.until(soon(seconds)):
                await asyncio.sleep(0.2)
        except TimeoutError:
            return False
        return True

    ended = await asyncio.gather(work(0.05), work(2), work(0.1), work(3))
    assert list(ended) == [False, True, False, True]


async def test_a_limit_needs_something_that_can_be_broken_off() -> None:
    refused: list[str] = []

    def outside_of_a_task() -> None:
        try:
            with TimeLimit().until(0):
                pass
        except RuntimeError as error:
            refused.append(str(error))

    asyncio.get_running_loop().call_soon(outside_of_a_task)
    await asyncio.sleep(0.01)
    assert refused == ["a time limit needs a task"]
