"""What a completion may say, of which activity, and how many a day."""

import pytest

from tests.answers import refusal
from tests.builders import Document, draft_activity
from tests.completions import (
    ABA_TYPE,
    board_credit,
    completion,
    enter_activity,
    report,
)
from tests.harness import FixedClock, ReportingProvider


@pytest.fixture
async def url(provider: ReportingProvider) -> str:
    return await enter_activity(provider)


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"birth_month_day": "02-30"}, "completion.birth_month_day", "/birth_month_day"),
        ({"birth_month_day": "2-9"}, "completion.birth_month_day", "/birth_month_day"),
        ({"birth_month_day": 229}, "field.type", "/birth_month_day"),
        ({"npi": "1234567890"}, "completion.npi", "/npi"),
        ({"npi": "123456789"}, "completion.npi", "/npi"),
        ({"npi": 1234567893}, "field.type", "/npi"),
        ({"license_state": "XX"}, "completion.license_state_unknown", "/license_state"),
        ({"license_state": "California"}, "completion.license_state_unknown", "/license_state"),
        ({"license_state": None}, "completion.license_state_needed", "/license_state"),
        ({"completed_on": "2026-04-30"}, "completion.date_outside_activity", "/completed_on"),
        ({"completed_on": "2026-05-04"}, "completion.date_outside_activity", "/completed_on"),
        ({"completed_on": "2026-05-02T10:00:00"}, "date.time_not_allowed", "/completed_on"),
        ({"completed_on": None}, "field.type", "/completed_on"),
        ({"credits": 12.75}, "completion.credits_above_activity", "/credits"),
        ({"credits": 0.3}, "number.step", "/credits"),
        ({"credits": "1"}, "field.type", "/credits"),
        ({"given_name": ""}, "text.empty", "/given_name"),
        ({"credit_id": "x" * 301}, "text.too_long", "/credit_id"),
        ({"credit_id": " x"}, "text.surrounding_blanks", "/credit_id"),
        ({"nip": "1234567893"}, "field.unknown", "/nip"),
        ({"birth_year": 1961}, "field.unknown", "/birth_year"),
    ],
)
async def test_what_a_completion_may_not_say_is_refused(
    provider: ReportingProvider, url: str, changes: Document, code: str, pointer: str
) -> None:
    reply = await provider.client.post(url, json=completion(**changes))
    assert refusal(reply) == [(code, pointer)]
    assert (await provider.client.get(url)).json()["data"] == []


@pytest.mark.parametrize(
    ("changes", "code", "member"),
    [
        ({"board": "ABIN"}, "completion.board_not_registered", "board"),
        ({"board": "ABP"}, "completion.board_not_registered", "board"),
        (
            {"credit_type": "Patient Safety"},
            "completion.credit_type_not_registered",
            "credit_type",
        ),
        ({"credits": 10.25}, "completion.credits_above_activity", "credits"),
        ({"board_learner_id": None}, "field.type", "board_learner_id"),
    ],
)
async def test_board_credit_is_what_the_activity_is_registered_for(
    provider: ReportingProvider, url: str, changes: Document, code: str, member: str
) -> None:
    sent = completion(board_credits=[board_credit(**changes)])
    reply = await provider.client.post(url, json=sent)
    assert refusal(reply) == [(code, f"/board_credits/0/{member}")]
    if changes == {"board": "ABIN"}:
        assert reply.json()["errors"][0]["did_you_mean"][0] == "ABIM"


async def test_the_same_credit_type_of_a_board_stands_once(
    provider: ReportingProvider, url: str
) -> None:
    sent = completion(board_credits=[board_credit(), board_credit(credits=1)])
    reply = await provider.client.post(url, json=sent)
    assert refusal(reply) == [("completion.board_credit_twice", "/board_credits/1")]


async def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_fields(
    provider: ReportingProvider, url: str
) -> None:
    wrong = completion(npi="1", credits=100, board_credits=[board_credit(board="X")])
    del wrong["given_name"], wrong["completed_on"]
    reply = await provider.client.post(url, json={**wrong, "license_state": "ZZ"})
    assert refusal(reply) == [
        ("field.required", "/given_name"),
        ("completion.license_state_unknown", "/license_state"),
        ("completion.npi", "/npi"),
        ("field.required", "/completed_on"),
        ("completion.credits_above_activity", "/credits"),
        ("completion.board_not_registered", "/board_credits/0/board"),
    ]


async def test_a_completion_is_not_of_a_day_that_has_not_come(
    provider: ReportingProvider, clock: FixedClock
) -> None:
    url = await enter_activity(provider, end_date="2026-12-31")
    tomorrow = completion(completed_on="2026-11-23")
    reply = await provider.client.post(url, json=tomorrow)
    assert refusal(reply) == [("completion.date_in_future", "/completed_on")]
    clock.pass_days(1)
    assert (await provider.client.post(url, json=tomorrow)).status_code == 201


async def test_a_draft_takes_no_completion_and_says_what_it_lacks(
    provider: ReportingProvider,
) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}/completions"
    reply = await provider.client.post(url, json=completion())
    assert (reply.status_code, reply.json()["code"]) == (409, "completion.activity_is_draft")
    assert reply.json()["missing"] == record["missing"]


async def test_a_credit_id_is_used_once_among_all_completions_of_the_provider(
    provider: ReportingProvider, other_provider: ReportingProvider, url: str
) -> None:
    created = await report(provider, url)
    elsewhere = await enter_activity(provider, internal_id="ANOTHER")
    for place in (url, elsewhere):
        reply = await provider.client.post(place, json=completion(completed_on="2026-05-03"))
        assert (reply.status_code, reply.json()["code"]) == (409, "completion.duplicate")
        assert reply.json()["related"] == [
            {
                "completion_id": created["completion_id"],
                "activity_id": created["activity_id"],
                "href": f"{url}/{created['completion_id']}",
            }
        ]
    await report(other_provider, await enter_activity(other_provider))


async def test_a_board_that_takes_one_completion_a_day_takes_no_second_one(
    provider: ReportingProvider, url: str
) -> None:
    created = await report(provider, url)
    again = completion(credit_id="2", given_name="M.")
    reply = await provider.client.post(url, json=again)
    assert (reply.status_code, reply.json()["code"]) == (409, "completion.duplicate")
    assert reply.json()["related"][0]["completion_id"] == created["completion_id"]
    await report(provider, url, credit_id="3", completed_on="2026-05-03")
    other_learner = [board_credit(board_learner_id="111111")]
    await report(provider, url, credit_id="4", board_credits=other_learner)


async def test_a_board_without_that_rule_and_no_board_at_all_take_two_a_day(
    provider: ReportingProvider, url: str
) -> None:
    aba = [board_credit(board="ABA", credit_type=ABA_TYPE)]
    for number, credits_ in enumerate((aba, aba, [], [])):
        await report(provider, url, credit_id=f"day-{number}", board_credits=credits_)


async def test_posted_without_a_credit_id_the_same_again_is_another_completion(
    provider: ReportingProvider, url: str
) -> None:
    first, second = [await report(provider, url, credit_id=None, board_credits=[]) for _ in "12"]
    assert first["completion_id"] != second["completion_id"]


async def test_a_day_is_free_again_when_its_completion_moves_or_goes(
    provider: ReportingProvider, url: str
) -> None:
    first = f"{url}/{(await report(provider, url))['completion_id']}"
    moved = await provider.client.put(first, json=completion(completed_on="2026-05-03"))
    assert moved.status_code == 200
    second = await report(provider, url, credit_id="2")
    back = await provider.client.put(first, json=completion())
    assert back.json()["code"] == "completion.duplicate"
    assert (await provider.client.delete(f"{url}/{second['completion_id']}")).status_code == 204
    assert (await provider.client.put(first, json=completion())).status_code == 200
