"""Quotas: units are spent, refused, and there again with the next window."""

import time
from traceback import format_exception

import pytest
from limits.errors import StorageError

from app.core import rate_limits
from app.core.errors import ProblemError
from app.core.rate_limits import BadStoreError, RateLimits

A = {"credential": "a"}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The present moment, to be moved by the test."""
    moment = [time.time()]
    monkeypatch.setattr(time, "time", lambda: moment[0])
    return moment


def told(headers: rate_limits.Headers) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in headers}


async def test_the_headers_tell_the_policy_and_what_is_left(now: list[float]) -> None:
    del now
    limits = RateLimits({"credential": 100, "provider": 200})
    headers = told(await limits.charge({"credential": "a", "provider": "0000001"}, 3))
    assert headers == {
        "ratelimit-policy": '"credential";q=100;w=60, "provider";q=200;w=60',
        "ratelimit": '"credential";r=97;t=60, "provider";r=197;t=60',
    }
    assert told(await limits.charge(A, 1))["ratelimit"] == '"credential";r=96;t=60'


async def test_exactly_the_quota_is_served_and_then_429_until_the_window_ends(
    now: list[float],
) -> None:
    limits = RateLimits({"credential": 50})
    for left in range(49, -1, -1):
        assert f"r={left};" in told(await limits.charge(A, 1))["ratelimit"]
    now[0] += 10
    for _ in range(3):
        with pytest.raises(ProblemError) as refused:
            await limits.charge(A, 1)
        assert refused.value.kind.code == "rate_limit.exceeded"
        assert refused.value.headers["Retry-After"] == "50"
        assert refused.value.headers["ratelimit"] == '"credential";r=0;t=50'
    now[0] += 51
    assert "r=49;" in told(await limits.charge(A, 1))["ratelimit"]


async def test_one_subject_does_not_spend_anothers_quota(now: list[float]) -> None:
    del now
    limits = RateLimits({"credential": 2})
    await limits.charge(A, 2)
    with pytest.raises(ProblemError):
        await limits.charge(A, 1)
    await limits.charge({"credential": "b"}, 2)


async def test_a_provider_has_one_quota_whoever_calls_for_it(now: list[float]) -> None:
    del now
    limits = RateLimits({"credential": 10, "provider": 3})
    for credential in ("a", "b", "c"):
        await limits.charge({"credential": credential, "provider": "0000001"}, 1)
    with pytest.raises(ProblemError, match="provider"):
        await limits.charge({"credential": "d", "provider": "0000001"}, 1)
    await limits.charge({"credential": "d", "provider": "0000002"}, 1)


async def test_a_costly_call_waits_for_a_window_of_its_own_and_is_then_served(
    now: list[float],
) -> None:
    limits = RateLimits({"credential": 10})
    await limits.charge(A, 4)
    with pytest.raises(ProblemError):
        await limits.charge(A, 50)
    now[0] += 61
    assert "r=0;" in told(await limits.charge(A, 50))["ratelimit"]


async def test_a_quota_of_zero_is_no_limit() -> None:
    limits = RateLimits({"credential": 0, "provider": 0})
    for _ in range(100):
        assert await limits.charge(A, 1_000_000) == []


async def test_two_processes_with_one_store_share_a_quota(
    now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    del now
    store = rate_limits._store("memory://")  # noqa: SLF001 - stands for a server that both use
    monkeypatch.setattr(rate_limits, "_store", lambda _address: store)
    first, second = RateLimits({"credential": 40}), RateLimits({"credential": 40})
    served = 0
    for _ in range(40):
        for process in (first, second):
            try:
                await process.charge(A, 1)
                served += 1
            except ProblemError:
                pass
    assert served == 40


async def test_a_store_that_fails_does_not_take_the_service_with_it(
    now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    del now
    store = rate_limits._store("memory://")  # noqa: SLF001 - to break it

    async def fail(*_arguments: object, **_options: object) -> int:
        raise StorageError(ConnectionError())

    monkeypatch.setattr(store, "get", fail)
    monkeypatch.setattr(store, "incr", fail)
    monkeypatch.setattr(rate_limits, "_store", lambda _address: store)
    limits = RateLimits({"credential": 40})
    assert await limits.store_answers() is True
    for _ in range(40):
        await limits.charge(A, 1)
    monkeypatch.setattr(store, "check", fail)
    assert await limits.store_answers() is False


async def test_a_clock_that_is_set_back_keeps_nobody_out_for_as_long(now: list[float]) -> None:
    limits = RateLimits({"credential": 10})
    await limits.charge(A, 10)
    now[0] -= 3600
    assert told(await limits.charge(A, 1))["ratelimit"] == '"credential";r=9;t=60'


@pytest.mark.parametrize(
    "address", ["nonsense://", "", "redis", "redis://:hunter2@host:none", "moon://:hunter2@host"]
)
def test_a_store_that_there_is_not_is_told_at_once_and_its_address_not_repeated(
    address: str,
) -> None:
    with pytest.raises(BadStoreError) as refused:
        RateLimits({"credential": 1}, address)
    assert str(refused.value).startswith("it must be memory://, or the address of a store")
    assert "hunter2" not in "".join(format_exception(refused.value))


async def test_many_subjects_of_the_past_are_forgotten(
    now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "_MOST_REMEMBERED", 5)
    limits = RateLimits({"credential": 10})
    for number in range(5):
        await limits.charge({"credential": str(number)}, 1)
    now[0] += 61
    await limits.charge({"credential": "new"}, 1)
    quota = limits._quotas["credential"]  # noqa: SLF001 - what it remembers shows nowhere else
    assert set(quota._allowances) == {"new"}  # noqa: SLF001 - as above
