"""A call with a test key sets the day: a record is walked past its end and past the deadline."""

from typing import Any

import httpx
import pytest

from tests.builders import complete_activity, draft_activity
from tests.clients import client_of
from tests.imports_support import Desk, ndjson, send
from tests.people import person
from tests.sandbox.both import DAY, Both, Known
from tests.security.homes import completion_of

# The clock of these tests stands at 2026-11-22.
RUNNING = complete_activity(start_date="2026-11-01", end_date="2026-12-31", moc=None)


ANY_VERSION = {"If-Match": "*"}


def on(day: str) -> dict[str, str]:
    return {DAY: day}


async def entered(known: Known, **changes: Any) -> str:
    content = {**RUNNING, **changes}
    reply = await known.test.client.post(known.test.activities, json=content)
    assert reply.status_code == 201, reply.text
    assert reply.json()["status"] == "active"
    return f"{known.test.activities}/{reply.json()['activity_id']}"


async def test_an_activity_is_walked_past_its_end_and_past_the_deadline(known: Known) -> None:
    client, url = known.test.client, await entered(known)
    assert (await client.get(url, headers=on("2026-12-31"))).json()["status"] == "active"
    ended = await client.get(url, headers=on("2027-01-01"))
    assert (ended.json()["status"], ended.headers[DAY]) == ("ready_to_close", "2027-01-01")
    early = await client.post(f"{url}/close")
    assert (early.status_code, early.json()["code"]) == (409, "activity.not_ready")
    closed = await client.post(f"{url}/close", headers=on("2027-01-15"))
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    reason = {"reason": "The count was wrong."}
    # 2026 is reported until March 31 of 2027.
    late = await client.post(f"{url}/reopen", json=reason, headers=on("2027-04-01"))
    assert (late.status_code, late.json()["code"]) == (409, "activity.reporting_closed")
    in_time = await client.post(f"{url}/reopen", json=reason, headers=on("2027-03-31"))
    assert (in_time.status_code, in_time.json()["status"]) == (200, "ready_to_close")
    # Nothing of this stays behind: without the header it is today.
    assert (await client.get(url)).json()["status"] == "active"


async def test_lists_and_deadlines_go_by_the_day(known: Known) -> None:
    client = known.test.client
    await entered(known)
    ready = {"status": "ready_to_close"}
    rows = await client.get(known.test.activities, params=ready, headers=on("2027-02-01"))
    assert [row["status"] for row in rows.json()["data"]] == ["ready_to_close"]
    assert (await client.get(known.test.activities, params=ready)).json()["data"] == []
    catalog = {"q": RUNNING["description"]}
    listed = await client.get("/v1/catalog/activities", params=catalog)
    assert known.provider_id in {row["provider_id"] for row in listed.json()["data"]}
    over = await client.get("/v1/catalog/activities", params=catalog, headers=on("2027-01-01"))
    assert over.json()["data"] == []
    url = f"/v1/providers/{known.provider_id}/deadlines"
    for day, passed in (("2027-03-31", False), ("2027-04-01", True)):
        deadlines = (await client.get(url, headers=on(day))).json()["data"]
        assert {row["year"]: row["passed"] for row in deadlines}[2026] is passed
    assert (await client.get("/v1", headers=on("2028-02-29"))).json()["today"] == "2028-02-29"


async def test_what_is_written_bears_the_real_moment(known: Known) -> None:
    client, base = known.test.client, f"/v1/providers/{known.provider_id}"
    far = on("2031-01-01")
    contact = await client.post(f"{base}/contacts", json=person("primary"), headers=far)
    assert contact.json()["created_at"].startswith("2026-11-22")
    patched = await client.patch(base, json={"city": "Sacramento"}, headers=far | ANY_VERSION)
    assert patched.json()["updated_at"].startswith("2026-11-22")
    # The review is a deed of the day, and what follows from it too.
    reviewed = (await client.post(f"{base}/contacts/confirm", headers=far)).json()
    assert reviewed["last_reviewed_at"].startswith("2031-01-01")
    assert reviewed["review_due"] == "2032-01-01"
    shown = (await client.get(f"{base}/contacts")).json()["data"][0]
    assert shown["updated_at"].startswith("2026-11-22")


async def test_an_import_keeps_the_day_that_it_was_sent_with(known: Known, both: Both) -> None:
    url = await entered(known)
    learner = {**completion_of("learner"), "completed_on": "2026-12-20"}
    content = ndjson([{**learner, "activity_id": url.rpartition("/")[2]}])
    today = await send(known.test, content, kind="completions")
    known.test.client.headers[DAY] = "2027-01-15"
    later = await send(known.test, content, kind="completions")
    del known.test.client.headers[DAY]
    # On another day the same file is another import.
    assert later.json()["import_id"] != today.json()["import_id"]
    desk = Desk(known.test, both.test.database, both.application.state.clock)
    to_come = await desk.work_off(today.json()["import_id"])
    assert (to_come["counts"]["created"], to_come["counts"]["rejected"]) == (0, 1)
    taken = await desk.work_off(later.json()["import_id"])
    assert (taken["counts"]["created"], taken["counts"]["rejected"]) == (1, 0), taken


@pytest.mark.parametrize(
    "day",
    ["", "tomorrow", "20270402", "2027-4-2", "2027-02-29", "2027-04-02T12:00:00Z", "0001-01-01"],
)
async def test_what_is_no_day_is_refused(known: Known, day: str) -> None:
    refused = await known.test.client.get("/v1", headers=on(day))
    assert (refused.status_code, refused.json()["code"]) == (400, "sandbox.date_invalid")
    assert refused.json()["errors"][0]["pointer"] == f"{DAY}:"
    assert refused.json()["errors"][0]["value"] == day


async def test_the_day_is_sent_once(known: Known, both: Both) -> None:
    twice = [(DAY, "2027-01-01"), (DAY, "2027-01-02")]
    headers = httpx.Headers([*known.test.client.headers.multi_items(), *twice])
    async with client_of(both.application) as client:
        refused = await client.get("/v1", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "sandbox.date_invalid")


async def test_a_live_key_cannot_set_the_day_and_neither_can_nobody(
    known: Known, both: Both, anonymous: httpx.AsyncClient
) -> None:
    created = await known.live.client.post(
        known.live.activities, json=draft_activity(), headers=on("2027-01-01")
    )
    no_key = client_of(both.application)
    wrong_key = both.test.with_key("pars_live_nonsense")
    for refused in (
        created,
        await no_key.get("/v1/directory", headers=on("2027-01-01")),
        await no_key.get("/docs", headers=on("2027-01-01")),
        await wrong_key.get("/v1/me", headers=on("2027-01-01")),
        await anonymous.get("/v1", headers=on("2027-01-01")),
    ):
        assert (refused.status_code, refused.json()["code"]) == (400, "sandbox.date_not_allowed")
        assert DAY not in refused.headers
    assert (await known.live.client.get(known.live.activities)).json()["data"] == []
