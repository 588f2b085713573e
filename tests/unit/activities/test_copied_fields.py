from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from app.activities.copied_fields import COPIED_FIELDS, COPIED_UNLESS_GIVEN, GIVEN, copied
from app.activities.copying import CopyInstance
from app.activities.schemas import ActivityContent
from tests.builders import complete_activity


def test_the_table_names_every_field_of_the_record_and_no_other() -> None:
    assert set(leaves(COPIED_FIELDS)) == set(fields(ActivityContent))


def test_what_may_be_given_is_what_a_copy_can_be_asked_for() -> None:
    may_be_given = (GIVEN, COPIED_UNLESS_GIVEN)
    given = {name for name, row in COPIED_FIELDS.items() if row in may_be_given}
    assert given == set(CopyInstance.model_fields)


def test_what_can_be_given_is_read_as_in_any_other_write() -> None:
    whole = ActivityContent.model_json_schema()["properties"]
    asked = CopyInstance.model_json_schema()
    for name, schema in asked["properties"].items():
        assert {"title": name, **strip(schema)} == {"title": name, **strip(whole[name])}


def test_dates_support_counts_attestation_and_claim_dates_are_not_copied() -> None:
    content = ActivityContent.model_validate(complete_activity()).model_dump(mode="json")
    copy = copied(content)
    board = dict(content["moc"]["boards"][0])
    del board["credit_claim_date"]
    assert copy == {
        **{name: content[name] for name in copy},
        "moc": {"registered": True, "boards": [board]},
    }
    assert set(content) - set(copy) == {
        "internal_id",
        "start_date",
        "end_date",
        "commercial_support",
        "learners",
    }


def strip(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is said to people."""
    return {
        name: value
        for name, value in schema.items()
        if name not in ("title", "description", "default")
    }


def leaves(rows: Any, pointer: str = "") -> Iterator[str]:
    if isinstance(rows, Mapping):
        for name, row in rows.items():
            yield from leaves(row, f"{pointer}/{name}")
    elif isinstance(rows, list):
        yield from leaves(rows[0], f"{pointer}/{{i}}")
    else:
        yield pointer


def fields(model: type[BaseModel], pointer: str = "") -> Iterator[str]:
    """Name the fields of a model and of the models in it."""
    for name, field in model.model_fields.items():
        inner, within = inner_model(field.annotation)
        if inner is None:
            yield f"{pointer}/{name}"
        else:
            yield from fields(inner, f"{pointer}/{name}{within}")


def inner_model(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    for argument in get_args(annotation):
        found, within = inner_model(argument)
        if found is not None:
            return found, f"/{{i}}{within}" if get_origin(annotation) is list else within
    return None, ""
