from typing import Any

import pytest

from app.auth.operating import issue_key
from app.core.clock import Clock
from app.core.database import Database
from app.imports.columns import TABLES, values_of
from app.imports.spreadsheets import csv_line
from tests.builders import complete_activity
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, ndjson, send, shown_on_failure

Document = dict[str, Any]
KEY = {"format": "live_course", "start_date": "2026-05-01", "internal_id": "PAIN-2026"}


class LearnerDesk(Desk):
    """Takes in files of completions for one activity."""

    activity_id = ""

    async def take_in_learners(self, content: bytes, file_format: str = "ndjson") -> Document:
        return await self.take_in(content, file_format, kind="completions")

    async def completions(self) -> list[Document]:
        url = f"{self.provider.activities}/{self.activity_id}/completions"
        reply = await self.provider.client.get(url, params={"limit": "200"})
        rows: list[Document] = reply.json()["data"]
        return rows


@pytest.fixture
async def desk(provider: ReportingProvider, database: Database, clock: Clock) -> LearnerDesk:
    made = LearnerDesk(provider, database, clock)
    reply = await provider.client.post(provider.activities, json=complete_activity())
    made.activity_id = reply.json()["activity_id"]
    return made


def completion(number: int, **changes: object) -> Document:
    return {
        "activity": KEY,
        "credit_id": f"C-{number:05}",
        "given_name": "Ada",
        "family_name": f"Learner {number}",
        "birth_month_day": "02-29",
        "completed_on": "2026-05-02",
        "credits": 1.5,
        **changes,
    }


@pytest.mark.parametrize("file_format", ["ndjson", "csv", "xlsx"])
async def test_an_export_that_masks_people_does_not_take_their_place(
    desk: LearnerDesk, file_format: str
) -> None:
    named_alone = [completion(number, birth_month_day=None) for number in range(2)]
    licensed = completion(2, birth_month_day=None, license_state="CA", license_id="A12345")
    await desk.take_in_learners(ndjson([*named_alone, licensed]))
    exports = f"/v1/providers/{desk.provider.provider_id}/exports/completions"
    export = await desk.provider.client.get(exports, params={"format": file_format})
    job = await desk.take_in(export.content, file_format, kind="completions", force=True)
    with shown_on_failure(job):
        assert counted(job) == {"total": 3, "rejected": 3}
        assert {cause["code"] for cause in job["causes"]} == {"completion.masked"}
    assert [row["version"] for row in await desk.completions()] == [1, 1, 1]


async def test_completions_go_in_under_the_key_or_the_id_of_their_activity(
    desk: LearnerDesk,
) -> None:
    by_key = [completion(number) for number in range(100)]
    by_id = [completion(number) for number in range(100, 150)]
    for row in by_id:
        del row["activity"]
        row["activity_id"] = desk.activity_id
    job = await desk.take_in_learners(ndjson([*by_key, *by_id]))
    with shown_on_failure(job):
        assert counted(job) == {"total": 150, "created": 150}
    assert len(await desk.completions()) == 150


async def test_the_result_of_a_row_names_its_own_completion_in_whatever_order_rows_come(
    desk: LearnerDesk,
) -> None:
    rows = [completion(number * 7 % 30) for number in range(30)]
    job = await desk.take_in_learners(ndjson(rows))
    told = [one["record_id"] for one in await desk.results(job)]
    entered = {one["credit_id"]: one["completion_id"] for one in await desk.completions()}
    assert told == [entered[row["credit_id"]] for row in rows]


async def test_a_full_re_send_changes_nothing_but_what_differs(desk: LearnerDesk) -> None:
    rows = [completion(number) for number in range(50)]
    await desk.take_in_learners(ndjson(rows))
    rows[7]["credits"] = 2
    job = await desk.take_in_learners(ndjson(rows))
    assert counted(job) == {"total": 50, "unchanged": 49, "updated": 1}


async def test_rows_of_an_activity_that_is_not_there_are_one_cause(desk: LearnerDesk) -> None:
    rows = [completion(1)]
    rows += [completion(n, activity={**KEY, "internal_id": "REFUSED"}) for n in range(2, 9)]
    job = await desk.take_in_learners(ndjson(rows))
    assert counted(job) == {"total": 8, "created": 1, "rejected": 7}
    (cause,) = job["causes"]
    assert (cause["code"], cause["count"]) == ("import.activity_unknown", 7)
    assert cause["value"] == "live_course 2026-05-01 REFUSED"


async def test_a_row_names_its_activity_by_an_internal_id_that_is_text(desk: LearnerDesk) -> None:
    rows = [completion(1), completion(2, activity={**KEY, "internal_id": 2026})]
    job = await desk.take_in_learners(ndjson(rows))
    assert counted(job) == {"total": 2, "created": 1, "rejected": 1}
    (cause,) = job["causes"]
    assert (cause["code"], cause["pointer"]) == ("field.type", "/activity/internal_id")


async def test_a_row_may_name_its_activity_by_the_id_and_by_the_key_of_the_same(
    desk: LearnerDesk,
) -> None:
    beside: list[Any] = [KEY, {"internal_id": "PAIN-2026"}, {**KEY, "format": "C"}, None]
    rows = [
        completion(number, activity_id=desk.activity_id, activity=one)
        for number, one in enumerate(beside)
    ]
    job = await desk.take_in_learners(ndjson(rows))
    with shown_on_failure(job):
        assert counted(job) == {"total": 4, "created": 4}


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"internal_id": "OTHER"}, "import.activity_contradicted", "/activity/internal_id"),
        ({"format": "journal_cme"}, "import.activity_contradicted", "/activity/format"),
        ({"start_date": "2026-05-02"}, "import.activity_contradicted", "/activity/start_date"),
        ({"start_day": "2026-05-01"}, "field.unknown", "/activity/start_day"),
        ({"start_date": "20260501"}, "date.invalid", "/activity/start_date"),
        ({"start_date": "2026-05-01T08:00"}, "date.time_not_allowed", "/activity/start_date"),
        ({"format": 1}, "field.type", "/activity/format"),
    ],
)
@pytest.mark.parametrize("beside_id", [True, False])
async def test_what_a_row_says_wrongly_of_its_activity_is_refused_at_its_place(
    desk: LearnerDesk, changes: Document, code: str, pointer: str, *, beside_id: bool
) -> None:
    named = {"activity_id": desk.activity_id} if beside_id else {}
    wrong = completion(2, activity={**KEY, **changes}, **named)
    job = await desk.take_in_learners(ndjson([completion(1), wrong]))
    if code == "import.activity_contradicted" and not beside_id:
        code, pointer = "import.activity_unknown", "/activity"
    with shown_on_failure(job):
        assert counted(job) == {"total": 2, "created": 1, "rejected": 1}
    (cause,) = job["causes"]
    assert (cause["code"], cause["pointer"], cause["first_rows"]) == (code, pointer, [2])


@pytest.mark.parametrize("changes", [{"activity": "PAIN-2026"}, {"activity_id": 100000001}])
async def test_an_activity_is_named_by_text_or_by_an_object(
    desk: LearnerDesk, changes: Document
) -> None:
    job = await desk.take_in_learners(ndjson([completion(1, **changes)]))
    (cause,) = job["causes"]
    assert (cause["code"], [cause["pointer"]]) == ("field.type", [f"/{name}" for name in changes])


async def test_nothing_of_a_person_is_told_in_causes_and_labels(desk: LearnerDesk) -> None:
    number = "1234567890"
    job = await desk.take_in_learners(
        ndjson([completion(1, npi=number), completion(2, credits=99)])
    )
    assert counted(job) == {"total": 2, "rejected": 2}
    assert number not in str(job)
    rows = await desk.results(job)
    assert number not in str(rows)
    assert "Learner" not in str(rows)
    assert {cause["code"]: cause["value"] for cause in job["causes"]} == {
        "completion.npi": None,
        "completion.credits_above_activity": 99,
    }


async def test_a_credit_that_a_file_names_twice_is_rejected_once(desk: LearnerDesk) -> None:
    job = await desk.take_in_learners(ndjson([completion(1), completion(1, credits=2)]))
    assert counted(job) == {"total": 2, "created": 1, "rejected": 1}


async def test_a_table_of_completions_goes_in(desk: LearnerDesk) -> None:
    columns = TABLES["completions"].columns(0)
    lines = [[column.name for column in columns]]
    lines += [values_of(columns, completion(number)) for number in range(3)]
    job = await desk.take_in_learners(b"".join(map(csv_line, lines)), "csv")
    with shown_on_failure(job):
        assert counted(job) == {"total": 3, "created": 3}


async def test_a_learner_report_of_the_draft_becomes_a_completion(desk: LearnerDesk) -> None:
    report = {
        "ReportingOrganization": "Provider",
        "Member": {
            "Name": {"GivenName": "Ada", "FamilyName": "Learner"},
            "PersonalInfo": {"BirthDate": "1970-02-28"},
        },
        "Activity": {
            "ProviderOrganization": desk.provider.provider_id,
            "Module": {
                "ModuleName": {"value": "Pain", "moduleID": desk.activity_id},
                "Status": "Completed",
                "CompletedDateTime": "2026-05-02T10:00:00",
                "CreditCertificate": [
                    {
                        "UniqueID": [
                            {"value": "A-77", "domain": "ABA"},
                            {"value": "1234567893", "domain": "NPI"},
                        ],
                        "CreditReceived": {
                            "activityCertification": "Lifelong Learning (CME)",
                            "creditUnit": "Point",
                            "numberOfCredits": 1.5,
                        },
                        "CreditID": "ccid:vendor:1",
                    }
                ],
            },
        },
        "XtensibleInfo": {"LearnerRecordAction": "add"},
    }
    sent = {"ACCMELearnerReports": {"ActivityReports": {"ActivityReport": [report]}}}
    job = await desk.take_in_learners(ndjson([sent]), "draft-json")
    with shown_on_failure(job):
        assert counted(job) == {"total": 1, "created": 1}
    (found,) = await desk.completions()
    assert found["credit_id"] == "ccid:vendor:1"
    assert found["completed_on"] == "2026-05-02"
    assert found["board_credits"][0]["board"] == "ABA"
    assert found["board_credits"][0]["credits"] == 1.5
    assert "1970" not in str(found)
    report["XtensibleInfo"] = {"LearnerRecordAction": "delete"}
    gone = await desk.take_in_learners(ndjson([sent]), "draft-json")
    with shown_on_failure(gone):
        assert counted(gone) == {"total": 1, "deleted": 1}


async def test_the_scope_of_the_records_is_needed_beside_that_of_imports(
    desk: LearnerDesk, database: Database
) -> None:
    issued = await issue_key(
        database,
        providers=[desk.provider.provider_id],
        scopes=["imports:write", "activities:write"],
        name="activities only",
    )
    desk.provider.client.headers["Authorization"] = f"Bearer {issued.key}"
    reply = await send(desk.provider, ndjson([completion(1)]), kind="completions")
    assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")
