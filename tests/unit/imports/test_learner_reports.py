"""A learner report with several certificates: each amount has its place, or is told."""

from typing import Any

import pytest

from app.imports.draft.learner import completion_understood
from app.imports.draft.nodes import node_from_json

AMA, NURSING = "AMA PRA Category 1 Credit", "Nursing"


def report(*given: tuple[str, float | None]) -> Any:
    certificates = [
        {
            "CreditReceived": {"activityCertification": kind, "numberOfCredits": amount},
            "CreditID": "ccid:vendor:1",
        }
        for kind, amount in given
    ]
    return node_from_json({"Activity": {"Module": {"CreditCertificate": certificates}}})


@pytest.mark.parametrize(
    ("given", "kept", "not_kept"),
    [
        ([(AMA, 2)], 2, ()),
        ([(AMA, 2), (AMA, 2)], 2, ()),
        ([(AMA, 2), (AMA, 3)], 2, ("further credits",)),
        ([(AMA, None), (AMA, 3)], 3, ()),
        ([(NURSING, 1), (AMA, 2)], 2, ("further credits",)),
        ([(NURSING, 1)], 1, ()),
    ],
)
def test_of_several_amounts_the_first_of_ama_is_kept_and_the_others_are_told(
    given: list[tuple[str, float | None]], kept: float, not_kept: tuple[str, ...]
) -> None:
    understood = completion_understood(report(*given), {})
    assert understood.document["credits"] == kept
    assert understood.not_kept == not_kept


def test_an_id_of_the_credit_that_is_no_text_is_left_for_the_rules_to_refuse() -> None:
    sent = report((AMA, 2))
    sent["activity"]["module"]["creditcertificate"][0]["creditid"] = {"a": 1}
    assert completion_understood(sent, {}).document["credit_id"] == {"a": 1}
