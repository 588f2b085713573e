from datetime import date
from typing import Any

import pytest

from tests.builders import complete_activity, draft_activity
from tests.harness import FixedClock, ReportingProvider


@pytest.fixture
def activities(provider: ReportingProvider) -> str:
    return provider.activities


def by_key(activities: str, document: dict[str, Any]) -> str:
    return (
        f"{activities}/by-key/{document['format']}/{document['start_date']}/"
        f"{document['internal_id']}"
    )


def codes(problem: dict[str, Any]) -> list[str]:
    return [error["code"] for error in problem["errors"]]


async def test_creating_answers_201_with_location_and_first_etag(
    provider: ReportingProvider, activities: str
) -> None:
    reply = await provider.client.post(activities, json=draft_activity())
    assert reply.status_code == 201
    record = reply.json()
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["location"] == f"{activities}/{record['activity_id']}"
    assert record["status"] == "draft"
    assert record["meta"] == {"unchanged": False}
    read = await provider.client.get(reply.headers["location"])
    assert read.json() == {name: value for name, value in record.items() if name != "meta"}


async def test_creating_under_a_taken_key_names_the_other_record(
    provider: ReportingProvider, activities: str
) -> None:
    first = (await provider.client.post(activities, json=draft_activity())).json()
    reply = await provider.client.post(activities, json=draft_activity())
    assert reply.status_code == 409
    problem = reply.json()
    assert problem["code"] == "activity.duplicate_key"
    assert [related["activity_id"] for related in problem["related"]] == [first["activity_id"]]


async def test_pushing_creates_then_changes_then_leaves_alone(
    provider: ReportingProvider, activities: str
) -> None:
    document = complete_activity()
    url = by_key(activities, document)
    created = await provider.client.put(url, json=document)
    assert (created.status_code, created.headers["etag"]) == (201, '"1"')
    same = await provider.client.put(url, json=document)
    assert (same.status_code, same.headers["etag"]) == (200, '"1"')
    assert same.json()["meta"] == {"unchanged": True}
    changed = await provider.client.put(url, json={**document, "title": "Another title"})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert changed.json()["title"] == "Another title"


async def test_the_reply_to_a_push_can_be_pushed_back_as_it_is(
    provider: ReportingProvider, activities: str
) -> None:
    document = complete_activity()
    url = by_key(activities, document)
    reply = (await provider.client.put(url, json=document)).json()
    again = await provider.client.put(url, json=reply)
    assert again.status_code == 200
    assert again.json()["meta"] == {"unchanged": True}


async def test_a_pushed_body_may_leave_out_the_key_and_must_not_contradict_it(
    provider: ReportingProvider, activities: str
) -> None:
    document = complete_activity()
    url = by_key(activities, document)
    without = {
        name: value
        for name, value in document.items()
        if name not in ("format", "start_date", "internal_id")
    }
    assert (await provider.client.put(url, json=without)).status_code == 201
    reply = await provider.client.put(url, json={**document, "internal_id": "OTHER"})
    assert reply.status_code == 422
    assert reply.json()["code"] == "activity.key_mismatch"


async def test_put_replaces_and_what_is_left_out_becomes_unanswered(
    provider: ReportingProvider, activities: str
) -> None:
    record = (await provider.client.post(activities, json=complete_activity())).json()
    url = f"{activities}/{record['activity_id']}"
    draft = {**draft_activity(), "internal_id": record["internal_id"]}
    reply = await provider.client.put(url, json=draft)
    assert reply.status_code == 200
    replaced = reply.json()
    assert replaced["description"] is None
    assert replaced["commercial_support"] == {"received": None, "sources": []}
    assert replaced["moc"]["boards"] == []


async def test_put_by_id_never_creates(provider: ReportingProvider, activities: str) -> None:
    reply = await provider.client.put(f"{activities}/999999999", json=draft_activity())
    assert reply.status_code == 404


async def test_patch_needs_if_match_and_refuses_a_stale_one(
    provider: ReportingProvider, activities: str
) -> None:
    record = (await provider.client.post(activities, json=draft_activity())).json()
    url = f"{activities}/{record['activity_id']}"
    assert (await provider.client.patch(url, json={"title": "New"})).status_code == 428
    fresh = await provider.client.patch(
        url,
        json={"title": "New"},
        headers={"If-Match": '"1"', "Content-Type": "application/merge-patch+json"},
    )
    assert (fresh.status_code, fresh.json()["version"]) == (200, 2)
    stale = await provider.client.patch(url, json={"title": "Newer"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await provider.client.get(url)).json()["title"] == "New"


async def test_patch_clears_with_null_and_replaces_lists_whole(
    provider: ReportingProvider, activities: str
) -> None:
    record = (await provider.client.post(activities, json=complete_activity())).json()
    url = f"{activities}/{record['activity_id']}"
    reply = await provider.client.patch(
        url,
        json={
            "description": None,
            "commercial_support": {"sources": []},
            "learners": {"others": None},
        },
        headers={"If-Match": "*"},
    )
    changed = reply.json()
    assert changed["description"] is None
    assert changed["commercial_support"] == {"received": True, "sources": []}
    assert changed["learners"] == {"physicians": record["learners"]["physicians"], "others": None}


async def test_fields_of_the_server_may_be_echoed_and_not_changed(
    provider: ReportingProvider, activities: str
) -> None:
    record = (await provider.client.post(activities, json=draft_activity())).json()
    url = f"{activities}/{record['activity_id']}"
    reply = await provider.client.put(url, json={**record, "status": "closed", "version": 7})
    assert reply.status_code == 422
    problem = reply.json()
    assert problem["code"] == "read_only"
    assert {error["pointer"] for error in problem["errors"]} == {"/status", "/version"}


async def test_changing_the_key_rekeys_and_collides_with_the_other_record(
    provider: ReportingProvider, activities: str
) -> None:
    first = (await provider.client.post(activities, json=draft_activity())).json()
    second = await provider.client.post(
        activities, json={**draft_activity(), "internal_id": "SECOND"}
    )
    url = f"{activities}/{second.json()['activity_id']}"
    reply = await provider.client.patch(
        url, json={"internal_id": first["internal_id"]}, headers={"If-Match": '"1"'}
    )
    assert reply.status_code == 409
    assert reply.json()["code"] == "activity.duplicate_key"
    assert reply.json()["related"][0]["activity_id"] == first["activity_id"]
    moved = await provider.client.patch(
        url, json={"internal_id": "THIRD"}, headers={"If-Match": '"1"'}
    )
    assert moved.status_code == 200
    assert moved.json()["activity_id"] == second.json()["activity_id"]


async def test_a_complete_ended_activity_closes_and_then_nothing_changes_it(
    provider: ReportingProvider, activities: str
) -> None:
    record = (await provider.client.post(activities, json=complete_activity())).json()
    assert record["status"] == "ready_to_close"
    url = f"{activities}/{record['activity_id']}"
    closed = await provider.client.post(f"{url}/close")
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    assert closed.json()["closed_at"] is not None
    again = await provider.client.post(f"{url}/close")
    assert (again.status_code, again.headers["etag"]) == (200, closed.headers["etag"])
    edit = await provider.client.patch(url, json={"title": "Late"}, headers={"If-Match": "*"})
    assert (edit.status_code, edit.json()["code"]) == (409, "activity.closed")
    gone = await provider.client.delete(url)
    assert (gone.status_code, gone.json()["code"]) == (409, "activity.delete_closed")
    assert (await provider.client.get(url)).json()["title"] == record["title"]


async def test_a_refused_close_lists_everything_that_is_missing(
    provider: ReportingProvider, activities: str
) -> None:
    document = {**draft_activity(), "end_date": "2026-12-01"}
    record = (await provider.client.post(activities, json=document)).json()
    reply = await provider.client.post(f"{activities}/{record['activity_id']}/close")
    assert reply.status_code == 409
    problem = reply.json()
    assert problem["code"] == "activity.not_ready"
    assert "activity.ended" in codes(problem)
    assert "learners.physicians" in codes(problem)
    listed = await provider.client.get(f"{activities}/{record['activity_id']}/missing?for=closed")
    assert [item["code"] for item in listed.json()["missing"]] == codes(problem)


async def test_a_draft_is_deleted_and_its_key_is_free_again(
    provider: ReportingProvider, activities: str
) -> None:
    record = (await provider.client.post(activities, json=draft_activity())).json()
    url = f"{activities}/{record['activity_id']}"
    assert (await provider.client.delete(url)).status_code == 204
    assert (await provider.client.get(url)).status_code == 404
    assert (await provider.client.delete(url)).status_code == 404
    again = await provider.client.post(activities, json=draft_activity())
    assert again.status_code == 201
    assert again.json()["activity_id"] != record["activity_id"]


async def test_require_status_saves_all_or_nothing(
    provider: ReportingProvider, activities: str
) -> None:
    refused = await provider.client.post(
        f"{activities}?require_status=active", json=draft_activity()
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "activity.below_required_status")
    assert "activity.credits" in codes(refused.json())
    accepted = await provider.client.post(
        f"{activities}?require_status=ready_to_close", json=complete_activity()
    )
    assert accepted.status_code == 201


async def test_close_with_a_save_does_both_or_neither(
    provider: ReportingProvider, activities: str
) -> None:
    document = complete_activity()
    lacking = {**document, "learners": {"physicians": 0, "others": None}}
    url = by_key(activities, document)
    refused = await provider.client.put(f"{url}?close=true", json=lacking)
    assert (refused.status_code, refused.json()["code"]) == (409, "activity.not_ready")
    assert (await provider.client.get(url)).status_code == 404
    closed = await provider.client.put(f"{url}?close=true", json=document)
    assert (closed.status_code, closed.json()["status"]) == (201, "closed")
    assert (await provider.client.put(f"{url}?close=true", json=document)).status_code == 200


async def test_validate_only_answers_as_the_real_call_and_saves_nothing(
    provider: ReportingProvider, activities: str
) -> None:
    document = complete_activity()
    url = by_key(activities, document)
    reply = await provider.client.put(f"{url}?validate_only=true", json=document)
    assert reply.status_code == 201
    assert reply.headers["validate-only"] == "true"
    assert reply.json()["status"] == "ready_to_close"
    assert (await provider.client.get(url)).status_code == 404


async def test_if_none_match_star_makes_a_push_create_only(
    provider: ReportingProvider, activities: str
) -> None:
    document = draft_activity()
    url = by_key(activities, document)
    headers = {"If-None-Match": "*"}
    assert (await provider.client.put(url, json=document, headers=headers)).status_code == 201
    assert (await provider.client.put(url, json=document, headers=headers)).status_code == 412


async def test_an_unchanged_record_is_not_sent_again(
    provider: ReportingProvider, activities: str
) -> None:
    record = (await provider.client.post(activities, json=draft_activity())).json()
    url = f"{activities}/{record['activity_id']}"
    assert (await provider.client.get(url, headers={"If-None-Match": '"1"'})).status_code == 304


async def test_the_day_moves_a_record_between_active_and_ready_to_close(
    provider: ReportingProvider, activities: str, clock: FixedClock
) -> None:
    document = {**complete_activity(), "end_date": clock.today().isoformat()}
    document["start_date"] = document["end_date"]
    record = (await provider.client.post(activities, json=document)).json()
    assert (record["status"], record["next_status"]) == ("active", "ready_to_close")
    assert [item["code"] for item in record["missing"]] == ["activity.ended"]
    url = f"{activities}/{record['activity_id']}"
    today = clock.today()
    try:
        clock.set(date.fromordinal(today.toordinal() + 1).isoformat())
        assert (await provider.client.get(url)).json()["status"] == "ready_to_close"
    finally:
        clock.set(today.isoformat())


async def test_another_providers_record_is_not_found_in_the_same_words(
    provider: ReportingProvider, other_provider: ReportingProvider, activities: str
) -> None:
    record = (await provider.client.post(activities, json=draft_activity())).json()
    theirs = await other_provider.client.get(f"{activities}/{record['activity_id']}")
    absent = await other_provider.client.get(f"{activities}/999999999")
    own_path = f"/v1/providers/{other_provider.provider_id}/activities/{record['activity_id']}"
    mine = await other_provider.client.get(own_path)
    for reply in (theirs, absent, mine):
        assert reply.status_code == 404
        problem = reply.json()
        del problem["instance"], problem["request_id"]
        assert problem == {
            **{name: absent.json()[name] for name in problem},
        }


async def test_every_problem_of_a_record_is_reported_at_once(
    provider: ReportingProvider, activities: str
) -> None:
    document = {
        **complete_activity(),
        "end_date": "2020-01-01",
        "credits": 1.1,
        "formatt": "x",
        "country": "US",
        "learners": {"physicians": "40", "others": True},
    }
    reply = await provider.client.post(activities, json=document)
    assert reply.status_code == 422
    assert set(codes(reply.json())) >= {
        "activity.date_order",
        "number.step",
        "field.unknown",
        "field.type",
        "activity.country_unknown",
    }


async def test_a_machine_client_needs_an_internal_id(
    provider: ReportingProvider, activities: str
) -> None:
    document = {name: value for name, value in draft_activity().items() if name != "internal_id"}
    reply = await provider.client.post(activities, json=document)
    assert (reply.status_code, reply.json()["code"]) == (422, "activity.internal_id_required")
    own = await provider.client.post(
        activities, json={**document, "internal_id": provider.provider_id}
    )
    assert (own.status_code, own.json()["code"]) == (422, "activity.internal_id_is_provider_id")
