"""A file says each completion once, however far apart the rows are that repeat it."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest

from app.core.clock import Clock
from app.core.database import Database, Transaction
from app.imports import runner, sure_completions
from app.imports.chunk_commit import LostError
from app.imports.completion_saving import CompletionSaving
from app.imports.outcomes import Entry, Run
from app.imports.reading_ahead import ReadingAhead
from app.learners import completion_entering
from tests.completions import ABA_TYPE, board_credit, completion, enter_activity
from tests.databases import superuser_of
from tests.harness import ReportingProvider
from tests.imports_support import Desk, counted, ndjson, shown_on_failure

Document = dict[str, Any]

# So small chunks that the rows below are in several of them; nor is one read in one go.
ROWS_OF_A_CHUNK = 3


class LearnerDesk(Desk):
    """Takes in files of completions for one activity."""

    activity_id = ""

    def row(self, number: int, **changes: object) -> Document:
        return completion(
            credit_id=f"C-{number}", board_credits=[], activity_id=self.activity_id, **changes
        )

    async def take_in_rows(self, rows: Sequence[Document], *, dry_run: bool = False) -> Document:
        content = ndjson(rows)
        return await self.take_in(content, kind="completions", force=True, dry_run=dry_run)

    async def credits(self) -> dict[str, float]:
        url = f"{self.provider.activities}/{self.activity_id}/completions"
        reply = await self.provider.client.get(url)
        return {row["credit_id"]: row["credits"] for row in reply.json()["data"]}


@pytest.fixture
async def desk(
    provider: ReportingProvider,
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> LearnerDesk:
    monkeypatch.setattr(runner, "CHUNK", {"completions": ROWS_OF_A_CHUNK})
    monkeypatch.setattr(sure_completions, "_TOGETHER", ROWS_OF_A_CHUNK - 1)
    made = LearnerDesk(provider, database, clock)
    made.activity_id = (await enter_activity(provider)).split("/")[-2]
    return made


def reasons(rows: Sequence[Document]) -> dict[int, tuple[str, str]]:
    return {
        row["row"]: (row["problems"][0]["code"], row["problems"][0]["message"])
        for row in rows
        if row["problems"]
    }


async def test_a_credit_repeated_in_a_later_chunk_is_rejected_and_names_the_first_row(
    desk: LearnerDesk,
) -> None:
    rows = [desk.row(number) for number in range(8)]
    rows[7] = desk.row(1, credits=2)
    refused = {8: ("import.row_repeated", "Row 2 of the file is about the same credit.")}
    job = await desk.take_in_rows(rows)
    assert counted(job) == {"total": 8, "created": 7, "rejected": 1}
    assert reasons(await desk.results(job)) == refused
    again = await desk.take_in_rows(rows)
    assert counted(again) == {"total": 8, "unchanged": 7, "rejected": 1}
    assert reasons(await desk.results(again)) == refused
    assert (await desk.credits())["C-1"] == 12.5


async def test_a_credit_that_is_repeated_without_a_change_is_rejected_as_well(
    desk: LearnerDesk,
) -> None:
    rows = [desk.row(number) for number in (0, 1, 2, 3, 4, 1)]
    for counts in ({"created": 5}, {"unchanged": 5}):
        job = await desk.take_in_rows(rows)
        assert counted(job) == {"total": 6, **counts, "rejected": 1}
        assert list(reasons(await desk.results(job))) == [6]


async def test_a_trial_tells_of_repeated_credits_as_the_import_would(desk: LearnerDesk) -> None:
    rows = [desk.row(number) for number in (0, 1, 2, 3, 4, 1)]
    job = await desk.take_in_rows(rows, dry_run=True)
    assert counted(job) == {"total": 6, "created": 5, "rejected": 1}
    assert reasons(await desk.results(job))[6][1].startswith("Row 2 ")
    assert await desk.credits() == {}


async def test_one_row_by_the_systems_id_and_one_by_the_clients_are_about_one_completion(
    desk: LearnerDesk,
) -> None:
    await desk.take_in_rows([desk.row(0)])
    (found,) = (
        await desk.provider.client.get(f"{desk.provider.activities}/{desk.activity_id}/completions")
    ).json()["data"]
    named = desk.row(0, credits=3)
    named["completion_id"] = found["completion_id"]
    job = await desk.take_in_rows([desk.row(0), *map(desk.row, (1, 2, 3)), named])
    assert counted(job) == {"total": 5, "created": 3, "unchanged": 1, "rejected": 1}
    assert reasons(await desk.results(job))[5][0] == "import.row_repeated"


async def test_a_trial_tells_of_a_second_day_with_a_board_as_the_import_would(
    desk: LearnerDesk,
) -> None:
    rows = [desk.row(number) for number in range(8)]
    rows[0]["board_credits"] = rows[7]["board_credits"] = [board_credit()]
    job = await desk.take_in_rows(rows, dry_run=True)
    assert counted(job) == {"total": 8, "created": 7, "rejected": 1}
    code, message = reasons(await desk.results(job))[8]
    assert (code, "row 1 of the file" in message) == ("completion.duplicate", True)
    assert await desk.credits() == {}


async def test_a_learner_twice_on_a_day_of_a_board_is_a_duplicate_in_any_chunk(
    desk: LearnerDesk,
) -> None:
    rows = [desk.row(number) for number in range(8)]
    rows[0]["board_credits"] = rows[7]["board_credits"] = [board_credit()]
    # Of another board the same learner may come twice.
    aba = board_credit(board="ABA", credit_type=ABA_TYPE, credits=1)
    rows[1]["board_credits"] = rows[6]["board_credits"] = [aba]
    for counts in ({"created": 7}, {"unchanged": 7}):
        job = await desk.take_in_rows(rows)
        with shown_on_failure(job):
            assert counted(job) == {"total": 8, **counts, "rejected": 1}
        ((row, (code, message)),) = reasons(await desk.results(job)).items()
        assert (row, code) == (8, "completion.duplicate")
        assert message.startswith("ABIM takes one completion of a learner, activity and day")


async def test_a_day_that_a_correction_frees_may_be_taken_by_a_later_row(
    desk: LearnerDesk,
) -> None:
    await desk.take_in_rows([desk.row(0) | {"board_credits": [board_credit()]}])
    moved = desk.row(0, completed_on="2026-05-03") | {"board_credits": [board_credit()]}
    later = desk.row(1) | {"board_credits": [board_credit()]}
    job = await desk.take_in_rows([moved, later])
    assert counted(job) == {"total": 2, "updated": 1, "created": 1}


async def test_what_is_in_doubt_and_what_is_not_come_to_their_own_ends_in_one_chunk(
    desk: LearnerDesk,
) -> None:
    await desk.take_in_rows([desk.row(0), desk.row(1)])
    without_name = desk.row(3)
    del without_name["family_name"]
    rows = [desk.row(0), desk.row(1, credits=5), desk.row(2), without_name, desk.row(4, credits=99)]
    job = await desk.take_in_rows(rows)
    assert counted(job) == {
        "total": 5,
        "unchanged": 1,
        "updated": 1,
        "created": 1,
        "rejected": 2,
    }
    assert {row: code for row, (code, _) in reasons(await desk.results(job)).items()} == {
        4: "field.required",
        5: "completion.credits_above_activity",
    }
    url = f"{desk.provider.activities}/{desk.activity_id}/completions"
    listed = (await desk.provider.client.get(url)).json()["data"]
    corrected = next(row for row in listed if row["credit_id"] == "C-1")
    history = await desk.provider.client.get(f"{url}/{corrected['completion_id']}/history")
    assert [version["action"] for version in history.json()["data"]] == ["recorded", "corrected"]


async def keep_row_by_row(database_url: str) -> None:
    """Keep the results as they were before they were kept in runs."""
    migration = import_module("migrations.versions.0015_results_in_runs")
    async with superuser_of(database_url) as superuser, superuser.transaction():
        await superuser.execute(migration.TAKEN_APART)
        await superuser.execute("UPDATE import_applied SET lengths = NULL")


async def test_results_that_were_kept_row_by_row_are_told_like_others(
    desk: LearnerDesk, database_url: str
) -> None:
    job = await desk.take_in_rows([desk.row(number) for number in range(4)])
    told = await desk.results(job)
    assert [one["row"] for one in told] == [1, 2, 3, 4]
    await keep_row_by_row(database_url)
    assert await desk.results(job) == told


@pytest.mark.parametrize("in_runs", [True, False])
async def test_a_worker_that_goes_on_knows_what_the_one_before_has_saved(
    desk: LearnerDesk, monkeypatch: pytest.MonkeyPatch, database_url: str, *, in_runs: bool
) -> None:
    rows = [desk.row(number) for number in (0, 1, 2, 3, 4, 1)]
    await desk.take_in_rows(rows[:3])
    save = CompletionSaving.save

    async def save_until_killed(
        self: CompletionSaving,
        transaction: Transaction,
        entries: Sequence[Entry],
        ahead: ReadingAhead,
    ) -> list[Run]:
        if entries[-1].row.number > ROWS_OF_A_CHUNK:
            raise LostError
        return await save(self, transaction, entries, ahead)

    monkeypatch.setattr(CompletionSaving, "save", save_until_killed)
    begun = await desk.take_in_rows(rows)
    assert (begun["state"], counted(begun)["unchanged"]) == ("running", 3)
    monkeypatch.undo()
    monkeypatch.setattr(runner, "CHUNK", {"completions": ROWS_OF_A_CHUNK})
    if not in_runs:
        await keep_row_by_row(database_url)
    job = await desk.work_off(begun["import_id"])
    assert counted(job) == {"total": 6, "unchanged": 3, "created": 2, "rejected": 1}
    assert reasons(await desk.results(job))[6][1].startswith("Row 2 ")


async def test_a_database_that_does_not_take_the_statement_is_given_one_row_after_the_other(
    desk: LearnerDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What PostgreSQL says of this is what Citus says of statements beyond one node.
    monkeypatch.setattr(completion_entering, "_ENTER", "SELECT count(*) FROM activities FOR UPDATE")
    rows = [desk.row(number) for number in range(8)]
    for counts in ({"created": 8}, {"unchanged": 8}):
        job = await desk.take_in_rows(rows)
        assert counted(job) == {"total": 8, **counts}
