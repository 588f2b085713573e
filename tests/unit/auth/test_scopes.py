"""The table of kinds: who may hold what."""

import pytest

from app.auth.keys import is_well_formed, new_key, what_it_cannot_speak_for
from app.auth.scopes import KINDS, PROVIDER_SCOPES, Kind


def test_no_kind_that_reads_across_providers_may_write_them() -> None:
    accreditor = set(KINDS["accreditor"].scopes)
    assert not accreditor & {"activities:write", "activities:close", "contacts:write"}
    assert not {scope for scope in KINDS["operator"].scopes if scope.startswith("activities")}


def test_a_vendor_may_do_all_that_a_provider_may_but_let_others_in() -> None:
    assert set(PROVIDER_SCOPES) - set(KINDS["vendor"].scopes) == {"keys:admin"}


@pytest.mark.parametrize(
    ("kind", "providers", "accreditor_id", "right"),
    [
        ("provider", ["0000001"], None, True),
        ("provider", [], None, False),
        ("provider", ["0000001", "0000002"], None, False),
        ("provider", ["0000001"], "ACCME", False),
        ("vendor", ["0000001", "0000002"], None, True),
        ("vendor", [], None, False),
        ("vendor", ["0000001", "0000001"], None, False),
        ("accreditor", [], "ACCME", True),
        ("accreditor", [], None, False),
        ("accreditor", ["0000001"], "ACCME", False),
        ("operator", [], None, True),
        ("operator", [], "ACCME", False),
        ("operator", ["0000001"], None, False),
    ],
)
def test_each_kind_speaks_for_whom_it_speaks(
    kind: Kind,
    providers: list[str],
    accreditor_id: str | None,
    right: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert (what_it_cannot_speak_for(kind, providers, accreditor_id) is None) is right


def test_a_key_is_recognised_and_one_wrong_character_is_noticed() -> None:
    key = new_key("live")
    assert is_well_formed(key)
    for place in range(len(key)):
        other = "x" if key[place] != "x" else "y"
        assert not is_well_formed(key[:place] + other + key[place + 1 :])
    assert len({new_key("test") for _ in range(100)}) == 100
