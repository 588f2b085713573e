"""The list of activities that draw a warning."""

from importlib import import_module
from typing import Any

import pytest

from app.activities.warning_rules import OWN, WARNING_RULES
from app.core.database import Database, Transaction
from tests.batches import send
from tests.builders import Document, complete_activity, moc_board, support_source
from tests.harness import ReportingProvider
from tests.listing import SUMMARY, rows


def with_board(**changes: object) -> Document:
    return {"moc": {**complete_activity()["moc"], "boards": [moc_board(**changes)]}}


KEPT = "SELECT activity_id, warning_codes FROM activities ORDER BY activity_id"
DRAWING: dict[str, Document] = {
    "series.few_credits": {"format": "regularly_scheduled_series", "credits": 1, "moc": None},
    "learners.none": {"learners": {"physicians": 0, "others": 0}},
    "finder.url_placeholder": with_board(url="https://lms.test/course"),
    "joint.is_supporter": {
        "commercial_support": {
            "received": True,
            "sources": [support_source(source="VALLEY clinic")],
        }
    },
    "moc.credits_above_activity": with_board(credits=12.75),
    "moc.claim_date_before_end": with_board(credit_claim_date="2026-05-02"),
    "moc.practice_assessment_format": with_board(
        board="ABIM",
        practice_areas=["Internal Medicine"],
        credit_types=["Practice Assessment (Part IV)"],
        content_areas=[],
    ),
    "activity.likely_duplicate": {"start_date": "2026-05-01"},
    "learners.more_completions": {"learners": {"physicians": 2, "others": 0}},
    "learners.count_fell": {
        "format": "enduring_material",
        "start_date": "2024-05-01",
        "delivery_methods": ["online"],
        "moc": None,
    },
}


def drawing(code: str, number: int) -> Document:
    """Return a record that draws this warning, and as far as it goes no other."""
    day = {"start_date": f"2026-04-{number:02}", "internal_id": f"{code} {number}"}
    return {**complete_activity(), **day, **DRAWING[code]}


async def test_a_list_by_warning_has_the_records_that_show_it_however_they_were_saved(
    provider: ReportingProvider, database: Database
) -> None:
    """Some are entered alone and some in a batch; each is told of when it is saved again."""
    assert set(DRAWING) == set(WARNING_RULES)
    numbered = list(enumerate(DRAWING, 1))
    paths = {code: await provider.enter(drawing(code, number)) for number, code in numbered}
    batch = [
        {"action": "upsert", "activity": drawing(code, 10 + number)} for number, code in numbered
    ]
    assert (await send(provider, *batch)).json()["counts"]["created"] == len(batch)
    await _surround(database, provider, paths)
    shown: dict[str, set[str]] = {code: set() for code in WARNING_RULES}
    for row in await rows(provider):
        path = f"{provider.activities}/{row['activity_id']}"
        saved = await provider.client.patch(
            path, json={"description": "Anew."}, headers={"If-Match": "*"}
        )
        for warning in saved.json()["warnings"]:
            shown[warning["code"]].add(row["activity_id"])
    for code, expected in shown.items():
        assert expected, code
        found = await rows(provider, warning=code)
        assert {row["activity_id"] for row in found} == expected, code
        counted = await provider.client.get(
            provider.activities, params={"warning": code, "count": "exact", "limit": "1"}
        )
        assert counted.json()["page"]["total"] == len(expected)


async def _surround(database: Database, provider: ReportingProvider, paths: dict[str, str]) -> None:
    """Report more completions than are counted, and more learners of a year than of all."""

    async def work(transaction: Transaction) -> None:
        await transaction.driver.execute(
            """
            INSERT INTO learner_completions (provider_id, completion_id, activity_id, given_name,
                family_name, completed_on)
            SELECT $1, gen_random_uuid()::text, $2, 'Ada', 'Doe', '2026-05-02'
            FROM generate_series(1, 3)
            """,
            provider.provider_id,
            paths["learners.more_completions"].rpartition("/")[2],
        )
        await transaction.driver.execute(
            "INSERT INTO learner_snapshots VALUES ($1, $2, '2024-12-31', 100000, 0)",
            provider.provider_id,
            paths["learners.count_fell"].rpartition("/")[2],
        )

    await database.run(provider.provider_id, work)


async def test_what_was_stored_before_warnings_were_kept_is_judged_alike(
    provider: ReportingProvider, database: Database
) -> None:
    for number, code in enumerate(OWN, 1):
        await provider.enter(drawing(code, number))
        await provider.enter({**complete_activity(), "internal_id": f"None of them {number}"})
    migration = import_module("migrations.versions.0013_what_lists_look_for")

    async def work(transaction: Transaction) -> tuple[Any, Any]:
        kept = await transaction.driver.fetch(KEPT)
        await transaction.driver.execute("UPDATE activities SET warning_codes = '{}'")
        await transaction.driver.execute(migration.JUDGE)
        return kept, await transaction.driver.fetch(KEPT)

    kept, judged = await database.run(provider.provider_id, work)
    assert [row["warning_codes"] for row in kept].count([]) == len(OWN)
    assert judged == kept


@pytest.mark.parametrize("code", ["learners.none", "finder.url_placeholder"])
async def test_a_record_that_draws_a_warning_no_more_leaves_the_list(
    provider: ReportingProvider, code: str
) -> None:
    path = await provider.enter(drawing(code, 1))
    assert len(await rows(provider, warning=code)) == 1
    sound = {name: complete_activity()[name] for name in DRAWING[code]}
    saved = await provider.client.patch(path, json=sound, headers={"If-Match": "*"})
    assert saved.status_code == 200
    assert await rows(provider, warning=code) == []


async def test_records_with_a_warning_are_found_in_either_view(
    provider: ReportingProvider,
) -> None:
    for number in range(3):
        document = {**complete_activity(), "internal_id": f"W-{number}"}
        if number:
            document["title"] = f"{number} of another kind of title altogether"
        if number == 2:
            document["url"] = "https://example.com/course"
        reply = await provider.client.post(provider.activities, json=document)
        assert reply.status_code == 201
    url = f"{provider.activities}?warning=finder.url_placeholder"
    summaries = (await provider.client.get(url)).json()
    assert [row["internal_id"] for row in summaries["data"]] == ["W-2"]
    assert set(summaries["data"][0]) == set(SUMMARY)
    whole = (await provider.client.get(f"{url}&view=full")).json()
    assert "finder.url_placeholder" in [w["code"] for w in whole["data"][0]["warnings"]]
    none = await provider.client.get(f"{provider.activities}?warning=learners.count_fell")
    assert none.json()["data"] == []
    unknown = await provider.client.get(f"{provider.activities}?warning=learners.non")
    assert unknown.status_code == 400
    assert unknown.json()["errors"][0]["did_you_mean"][0] == "learners.none"


async def test_records_with_a_warning_come_in_pages(provider: ReportingProvider) -> None:
    for number in range(5):
        document = {**complete_activity(), "internal_id": f"P-{number}", "url": "http://localhost/"}
        await provider.client.post(provider.activities, json=document)
    seen: list[str] = []
    url: str | None = f"{provider.activities}?warning=finder.url_placeholder&limit=2&sort=title"
    while url:
        reply = await provider.client.get(url)
        seen += [row["internal_id"] for row in reply.json()["data"]]
        url = reply.links.get("next", {}).get("url")
    assert sorted(seen) == [f"P-{number}" for number in range(5)]
