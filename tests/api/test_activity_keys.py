"""Pushing under format, start date and internal id, and what a key may be."""

from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider


async def test_creating_under_a_taken_key_names_the_other_record(
    provider: ReportingProvider,
) -> None:
    first = (await provider.client.post(provider.activities, json=draft_activity())).json()
    reply = await provider.client.post(provider.activities, json=draft_activity())
    assert reply.status_code == 409
    problem = reply.json()
    assert problem["code"] == "activity.duplicate_key"
    assert [related["activity_id"] for related in problem["related"]] == [first["activity_id"]]


async def test_pushing_creates_then_changes_then_leaves_alone(provider: ReportingProvider) -> None:
    document = complete_activity()
    url = provider.by_key(document)
    created = await provider.client.put(url, json=document)
    assert (created.status_code, created.headers["etag"]) == (201, '"1"')
    same = await provider.client.put(url, json=document)
    assert (same.status_code, same.headers["etag"]) == (200, '"1"')
    assert same.json()["meta"] == {"unchanged": True}
    changed = await provider.client.put(url, json={**document, "title": "Another title"})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert changed.json()["title"] == "Another title"


async def test_the_reply_to_a_push_can_be_pushed_back_as_it_is(provider: ReportingProvider) -> None:
    document = complete_activity()
    url = provider.by_key(document)
    reply = (await provider.client.put(url, json=document)).json()
    again = await provider.client.put(url, json=reply)
    assert again.status_code == 200
    assert again.json()["meta"] == {"unchanged": True}


async def test_a_pushed_body_may_leave_out_the_key_and_must_not_contradict_it(
    provider: ReportingProvider,
) -> None:
    document = complete_activity()
    url = provider.by_key(document)
    without = {
        name: value
        for name, value in document.items()
        if name not in ("format", "start_date", "internal_id")
    }
    assert (await provider.client.put(url, json=without)).status_code == 201
    reply = await provider.client.put(url, json={**document, "internal_id": "OTHER"})
    assert reply.status_code == 422
    assert reply.json()["code"] == "activity.key_mismatch"


async def test_changing_the_key_rekeys_and_collides_with_the_other_record(
    provider: ReportingProvider,
) -> None:
    first = (await provider.client.post(provider.activities, json=draft_activity())).json()
    second = await provider.client.post(
        provider.activities, json={**draft_activity(), "internal_id": "SECOND"}
    )
    url = f"{provider.activities}/{second.json()['activity_id']}"
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


async def test_if_none_match_star_makes_a_push_create_only(provider: ReportingProvider) -> None:
    document = draft_activity()
    url = provider.by_key(document)
    headers = {"If-None-Match": "*"}
    assert (await provider.client.put(url, json=document, headers=headers)).status_code == 201
    assert (await provider.client.put(url, json=document, headers=headers)).status_code == 412


async def test_a_machine_client_needs_an_internal_id(provider: ReportingProvider) -> None:
    document = {name: value for name, value in draft_activity().items() if name != "internal_id"}
    reply = await provider.client.post(provider.activities, json=document)
    assert (reply.status_code, reply.json()["code"]) == (422, "activity.internal_id_required")
    own = await provider.client.post(
        provider.activities, json={**document, "internal_id": provider.provider_id}
    )
    assert (own.status_code, own.json()["code"]) == (422, "activity.internal_id_is_provider_id")
