"""A reset takes back what one provider tried out: all of it, nobody else's, and nothing live."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from app.core.clock import Clock
from app.core.database import Transaction
from app.demo import seed
from app.demo.records import DEMO_PROVIDER_ID
from app.settings import Settings
from tests.builders import complete_activity, draft_activity, moc_board
from tests.databases import superuser_of
from tests.harness import ReportingProvider
from tests.imports_support import ndjson, send
from tests.people import person
from tests.sandbox.both import DAY, Both, Known
from tests.security.homes import completion_of
from tests.security.table_states import checksums

ANY_VERSION = {"If-Match": "*"}
RESET = "/v1/sandbox/reset"
# What a provider is registered with, and stays registered with.
KEPT = {"providers", "provider_history"}

ROWS = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    AND a.attname = 'provider_id' AND NOT a.attisdropped
"""


async def fill(provider: ReportingProvider) -> None:
    """Enter something of everything, closed and deleted records among it."""
    client, base = provider.client, f"/v1/providers/{provider.provider_id}"

    async def said(reply: httpx.Response) -> Any:
        assert reply.is_success, reply.text
        return reply.json() if reply.content else None

    await said(await client.patch(base, json={"city": "Sacramento"}, headers=ANY_VERSION))
    await said(await client.post(f"{base}/contacts", json=person("primary")))
    post = provider.activities
    closed = complete_activity(internal_id="CLOSED")
    await said(await client.post(f"{post}?close=true", json=closed))
    gone = await said(await client.post(post, json=draft_activity(internal_id="GONE")))
    await said(await client.delete(f"{post}/{gone['activity_id']}"))
    once = {"Idempotency-Key": "once"}
    learned = await said(await client.post(post, json=with_abim(), headers=once))
    lasting = draft_activity(
        internal_id="LASTING", format="enduring_material", start_date="2025-05-01"
    )
    kept = await said(await client.post(post, json=lasting))
    snapshots = [{"as_of": "2025-12-31", "physicians": 1, "others": 1}]
    totals = {"physicians": 12, "others": 1, "snapshots": snapshots}
    await said(await client.put(f"{post}/{kept['activity_id']}/learner-totals", json=totals))
    url = f"{post}/{learned['activity_id']}"
    reported = completion_of(provider.provider_id)
    reported["board_credits"] = [
        {
            "board": "ABIM",
            "board_learner_id": "100001",
            "credit_type": "Medical Knowledge (Part II)",
            "credits": 2,
        }
    ]
    completion = await said(await client.post(f"{url}/completions", json=reported))
    change = {"credits": 1.5}
    path = f"{url}/completions/{completion['completion_id']}"
    await said(await client.patch(path, json=change, headers=ANY_VERSION))
    await said(await send(provider, ndjson([draft_activity()])))


def with_abim() -> dict[str, Any]:
    content = complete_activity()
    content["moc"]["boards"] = [
        moc_board(
            board="ABIM",
            practice_areas=["Internal Medicine"],
            credit_types=["Medical Knowledge (Part II)"],
            content_areas=[],
        )
    ]
    return content


async def rows_of(url: str, provider_id: str) -> dict[str, int]:
    async with superuser_of(url) as superuser:
        tables = [row["relname"] for row in await superuser.fetch(ROWS)]
        return {
            table: await superuser.fetchval(
                f"SELECT count(*) FROM {table} WHERE provider_id = $1",  # noqa: S608 - of the catalog
                provider_id,
            )
            for table in tables
        }


async def test_all_that_a_provider_tried_out_is_gone_and_nothing_else(
    known: Known, neighbour: Known, sandbox_url: str, database_url: str
) -> None:
    for provider in (known.test, neighbour.test, known.live):
        await fill(provider)
    before = await rows_of(sandbox_url, known.provider_id)
    # Every table was in use, so that emptying it says something.
    unused = {table for table, count in before.items() if not count} - {
        "import_applied",
        "import_rejected",
    }
    assert not unused
    others = await rows_of(sandbox_url, neighbour.provider_id)
    async with superuser_of(database_url) as superuser:
        live = await checksums(superuser)
    reply = await known.test.client.post(RESET)
    assert reply.json() == {
        "data": [
            {
                "provider_id": known.provider_id,
                "deleted": {"activities": 3, "completions": 1, "contacts": 1, "imports": 1},
                "planted": False,
            }
        ]
    }
    after = await rows_of(sandbox_url, known.provider_id)
    assert {table for table, count in after.items() if count} == KEPT
    assert {table: after[table] for table in KEPT} == {table: before[table] for table in KEPT}
    assert await rows_of(sandbox_url, neighbour.provider_id) == others
    async with superuser_of(database_url) as superuser:
        assert await checksums(superuser) == live


async def test_a_provider_begins_anew_with_its_keys_and_its_registration(known: Known) -> None:
    await fill(known.test)
    client = known.test.client
    assert (await client.post(RESET)).status_code == 200
    assert (await client.get(known.test.activities)).json()["data"] == []
    assert (await client.get(f"/v1/providers/{known.provider_id}")).json()["city"] == "Sacramento"
    assert (await client.get(f"/v1/providers/{known.provider_id}/changes")).json()["data"] == []
    # The call under this key had an effect that is gone, so it has one again.
    once = {"Idempotency-Key": "once"}
    again = await client.post(known.test.activities, json=with_abim(), headers=once)
    assert again.status_code == 201
    assert "Idempotent-Replayed" not in again.headers


async def test_a_trial_of_a_reset_says_what_would_go_and_deletes_nothing(known: Known) -> None:
    await fill(known.test)
    trial = await known.test.client.post(RESET, params={"validate_only": "true"})
    assert trial.headers["Validate-Only"] == "true"
    assert trial.json()["data"][0]["deleted"]["activities"] == 3
    assert len((await known.test.client.get(known.test.activities)).json()["data"]) == 3


async def test_a_reset_is_of_no_version(known: Known) -> None:
    await fill(known.test)
    reply = await known.test.client.post(RESET, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.json()["code"]) == (412, "precondition.failed")
    assert len((await known.test.client.get(known.test.activities)).json()["data"]) == 3


async def test_a_reset_does_not_ignore_what_is_sent_with_it(known: Known) -> None:
    await fill(known.test)
    reply = await known.test.client.post(RESET, json={"providers": [known.provider_id]})
    assert (reply.status_code, reply.json()["code"]) == (422, "field.unknown")
    assert len((await known.test.client.get(known.test.activities)).json()["data"]) == 3


async def test_a_vendor_resets_all_that_granted_it_access_or_those_it_names(
    both: Both, known: Known, neighbour: Known
) -> None:
    names = [known.provider_id, neighbour.provider_id]
    issued = await both.test.issued("vendor", providers=names, mode="test")
    async with both.test.with_key(issued.key) as vendor:
        for provider in (known.test, neighbour.test):
            await provider.client.post(provider.activities, json=draft_activity())
        one = await vendor.post(RESET, params={"providers": known.provider_id})
        assert [row["provider_id"] for row in one.json()["data"]] == [known.provider_id]
        assert len((await vendor.get(neighbour.test.activities)).json()["data"]) == 1
        both_reset = await vendor.post(RESET)
        assert [row["provider_id"] for row in both_reset.json()["data"]] == names
        assert (await vendor.get(neighbour.test.activities)).json()["data"] == []


async def test_who_may_not_reset_is_told_why(both: Both, known: Known, neighbour: Known) -> None:
    async def refused(client: httpx.AsyncClient, **asked: str) -> tuple[int, str]:
        reply = await client.post(RESET, params=asked)
        return reply.status_code, reply.json()["code"]

    live = (403, "sandbox.live_records_stay")
    assert await refused(known.live.client) == live
    assert await refused(known.live.client, providers=neighbour.provider_id) == live
    assert await refused(known.test.client, providers=neighbour.provider_id) == (404, "not_found")
    named = (400, "parameter.invalid")
    assert await refused(known.test.client, providers="everybody") == named
    reader = await both.test.issued(
        providers=[known.provider_id], scopes=["activities:read"], mode="test"
    )
    assert await refused(both.test.with_key(reader.key)) == (403, "scope.missing")
    for kind, of in (("accreditor", {"accreditor_id": "ACCME"}), ("operator", {})):
        issued = await both.test.issued(kind, mode="test", **of)  # type: ignore[arg-type]
        client = both.test.with_key(issued.key)
        assert await refused(client) == (403, "credential.kind_not_permitted")


async def test_the_live_database_refuses_by_itself(both: Both, known: Known) -> None:
    await fill(known.live)

    async def reset(transaction: Transaction) -> None:
        await transaction.driver.execute("SELECT reset_sandbox()")

    async def with_a_mark_of_its_own(transaction: Transaction) -> None:
        # Neither a setting nor a table that was brought along makes a database a sandbox.
        await transaction.driver.execute("CREATE TEMPORARY TABLE sandbox (is_sandbox boolean)")
        await transaction.driver.execute("INSERT INTO sandbox VALUES (true)")
        await transaction.driver.execute("SELECT reset_sandbox()")

    for work in (reset, with_a_mark_of_its_own):
        with pytest.raises(Exception, match="no sandbox"):
            await both.live.database.run(known.provider_id, work)

    async def mark(transaction: Transaction) -> None:
        await transaction.driver.execute("INSERT INTO public.sandbox DEFAULT VALUES")

    for database in (both.live.database, both.test.database):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.run(known.provider_id, mark)
    assert len((await known.live.client.get(known.live.activities)).json()["data"]) == 3


async def test_a_reset_is_about_a_provider_or_refused(both: Both) -> None:
    async def reset(transaction: Transaction) -> None:
        await transaction.driver.execute("SELECT reset_sandbox()")

    with pytest.raises(Exception, match="sandbox"):
        await both.test.database.run(None, reset)


async def test_the_demo_begins_anew_on_the_day_that_is_set(both: Both, settings: Settings) -> None:
    seeded = await seed(both.test.database, Clock(settings.reporting_zone))
    key = seeded.key or (await both.test.issued(providers=[DEMO_PROVIDER_ID], mode="test")).key
    activities = f"/v1/providers/{DEMO_PROVIDER_ID}/activities"
    async with both.test.with_key(key) as client:
        everything = {"count": "exact", "limit": "200"}
        page = (await client.get(activities, params=everything)).json()
        count, ids = page["page"]["total"], {row["activity_id"] for row in page["data"]}
        mine = draft_activity(internal_id="MINE")
        assert (await client.post(activities, json=mine)).status_code == 201
        reset = await client.post(RESET, headers={DAY: "2030-08-01"})
        assert reset.json()["data"][0]["planted"] is True
        rows = (await client.get(activities, params=everything)).json()
        assert rows["page"]["total"] == count
        # What examples and notes say about a record goes on holding.
        assert {row["activity_id"] for row in rows["data"]} == ids
        assert "MINE" not in {row["internal_id"] for row in rows["data"]}
        assert any(row["start_date"].startswith("2030") for row in rows["data"])
        imports = await client.get(f"/v1/providers/{DEMO_PROVIDER_ID}/imports")
        assert [job["state"] for job in imports.json()["data"]] == ["succeeded_with_errors"]


async def test_two_resets_at_once_are_one_after_the_other(known: Known) -> None:
    await fill(known.test)
    replies = await asyncio.gather(*(known.test.client.post(RESET) for _ in range(2)))
    assert [reply.status_code for reply in replies] == [200, 200]
    gone = [reply.json()["data"][0]["deleted"]["activities"] for reply in replies]
    assert sorted(gone) == [0, 3]


async def test_a_reset_while_others_write_is_done_and_leaves_them_an_answer(known: Known) -> None:
    client, base = known.test.client, f"/v1/providers/{known.provider_id}"
    contacts = f"{base}/contacts"
    for _ in range(6):
        course = await known.test.enter(complete_activity())
        await client.post(contacts, json=person("primary"))
        staff = (await client.post(contacts, json=person("staff"))).json()["contact_id"]
        reset, *others = await asyncio.gather(
            client.post(RESET),
            client.put(f"{contacts}/roles/billing", json={"contact_id": staff}),
            client.post(f"{course}/completions", json=completion_of(known.provider_id)),
            client.post(f"{course}/close"),
            client.post(known.test.activities, json=draft_activity(internal_id="NEW")),
        )
        assert reset.status_code == 200, reset.text
        assert {reply.status_code for reply in others} <= {200, 201, 404, 422}
        await client.post(RESET)
