"""Deleting an activity by a row of the draft, which names it and says no more."""

import json
from typing import Any

import pytest

from app.core.clock import Clock
from app.core.database import Database
from tests.builders import complete_activity
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, shown_on_failure

Document = dict[str, Any]


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


@pytest.fixture
async def activity_id(provider: ReportingProvider) -> str:
    record = complete_activity(format="journal_cme", delivery_methods=[])
    reply = await provider.client.post(provider.activities, json=record)
    entered: str = reply.json()["activity_id"]
    return entered


def deletion(education: Document, **identifiers: str) -> bytes:
    catalogs = {"activity_id": "ACCME Activity ID", "internal_id": "Provider Activity ID"}
    named = [{"catalog": catalogs[name], "entry": one} for name, one in identifiers.items()]
    row = {
        "Lom": {"general": {"identifier": named}},
        "healthcareMetadata": {"healthcareEducation": education},
        "XtensibleInfo": {"activityRecordAction": "Delete"},
    }
    return json.dumps({"ACCMEActivities": {"MedicalEducationMetrics": [row]}}).encode()


async def test_an_activity_is_deleted_by_its_id_alone(desk: Desk, activity_id: str) -> None:
    job = await desk.take_in(deletion({}, activity_id=activity_id), "draft-json")
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "deleted": 1}
    assert await desk.activities() == []


@pytest.mark.usefixtures("activity_id")
async def test_what_a_deletion_says_of_its_activity_need_not_be_right(desk: Desk) -> None:
    education = {
        "activityFormat": "JN",
        "startDateTime": "2026-05-01T00:00:00",
        "credits": {"activityCertification": "AMA PRA Category 1", "numberOfCredits": 0.3},
    }
    job = await desk.take_in(deletion(education, internal_id="PAIN-2026"), "draft-json")
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "deleted": 1}


async def test_a_deletion_that_names_no_activity_is_rejected(desk: Desk) -> None:
    job = await desk.take_in(deletion({}), "draft-json")
    assert [cause["code"] for cause in job["causes"]] == ["field.required"]


async def test_a_closed_activity_is_not_deleted_by_a_file(
    desk: Desk, provider: ReportingProvider, activity_id: str
) -> None:
    await provider.client.post(f"{provider.activities}/{activity_id}/close")
    job = await desk.take_in(deletion({}, activity_id=activity_id), "draft-json")
    assert [cause["code"] for cause in job["causes"]] == ["activity.delete_closed"]
