"""Reading completions: pages in which people are masked, counts, and every version."""

from typing import Any

import asyncpg
import httpx
import pytest
from structlog.testing import capture_logs

from app.auth.operating import issue_key
from app.auth.scopes import ASKED_FOR, PROVIDER_SCOPES
from app.core.database import Database, Transaction
from tests.answers import refusal
from tests.completions import board_credit, completion, enter_activity, report
from tests.harness import ReportingProvider

Document = dict[str, Any]
PERSONAL = ("Maria", "Quiller", "02-29", "A998877", "1234567893", "654321")


@pytest.fixture
async def url(provider: ReportingProvider) -> str:
    return await enter_activity(provider)


async def key_with(database: Database, provider: ReportingProvider, *scopes: str) -> Document:
    issued = await issue_key(
        database, providers=[provider.provider_id], scopes=scopes, name="reads"
    )
    return {"Authorization": f"Bearer {issued.key}"}


async def read(provider: ReportingProvider, url: str, **asked: Any) -> Document:
    reply = await provider.client.get(url, **asked)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def test_a_list_shows_nobody_unless_the_key_may_see_people(
    provider: ReportingProvider, database: Database, url: str
) -> None:
    await report(provider, url)
    (masked,) = (await read(provider, url))["data"]
    assert (masked["given_name"], masked["family_name"]) == ("M***", "Q***")
    assert (masked["birth_month_day"], masked["npi"]) == ("**-**", "***93")
    assert masked["license_id"] == "***77"
    assert masked["board_credits"] == [board_credit(board_learner_id="***21")]
    assert masked["license_state"] == "CA"
    headers = await key_with(database, provider, "completions:read", "completions:read_pii")
    (shown,) = (await read(provider, url, headers=headers))["data"]
    assert {name: shown[name] for name in completion()} == completion()


async def test_what_was_read_masked_is_not_saved_in_the_place_of_the_person(
    provider: ReportingProvider, url: str
) -> None:
    one = f"{url}/{(await report(provider, url))['completion_id']}"
    (row,) = (await read(provider, url))["data"]
    reply = await provider.client.put(one, json={**row, "credits": 2})
    assert refusal(reply) == [
        ("completion.masked", "/given_name"),
        ("completion.masked", "/family_name"),
        ("completion.masked", "/birth_month_day"),
        ("completion.masked", "/license_id"),
        ("completion.masked", "/npi"),
        ("completion.masked", "/board_credits/0/board_learner_id"),
    ]
    shown = await read(provider, one)
    assert {name: shown[name] for name in completion()} == completion()


async def test_seeing_people_is_never_given_without_being_asked_for(
    provider: ReportingProvider,
) -> None:
    held = (await read(provider, "/v1/me"))["scopes"]
    assert sorted(held) == sorted(PROVIDER_SCOPES)
    assert not set(held) & set(ASKED_FOR)


async def test_short_ids_are_masked_whole(provider: ReportingProvider, url: str) -> None:
    await report(provider, url, license_id="123", npi=None, board_credits=[])
    (row,) = (await read(provider, url))["data"]
    assert (row["license_id"], row["npi"], row["board_credits"]) == ("***", None, [])


async def test_a_walk_over_the_pages_sees_each_completion_once(
    provider: ReportingProvider, url: str
) -> None:
    reported = [
        (await report(provider, url, credit_id=f"c-{number}", board_credits=[]))["completion_id"]
        for number in range(7)
    ]
    seen: list[str] = []
    cursor = ""
    while True:
        page = await read(provider, url, params={"limit": 3, "cursor": cursor})
        seen += [row["completion_id"] for row in page["data"]]
        cursor = page["page"]["next_cursor"]
        if cursor is None:
            break
        await provider.client.delete(f"{url}/{seen[-1]}")
    assert seen == reported
    sibling = await enter_activity(provider, internal_id="SIBLING")
    first = await read(provider, url, params={"limit": 3})
    foreign = await provider.client.get(sibling, params={"cursor": first["page"]["next_cursor"]})
    assert (foreign.status_code, foreign.json()["code"]) == (400, "cursor.invalid")


async def test_a_completion_is_found_by_the_clients_own_id(
    provider: ReportingProvider, url: str
) -> None:
    await report(provider, url, credit_id="one", board_credits=[])
    await report(provider, url, credit_id="two", board_credits=[])
    rows = (await read(provider, url, params={"credit_id": "two"}))["data"]
    assert [row["credit_id"] for row in rows] == ["two"]


async def test_the_summary_counts_and_compares_with_the_activitys_totals(
    provider: ReportingProvider,
) -> None:
    url = await enter_activity(provider, learners={"physicians": 1, "others": 0})
    ids = [
        (await report(provider, url, credit_id=f"c-{number}", board_credits=[]))["completion_id"]
        for number in range(4)
    ]
    await provider.client.patch(f"{url}/{ids[0]}", json={"credits": 1}, headers={"If-Match": "*"})
    await provider.client.delete(f"{url}/{ids[1]}")
    summary = await read(provider, f"{url}/summary")
    assert summary["counts"] == {"recorded": 2, "corrected": 1, "deleted": 1}
    assert (summary["total"], summary["learners"]) == (3, {"physicians": 1, "others": 0})
    assert [warning["code"] for warning in summary["warnings"]] == ["learners.more_completions"]
    await provider.client.delete(f"{url}/{ids[2]}")
    await provider.client.delete(f"{url}/{ids[3]}")
    assert (await read(provider, f"{url}/summary"))["warnings"] == []


async def test_every_version_is_kept_with_who_wrote_it_also_of_what_was_deleted(
    provider: ReportingProvider, database: Database, url: str
) -> None:
    created = await report(provider, url)
    one = f"{url}/{created['completion_id']}"
    put = await provider.client.put(one, json=completion(credits=5))
    gone = await provider.client.delete(one)
    headers = await key_with(database, provider, "completions:read", "completions:read_pii")
    versions = (await read(provider, f"{one}/history", headers=headers))["data"]
    assert [(row["version"], row["action"]) for row in versions] == [
        (1, "recorded"),
        (2, "corrected"),
        (3, "deleted"),
    ]
    assert [row["completion"] and row["completion"]["credits"] for row in versions] == [
        12.5,
        5,
        None,
    ]
    credential = (await read(provider, "/v1/me"))["credential_id"]
    assert {row["actor"]["credential_id"] for row in versions} == {credential}
    assert [row["request_id"] for row in versions[1:]] == [
        put.headers["x-request-id"],
        gone.headers["x-request-id"],
    ]
    masked = (await read(provider, f"{one}/history"))["data"]
    assert masked[0]["completion"]["family_name"] == "Q***"
    assert (await provider.client.get(one)).status_code == 404
    assert (await provider.client.get(f"{url}/999999999999/history")).status_code == 404


async def test_reading_and_writing_are_two_scopes(
    provider: ReportingProvider, database: Database, url: str
) -> None:
    answers = {}
    for scope in ("completions:read", "completions:write", "activities:read"):
        headers = await key_with(database, provider, scope)
        read_reply = await provider.client.get(url, headers=headers)
        write_reply = await provider.client.post(url, json=completion(), headers=headers)
        answers[scope] = (read_reply.status_code, write_reply.status_code)
    assert answers == {
        "completions:read": (200, 403),
        "completions:write": (403, 201),
        "activities:read": (403, 403),
    }


async def test_no_person_stands_in_a_log_line_or_a_header(
    provider: ReportingProvider, url: str
) -> None:
    replies: list[httpx.Response] = []
    with capture_logs() as lines:
        created = await provider.client.post(url, json=completion())
        one = f"{url}/{created.json()['completion_id']}"
        replies += [
            created,
            await provider.client.post(url, json=completion()),
            await provider.client.put(one, json=completion(npi="9")),
            await provider.client.get(url),
            await provider.client.delete(one),
        ]
    assert len(lines) == len(replies)
    said = f"{lines} {[dict(reply.headers) for reply in replies]}"
    assert [word for word in PERSONAL if word in said] == []


@pytest.mark.parametrize("deed", ["UPDATE {} SET version = 9", "DELETE FROM {}"])
async def test_the_application_may_only_add_to_the_history(
    provider: ReportingProvider, database: Database, deed: str
) -> None:
    async def rewrite(transaction: Transaction) -> None:
        await transaction.driver.execute(deed.format("learner_completion_history"))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.run(provider.provider_id, rewrite)


@pytest.mark.parametrize(
    "table", ["learner_completions", "learner_completion_history", "learner_board_days"]
)
async def test_the_database_itself_shows_another_provider_nothing(
    provider: ReportingProvider,
    other_provider: ReportingProvider,
    database: Database,
    url: str,
    table: str,
) -> None:
    one = f"{url}/{(await report(provider, url))['completion_id']}"
    await provider.client.put(one, json=completion(credits=5))

    async def count(transaction: Transaction) -> int:
        return int(await transaction.driver.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608

    assert await database.run(provider.provider_id, count) == 1
    assert await database.run(other_provider.provider_id, count) == 0
    assert await database.run(None, count) == 0
