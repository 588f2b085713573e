"""The OpenAPI document, as generated clients want it."""

from typing import Any, Literal

import pytest
from fastapi import FastAPI

from app.core.openapi import install_openapi
from app.core.openapi.enumerations import Enumerations
from app.core.openapi.schemas import cleaned, without_null
from tests.api.small_application import small_application


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return small_application().openapi()


@pytest.fixture(scope="module")
def create(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/v1/owners/{owner_id}/things"]["post"]
    return operation


def test_the_document_is_of_openapi_3_1_on_a_server_beside_it(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/"}]


def test_every_error_is_a_typed_problem(document: dict[str, Any]) -> None:
    text = str(document)
    assert "HTTPValidationError" not in text
    for methods in document["paths"].values():
        for operation in methods.values():
            assert "500" in operation["responses"]
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert response["content"] == {
                        "application/problem+json": {
                            "schema": {"$ref": "#/components/schemas/Problem"}
                        }
                    }


def test_a_body_that_we_read_ourselves_is_described(create: dict[str, Any]) -> None:
    assert create["requestBody"] == {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/ThingInput"},
                "example": {"name": "a thing"},
            }
        },
    }


def test_what_is_sent_and_what_is_received_have_names_of_their_own(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    things = {"Thing", "ThingInput", "Part", "PartInput", "PartKind"}
    assert set(schemas) == things | {"Problem", "ProblemEntry"}
    assert schemas["ThingInput"]["additionalProperties"] is False
    assert schemas["ThingInput"]["title"] == "ThingInput"
    assert "additionalProperties" not in schemas["Thing"]
    assert "PartInput" in str(schemas["ThingInput"]["properties"]["part"])


def test_nullable_scalars_are_one_type_or_null(document: dict[str, Any]) -> None:
    properties = document["components"]["schemas"]["PartInput"]["properties"]
    assert properties["size"] == {"type": ["integer", "null"], "minimum": 0, "maximum": 2147483647}


def test_a_list_of_words_is_a_component_with_a_name(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["PartKind"] == {
        "type": "string",
        "enum": ["left", "right"],
        "title": "PartKind",
    }
    kind = {"$ref": "#/components/schemas/PartKind"}
    assert schemas["PartInput"]["properties"]["kind"] == {"oneOf": [kind, {"type": "null"}]}


def test_a_list_of_words_gets_the_name_that_is_given() -> None:
    application = small_application()
    install_openapi(application, enumerations={"Side": Literal["left", "right"]})
    schemas = application.openapi()["components"]["schemas"]
    assert "Side" in schemas
    assert "PartKind" not in schemas


def test_one_name_for_two_lists_of_words_is_refused() -> None:
    words = Enumerations({})
    words.taken_from_component("Part", {"properties": {"kind": {"enum": ["left", "right"]}}})
    with pytest.raises(ValueError, match="PartKind names two lists of words"):
        words.taken_from_component("PartInput", {"properties": {"kind": {"enum": ["a", "b"]}}})


def test_a_parameter_is_left_out_rather_than_null() -> None:
    schema = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}], "title": "Q"}
    assert without_null(schema) == {"type": "string", "minLength": 1, "title": "Q"}


def test_values_inside_examples_are_left_as_they_are() -> None:
    schema = {"example": {"anyOf": [{"type": "x"}, {"type": "null"}], "default": None}}
    assert cleaned(schema) == schema


def test_calls_need_the_key_unless_they_are_public(
    document: dict[str, Any], create: dict[str, Any]
) -> None:
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert create["security"] == [{"bearer": []}]
    assert {"401", "403", "404"} <= set(create["responses"])
    assert document["paths"]["/v1/owners/{owner_id}/things"]["get"]["security"] == []


def test_an_operation_is_told_in_the_words_of_its_function(create: dict[str, Any]) -> None:
    assert create["summary"] == "Enter a thing"
    assert create["operationId"] == "things_create"
    assert create["parameters"] == [
        {
            "name": "owner_id",
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "example": "0000001",
        },
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Once only.",
            "schema": {"type": "string"},
        },
        {
            "name": "PARS-Sandbox-Date",
            "in": "header",
            "required": False,
            "description": "With a test key only: the day on which the call is made,"
            " such as 2027-04-02.",
            "schema": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        },
    ]
    assert "`precondition.required`" in create["responses"]["428"]["description"]


@pytest.mark.parametrize("names", [(None,), ("a", "a")])
def test_an_operation_without_a_name_of_its_own_stops_the_start(
    names: tuple[str | None, ...],
) -> None:
    application = FastAPI()
    for place, name in enumerate(names):
        application.get(f"/{place}", operation_id=name)(lambda: None)
    with pytest.raises(ValueError, match="operation_id"):
        install_openapi(application)
