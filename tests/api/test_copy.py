from typing import Any

import httpx
import pytest

from tests.builders import Document, complete_activity, moc_board
from tests.harness import ReportingProvider


@pytest.fixture
async def original(provider: ReportingProvider) -> Document:
    reply = await provider.client.post(provider.activities, json=complete_activity())
    record: Document = reply.json()
    return record


@pytest.fixture
def url(provider: ReportingProvider, original: Document) -> str:
    return f"{provider.activities}/{original['activity_id']}/copy"


def instance(internal_id: str = "NEXT", **changes: Any) -> Document:
    return {
        "internal_id": internal_id,
        "start_date": "2027-05-01",
        "end_date": "2027-05-03",
        **changes,
    }


async def copy(
    provider: ReportingProvider, url: str, *instances: Document, **headers: str
) -> httpx.Response:
    return await provider.client.post(url, json={"instances": list(instances)}, headers=headers)


async def total(provider: ReportingProvider) -> int:
    reply = await provider.client.get(provider.activities, params={"count": "exact"})
    number: int = reply.json()["page"]["total"]
    return number


async def test_a_copy_takes_over_what_is_planned_and_not_what_happened(
    provider: ReportingProvider, original: Document, url: str
) -> None:
    reply = await copy(provider, url, instance())
    assert reply.status_code == 201
    (made,) = reply.json()["data"]
    assert made["activity_id"] != original["activity_id"]
    assert (made["version"], made["closed_at"]) == (1, None)
    assert (made["internal_id"], made["start_date"]) == ("NEXT", "2027-05-01")
    for name in ("title", "format", "credits", "location", "city", "url", "joint_providers"):
        assert made[name] == original[name]
    assert made["outcome_measures"] == original["outcome_measures"]
    assert made["commercial_support"] == {"received": None, "sources": []}
    assert made["learners"] == {"physicians": None, "others": None}
    assert made["moc"]["attestation"] is None
    board, was = made["moc"]["boards"][0], original["moc"]["boards"][0]
    assert board == {**was, "credit_claim_date": None}
    read = await provider.client.get(f"{provider.activities}/{made['activity_id']}")
    assert read.json() == made
    entries = (await provider.client.get(f"{url.rpartition('/')[0]}/history")).json()["data"]
    assert len(entries) == 1


async def test_a_copy_leaves_out_a_board_that_has_left_by_its_start(
    provider: ReportingProvider,
) -> None:
    left = {"board": "ABO", "practice_areas": [], "credit_types": []}
    moc = {"registered": True, "boards": [left, moc_board()]}
    one = await provider.enter(
        complete_activity(
            start_date="2022-05-01", end_date="2022-05-03", moc=moc, commercial_support=None
        )
    )
    in_time = instance("IN-TIME", start_date="2022-12-31", end_date="2022-12-31")
    reply = await copy(provider, f"{one}/copy", in_time, instance("TOO-LATE"))
    assert reply.status_code == 201, reply.text
    boards = [[row["board"] for row in made["moc"]["boards"]] for made in reply.json()["data"]]
    assert boards == [["ABO", "ABA"], ["ABA"]]


async def test_the_status_of_a_copy_follows_from_its_content(
    provider: ReportingProvider, url: str
) -> None:
    active, draft = (await copy(provider, url, instance("A"), instance("B", location=None))).json()[
        "data"
    ]
    assert (active["status"], draft["status"]) == ("active", "draft")
    assert [item["code"] for item in draft["missing"]] == ["activity.location"]
    history = f"{provider.activities}/{active['activity_id']}/history"
    (entry,) = (await provider.client.get(history)).json()["data"]
    assert (entry["version"], entry["action"]) == (1, "copied")


async def test_several_dates_and_places_make_one_record_each_in_their_order(
    provider: ReportingProvider, url: str
) -> None:
    places = ["Redding", "Chico", "Fresno"]
    reply = await copy(
        provider,
        url,
        *(
            instance(city, city=city, location=f"{city} Hall", title=f"Pain in {city}")
            for city in places
        ),
    )
    made = reply.json()["data"]
    assert [record["city"] for record in made] == places
    assert [record["title"] for record in made] == [f"Pain in {city}" for city in places]
    assert {record["state"] for record in made} == {"CA"}
    assert await total(provider) == 4


async def test_every_problem_of_every_instance_is_told_and_nothing_is_copied(
    provider: ReportingProvider, url: str
) -> None:
    reply = await copy(
        provider,
        url,
        instance("GOOD"),
        instance("BAD", end_date="2020-01-01", country="US"),
        {"end_date": "2027-05-03"},
        instance("WORSE", internl_id="x", title=7),
    )
    assert reply.status_code == 422
    found = {(error["pointer"], error["code"]) for error in reply.json()["errors"]}
    assert found >= {
        ("/instances/1/end_date", "activity.date_order"),
        ("/instances/1/country", "activity.country_unknown"),
        ("/instances/2/internal_id", "activity.internal_id_required"),
        ("/instances/2/start_date", "activity.start_date"),
        ("/instances/3/title", "field.type"),
        ("/instances/3/internl_id", "field.unknown"),
    }
    order = [error["pointer"].split("/")[2] for error in reply.json()["errors"]]
    assert order == sorted(order)
    assert await total(provider) == 1


@pytest.mark.parametrize(
    "body", [{}, {"instances": []}, {"instances": None}, [], {"instances": [instance()] * 101}]
)
async def test_a_copy_is_asked_for_with_1_to_100_instances(
    provider: ReportingProvider, url: str, body: Any
) -> None:
    assert (await provider.client.post(url, json=body)).status_code == 422
    assert await total(provider) == 1


async def test_a_taken_key_names_the_other_record_and_nothing_is_copied(
    provider: ReportingProvider, original: Document, url: str
) -> None:
    taken = instance(
        original["internal_id"], start_date=original["start_date"], end_date=original["end_date"]
    )
    reply = await copy(provider, url, instance("FREE"), taken)
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (409, "activity.duplicate_key")
    assert problem["detail"] == "1 key is taken. No copy was made."
    assert [error["pointer"] for error in problem["errors"]] == ["/instances/1/internal_id"]
    assert [other["activity_id"] for other in problem["related"]] == [original["activity_id"]]
    assert await total(provider) == 1


async def test_two_instances_with_one_key_are_refused(
    provider: ReportingProvider, url: str
) -> None:
    reply = await copy(provider, url, instance("A"), instance("B"), instance("A"))
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (409, "activity.duplicate_key")
    assert [error["pointer"] for error in problem["errors"]] == ["/instances/2/internal_id"]
    assert problem["related"] == [
        {
            "pointer": "/instances/0",
            "format": "live_course",
            "start_date": "2027-05-01",
            "internal_id": "A",
        }
    ]
    assert await total(provider) == 1


async def test_a_closed_activity_can_be_copied(
    provider: ReportingProvider, original: Document, url: str
) -> None:
    path = f"{provider.activities}/{original['activity_id']}"
    assert (await provider.client.post(f"{path}/close")).status_code == 200
    (made,) = (await copy(provider, url, instance())).json()["data"]
    assert made["status"] == "active"
    assert (await provider.client.get(path)).json()["status"] == "closed"


async def test_copying_respects_if_match_and_a_trial_copies_nothing(
    provider: ReportingProvider, url: str
) -> None:
    stale = await copy(provider, url, instance(), **{"If-Match": '"9"'})
    assert stale.status_code == 412
    trial = await provider.client.post(
        f"{url}?validate_only=true", json={"instances": [instance()]}
    )
    assert (trial.status_code, trial.headers["validate-only"]) == (201, "true")
    assert trial.json()["data"][0]["internal_id"] == "NEXT"
    assert await total(provider) == 1


async def test_copies_asked_for_again_under_their_key_are_made_once(
    provider: ReportingProvider, url: str
) -> None:
    key = {"Idempotency-Key": "copy-1"}
    first = await copy(provider, url, instance("A"), instance("B"), **key)
    again = await copy(provider, url, instance("A"), instance("B"), **key)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content
    assert await total(provider) == 3


async def test_what_is_absent_or_anothers_is_not_copied(
    provider: ReportingProvider, other_provider: ReportingProvider, original: Document
) -> None:
    body = {"instances": [instance()]}
    absent = f"{provider.activities}/999999999/copy"
    assert (await provider.client.post(absent, json=body)).status_code == 404
    theirs = f"{other_provider.activities}/{original['activity_id']}/copy"
    assert (await other_provider.client.post(theirs, json=body)).status_code == 404
