"""The worked examples of the PARS FAQ, each from a draft of four fields to Closed."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest

from app.demo.faq_records import ENDURING_MATERIAL, faq_records
from tests.harness import FixedClock, ReportingProvider

Record = dict[str, Any]

YEAR = 2025
EXAMPLES = {record["format"]: record for record in faq_records(YEAR)}


class FaqExample(NamedTuple):
    """What the FAQ says: the period, and credits and physician learners where it names them."""

    format: str
    start: str
    end: str
    credits: float | None = None
    physicians: int | None = None


IN_THE_FAQ = [
    FaqExample("regularly_scheduled_series", "2025-07-01", "2026-06-30", 52, 52 * 20),
    FaqExample("enduring_material", "2023-07-01", "2024-12-31"),
    FaqExample("journal_cme", "2025-01-01", "2025-12-31", 1, 20),
    FaqExample("manuscript_review", "2025-01-01", "2025-12-31", 2, 25),
    FaqExample("test_item_writing", "2025-01-01", "2025-12-31", 10, 5),
    FaqExample("internet_searching_and_learning", "2025-01-01", "2025-12-31", 0.5, 50),
    FaqExample("learning_from_teaching", "2025-01-01", "2025-12-31", 10, 10),
]
DRAFT_FIELDS = {"internal_id", "title", "format", "start_date", "end_date"}
ANSWERED_LAST = {"joint_providers", "outcome_measures", "commercial_support", "learners"}
NEEDED_BY_ACTIVE = {
    "activity.credits",
    "activity.description",
    "activity.cme_finder",
    "activity.providership",
}
NEEDED_BY_CLOSED = {
    "outcomes.measure",
    "support.answered",
    "learners.physicians",
    "learners.others",
}


@pytest.mark.parametrize("example", IN_THE_FAQ, ids=lambda example: example.format)
async def test_an_example_of_the_faq_goes_from_four_fields_to_closed(
    provider: ReportingProvider, clock: FixedClock, example: FaqExample
) -> None:
    complete = EXAMPLES[example.format]
    assert (complete["start_date"], complete["end_date"]) == (example.start, example.end)
    clock.set(example.start)
    walk = Walk(provider, complete)

    draft = await walk.push(DRAFT_FIELDS, expect=201)
    assert draft["status"] == "draft"
    assert draft["next_status"] == "active"
    delivered = {"activity.delivery_methods"} if "delivery_methods" in complete else set()
    assert codes(draft) == NEEDED_BY_ACTIVE | delivered

    active = await walk.push(complete.keys() - ANSWERED_LAST)
    assert active["status"] == "active"
    assert codes(active) == {"activity.ended"}
    refused = await walk.close(expect=409)
    assert refused["code"] == "activity.not_ready"
    joint = {"joint.name"} if complete["providership"] == "joint" else set()
    assert codes(refused) == {"activity.ended"} | NEEDED_BY_CLOSED | joint

    clock.set(example.end)
    assert (await walk.read())["status"] == "active"
    clock.pass_days(1)
    over = await walk.read()
    assert over["status"] == "ready_to_close"
    assert over["next_status"] == "closed"
    assert codes(over) == NEEDED_BY_CLOSED | joint

    answered = await walk.push(complete.keys())
    assert answered["status"] == "ready_to_close"
    assert answered["missing"] == []
    closed = await walk.close(expect=200)
    assert closed["status"] == "closed"
    assert closed["missing"] == []
    assert closed["credits"] == (example.credits or complete["credits"])
    physicians = example.physicians or complete["learners"]["physicians"]
    assert closed["learners"]["physicians"] == physicians

    kept = await provider.client.delete(walk.by_id)
    assert kept.status_code == 409
    assert kept.json()["code"] == "activity.delete_closed"
    assert (await walk.read())["status"] == "closed"


async def test_an_enduring_material_is_one_record_whose_counts_are_brought_up_each_year(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    clock.set("2024-03-31")
    walk = Walk(provider, ENDURING_MATERIAL | {"learners": {"physicians": 150, "others": 40}})
    first = await walk.push(ENDURING_MATERIAL.keys(), expect=201)
    assert first["status"] == "active"

    clock.set("2025-03-31")
    walk = Walk(provider, ENDURING_MATERIAL)
    second = await walk.push(ENDURING_MATERIAL.keys())
    assert second["activity_id"] == first["activity_id"]
    assert second["learners"] == {"physicians": 412, "others": 96}
    received = second["commercial_support"]["sources"]
    assert [(entry["received_year"], entry["amount"]) for entry in received] == [
        (2023, 12000),
        (2024, 4500.5),
    ]
    assert (await walk.close(expect=200))["status"] == "closed"


class Walk:
    """One record on its way, pushed with more of its fields each time."""

    def __init__(self, provider: ReportingProvider, complete: Record) -> None:
        self.provider = provider
        self.complete = complete
        self.activity_id = ""

    @property
    def by_id(self) -> str:
        return f"{self.provider.activities}/{self.activity_id}"

    async def push(self, names: Iterable[str], expect: int = 200) -> Record:
        record = self.complete
        key = f"{record['format']}/{record['start_date']}/{record['internal_id']}"
        document = {name: record[name] for name in names}
        reply = await self.provider.client.put(
            f"{self.provider.activities}/by-key/{key}", json=document
        )
        assert reply.status_code == expect, reply.text
        self.activity_id = reply.json()["activity_id"]
        return dict(reply.json())

    async def read(self) -> Record:
        return dict((await self.provider.client.get(self.by_id)).json())

    async def close(self, expect: int) -> Record:
        reply = await self.provider.client.post(f"{self.by_id}/close")
        assert reply.status_code == expect, reply.text
        return dict(reply.json())


def codes(document: Record) -> set[str]:
    return {item["code"] for item in document["missing"]}
