"""Compares what the application answers with what the API document says it answers."""

from collections.abc import Iterator
from typing import Any

import httpx
from jsonschema import Draft202012Validator


def differences(document: dict[str, Any], operation: dict[str, Any], reply: httpx.Response) -> Any:
    """Return what of a reply the document does not say, or says otherwise."""
    described = operation["responses"][str(reply.status_code)]
    if "content" not in described:
        return ["a body"] if reply.content else []
    media_type = reply.headers["content-type"].partition(";")[0]
    if media_type not in described["content"]:
        return [media_type]
    schema = described["content"][media_type].get("schema", {})
    whole = {**closed(schema), "components": closed(document["components"])}
    return list(_words(Draft202012Validator(whole), reply.json()))


def closed(schema: Any) -> Any:
    """Return a schema that allows no members but those it names.

    The document leaves what is sent out open for members of later versions.
    """
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {keyword: closed(part) for keyword, part in schema.items()}
    if isinstance(schema.get("properties"), dict):
        result.setdefault("additionalProperties", False)
    return result


def _words(validator: Draft202012Validator, document: Any) -> Iterator[str]:
    for error in validator.iter_errors(document):
        yield f"{error.json_path}: {error.message}"
