"""The push under a key in the URL: every internal id and every date, read as they are meant."""

from urllib.parse import quote

import pytest

from tests.builders import draft_activity
from tests.harness import ReportingProvider

ODD_IDS = [
    "GR/IM/2026",
    "GR%2FIM",
    "Été-ö-漢",
    "a b",
    "x.y",
    ".hidden",
    "a?b#c",
    "100%",
    "a+b",
    "close",
    "by-key/live_course/2026-05-01/X",
    "(1);[2]=~!@$&*",
    "x" * 100,
]


@pytest.mark.parametrize("internal_id", ODD_IDS)
async def test_any_internal_id_can_stand_in_the_url(
    provider: ReportingProvider, internal_id: str
) -> None:
    url = by_key(provider, internal_id)
    document = draft_activity(internal_id=internal_id)
    made = await provider.client.put(url, json=document)
    assert made.status_code == 201, made.text
    assert made.json()["internal_id"] == internal_id
    again = await provider.client.put(url, json=document)
    assert (again.status_code, again.json()["meta"]) == (200, {"unchanged": True})
    read = await provider.client.get(url)
    assert read.json()["activity_id"] == made.json()["activity_id"]
    assert (await provider.client.delete(url)).status_code == 204
    assert (await provider.client.get(url)).status_code == 404


@pytest.mark.parametrize(
    ("internal_id", "code"),
    [
        (" A", "text.surrounding_blanks"),
        ("A ", "text.surrounding_blanks"),
        ("a\u200bb", "text.invalid_character"),
        ("a\u202eb", "text.invalid_character"),
        ("e\u0301", "text.not_normalized"),
        ("x" * 101, "text.too_long"),
        ("", "text.empty"),
    ],
)
async def test_an_internal_id_that_could_be_mistaken_for_another_is_refused(
    provider: ReportingProvider, internal_id: str, code: str
) -> None:
    document = draft_activity()
    del document["internal_id"]
    reply = await provider.client.put(by_key(provider, internal_id), json=document)
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert reply.json()["errors"][0]["pointer"] == "/internal_id"


async def test_case_tells_internal_ids_apart(provider: ReportingProvider) -> None:
    for internal_id in ("gr-1", "GR-1"):
        document = draft_activity(internal_id=internal_id)
        reply = await provider.client.put(by_key(provider, internal_id), json=document)
        assert reply.status_code == 201


async def test_the_providers_own_id_is_no_internal_id(provider: ReportingProvider) -> None:
    document = draft_activity(internal_id=provider.provider_id)
    pushed = await provider.client.put(by_key(provider, provider.provider_id), json=document)
    created = await provider.client.post(provider.activities, json=document)
    for reply in (pushed, created):
        assert reply.status_code == 422
        assert reply.json()["code"] == "activity.internal_id_is_provider_id"
    longer = draft_activity(internal_id=f"{provider.provider_id}-1")
    assert (await provider.client.post(provider.activities, json=longer)).status_code == 201


@pytest.mark.parametrize(
    "day",
    [
        "2026-05-01T00:00:00",
        "2026-05-01T00:00:00Z",
        "1777593600",
        "2026-5-1",
        "20260501",
        "2026-02-29",
        "2026-02-30",
        "0000-01-01",
        "tomorrow",
    ],
)
async def test_a_date_in_the_url_is_a_day_and_nothing_else(
    provider: ReportingProvider, day: str
) -> None:
    url = f"{provider.activities}/by-key/live_course/{day}/PAIN-2026"
    for method in ("GET", "PUT", "DELETE"):
        body = {"title": "A title", "end_date": "2026-05-03"} if method == "PUT" else None
        reply = await provider.client.request(method, url, json=body)
        assert (reply.status_code, reply.json()["code"]) == (400, "parameter.invalid")
        assert reply.json()["errors"][0]["pointer"] == "{start_date}"


@pytest.mark.parametrize("member", ["format", "start_date", "internal_id"])
async def test_a_key_member_that_is_null_is_left_out_and_another_value_contradicts(
    provider: ReportingProvider, member: str
) -> None:
    url = by_key(provider, "PAIN-2026")
    unanswered = await provider.client.put(url, json=draft_activity(**{member: None}))
    assert unanswered.status_code == 201
    assert unanswered.json()[member] == draft_activity()[member]
    other = await provider.client.put(url, json=draft_activity(**{member: "2026-05-02"}))
    assert (other.status_code, other.json()["code"]) == (422, "activity.key_mismatch")
    assert other.json()["errors"][0]["pointer"] == f"/{member}"


async def test_a_rekeyed_record_is_found_under_its_new_key_only(
    provider: ReportingProvider,
) -> None:
    made = (await provider.client.post(provider.activities, json=draft_activity())).json()
    url = f"{provider.activities}/{made['activity_id']}"
    moved = await provider.client.patch(
        url, json={"start_date": "2026-05-02", "format": "other_blended"}, headers={"If-Match": "*"}
    )
    assert moved.json()["activity_id"] == made["activity_id"]
    assert (await provider.client.get(by_key(provider, "PAIN-2026"))).status_code == 404
    there = f"{provider.activities}/by-key/other_blended/2026-05-02/PAIN-2026"
    assert (await provider.client.get(there)).json()["activity_id"] == made["activity_id"]


def by_key(provider: ReportingProvider, internal_id: str) -> str:
    return f"{provider.activities}/by-key/live_course/2026-05-01/{quote(internal_id, safe='')}"
