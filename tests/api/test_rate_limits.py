"""Rate limits over HTTP: headers on every answer, and 429 with the time to come back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.auth.costs import COSTS, PER_CREDENTIAL, PER_PROVIDER
from app.core.database import Database
from app.core.rate_limits import RateLimits
from tests.builders import draft_activity
from tests.credentials import Callers
from tests.harness import ReportingProvider


@pytest.fixture
def quotas(app: FastAPI) -> Iterator[FastAPI]:
    """The application, whose quotas are as before when the test is over."""
    before = app.state.rate_limits
    yield app
    app.state.rate_limits = before


async def test_every_answer_to_a_known_caller_tells_what_is_left(
    provider: ReportingProvider, quotas: FastAPI
) -> None:
    quotas.state.rate_limits = RateLimits({PER_CREDENTIAL: 1000, PER_PROVIDER: 2000})
    url = f"{provider.activities}/999999999"
    for number, reply in enumerate(
        [await provider.client.get(url), await provider.client.get(url)], start=1
    ):
        assert reply.status_code == 404
        left = 1000 - number
        assert reply.headers["ratelimit"].startswith(f'"credential";r={left};t=')
        assert reply.headers["ratelimit-policy"] == (
            '"credential";q=1000;w=60, "provider";q=2000;w=60'
        )


async def test_a_spent_quota_is_429_with_retry_after_and_nothing_happens(
    provider: ReportingProvider, quotas: FastAPI
) -> None:
    quotas.state.rate_limits = RateLimits({PER_CREDENTIAL: 3, PER_PROVIDER: 100})
    replies = [
        await provider.client.post(
            provider.activities, json=draft_activity(internal_id=f"RATE-{number}")
        )
        for number in range(5)
    ]
    assert [reply.status_code for reply in replies] == [201, 201, 201, 429, 429]
    refused = replies[-1]
    assert refused.json()["code"] == "rate_limit.exceeded"
    assert refused.json()["retryable"] is True
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert '"credential";r=0' in refused.headers["ratelimit"]
    quotas.state.rate_limits = RateLimits({})
    assert len((await provider.client.get(provider.activities)).json()["data"]) == 3


def test_the_guide_tells_what_calls_cost() -> None:
    guide = (Path(__file__).parents[2] / "docs/guide/push-from-your-lms.md").read_text()
    for name, words in {
        "activities_list": "a list or a look at the feed {},",
        "changes_list": "a list or a look at the feed {},",
        "activities_batch": "a batch of activities or an import {},",
        "imports_create": "a batch of activities or an import {},",
        "exports_activities": "an export {}.",
    }.items():
        assert words.format(COSTS[name]) in " ".join(guide.split())


async def test_a_costly_call_costs_more(provider: ReportingProvider, quotas: FastAPI) -> None:
    quotas.state.rate_limits = RateLimits({PER_CREDENTIAL: 1000, PER_PROVIDER: 1000})
    reply = await provider.client.get(provider.activities)
    assert f"r={1000 - COSTS['activities_list']};" in reply.headers["ratelimit"]


async def test_trying_others_doors_spends_ones_own_quota_and_not_theirs(
    provider: ReportingProvider, other_provider: ReportingProvider, quotas: FastAPI
) -> None:
    quotas.state.rate_limits = RateLimits({PER_CREDENTIAL: 5, PER_PROVIDER: 5})
    tried = [(await provider.client.get(other_provider.activities)).status_code for _ in range(3)]
    assert tried == [404, 429, 429]
    reply = await other_provider.client.get(f"/v1/providers/{other_provider.provider_id}")
    assert '"provider";r=4' in reply.headers["ratelimit"]


async def test_a_key_and_its_tokens_have_one_quota(
    provider: ReportingProvider, app: FastAPI, database: Database, quotas: FastAPI
) -> None:
    callers = Callers(app, database)
    issued = await callers.issued(providers=[provider.provider_id])
    quotas.state.rate_limits = RateLimits({PER_CREDENTIAL: 100})
    by_key = callers.with_key(issued.key)
    reply = await by_key.post("/v1/oauth/token", data={"grant_type": "client_credentials"})
    assert '"credential";r=99' in reply.headers["ratelimit"]
    by_token = callers.with_key(reply.json()["access_token"])
    assert '"credential";r=98' in (await by_token.get("/v1/me")).headers["ratelimit"]


def test_every_cost_is_that_of_an_operation(app: FastAPI) -> None:
    document = app.openapi()
    operations = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    assert set(COSTS) <= operations
