import pytest

from app.activities.record_document import document_order, fits, value_at
from tests.builders import complete_activity


@pytest.mark.parametrize(
    "pointer",
    ["/title", "/moc/boards/{i}/url", "/moc/boards/0/practice_areas/3", "/moc/attestation"],
)
def test_a_pointer_to_a_field_fits(pointer: str) -> None:
    assert fits(pointer)


@pytest.mark.parametrize(
    "pointer", ["", "title", "/titel", "/moc/boards/url", "/moc/boards/{i}/link", "/title/0"]
)
def test_a_pointer_to_no_field_does_not_fit(pointer: str) -> None:
    assert not fits(pointer)


def test_every_field_of_a_complete_record_has_its_place_in_order() -> None:
    pointers = [f"/{name}" for name in complete_activity()]
    assert all(map(fits, pointers))
    assert sorted(pointers, key=document_order) == pointers


def test_pointers_sort_as_the_document_reads() -> None:
    pointers = [
        "/title",
        "/commercial_support/sources/2/amount",
        "/commercial_support/sources/10/source",
        "/moc/boards/0/url",
        "/moc/boards/1/board",
        "/unknown",
    ]
    mixed = [*pointers[3:], *pointers[:3]]
    assert sorted(mixed, key=document_order) == pointers


def test_a_value_is_found_at_its_pointer_or_is_none() -> None:
    record = complete_activity()
    assert value_at(record, "/moc/boards/0/practice_areas/0") == "Pain Medicine"
    assert value_at(record, "/moc/boards/9/board") is None
    assert value_at(record, "/title/deeper") is None
    assert value_at(record, "/nothing") is None
