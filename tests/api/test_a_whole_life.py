"""One record from its first draft to its second close, and what its history says of it."""

from tests.builders import complete_activity, draft_activity
from tests.harness import ReportingProvider


async def test_a_record_lives_through_every_deed_and_its_history_tells_each(
    provider: ReportingProvider,
) -> None:
    made = await provider.client.post(provider.activities, json=draft_activity())
    url = made.headers["location"]
    await provider.client.put(url, json=complete_activity())
    await provider.client.post(f"{url}/close")
    await provider.client.post(f"{url}/reopen", json={"reason": "Two learners were left out."})
    await provider.client.put(
        f"{url}/learner-totals", json={"physicians": 122, "others": 14}, headers={"If-Match": '"4"'}
    )
    closed = await provider.client.post(f"{url}/close", headers={"If-Match": '"5"'})
    assert (closed.status_code, closed.headers["etag"]) == (200, '"6"')

    history = (await provider.client.get(f"{url}/history")).json()
    assert [(entry["version"], entry["action"]) for entry in history["data"]] == [
        (1, "created"),
        (2, "updated"),
        (3, "closed"),
        (4, "reopened"),
        (5, "updated"),
        (6, "closed"),
    ]
    assert history["data"][4]["changes"] == [
        {"pointer": "/learners/physicians", "before": 120, "after": 122}
    ]

    past = {
        version: (await provider.client.get(f"{url}/history?version={version}")).json()
        for version in range(1, 7)
    }
    assert [record["status"] for record in past.values()] == [
        "draft",
        "ready_to_close",
        "closed",
        "ready_to_close",
        "ready_to_close",
        "closed",
    ]
    assert [record["closed_at"] is None for record in past.values()] == [
        True,
        True,
        False,
        True,
        True,
        False,
    ]
    assert [record["learners"]["physicians"] for record in past.values()] == [
        None,
        120,
        120,
        120,
        122,
        122,
    ]
    assert past[6] == (await provider.client.get(url)).json()
    assert (await provider.client.delete(url)).json()["code"] == "activity.delete_closed"


async def test_a_reopened_record_can_be_deleted_and_remains_in_its_history(
    provider: ReportingProvider,
) -> None:
    made = await provider.client.post(f"{provider.activities}?close=true", json=complete_activity())
    url = made.headers["location"]
    await provider.client.post(f"{url}/reopen", json={"reason": "It did not take place."})
    assert (await provider.client.delete(url)).status_code == 204
    assert (await provider.client.get(url)).status_code == 404
    entries = (await provider.client.get(f"{url}/history")).json()["data"]
    assert [entry["action"] for entry in entries] == ["created", "closed", "reopened", "deleted"]
    # The key is free again, and the new record is another one.
    again = await provider.client.post(provider.activities, json=complete_activity())
    assert again.status_code == 201
    assert again.json()["activity_id"] != made.json()["activity_id"]


async def test_only_some_fields_of_a_record_are_read(provider: ReportingProvider) -> None:
    made = await provider.client.post(provider.activities, json=complete_activity())
    url = made.headers["location"]
    by_key = f"{provider.activities}/by-key/live_course/2026-05-01/PAIN-2026"
    for address in (url, by_key):
        reply = await provider.client.get(f"{address}?fields=missing,title,status")
        assert reply.json() == {
            "title": "Pain Medicine Update 2026",
            "status": "ready_to_close",
            "missing": [],
        }
        assert reply.headers["etag"] == '"1"'
        unknown = await provider.client.get(f"{address}?fields=titel")
        assert (unknown.status_code, unknown.json()["code"]) == (400, "parameter.invalid")
        assert unknown.json()["errors"][0]["did_you_mean"][0] == "title"
        again = await provider.client.get(
            f"{address}?fields=title", headers={"If-None-Match": '"1"'}
        )
        assert again.status_code == 304
