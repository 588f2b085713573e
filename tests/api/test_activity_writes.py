"""Creating, replacing, changing and deleting one record."""

from tests.answers import codes
from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider


async def test_creating_answers_201_with_location_and_first_etag(
    provider: ReportingProvider,
) -> None:
    reply = await provider.client.post(provider.activities, json=draft_activity())
    assert reply.status_code == 201
    record = reply.json()
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["location"] == f"{provider.activities}/{record['activity_id']}"
    assert record["status"] == "draft"
    assert record["meta"] == {"unchanged": False}
    read = await provider.client.get(reply.headers["location"])
    assert read.json() == {name: value for name, value in record.items() if name != "meta"}


async def test_put_replaces_and_what_is_left_out_becomes_unanswered(
    provider: ReportingProvider,
) -> None:
    record = (await provider.client.post(provider.activities, json=complete_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
    draft = {**draft_activity(), "internal_id": record["internal_id"]}
    reply = await provider.client.put(url, json=draft)
    assert reply.status_code == 200
    replaced = reply.json()
    assert replaced["description"] is None
    assert replaced["commercial_support"] == {"received": None, "sources": []}
    assert replaced["moc"]["boards"] == []


async def test_put_by_id_never_creates(provider: ReportingProvider) -> None:
    reply = await provider.client.put(f"{provider.activities}/999999999", json=draft_activity())
    assert reply.status_code == 404


async def test_patch_needs_if_match_and_refuses_a_stale_one(provider: ReportingProvider) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
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


async def test_patch_clears_with_null_and_replaces_lists_whole(provider: ReportingProvider) -> None:
    record = (await provider.client.post(provider.activities, json=complete_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
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
    provider: ReportingProvider,
) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
    reply = await provider.client.put(url, json={**record, "status": "closed", "version": 7})
    assert reply.status_code == 422
    problem = reply.json()
    assert problem["code"] == "read_only"
    assert {error["pointer"] for error in problem["errors"]} == {"/status", "/version"}


async def test_a_draft_is_deleted_and_its_key_is_free_again(provider: ReportingProvider) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
    assert (await provider.client.delete(url)).status_code == 204
    assert (await provider.client.get(url)).status_code == 404
    assert (await provider.client.delete(url)).status_code == 404
    again = await provider.client.post(provider.activities, json=draft_activity())
    assert again.status_code == 201
    assert again.json()["activity_id"] != record["activity_id"]


async def test_validate_only_answers_as_the_real_call_and_saves_nothing(
    provider: ReportingProvider,
) -> None:
    document = complete_activity()
    url = provider.by_key(document)
    reply = await provider.client.put(f"{url}?validate_only=true", json=document)
    assert reply.status_code == 201
    assert reply.headers["validate-only"] == "true"
    assert reply.json()["status"] == "ready_to_close"
    assert (await provider.client.get(url)).status_code == 404


async def test_an_unchanged_record_is_not_sent_again(provider: ReportingProvider) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    url = f"{provider.activities}/{record['activity_id']}"
    assert (await provider.client.get(url, headers={"If-None-Match": '"1"'})).status_code == 304


async def test_another_providers_record_is_not_found_in_the_same_words(
    provider: ReportingProvider, other_provider: ReportingProvider
) -> None:
    record = (await provider.client.post(provider.activities, json=draft_activity())).json()
    theirs = await other_provider.client.get(f"{provider.activities}/{record['activity_id']}")
    absent = await other_provider.client.get(f"{provider.activities}/999999999")
    own_path = f"/v1/providers/{other_provider.provider_id}/activities/{record['activity_id']}"
    mine = await other_provider.client.get(own_path)
    for reply in (theirs, absent, mine):
        assert reply.status_code == 404
        problem = reply.json()
        del problem["instance"], problem["request_id"]
        assert problem == {
            **{name: absent.json()[name] for name in problem},
        }


async def test_a_country_that_is_written_out_is_answered_with_its_code(
    provider: ReportingProvider,
) -> None:
    for written, code in (("United States", "USA"), ("U.S.A.", "USA"), ("Canada", "CAN")):
        reply = await provider.client.post(
            provider.activities, json=complete_activity(country=written)
        )
        (error,) = reply.json()["errors"]
        assert (error["code"], error["value"]) == ("activity.country_unknown", written)
        assert error["did_you_mean"] == [code]


async def test_an_older_code_of_a_format_is_answered_with_the_format(
    provider: ReportingProvider,
) -> None:
    for written, meant in (
        ("RSS", ["regularly_scheduled_series"]),
        ("iem", ["enduring_material"]),
        ("Live Course", ["live_course"]),
        ("XYZ", []),
    ):
        reply = await provider.client.post(provider.activities, json=draft_activity(format=written))
        (error,) = reply.json()["errors"]
        assert (error["code"], error["did_you_mean"]) == ("field.enum", meant)


async def test_every_problem_of_a_record_is_reported_at_once(provider: ReportingProvider) -> None:
    document = {
        **complete_activity(),
        "end_date": "2020-01-01",
        "credits": 1.1,
        "formatt": "x",
        "country": "US",
        "learners": {"physicians": "40", "others": True},
    }
    reply = await provider.client.post(provider.activities, json=document)
    assert reply.status_code == 422
    assert set(codes(reply.json())) >= {
        "activity.date_order",
        "number.step",
        "field.unknown",
        "field.type",
        "activity.country_unknown",
    }
