"""PATCH merges: null clears, objects are merged, lists are replaced whole."""

import json
from typing import Any

import pytest

from tests.builders import complete_activity, moc_board, support_source
from tests.harness import ReportingProvider

ANY_VERSION = {"If-Match": "*"}


@pytest.mark.parametrize(
    ("patch", "pointer", "code"),
    [
        ({"titel": None}, "/titel", "field.unknown"),
        ({"learners": {"doctors": None}}, "/learners/doctors", "field.unknown"),
        ({"moc": {"attestation": {"by": None}}}, "/moc/attestation/by", "field.unknown"),
        ({"status": None}, "/status", "read_only"),
        ({"version": None}, "/version", "read_only"),
        ({"title": None}, "/title", "activity.title"),
        ({"internal_id": None}, "/internal_id", "activity.internal_id_required"),
        ({"learners": []}, "/learners", "field.type"),
        ([], "", "field.type"),
        (None, "", "field.type"),
    ],
)
async def test_nothing_in_a_patch_is_silently_dropped(
    provider: ReportingProvider, patch: Any, pointer: str, code: str
) -> None:
    url = await _complete(provider)
    reply = await provider.client.patch(
        url, content=json.dumps(patch), headers={**ANY_VERSION, "Content-Type": "application/json"}
    )
    assert reply.status_code == 422, reply.text
    assert [(error["pointer"], error["code"]) for error in reply.json()["errors"]] == [
        (pointer, code)
    ]


@pytest.mark.parametrize(
    ("patch", "member", "expected"),
    [
        (
            {"commercial_support": {"sources": [{"source": "Another", "in_kind": True}]}},
            "commercial_support",
            {
                "received": True,
                "sources": [
                    {
                        "source": "Another",
                        "monetary": None,
                        "amount": None,
                        "in_kind": True,
                        "in_kind_nature": [],
                        "received_year": 2026,
                    }
                ],
            },
        ),
        ({"commercial_support": None}, "commercial_support", {"received": None, "sources": []}),
        ({"learners": {"physicians": None}}, "learners", {"physicians": None, "others": 14}),
        ({"learners": None}, "learners", {"physicians": None, "others": None}),
        ({"joint_providers": None}, "joint_providers", []),
        ({"outcome_measures": []}, "outcome_measures", []),
        ({"moc": None}, "moc", {"registered": False, "attestation": None, "boards": []}),
        (
            {"moc": {"boards": [{"board": "ABP"}]}},
            "moc",
            {
                "registered": True,
                "attestation": {"attested_by": "J. Doe", "attested_on": "2026-04-01"},
                "boards": [
                    moc_board(
                        board="ABP",
                        practice_areas=[],
                        credit_types=[],
                        credits=None,
                        content_areas=[],
                        credit_claim_date=None,
                    )
                ],
            },
        ),
        (
            {"moc": {"attestation": {"attested_by": "A. Dean"}}},
            "moc",
            {
                "registered": True,
                "attestation": {"attested_by": "A. Dean", "attested_on": "2026-04-01"},
                "boards": [moc_board()],
            },
        ),
        ({"credits": None}, "credits", None),
        ({"cme_finder": False}, "cme_finder", False),
    ],
)
async def test_a_patch_changes_what_it_names_and_leaves_the_rest(
    provider: ReportingProvider, patch: dict[str, Any], member: str, expected: Any
) -> None:
    url = await _complete(provider)
    before = (await provider.client.get(url)).json()
    reply = await provider.client.patch(url, json=patch, headers={"If-Match": '"1"'})
    assert reply.status_code == 200, reply.text
    after = reply.json()
    assert after[member] == expected
    assert reply.headers["etag"] == '"2"'
    untouched = complete_activity().keys() - {member}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}


@pytest.mark.parametrize(
    "patch",
    [
        {},
        {"title": "Pain Medicine Update 2026"},
        {"commercial_support": {"sources": [support_source()]}},
        {"moc": {"attestation": {"attested_by": "J. Doe"}}},
        {"closed_at": None, "next_status": "closed"},
        {"learners": {}},
    ],
)
async def test_a_patch_that_says_what_is_there_changes_nothing(
    provider: ReportingProvider, patch: dict[str, Any]
) -> None:
    url = await _complete(provider)
    reply = await provider.client.patch(url, json=patch, headers=ANY_VERSION)
    assert (reply.status_code, reply.json()["meta"]) == (200, {"unchanged": True})
    assert reply.headers["etag"] == '"1"'


async def _complete(provider: ReportingProvider) -> str:
    made = await provider.client.post(provider.activities, json=complete_activity())
    return f"{provider.activities}/{made.json()['activity_id']}"
