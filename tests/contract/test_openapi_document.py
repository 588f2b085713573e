"""The document of the whole application, as generators of clients want it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.builders import complete_activity
from tests.described import differences
from tests.document import DOCUMENT
from tests.harness import ReportingProvider

SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
PROBLEM = {"$ref": "#/components/schemas/Problem"}
# RFC 6749 decides how these refuse.
OF_OAUTH = {"oauth_token"}
NULL = {"type": "null"}


def test_the_saved_document_is_what_the_code_says(app: FastAPI) -> None:
    assert json.loads(json.dumps(app.openapi())) == DOCUMENT


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Return every schema inside this one, and no values of examples."""
    if isinstance(schema, list):
        for part in schema:
            yield from parts(part)
    elif isinstance(schema, dict):
        yield schema
        for keyword, part in schema.items():
            if keyword not in {"example", "examples", "enum", "const", "default"}:
                yield from parts(part)


def schema_of(operation: dict[str, Any], status: str) -> dict[str, Any]:
    content = operation["responses"][status].get("content", {})
    found: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    name = found.get("$ref", "").rpartition("/")[2]
    return SCHEMAS[name] if name else found


def test_names_are_those_of_the_field_and_not_of_a_tool() -> None:
    for _, _, operation in operations():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
    for name, schema in SCHEMAS.items():
        assert re.fullmatch(r"([A-Z][a-z]+)+", name)
        assert schema.get("title", name) == name


def test_every_operation_stands_under_one_heading_that_is_explained() -> None:
    explained = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    for path, _, operation in operations():
        assert operation["summary"]
        if path.startswith("/v1"):
            assert len(operation["tags"]) == 1
            assert set(operation["tags"]) <= explained


def test_a_value_has_one_type_and_null_stands_only_beside_it() -> None:
    for part in parts([DOCUMENT["paths"], SCHEMAS]):
        if isinstance(part.get("anyOf"), list):
            assert all("$ref" in option for option in part["anyOf"]), part
        if isinstance(part.get("oneOf"), list):
            one, other = part["oneOf"]
            assert "$ref" in one
            assert other == NULL
        if isinstance(part.get("type"), list):
            assert len(part["type"]) == 2
            assert part["type"][1] == "null"


def test_every_list_of_words_is_one_component() -> None:
    lists = Counter(
        frozenset(part["enum"])
        for part in parts(SCHEMAS)
        if isinstance(part.get("enum"), list) and len(part["enum"]) > 1
    )
    twice = [sorted(words) for words, times in lists.items() if times > 1]
    assert not twice, "give these a name in app/enumerations.py"
    of_components = {frozenset(schema["enum"]) for schema in SCHEMAS.values() if "enum" in schema}
    assert set(lists) == of_components


def test_a_parameter_is_never_null() -> None:
    for _, _, operation in operations():
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            assert schema.get("type") != "null"
            assert not isinstance(schema.get("type"), list), parameter
            assert not {"anyOf", "oneOf"} & set(schema), parameter
            assert None not in schema.get("enum", [])


def test_every_parameter_is_explained_and_so_is_what_all_calls_have_in_common() -> None:
    for _, _, operation in operations():
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (operation["operationId"], parameter["name"])
    for word in ("Bearer", "ETag", "Idempotency-Key", "next_cursor", "validate_only", "/problems"):
        assert word in DOCUMENT["info"]["description"]


def test_every_list_that_is_sent_has_a_limit() -> None:
    for _, _, operation in operations():
        for schema in sent(operation.get("requestBody", {})):
            assert "maxItems" in schema or "items" not in schema, (operation, schema)


def sent(schema: Any, seen: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """Return every schema inside of this one, also those that it refers to."""
    for part in parts(schema):
        yield part
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            yield from sent(SCHEMAS[name], seen | {name})


def test_every_refusal_is_a_typed_problem() -> None:
    for _, _, operation in operations():
        for status, response in operation["responses"].items():
            if status >= "400" and operation["operationId"] not in OF_OAUTH:
                content = response["content"]
                assert content == {"application/problem+json": {"schema": PROBLEM}}


def test_every_answer_has_a_type() -> None:
    for path, _, operation in operations():
        for status, response in operation["responses"].items():
            if path.startswith("/v1") and status.startswith("2") and status != "204":
                for content in response["content"].values():
                    assert content["schema"], operation["operationId"]
            if status in {"204", "304"}:
                assert "content" not in response


def test_a_list_that_goes_on_has_a_typed_page() -> None:
    paged = [
        operation
        for _, _, operation in operations()
        if "cursor" in {parameter["name"] for parameter in operation.get("parameters", [])}
    ]
    assert len(paged) > 2
    for operation in paged:
        schema = schema_of(operation, "200")
        # The history answers with a page or, when a version is asked for, with the record.
        if "anyOf" in schema:
            schema = SCHEMAS[schema["anyOf"][0]["$ref"].rpartition("/")[2]]
        rows = schema["properties"]["data"]
        page = schema["properties"]["page"]["$ref"].rpartition("/")[2]
        assert rows["type"] == "array"
        assert "$ref" in rows["items"]
        assert SCHEMAS[page]["properties"]["next_cursor"]["type"] == ["string", "null"]


def test_what_is_always_there_is_required_and_what_is_left_out_is_not_null() -> None:
    activity = SCHEMAS["Activity"]
    assert set(activity["properties"]) - set(activity["required"]) == {"meta"}
    assert activity["properties"]["meta"]["$ref"] == "#/components/schemas/WriteOutcome"
    for name in ("title", "format", "start_date", "end_date"):
        assert "oneOf" not in activity["properties"][name]
        assert activity["properties"][name].get("type") in {"string", None}
    assert SCHEMAS["Page"]["properties"]["total"]["type"] == "integer"


@pytest.mark.parametrize("query", ["", "?view=full", "?count=exact", "?view=full&count=exact"])
async def test_rows_of_either_view_are_as_described(
    provider: ReportingProvider, query: str
) -> None:
    await provider.client.post(provider.activities, json=complete_activity())
    reply = await provider.client.get(provider.activities + query)
    assert reply.json()["data"]
    listed = DOCUMENT["paths"]["/v1/providers/{provider_id}/activities"]["get"]
    assert differences(DOCUMENT, listed, reply) == []


async def test_a_refusal_is_as_described(anonymous: httpx.AsyncClient) -> None:
    reply = await anonymous.get("/v1/providers/0000001/activities")
    listed = DOCUMENT["paths"]["/v1/providers/{provider_id}/activities"]["get"]
    assert reply.status_code == 401
    assert differences(DOCUMENT, listed, reply) == []


def test_a_reply_that_is_not_as_described_is_noticed() -> None:
    listed = DOCUMENT["paths"]["/v1/providers/{provider_id}/activities"]["get"]
    page = {"next_cursor": None, "limit": 50}
    right: dict[str, Any] = {"data": [], "page": page}
    wrongs: list[dict[str, Any]] = [{"data": []}, right | {"more": 1}, right | {"data": [{}]}]
    for wrong in wrongs:
        assert differences(DOCUMENT, listed, httpx.Response(200, json=wrong))
    assert not differences(DOCUMENT, listed, httpx.Response(200, json=right))
