"""What is read quickly is what the model reads: the same documents, and the same content."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from app.activities.schemas import ActivityContent
from app.core.fields import Written
from app.core.valid_documents import DocumentReader
from app.core.validation import check
from tests.builders import Document, complete_activity, support_source

VALUES: tuple[Any, ...] = (
    *(None, "", " ", "a text", "free", "ABIM", "2026-02-28", "2026-02-30", "2026-05-01T00:00"),
    *(True, 0, 1, 2026, 52.0, 0.3, -1, 1e300, float("nan")),
    *("2024-02-29", "2026-02-29", "2026-04-31", "2026-12-31", "1899-12-31", "2200-01-01"),
    *(
        "https://a.org",
        "https://a.org/x?y#z",
        "https://-a.org",
        "http://a.org:123456",
        "http://a b",
    ),
    *(9999, 10_000, 2_147_483_647, 2_147_483_648, 999_999_999, 1_000_000_000),
    *([], ["online"], ["a", "a"], [None], [{}], {}, {"unknown": 1}, {"received": None}),
)
LEFT_OUT = object()


def places(value: Any, *way: Any) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, those of lists and objects included."""
    if way:
        yield way
    if isinstance(value, (dict, list)):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, *way, name)


def with_value(document: Document, way: tuple[Any, ...], value: Any) -> Document:
    changed = copy.deepcopy(document)
    holder: Any = changed
    for step in way[:-1]:
        holder = holder[step]
    if value is LEFT_OUT:
        del holder[way[-1]]
    else:
        holder[way[-1]] = value
    return changed


def test_a_document_is_read_as_the_model_would_dump_it_or_not_at_all() -> None:
    reader = DocumentReader(ActivityContent)
    whole = complete_activity()
    read = 0
    for way in [*places(whole), ("unknown",)]:
        for value in (*VALUES, *([LEFT_OUT] if way != ("unknown",) else [])):
            document = with_value(whole, way, value)
            checked = check(ActivityContent, document)
            valid = checked.model is not None and not checked.violations
            expected = checked.model.model_dump(mode="json") if valid and checked.model else None
            found = reader.read(document)
            assert repr(found) == repr(expected), (way, value)
            read += found is not None
    assert read > len(list(places(whole)))


def test_every_character_is_read_as_the_model_reads_it() -> None:
    reader = DocumentReader(ActivityContent)
    for code in (*range(0x300), *range(0x2000, 0x2100), 0xD800, 0xE000, 0xFEFF, 0x1F600):
        for text in (chr(code), f"a{chr(code)}", f"https://a.org/{chr(code)}"):
            for name in ("title", "internal_id", "url"):
                document = {name: text}
                checked = check(ActivityContent, document)
                valid = checked.model is not None and not checked.violations
                found = reader.read(document)
                assert (found is not None) == valid, (name, code)
                assert found is None or found[name] == text


@pytest.mark.parametrize("document", [None, [], "a text", 1])
def test_what_is_no_object_is_not_read(document: Any) -> None:
    assert DocumentReader(ActivityContent).read(document) is None


def test_what_was_read_may_be_changed_without_changing_anything_else() -> None:
    reader = DocumentReader(ActivityContent)
    sent: Document = {"commercial_support": {"received": True, "sources": [support_source()]}}
    first, second = reader.read(sent), reader.read({})
    assert first is not None
    assert second is not None
    first["commercial_support"]["sources"][0]["amount"] = 1
    second["commercial_support"]["sources"].append("something")
    second["moc"]["boards"].append("something")
    assert sent["commercial_support"]["sources"] == [support_source()]
    assert reader.read({}) == ActivityContent().model_dump(mode="json")


def test_a_model_that_would_be_read_in_another_way_is_refused_at_once() -> None:
    class Measured(Written):
        weight: float

    with pytest.raises(TypeError, match="float"):
        DocumentReader(Measured)
