"""A vendor's file in the public draft goes in unchanged and comes back as our records."""

import json
from typing import Any

import pytest

from app.core.clock import Clock
from app.core.database import Database
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, shown_on_failure

Document = dict[str, Any]


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


def draft(**extension: object) -> Document:
    """An activity as the draft writes it, with its faults: names in two spellings."""
    return {
        "ReportDescription": {"ReportingStartDate": "2026", "ReportingEndDate": "2026"},
        "ActivityDescription": {
            "commercialSupportAmount": [
                {"currency": "USD", "supportSource": "Acme Pharma", "value": 5000}
            ]
        },
        "Lom": {
            "general": {
                "identifier": [
                    {"catalog": "Provider Activity ID", "entry": "PAIN-2026"},
                    {"catalog": "URL", "entry": "https://cme.valley-hospital.org/pain"},
                ],
                "title": "Pain Medicine Update",
                "description": "Three days on pain.",
                "keyword": [{"id": "Free Text", "source": "01_ABAMCO", "string": "Chronic pain"}],
            }
        },
        "healthcareMetadata": {
            "healthcareEducation": {
                "credits": {
                    "activityCertification": "AMA PRA Category 1",
                    "numberOfCredits": 12.5,
                    "nonAccreditedProvider": ["Valley Clinic"],
                },
                "activityLocation": {
                    "city": "Sacramento",
                    "stateOrProvince": "CA",
                    "country": "USA",
                },
                "startDateTime": "2026-05-01T00:00:00",
                "endDateTime": "2026-05-03T00:00:00",
                "activitySponsorship": "joint",
                "activityFormat": "Live Course",
                "commercialSupport": True,
                "targetAudience": {"profession": [], "specialty": ["Pain Medicine"]},
            }
        },
        "ParticipationMetrics": {
            "participantsByCategory": [
                {"category": "physician", "numberOfParticipants": 120},
                {"category": "nurse", "numberOfParticipants": 10},
                {"category": "other", "numberOfParticipants": 4},
            ]
        },
        "XtensibleInfo": {
            "isInterprofessional ": False,
            "InKindSupports": {"InKindSupport": [{"source": "Beta Devices"}]},
            "DeliveryMethods": {"DeliveryMethod": ["In-Person", "Live-Streamed"]},
            "MeasuredOutcomes": [
                {"MeasuredOutcome": "Learner Competence", "MeasurementType": ["Objective"]}
            ],
            "MOCRegistrations": {
                "MOCRegistration": [
                    {
                        "boardName": "ABA",
                        "mocPoints": 12.5,
                        "MOCCreditType": ["Lifelong Learning (CME)"],
                        "CreditClaimDate": "2026-12-31",
                    }
                ]
            },
            "ForPublicList": True,
            "FeeForParticipation": "No, it\u2019s free",
            "ActivityRegistration": "Open to all",
            "activityRecordAction": "Add",
            **extension,
        },
    }


def as_json(*activities: Document) -> bytes:
    return json.dumps({"ACCMEActivities": {"MedicalEducationMetrics": list(activities)}}).encode()


def as_xml(*activities: Document) -> bytes:
    records = "".join(
        f"<MedicalEducationMetrics>{element(a)}</MedicalEducationMetrics>" for a in activities
    )
    return (
        f'<?xml version="1.0"?><ACCMEActivities xmlns="urn:x">{records}</ACCMEActivities>'.encode()
    )


def element(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return "".join(
        f"<{name.strip()}>{element(one)}</{name.strip()}>"
        for name, inner in value.items()
        for one in (inner if isinstance(inner, list) else [inner])
    )


WRITTEN = {"draft-json": as_json, "draft-xml": as_xml}


@pytest.mark.parametrize("file_format", sorted(WRITTEN))
async def test_an_activity_of_the_draft_becomes_our_record(desk: Desk, file_format: str) -> None:
    job = await desk.take_in(WRITTEN[file_format](draft()), file_format)
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "created": 1}
    (record,) = await desk.activities()
    told = {
        "internal_id": "PAIN-2026",
        "format": "live_course",
        "start_date": "2026-05-01",
        "end_date": "2026-05-03",
        "delivery_methods": ["in_person", "live_streamed"],
        "city": "Sacramento",
        "credits": 12.5,
        "cme_finder": True,
        "fee": "free",
        "registration": "open",
        "url": "https://cme.valley-hospital.org/pain",
        "providership": "joint",
        "joint_providers": ["Valley Clinic"],
        "outcome_measures": [{"measure": "learner_competence", "kinds": ["objective"]}],
        "learners": {"physicians": 120, "others": 14},
    }
    assert {name: record[name] for name in told} == told
    assert record["commercial_support"]["received"] is True
    sources = record["commercial_support"]["sources"]
    assert [(one["source"], one["monetary"], one["amount"], one["in_kind"]) for one in sources] == [
        ("Acme Pharma", True, 5000, False),
        ("Beta Devices", False, None, True),
    ]
    (board,) = record["moc"]["boards"]
    assert board["practice_areas"] == ["Pain Medicine"]
    assert board["content_areas"] == ["Chronic pain"]
    assert board["credit_claim_date"] == "2026-12-31"


@pytest.mark.parametrize("file_format", sorted(WRITTEN))
async def test_what_is_not_kept_is_said(desk: Desk, file_format: str) -> None:
    sent = draft(REMS={"REMSType": "Opioid Analgesic"})
    job = await desk.take_in(WRITTEN[file_format](sent), file_format)
    (note,) = job["causes"]
    assert (note["code"], note["severity"], note["count"]) == ("import.not_kept", "warning", 1)
    assert note["value"] == "XtensibleInfo/rems"
    assert job["state"] == "succeeded"


async def test_a_list_of_one_may_be_written_as_the_one(desk: Desk) -> None:
    content = json.dumps({"ACCMEActivities": {"MedicalEducationMetrics": draft()}}).encode()
    assert counted(await desk.take_in(content, "draft-json")) == {"total": 1, "created": 1}


async def test_a_record_may_be_deleted_by_the_draft(desk: Desk) -> None:
    await desk.take_in(as_json(draft()), "draft-json")
    job = await desk.take_in(as_json(draft(activityRecordAction="Delete")), "draft-json")
    assert counted(job) == {"total": 1, "deleted": 1}
    assert await desk.activities() == []


async def test_a_record_that_is_to_be_closed_and_is_not_ready_is_rejected_whole(
    desk: Desk,
) -> None:
    job = await desk.take_in(as_json(draft(closeActivityRecord=True)), "draft-json")
    (row,) = await desk.results(job, status="rejected")
    assert "activity.location" in [problem["code"] for problem in row["problems"]]
    assert await desk.activities() == []


@pytest.mark.parametrize("file_format", sorted(WRITTEN))
async def test_money_of_another_currency_does_not_pass_for_dollars(
    desk: Desk, file_format: str
) -> None:
    sent = draft()
    sent["ActivityDescription"]["commercialSupportAmount"][0]["currency"] = "EUR"
    job = await desk.take_in(WRITTEN[file_format](sent), file_format)
    (row,) = await desk.results(job, status="rejected")
    assert row["problems"][0]["pointer"] == "/commercial_support/sources/0/amount"
    again = await desk.rejected_file(job)
    corrected = again.content.replace(b"EUR", b"USD")
    assert counted(await desk.take_in(corrected, file_format)) == {"total": 1, "created": 1}


@pytest.mark.parametrize("file_format", sorted(WRITTEN))
async def test_every_amount_of_a_company_is_kept(desk: Desk, file_format: str) -> None:
    sent = draft(InKindSupports={"InKindSupport": [{"source": "Acme"}, {"source": "Beta"}]})
    sent["ActivityDescription"]["commercialSupportAmount"] = [
        {"currency": "USD", "supportSource": "Acme", "value": 5000},
        {"currency": "USD", "supportSource": "Acme", "value": 3000},
        {"currency": "USD", "supportSource": "Gamma", "value": 1},
    ]
    job = await desk.take_in(WRITTEN[file_format](sent), file_format)
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "created": 1}
    (record,) = await desk.activities()
    sources = record["commercial_support"]["sources"]
    assert [(one["source"], one["amount"], one["in_kind"]) for one in sources] == [
        ("Acme", 5000, True),
        ("Acme", 3000, False),
        ("Gamma", 1, False),
        ("Beta", None, True),
    ]


@pytest.mark.parametrize(
    ("numbers", "physicians"), [([12, None], 12), ([None, 12, 3], 15), ([None], None)]
)
async def test_a_category_without_a_number_takes_nothing_from_the_others(
    desk: Desk, numbers: list[int | None], physicians: int | None
) -> None:
    sent = draft()
    sent["ParticipationMetrics"]["participantsByCategory"] = [
        {"category": "physician"} | ({} if one is None else {"numberOfParticipants": one})
        for one in numbers
    ]
    await desk.take_in(as_json(sent), "draft-json")
    (record,) = await desk.activities()
    assert record["learners"]["physicians"] == physicians


@pytest.mark.parametrize("numbers", [["many", 3], [3, "many", 4], [3, True], [2.5, 3]])
async def test_a_category_with_what_is_no_count_is_refused(
    desk: Desk, numbers: list[object]
) -> None:
    sent = draft()
    sent["ParticipationMetrics"]["participantsByCategory"] = [
        {"category": "physician", "numberOfParticipants": one} for one in numbers
    ]
    job = await desk.take_in(as_json(sent), "draft-json")
    (cause,) = job["causes"]
    assert (cause["pointer"], cause["count"]) == ("/learners/physicians", 1)


@pytest.mark.parametrize(
    ("amounts", "notes"),
    [([2, 3], ["further credits of AMA PRA Category 1"]), ([None, 2], []), ([2, 2], [])],
)
async def test_a_second_amount_of_credit_is_told_where_it_is_not_kept(
    desk: Desk, amounts: list[int | None], notes: list[str]
) -> None:
    sent = draft()
    del sent["XtensibleInfo"]["MOCRegistrations"]
    sent["healthcareMetadata"]["healthcareEducation"]["credits"] = [
        {"activityCertification": "AMA PRA Category 1", "numberOfCredits": amount}
        for amount in amounts
    ]
    del sent["healthcareMetadata"]["healthcareEducation"]["targetAudience"]
    del sent["Lom"]["general"]["keyword"]
    job = await desk.take_in(as_json(sent), "draft-json")
    with shown_on_failure(job):
        assert [cause["value"] for cause in job["causes"]] == notes
    (record,) = await desk.activities()
    assert record["credits"] == 2


@pytest.mark.parametrize("odd", [{"a": 1}, [["ABA"]], 7])
async def test_a_board_or_an_area_that_is_no_text_refuses_its_row_and_no_other(
    desk: Desk, odd: object
) -> None:
    with_board, with_area, sound = draft(), draft(), draft()
    with_board["XtensibleInfo"]["MOCRegistrations"]["MOCRegistration"][0]["boardName"] = odd
    with_area["Lom"]["general"]["keyword"][0]["string"] = odd
    for number, one in enumerate((with_board, with_area, sound)):
        one["Lom"]["general"]["identifier"][0]["entry"] = f"PAIN-{number}"
    job = await desk.take_in(as_json(with_board, with_area, sound), "draft-json")
    with shown_on_failure(job):
        assert counted(job) == {"total": 3, "created": 1, "rejected": 2}


async def test_a_second_list_of_records_refuses_the_file(desk: Desk) -> None:
    lists = b'{"ACCMEActivities": {"MedicalEducationMetrics": [],\n"MedicalEducationMetrics": '
    job = await desk.take_in(lists + json.dumps([draft()]).encode() + b"}}", "draft-json")
    with shown_on_failure(job):
        assert (job["state"], job["failure"]["code"]) == ("failed", "import.file_unreadable")
    assert "A second list of records begins, in line 2." in job["failure"]["detail"]
    assert await desk.activities() == []
