"""Learner totals: counts, yearly snapshots, what each year added, and what looks wrong."""

from typing import Any

import pytest

from app.core.database import Database, Transaction
from tests.answers import refusal, told
from tests.builders import complete_activity
from tests.harness import FixedClock, ReportingProvider
from tests.imports_support import Desk, ndjson

Document = dict[str, Any]

MATERIAL: Document = {
    "internal_id": "EM-1",
    "format": "enduring_material",
    "start_date": "2024-07-01",
    "end_date": "2026-12-31",
    "delivery_methods": ["online"],
    "learners": {"physicians": 40, "others": 3},
}

SNAPSHOTS = [
    {"as_of": "2024-12-31", "physicians": 10, "others": 0},
    {"as_of": "2025-12-31", "physicians": 25, "others": 1},
]

OUTSIDE = "learners.snapshot_outside_activity"
TOTALS: Document = {"physicians": 40, "others": 3, "snapshots": SNAPSHOTS}


@pytest.fixture
async def material(provider: ReportingProvider) -> str:
    """The path of an enduring material that runs from July 2024 to the end of 2026."""
    return await provider.enter(complete_activity(moc=None, **MATERIAL))


async def test_counts_and_snapshots_are_replaced_in_one_version(
    provider: ReportingProvider, material: str
) -> None:
    sent = {**TOTALS, "physicians": 41, "snapshots": SNAPSHOTS[::-1]}
    reply = await provider.client.put(f"{material}/learner-totals", json=sent)
    assert (reply.status_code, reply.headers["etag"]) == (200, '"2"')
    read = (await provider.client.get(f"{material}/learner-totals")).json()
    assert read == {name: value for name, value in reply.json().items() if name != "meta"}
    assert (read["physicians"], read["others"], read["snapshots"]) == (41, 3, SNAPSHOTS)
    assert read["warnings"] == []
    record = (await provider.client.get(material)).json()
    assert (record["version"], record["learners"]) == (2, {"physicians": 41, "others": 3})
    history = (await provider.client.get(f"{material}/history")).json()["data"]
    [changed] = [entry for entry in history if entry["version"] == 2]
    assert changed["changes"] == [
        {"pointer": "/learners/physicians", "before": 40, "after": 41},
        {"pointer": "/learners/snapshots", "before": [], "after": SNAPSHOTS},
    ]


async def test_totals_read_before_new_year_are_sent_back_with_the_snapshot_after_it(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    years = {"start_date": "2150-07-01", "end_date": "2152-12-31"}
    support = {"commercial_support": {"received": False}}
    clock.set("2150-12-30")
    material = await provider.enter(complete_activity(moc=None, **MATERIAL | years | support))
    read = (await provider.client.get(totals := f"{material}/learner-totals")).json()
    assert [row["year"] for row in read["increments"]] == [2150]
    clock.set("2151-01-02")
    snapshots = [{"as_of": "2150-12-31", "physicians": 40, "others": 3}]
    reply = await provider.client.put(totals, json={**read, "snapshots": snapshots})
    assert (reply.status_code, reply.headers["etag"]) == (200, '"2"')
    invented = {**reply.json(), "increments": read["increments"]}
    reply = await provider.client.put(totals, json=invented)
    assert refusal(reply) == [("read_only", "/increments")]


async def test_what_each_year_added_follows_from_the_snapshots(
    provider: ReportingProvider, material: str
) -> None:
    reply = await provider.client.put(f"{material}/learner-totals", json=TOTALS)
    added = [(row["year"], row["physicians"], row["others"]) for row in reply.json()["increments"]]
    assert added == [(2024, 10, 0), (2025, 15, 1), (2026, 15, 2)]
    assert "Cumulative" in reply.json()["counting"]


async def test_a_changed_snapshot_alone_is_a_new_version_and_the_same_again_is_none(
    provider: ReportingProvider, material: str
) -> None:
    url = f"{material}/learner-totals"
    first = await provider.client.put(url, json=TOTALS)
    assert first.headers["etag"] == '"2"'
    same = await provider.client.put(url, json=first.json())
    assert (same.headers["etag"], same.json()["meta"]) == ('"2"', {"unchanged": True})
    fewer = await provider.client.put(url, json={**TOTALS, "snapshots": SNAPSHOTS[1:]})
    assert fewer.headers["etag"] == '"3"'
    assert fewer.json()["snapshots"] == SNAPSHOTS[1:]
    stale = await provider.client.put(url, json=TOTALS, headers={"If-Match": '"2"'})
    assert stale.status_code == 412


async def test_a_trial_keeps_neither_counts_nor_snapshots(
    provider: ReportingProvider, material: str
) -> None:
    url = f"{material}/learner-totals"
    trial = await provider.client.put(f"{url}?validate_only=true", json=TOTALS)
    assert trial.json()["snapshots"] == SNAPSHOTS
    kept = (await provider.client.get(url)).json()
    assert (kept["version"], kept["snapshots"]) == (1, [])


async def test_cumulative_counts_that_fell_are_saved_with_a_warning(
    provider: ReportingProvider, material: str
) -> None:
    fell = {
        "physicians": 24,
        "others": 3,
        "snapshots": [
            {"as_of": "2024-12-31", "physicians": 10, "others": 2},
            {"as_of": "2025-12-31", "physicians": 25, "others": 0},
        ],
    }
    reply = await provider.client.put(f"{material}/learner-totals", json=fell)
    assert reply.status_code == 200
    expected = [
        (
            "learners.count_fell",
            "/learners/physicians",
            "physicians were 25 on 2025-12-31 and are 24 now",
        ),
        (
            "learners.count_fell",
            "/learners/others",
            "others were 2 on 2024-12-31 and are 0 on 2025-12-31",
        ),
    ]
    assert told(reply.json()) == expected
    assert told((await provider.client.get(material)).json()) == expected
    listed = (await provider.client.get(f"{provider.activities}?view=full")).json()["data"]
    assert told(listed[0]) == expected


async def test_a_fall_shows_in_the_reply_to_a_save_of_the_whole_record(
    provider: ReportingProvider, material: str
) -> None:
    await provider.client.put(f"{material}/learner-totals", json=TOTALS)
    reply = await provider.client.patch(
        material, json={"learners": {"physicians": 20}}, headers={"If-Match": "*"}
    )
    assert [code for code, _, _ in told(reply.json())] == ["learners.count_fell"]


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        ("2025-06-30", "learners.snapshot_date"),
        ("2023-12-31", "learners.snapshot_outside_activity"),
        ("2026-12-31", "learners.snapshot_in_future"),
        ("2025-12-31T00:00:00", "date.time_not_allowed"),
    ],
)
async def test_a_snapshot_of_another_day_is_refused(
    provider: ReportingProvider, material: str, as_of: str, code: str
) -> None:
    sent = {**TOTALS, "snapshots": [SNAPSHOTS[0], {**SNAPSHOTS[1], "as_of": as_of}]}
    reply = await provider.client.put(f"{material}/learner-totals", json=sent)
    assert reply.status_code == 422
    [error] = reply.json()["errors"]
    assert (error["code"], error["pointer"]) == (code, "/snapshots/1/as_of")
    assert (await provider.client.get(material)).json()["version"] == 1


LATER: Document = {"start_date": "2025-01-01", "end_date": "2026-12-31"}
EARLIER: Document = {"start_date": "2024-07-01", "end_date": "2024-12-31"}


async def test_a_period_does_not_leave_a_year_that_was_counted_however_it_is_written(
    provider: ReportingProvider, database: Database, clock: FixedClock, material: str
) -> None:
    await provider.client.put(f"{material}/learner-totals", json=TOTALS)
    read = (await provider.client.get(f"{material}/learner-totals")).json()
    record = complete_activity(moc=None, commercial_support={"received": False}, **MATERIAL)
    named = {**record, "activity_id": material.rpartition("/")[2]}
    patched = await provider.client.patch(material, json=LATER, headers={"If-Match": "*"})
    put = await provider.client.put(material, json=record | LATER)
    pushed = await provider.client.put(provider.by_key(record), json=record | EARLIER)
    batch = await provider.client.post(
        f"{provider.activities}/batch",
        json={"records": [{"action": "update", "activity": named | LATER}]},
    )
    for reply, pointer in ((patched, "/start_date"), (put, "/start_date"), (pushed, "/end_date")):
        [error] = reply.json()["errors"]
        assert reply.status_code == 422
        assert (error["code"], error["pointer"]) == (OUTSIDE, pointer)
    [result] = batch.json()["results"]
    assert (result["result"], result["problem"]["code"]) == ("failed", OUTSIDE)
    taken_in = await Desk(provider, database, clock).take_in(ndjson([named | LATER]))
    assert [cause["code"] for cause in taken_in["causes"]] == [OUTSIDE]
    assert (await provider.client.get(f"{material}/learner-totals")).json() == read


async def test_a_period_may_leave_a_year_whose_snapshot_was_taken_back(
    provider: ReportingProvider, material: str
) -> None:
    url = f"{material}/learner-totals"
    await provider.client.put(url, json=TOTALS)
    await provider.client.put(url, json={**TOTALS, "snapshots": SNAPSHOTS[1:]})
    reply = await provider.client.patch(material, json=LATER, headers={"If-Match": "*"})
    assert reply.status_code == 200
    read = (await provider.client.get(url)).json()
    assert (await provider.client.put(url, json=read)).json()["meta"] == {"unchanged": True}


async def test_the_last_day_of_the_year_may_be_reported_on_that_day(
    provider: ReportingProvider, clock: FixedClock, material: str
) -> None:
    snapshot = {"as_of": "2026-12-31", "physicians": 40, "others": 3}
    clock.set("2026-12-31")
    reply = await provider.client.put(
        f"{material}/learner-totals", json={**TOTALS, "snapshots": [*SNAPSHOTS, snapshot]}
    )
    assert reply.status_code == 200
    assert [row["year"] for row in reply.json()["increments"]] == [2024, 2025, 2026]


async def test_every_problem_of_the_totals_is_reported_at_once(
    provider: ReportingProvider, material: str
) -> None:
    sent = {"physicians": -1, "other": 3, "snapshots": [*SNAPSHOTS, SNAPSHOTS[0]]}
    reply = await provider.client.put(f"{material}/learner-totals", json=sent)
    assert reply.status_code == 422
    assert {(error["code"], error["pointer"]) for error in reply.json()["errors"]} == {
        ("number.too_small", "/physicians"),
        ("field.unknown", "/other"),
        ("learners.snapshot_twice", "/snapshots/2/as_of"),
    }


async def test_other_formats_have_counts_and_no_snapshots(provider: ReportingProvider) -> None:
    course = await provider.enter(complete_activity(moc=None))
    url = f"{course}/learner-totals"
    refused = await provider.client.put(url, json=TOTALS)
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["code"], error["pointer"]) == ("learners.snapshots_not_applicable", "/snapshots")
    assert "live_course" in error["message"]
    counted = await provider.client.put(url, json={"physicians": 0, "others": 0})
    assert counted.status_code == 200
    assert (counted.json()["snapshots"], counted.json()["increments"]) == ([], [])
    assert told(counted.json())[0][0] == "learners.none"
    assert counted.json()["counting"].startswith("The learners of the event")


async def test_counts_left_out_are_unanswered_and_zero_is_an_answer(
    provider: ReportingProvider,
) -> None:
    course = await provider.enter(complete_activity(moc=None))
    await provider.client.put(f"{course}/learner-totals", json={"physicians": 0})
    record = (await provider.client.get(course)).json()
    assert record["learners"] == {"physicians": 0, "others": None}
    assert [item["code"] for item in record["missing"]] == ["learners.others"]


async def test_the_totals_of_a_closed_activity_stay(
    provider: ReportingProvider, clock: FixedClock, material: str
) -> None:
    clock.set("2027-01-05")
    assert (await provider.client.post(f"{material}/close")).status_code == 200
    for sent in ({**TOTALS, "snapshots": []} | {"physicians": 41}, TOTALS):
        reply = await provider.client.put(f"{material}/learner-totals", json=sent)
        assert (reply.status_code, reply.json()["code"]) == (409, "activity.closed")
    read = (await provider.client.get(f"{material}/learner-totals")).json()
    same = await provider.client.put(f"{material}/learner-totals", json=read)
    assert (same.status_code, same.json()["meta"]) == (200, {"unchanged": True})


async def test_the_snapshots_go_with_their_activity(
    provider: ReportingProvider, database: Database, material: str
) -> None:
    await provider.client.put(f"{material}/learner-totals", json=TOTALS)
    assert await snapshots_kept(database, provider.provider_id) == 2
    assert (await provider.client.delete(material)).status_code == 204
    assert await snapshots_kept(database, provider.provider_id) == 0


async def test_totals_of_another_provider_are_not_found(
    other_provider: ReportingProvider, database: Database, material: str
) -> None:
    mine = f"{other_provider.activities}/{material.rpartition('/')[2]}"
    for url in (material, mine):
        assert (await other_provider.client.get(f"{url}/learner-totals")).status_code == 404
        reply = await other_provider.client.put(f"{url}/learner-totals", json=TOTALS)
        assert reply.status_code == 404
    assert await snapshots_kept(database, other_provider.provider_id) == 0


async def snapshots_kept(database: Database, provider_id: str) -> int:
    async def work(transaction: Transaction) -> int:
        return int(await transaction.driver.fetchval("SELECT count(*) FROM learner_snapshots"))

    return await database.run(provider_id, work)
