"""MOC as a part of its own: registrations per board, fallbacks, and the attestation."""

from typing import Any

import pytest

from tests.builders import complete_activity, moc_board
from tests.harness import ReportingProvider

Document = dict[str, Any]

ABIM: Document = {
    "practice_areas": ["Internal Medicine"],
    "credit_types": ["Medical Knowledge (Part II)"],
    "credits": 12.5,
    "credit_claim_date": "2026-12-31",
}


@pytest.fixture
async def activity(provider: ReportingProvider) -> str:
    """The path of a complete activity that is registered with ABA."""
    reply = await provider.client.post(provider.activities, json=complete_activity())
    assert reply.status_code == 201, reply.text
    return f"{provider.activities}/{reply.json()['activity_id']}"


async def moc_of(provider: ReportingProvider, activity: str) -> Document:
    reply = await provider.client.get(f"{activity}/moc")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def test_each_board_shows_what_holds_for_it_and_whose_value_that_is(
    provider: ReportingProvider, activity: str
) -> None:
    own = moc_board(fee="free")
    await provider.client.put(f"{activity}/moc/boards/ABA", json=own)
    record = (await provider.client.get(activity)).json()
    changed = {**record, "registration": None, "cme_finder": False}
    assert (await provider.client.put(activity, json=written(changed))).status_code == 200
    [board] = (await moc_of(provider, activity))["boards"]
    assert board["fee"] == "free"
    assert board["url"] is None
    assert board["resolved"] == {
        "fee": {"value": "free", "origin": "board"},
        "registration": {"value": None, "origin": None},
        "url": {"value": "https://cme.valley-hospital.org/pain", "origin": "activity"},
    }


async def test_moc_is_replaced_as_a_version_of_the_record(
    provider: ReportingProvider, activity: str
) -> None:
    sent = {"registered": True, "boards": [{"board": "ABIM", **ABIM}]}
    reply = await provider.client.put(f"{activity}/moc", json=sent)
    assert (reply.status_code, reply.headers["etag"]) == (200, '"2"')
    assert reply.json()["attestation"] is None
    record = (await provider.client.get(activity)).json()
    assert [board["board"] for board in record["moc"]["boards"]] == ["ABIM"]
    assert [item["code"] for item in record["missing"]] == ["moc.attestation"]


async def test_moc_can_be_sent_back_as_it_was_read(
    provider: ReportingProvider, activity: str
) -> None:
    read = await moc_of(provider, activity)
    reply = await provider.client.put(f"{activity}/moc", json=read)
    assert (reply.status_code, reply.json()["meta"]) == (200, {"unchanged": True})
    assert reply.headers["etag"] == '"1"'


async def test_the_servers_fields_inside_moc_cannot_be_written(
    provider: ReportingProvider, activity: str
) -> None:
    read = await moc_of(provider, activity)
    read["attestation"]["text_version"] = "1999-01"
    read["boards"][0]["resolved"]["fee"]["origin"] = "board"
    reply = await provider.client.put(f"{activity}/moc", json=read)
    assert (reply.status_code, reply.json()["code"]) == (422, "read_only")
    assert [error["pointer"] for error in reply.json()["errors"]] == [
        "/attestation/text_version",
        "/boards/0/resolved",
    ]


async def test_the_text_of_an_attestation_is_recorded_however_it_comes_in(
    provider: ReportingProvider, activity: str
) -> None:
    attestation = {"attested_by": "J. Doe", "attested_on": "2026-04-01"}
    read = await moc_of(provider, activity)
    assert read["attestation"] == {**attestation, "text_version": "2026-01"}
    record = (await provider.client.get(activity)).json()
    assert record["moc"]["attestation"] == attestation

    without = {"registered": True, "boards": [moc_board()]}
    taken_back = await provider.client.put(f"{activity}/moc", json=without)
    assert taken_back.json()["attestation"] is None
    again = await provider.client.put(
        f"{activity}/moc", json={**without, "attestation": {"attested_by": "A. Roe"}}
    )
    assert again.json()["attestation"] == {
        "attested_by": "A. Roe",
        "attested_on": None,
        "text_version": "2026-01",
    }


async def test_the_attestation_stays_when_boards_are_edited_and_history_shows_both(
    provider: ReportingProvider, activity: str
) -> None:
    before = (await moc_of(provider, activity))["attestation"]
    added = await provider.client.put(f"{activity}/moc/boards/ABIM", json=ABIM)
    assert added.json()["attestation"] == before
    history = (await provider.client.get(f"{activity}/history")).json()["data"]
    pointers = {
        entry["version"]: [change["pointer"] for change in entry["changes"]] for entry in history
    }
    assert "/moc/attestation" in pointers[1]
    assert pointers[2] == ["/moc/boards"]


async def test_a_board_is_added_then_replaced_then_left_alone(
    provider: ReportingProvider, activity: str
) -> None:
    url = f"{activity}/moc/boards/ABIM"
    added = await provider.client.put(url, json=ABIM)
    assert (added.status_code, added.headers["etag"]) == (201, '"2"')
    assert [board["board"] for board in added.json()["boards"]] == ["ABA", "ABIM"]
    replaced = await provider.client.put(url, json={**ABIM, "board": "ABIM", "credits": 3})
    assert (replaced.status_code, replaced.headers["etag"]) == (200, '"3"')
    assert [board["credits"] for board in replaced.json()["boards"]] == [12.5, 3]
    read = replaced.json()["boards"][1]
    same = await provider.client.put(url, json=read)
    assert (same.status_code, same.json()["meta"]) == (200, {"unchanged": True})


async def test_registering_with_a_board_registers_the_activity_for_moc(
    provider: ReportingProvider,
) -> None:
    record = await provider.client.post(provider.activities, json=complete_activity(moc=None))
    url = f"{provider.activities}/{record.json()['activity_id']}"
    reply = await provider.client.put(f"{url}/moc/boards/ABIM", json=ABIM)
    assert (reply.status_code, reply.json()["registered"]) == (201, True)


async def test_a_board_taken_back_leaves_the_activity_registered(
    provider: ReportingProvider, activity: str
) -> None:
    url = f"{activity}/moc/boards/ABA"
    reply = await provider.client.delete(url, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.headers["etag"], reply.content) == (204, '"2"', b"")
    moc = await moc_of(provider, activity)
    assert (moc["registered"], moc["boards"]) == (True, [])
    assert (await provider.client.delete(url)).status_code == 404
    assert (await provider.client.delete(f"{activity}/moc/boards/NOPE")).status_code == 404


@pytest.mark.parametrize(
    ("board", "body", "code", "pointer"),
    [
        ("ABIM", {"board": "ABA"}, "moc.board_mismatch", "/board"),
        ("ABMI", ABIM, "moc.board_unknown", "/board"),
        ("ABIM", {"credits": 0.3}, "number.step", "/credits"),
        ("ABIM", {"creditz": 1}, "field.unknown", "/creditz"),
        (
            "ABIM",
            {"practice_areas": ["Internal Medecine"]},
            "moc.practice_area_unknown",
            "/practice_areas/0",
        ),
        ("ABIM", [], "field.type", ""),
        ("ABIM", {"resolved": {}}, "read_only", "/resolved"),
    ],
)
async def test_what_is_wrong_with_a_registration_points_into_it(  # noqa: PLR0913, PLR0917
    provider: ReportingProvider,
    activity: str,
    board: str,
    body: Any,
    code: str,
    pointer: str,
) -> None:
    reply = await provider.client.put(f"{activity}/moc/boards/{board}", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]


async def test_an_unknown_board_names_the_nearest(
    provider: ReportingProvider, activity: str
) -> None:
    sent = {"registered": True, "boards": [moc_board(), {"board": "ABMI", **ABIM}]}
    reply = await provider.client.put(f"{activity}/moc", json=sent)
    [error] = reply.json()["errors"]
    assert (error["code"], error["pointer"]) == ("moc.board_unknown", "/boards/1/board")
    assert error["did_you_mean"][0] == "ABIM"


async def test_the_moc_of_a_closed_activity_stays(
    provider: ReportingProvider, activity: str
) -> None:
    assert (await provider.client.post(f"{activity}/close")).status_code == 200
    replies = [
        await provider.client.put(f"{activity}/moc", json={"registered": False}),
        await provider.client.put(f"{activity}/moc/boards/ABIM", json=ABIM),
        await provider.client.delete(f"{activity}/moc/boards/ABA"),
    ]
    for reply in replies:
        assert (reply.status_code, reply.json()["code"]) == (409, "activity.closed")


async def test_moc_of_another_provider_is_not_found(
    other_provider: ReportingProvider, activity: str
) -> None:
    mine = f"{other_provider.activities}/{activity.rpartition('/')[2]}"
    for url in (activity, mine):
        assert (await other_provider.client.get(f"{url}/moc")).status_code == 404
        registering = await other_provider.client.put(f"{url}/moc/boards/ABIM", json=ABIM)
        assert registering.status_code == 404
        assert (await other_provider.client.delete(f"{url}/moc/boards/ABA")).status_code == 404


def written(record: Document) -> Document:
    """What a client says of a record, without what the server adds to it."""
    return {name: value for name, value in record.items() if name in complete_activity()}
