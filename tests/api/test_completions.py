"""Learner completions: reported one by one, corrected, deleted, and never forgotten."""

from typing import Any

import pytest

from app.core.database import Database, Transaction
from tests.answers import refusal
from tests.completions import (
    completion,
    enter_activity,
    report,
)
from tests.harness import ReportingProvider

Document = dict[str, Any]


@pytest.fixture
async def url(provider: ReportingProvider) -> str:
    return await enter_activity(provider)


async def test_a_completion_is_read_back_as_it_was_sent(
    provider: ReportingProvider, url: str
) -> None:
    reply = await provider.client.post(url, json=completion())
    assert (reply.status_code, reply.headers["etag"]) == (201, '"1"')
    created = reply.json()
    assert reply.headers["location"] == f"{url}/{created['completion_id']}"
    assert created["meta"] == {"unchanged": False}
    read = await provider.client.get(reply.headers["location"])
    assert (read.status_code, read.headers["etag"]) == (200, '"1"')
    assert {name: read.json()[name] for name in completion()} == completion()
    assert {**read.json(), "meta": {"unchanged": False}} == created
    assert len(created["completion_id"]) == 12
    again = await provider.client.get(reply.headers["location"], headers={"If-None-Match": '"1"'})
    assert again.status_code == 304


async def test_the_least_is_a_name_and_a_day_and_draws_a_warning(
    provider: ReportingProvider, url: str
) -> None:
    least = {"given_name": "A", "family_name": "B", "completed_on": "2026-05-01"}
    reply = await provider.client.post(url, json=least)
    assert reply.status_code == 201
    assert [warning["code"] for warning in reply.json()["warnings"]] == [
        "completions.learner_not_identified"
    ]


async def test_a_year_of_birth_is_dropped_with_a_warning_and_stored_nowhere(
    provider: ReportingProvider, database: Database, url: str
) -> None:
    created = await report(provider, url, birth_month_day="1961-02-28")
    assert created["birth_month_day"] == "02-28"
    assert [warning["code"] for warning in created["warnings"]] == [
        "completions.birth_year_dropped"
    ]
    read = (await provider.client.get(f"{url}/{created['completion_id']}")).json()
    assert read["warnings"] == []

    async def rows_with_the_year(transaction: Transaction) -> int:
        found = await transaction.driver.fetchval(
            "SELECT count(*) FROM learner_completions c WHERE c::text LIKE '%1961%'"
        )
        return int(found)

    assert await database.run(provider.provider_id, rows_with_the_year) == 0


async def test_a_closed_activity_still_takes_completions_and_corrections(
    provider: ReportingProvider, url: str
) -> None:
    activity = url.removesuffix("/completions")
    assert (await provider.client.post(f"{activity}/close")).status_code == 200
    created = await report(provider, url)
    corrected = await provider.client.put(
        f"{url}/{created['completion_id']}", json=completion(credits=5)
    )
    assert corrected.status_code == 200
    assert (await provider.client.get(activity)).json()["version"] == 2


async def test_an_activity_with_a_completion_is_deleted_once_the_completion_is(
    provider: ReportingProvider, url: str
) -> None:
    activity = url.removesuffix("/completions")
    created = await report(provider, url)
    refused = await provider.client.delete(activity)
    assert refused.json()["code"] == "activity.has_learner_completions"
    assert (await provider.client.delete(f"{url}/{created['completion_id']}")).status_code == 204
    assert (await provider.client.delete(activity)).status_code == 204


async def test_a_put_replaces_and_the_same_again_changes_nothing(
    provider: ReportingProvider, url: str
) -> None:
    created = await report(provider, url)
    one = f"{url}/{created['completion_id']}"
    sent = completion(credits=5, npi=None)
    del sent["board_credits"]
    reply = await provider.client.put(one, json=sent)
    assert (reply.status_code, reply.headers["etag"]) == (200, '"2"')
    assert {**reply.json(), "meta": None} == {
        **created,
        **sent,
        "board_credits": [],
        "version": 2,
        "updated_at": reply.json()["updated_at"],
        "meta": None,
    }
    again = await provider.client.put(one, json=reply.json())
    assert (again.headers["etag"], again.json()["meta"]) == ('"2"', {"unchanged": True})
    changed = {**reply.json(), "version": 7}
    assert refusal(await provider.client.put(one, json=changed)) == [("read_only", "/version")]


async def test_a_patch_merges_and_must_know_the_version(
    provider: ReportingProvider, url: str
) -> None:
    one = f"{url}/{(await report(provider, url))['completion_id']}"
    patch = {"license_id": None, "credits": 3}
    assert (await provider.client.patch(one, json=patch)).status_code == 428
    stale = await provider.client.patch(one, json=patch, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    reply = await provider.client.patch(one, json=patch, headers={"If-Match": '"1"'})
    assert reply.status_code == 200
    assert {name: reply.json()[name] for name in completion()} == completion(**patch)
    wrong = await provider.client.patch(one, json={"credits": 99}, headers={"If-Match": "*"})
    assert refusal(wrong) == [("completion.credits_above_activity", "/credits")]


async def test_a_stale_version_is_neither_replaced_nor_deleted(
    provider: ReportingProvider, url: str
) -> None:
    one = f"{url}/{(await report(provider, url))['completion_id']}"
    headers = {"If-Match": '"2"'}
    assert (
        await provider.client.put(one, json=completion(credits=1), headers=headers)
    ).status_code == 412
    assert (await provider.client.delete(one, headers=headers)).status_code == 412
    assert (await provider.client.get(one)).json()["version"] == 1


async def test_a_completion_is_found_under_its_own_activity_only(
    provider: ReportingProvider, other_provider: ReportingProvider, url: str
) -> None:
    completion_id = (await report(provider, url))["completion_id"]
    sibling = await enter_activity(provider, internal_id="SIBLING")
    foreign = await enter_activity(other_provider)
    for client, place in ((provider.client, sibling), (other_provider.client, foreign)):
        one = f"{place}/{completion_id}"
        assert (await client.get(one)).status_code == 404
        assert (await client.put(one, json=completion())).status_code == 404
        assert (await client.delete(one)).status_code == 404
        assert (await client.get(f"{one}/history")).status_code == 404
    for path in ("", "/summary"):
        assert (await other_provider.client.get(f"{url}{path}")).status_code == 404
    assert (await other_provider.client.post(url, json=completion())).status_code == 404


async def test_a_trial_saves_nothing_and_a_repetition_reports_once(
    provider: ReportingProvider, url: str
) -> None:
    trial = await provider.client.post(url, json=completion(), params={"validate_only": "true"})
    assert (trial.status_code, trial.headers["validate-only"]) == (201, "true")
    assert (await provider.client.get(url)).json()["data"] == []
    headers = {"Idempotency-Key": "one"}
    sent = completion(credit_id=None, board_credits=[])
    first = await provider.client.post(url, json=sent, headers=headers)
    again = await provider.client.post(url, json=sent, headers=headers)
    assert again.json() == first.json()
    assert len((await provider.client.get(url)).json()["data"]) == 1
