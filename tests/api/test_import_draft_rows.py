"""Learner reports of the draft that must not be taken for something else."""

import json
from typing import Any

import pytest

from app.core.clock import Clock
from app.core.database import Database
from tests.builders import complete_activity
from tests.completions import completion
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, shown_on_failure

Document = dict[str, Any]


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


@pytest.fixture
async def activity_id(provider: ReportingProvider) -> str:
    reply = await provider.client.post(provider.activities, json=complete_activity())
    entered: str = reply.json()["activity_id"]
    return entered


async def report_of(
    desk: Desk, activity_id: str, provider_id: str, domain: str = "NPI", **module: object
) -> Document:
    learner = completion()
    received = {"activityCertification": "Lifelong Learning (CME)", "numberOfCredits": 1}
    certificate = {
        "UniqueID": [{"domain": domain, "value": learner["npi"]}],
        "CreditReceived": received,
        "CreditID": "ccid:vendor:1",
    }
    row = {
        "Member": {"Name": {"GivenName": "Maria", "FamilyName": "Quiller"}},
        "Activity": {
            "ProviderOrganization": provider_id,
            "Module": {
                "ModuleName": {"moduleID": activity_id},
                "CompletedDateTime": "2026-05-02T10:00:00",
                "CreditCertificate": [certificate],
                **module,
            },
        },
    }
    sent = {"ACCMELearnerReports": {"ActivityReports": {"ActivityReport": [row]}}}
    return await desk.take_in(json.dumps(sent).encode(), "draft-json", kind="completions")


async def test_a_report_of_the_provider_is_taken_in(desk: Desk, activity_id: str) -> None:
    job = await report_of(desk, activity_id, desk.provider.provider_id, Status="Completed")
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "created": 1}


async def test_a_report_of_another_provider_is_rejected(desk: Desk, activity_id: str) -> None:
    job = await report_of(desk, activity_id, "0008273")
    (cause,) = job["causes"]
    assert (cause["code"], cause["pointer"], cause["value"]) == (
        "read_only",
        "/provider_id",
        "0008273",
    )


async def test_a_report_of_a_learner_who_did_not_complete_is_rejected(
    desk: Desk, activity_id: str
) -> None:
    job = await report_of(desk, activity_id, desk.provider.provider_id, Status="Incomplete")
    (cause,) = job["causes"]
    assert (cause["code"], cause["value"]) == ("field.enum", "Incomplete")


async def test_credit_of_a_board_that_is_not_known_is_rejected(
    desk: Desk, activity_id: str
) -> None:
    job = await report_of(desk, activity_id, desk.provider.provider_id, domain="ABX")
    (cause,) = job["causes"]
    assert (cause["code"], cause["value"]) == ("completion.board_not_registered", "ABX")
    assert cause["did_you_mean"] == ["ABA"]
