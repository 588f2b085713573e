import pytest

from app.auth.operating import issue_key
from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.imports import file_storage
from app.imports.chunk_commit import LostError, held
from app.imports.jobs import ImportJobs
from tests.builders import complete_activity, draft_activity, moc_board
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, imports_of, ndjson, send


@pytest.fixture
def desk(provider: ReportingProvider, database: Database, clock: Clock) -> Desk:
    return Desk(provider, database, clock)


def records(count: int, **changes: object) -> list[dict[str, object]]:
    return [complete_activity(internal_id=f"I-{number:05}", **changes) for number in range(count)]


async def test_a_file_is_kept_first_and_answered_with_its_job(desk: Desk) -> None:
    reply = await send(desk.provider, ndjson(records(2)))
    job = reply.json()
    assert reply.status_code == 202
    assert reply.headers["location"] == f"{imports_of(desk.provider)}/{job['import_id']}"
    assert (job["state"], job["counts"]["total"]) == ("queued", None)
    assert await desk.activities() == []


async def test_rows_become_records_as_if_each_had_been_pushed(desk: Desk) -> None:
    job = await desk.take_in(ndjson(records(300)))
    assert (job["state"], counted(job)) == ("succeeded", {"total": 300, "created": 300})
    found = await desk.activities()
    assert len(found) == 200
    pushed = await desk.provider.client.post(
        desk.provider.activities, json=complete_activity(internal_id="PUSHED")
    )
    same = {"activity_id", "internal_id", "created_at", "updated_at", "meta", "warnings"}
    assert {k: v for k, v in found[0].items() if k not in same} == {
        k: v for k, v in pushed.json().items() if k not in same
    }
    history = await desk.provider.client.get(
        f"{desk.provider.activities}/{found[0]['activity_id']}/history"
    )
    of_pushed = await desk.provider.client.get(f"{pushed.headers['location']}/history")
    entry = history.json()["data"][0]
    assert entry["request_id"] == job["import_id"]
    assert [change["pointer"] for change in entry["changes"]] == [
        change["pointer"] for change in of_pushed.json()["data"][0]["changes"]
    ]


async def test_what_is_there_already_is_updated_or_left_alone(desk: Desk) -> None:
    await desk.take_in(ndjson(records(3)))
    sent = records(4)
    sent[1]["title"] = "Another title"
    job = await desk.take_in(ndjson(sent))
    assert counted(job) == {"total": 4, "created": 1, "updated": 1, "unchanged": 2}
    found = await desk.activities()
    assert [row["version"] for row in found] == [1, 2, 1, 1]
    assert [row["result"] for row in await desk.results(job)] == [
        "unchanged",
        "updated",
        "unchanged",
        "created",
    ]


async def test_every_row_that_is_wrong_says_why_and_the_others_go_in(desk: Desk) -> None:
    sent = records(5)
    sent[1]["credits"] = 0.3
    sent[3]["moc"] = {"registered": True, "boards": [moc_board(board="ABMI")]}
    job = await desk.take_in(ndjson(sent) + b'\n{"title": \n')
    assert job["state"] == "succeeded_with_errors"
    assert counted(job) == {"total": 6, "created": 3, "rejected": 3}
    rows = await desk.results(job, status="rejected")
    assert [row["row"] for row in rows] == [2, 4, 6]
    assert [row["problems"][0]["code"] for row in rows] == [
        "number.step",
        "moc.board_unknown",
        "json.invalid",
    ]
    assert rows[0]["label"] == "I-00001"
    assert rows[0]["problems"][0]["pointer"] == "/credits"


async def test_rows_with_one_cause_are_one_line_with_their_parts_counted_under_it(
    desk: Desk,
) -> None:
    wrong = records(7, moc={"registered": True, "boards": [moc_board(board="ABMI")]})
    job = await desk.take_in(ndjson(wrong))
    (cause,) = [cause for cause in job["causes"] if cause["value"] == "ABMI"]
    assert cause["pointer"] == "/moc/boards/{i}/board"
    assert (cause["count"], cause["children"]) == (7, 14)
    assert "ABIM" in cause["did_you_mean"]
    assert cause["first_rows"] == [1, 2, 3, 4, 5]


async def test_a_dry_run_tells_what_would_happen_and_saves_nothing(desk: Desk) -> None:
    sent = [*records(3), draft_activity(internal_id="BAD", credits=0.3)]
    job = await desk.take_in(ndjson(sent), dry_run=True)
    assert job["dry_run"] is True
    assert counted(job) == {"total": 4, "created": 3, "rejected": 1}
    assert await desk.activities() == []
    assert [row["record_id"] for row in await desk.results(job)] == [None] * 4


async def test_the_same_file_again_is_the_same_import_unless_forced(desk: Desk) -> None:
    content = ndjson(records(2))
    first = await desk.take_in(content)
    again = await send(desk.provider, content)
    assert again.json()["import_id"] == first["import_id"]
    assert (again.json()["state"], again.json()["meta"]) == ("succeeded", {"unchanged": True})
    trial = await send(desk.provider, content, dry_run=True)
    assert trial.json()["import_id"] != first["import_id"]
    forced = await desk.take_in(content, force=True)
    assert forced["import_id"] != first["import_id"]
    assert counted(forced) == {"total": 2, "unchanged": 2}


async def test_a_file_comes_also_as_the_field_of_a_form(desk: Desk) -> None:
    reply = await desk.provider.client.post(
        imports_of(desk.provider),
        params={"kind": "activities", "format": "ndjson"},
        files={"file": ("year.ndjson", ndjson(records(600)), "application/x-ndjson")},
    )
    assert reply.status_code == 202, reply.text
    job = await desk.work_off(reply.json()["import_id"])
    assert counted(job) == {"total": 600, "created": 600}


async def test_two_rows_about_one_activity_are_not_merged_in_silence(desk: Desk) -> None:
    sent = records(400)
    sent[350] = {**sent[3], "title": "The same key again"}
    job = await desk.take_in(ndjson(sent))
    assert counted(job) == {"total": 400, "created": 399, "rejected": 1}
    (row,) = await desk.results(job, status="rejected")
    assert (row["row"], row["problems"][0]["code"]) == (351, "import.row_repeated")
    assert "Row 4" in row["problems"][0]["message"]


@pytest.mark.parametrize("first", ["activity_id", "key"])
async def test_a_row_by_the_id_and_a_row_by_the_key_are_two_about_one_activity(
    desk: Desk, first: str
) -> None:
    (one,) = records(1)
    activity_id = (await desk.provider.enter(one)).rpartition("/")[2]
    by_id = {**one, "activity_id": activity_id, "title": "By the id"}
    by_key = {**one, "title": "By the key"}
    sent = [by_id, by_key] if first == "activity_id" else [by_key, by_id]
    job = await desk.take_in(ndjson(sent))
    assert counted(job) == {"total": 2, "updated": 1, "rejected": 1}
    (row,) = await desk.results(job, status="rejected")
    assert (row["row"], row["problems"][0]["code"]) == (2, "import.row_repeated")
    assert [record["title"] for record in await desk.activities()] == [sent[0]["title"]]


async def test_an_import_that_did_not_begin_is_cancelled_at_once(desk: Desk) -> None:
    sent = (await send(desk.provider, ndjson(records(2)))).json()
    reply = await desk.provider.client.delete(f"{imports_of(desk.provider)}/{sent['import_id']}")
    assert (reply.status_code, reply.json()["state"]) == (200, "cancelled")
    assert (await desk.work_off(sent["import_id"]))["state"] == "cancelled"
    assert await desk.activities() == []


async def test_an_older_code_of_a_format_is_understood(desk: Desk) -> None:
    job = await desk.take_in(ndjson(records(1, format="IL")))
    assert counted(job) == {"total": 1, "created": 1}
    assert (await desk.activities())[0]["format"] == "live_course"


async def test_imports_of_others_are_not_found(
    desk: Desk, other_provider: ReportingProvider
) -> None:
    job = (await send(desk.provider, ndjson(records(1)))).json()
    url = f"{imports_of(other_provider)}/{job['import_id']}"
    for path in (url, f"{url}/results"):
        assert (await other_provider.client.get(path)).status_code == 404
    assert (await other_provider.client.delete(url)).status_code == 404


@pytest.mark.parametrize(("content", "code"), [(b"", "import.file_empty")])
async def test_a_file_without_content_is_refused(desk: Desk, content: bytes, code: str) -> None:
    reply = await send(desk.provider, content)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_a_file_beyond_the_limit_is_refused_and_nothing_of_it_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_storage, "MOST_BYTES", 100)
    reply = await send(desk.provider, b" " * 101)
    assert (reply.status_code, reply.json()["code"]) == (413, "import.file_too_large")
    assert (await desk.provider.client.get(imports_of(desk.provider))).json()["data"] == []


async def test_the_list_begins_with_the_newest(desk: Desk) -> None:
    sent = [(await send(desk.provider, ndjson(records(n)))).json()["import_id"] for n in (1, 2, 3)]
    url = imports_of(desk.provider)
    page = (await desk.provider.client.get(url, params={"limit": 2})).json()
    assert [job["import_id"] for job in page["data"]] == [sent[2], sent[1]]
    cursor = page["page"]["next_cursor"]
    rest = (await desk.provider.client.get(url, params={"limit": 2, "cursor": cursor})).json()
    assert [job["import_id"] for job in rest["data"]] == [sent[0]]
    assert rest["page"]["next_cursor"] is None


async def test_a_running_import_stops_at_the_edge_of_its_chunk(
    desk: Desk, database: Database
) -> None:
    sent = (await send(desk.provider, ndjson(records(300)))).json()
    provider_id, import_id = desk.provider.provider_id, sent["import_id"]
    await database.run(
        provider_id, lambda transaction: ImportJobs(transaction, provider_id).take(import_id)
    )
    reply = await desk.provider.client.delete(f"{imports_of(desk.provider)}/{import_id}")
    assert (reply.json()["state"], reply.json()["cancel_requested"]) == ("running", True)
    job = await desk.work_off(import_id)
    assert (job["state"], counted(job)) == ("cancelled", {"total": 300, "unprocessed": 300})
    assert await desk.activities() == []


async def test_a_worker_that_lost_its_job_saves_nothing(desk: Desk, database: Database) -> None:
    sent = (await send(desk.provider, ndjson(records(2)))).json()
    provider_id, import_id = desk.provider.provider_id, sent["import_id"]

    async def hold_as_an_earlier_attempt(transaction: Transaction) -> None:
        jobs = ImportJobs(transaction, provider_id)
        first, second = await jobs.take(import_id), await jobs.take(import_id)
        assert (first, second) == (1, 2)
        with pytest.raises(LostError):
            await held(jobs, import_id, 1)
        assert await held(jobs, import_id, 2) is False

    await database.run(provider_id, hold_as_an_earlier_attempt)


async def test_a_key_that_may_not_write_activities_may_not_import_them(
    desk: Desk, database: Database
) -> None:
    issued = await issue_key(
        database,
        providers=[desk.provider.provider_id],
        scopes=["imports:write"],
        name="follows imports only",
    )
    headers = {"Authorization": f"Bearer {issued.key}"}
    reply = await desk.provider.client.post(
        imports_of(desk.provider),
        params={"kind": "activities", "format": "ndjson"},
        content=ndjson(records(1)),
        headers=headers,
    )
    assert (reply.status_code, reply.json()["code"]) == (403, "scope.missing")
    read = await desk.provider.client.get(imports_of(desk.provider), headers=headers)
    assert read.status_code == 200
