"""Schemas as generated clients want them: scalars without `anyOf`, no titles by machine."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

Schema = dict[str, Any]

REFERENCE: Final = "#/components/schemas/"
# Under these keywords stand values and not schemas.
_VALUES: Final = frozenset({"const", "default", "enum", "example", "examples"})
NULL: Final[Schema] = {"type": "null"}


def model_schemas(models: Iterable[type[BaseModel]], mode: JsonSchemaMode) -> dict[str, Schema]:
    """Return the schemas of these models, and of what they are made of, by name."""
    wanted = [(model, mode) for model in models]
    _, generated = models_json_schema(wanted, ref_template=f"{REFERENCE}{{model}}")
    return {name: component(schema) for name, schema in generated.get("$defs", {}).items()}


def component(schema: Schema) -> Schema:
    """Return a schema as it stands among the components.

    Defaults are left out: some generators take a field with a default for one that always
    has to be sent.
    """
    result: Schema = _without("default", cleaned(schema))
    return result


def output_component(schema: Schema) -> Schema:
    """Return the schema of what is sent out, open for members of later versions."""
    result: Schema = _without("additionalProperties", component(schema))
    return result


def input_schemas(
    models: Iterable[type[BaseModel]], outputs: Mapping[str, Schema]
) -> tuple[dict[str, Schema], dict[str, str]]:
    """Return the schemas of request bodies, and the names they get in the document.

    What is also sent out, in another shape, is told from that by `Input` in its name.
    """
    schemas = model_schemas(models, "validation")
    renamed = {name for name in schemas if name in outputs and schemas[name] != outputs[name]}
    while more := {
        name
        for name, schema in schemas.items()
        if name not in renamed and name in outputs and references(schema) & renamed
    }:
        renamed |= more
    names = {name: f"{name}Input" if name in renamed else name for name in schemas}
    targets = {f"{REFERENCE}{name}": f"{REFERENCE}{new}" for name, new in names.items()}
    named = {
        names[name]: {**pointed_at(schema, targets), "title": names[name]}
        for name, schema in schemas.items()
    }
    return named, names


def cleaned(schema: Any) -> Any:
    """Return a schema with `type: [x, null]` for nullable scalars and with no derived titles."""
    if isinstance(schema, list):
        return [cleaned(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {keyword: _cleaned_keyword(keyword, value) for keyword, value in schema.items()}
    if result.get("default", ...) is None:
        del result["default"]
    return _nullable(result)


def _cleaned_keyword(keyword: str, value: Any) -> Any:
    if keyword in _VALUES:
        return value
    if keyword == "properties":
        return {name: _untitled(cleaned(part)) for name, part in value.items()}
    return cleaned(value)


def references(schema: Any) -> set[str]:
    """Return the names of the components that a schema refers to."""
    if isinstance(schema, dict):
        target = schema.get("$ref")
        own = {target.removeprefix(REFERENCE)} if isinstance(target, str) else set()
        return own.union(*(references(part) for part in schema.values()))
    if isinstance(schema, list):
        return set[str]().union(*(references(part) for part in schema))
    return set()


def without_null(schema: Schema) -> Schema:
    """Return the schema of what is sent or left out, and is not null."""
    options = schema.get("anyOf", [])
    others = [option for option in options if option != NULL]
    outside = {keyword: value for keyword, value in schema.items() if keyword != "anyOf"}
    if len(others) == 1:
        return {**others[0], **outside}
    return {**outside, "anyOf": others} if others else schema


def _nullable(schema: Schema) -> Schema:
    """Write `anyOf` of one thing and null as `type: [x, null]`, or `oneOf` for a component."""
    options = schema.get("anyOf")
    if not isinstance(options, list) or NULL not in options:
        return schema
    others = [one for one in options if one != NULL]
    if len(others) != 1:
        return schema
    option = others[0]
    outside = {keyword: value for keyword, value in schema.items() if keyword != "anyOf"}
    if "$ref" in option:
        return {"oneOf": [option, NULL], **outside}
    if not isinstance(option.get("type"), str):
        return schema
    result = {**option, **outside, "type": [option["type"], "null"]}
    if "const" in result:
        result["enum"] = [result.pop("const")]
    if "enum" in result:
        result["enum"] = [*result["enum"], None]
    return result


def _untitled(schema: Any) -> Any:
    if isinstance(schema, dict):
        schema.pop("title", None)
    return schema


def _without(left_out: str, schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            keyword: (
                {name: _without(left_out, part) for name, part in value.items()}
                if keyword == "properties"
                else _without(left_out, value)
            )
            for keyword, value in schema.items()
            if keyword != left_out
        }
    if isinstance(schema, list):
        return [_without(left_out, part) for part in schema]
    return schema


def pointed_at(schema: Any, targets: Mapping[str, str]) -> Any:
    """Return a schema whose references lead to their new targets."""
    if isinstance(schema, dict):
        result = {keyword: pointed_at(value, targets) for keyword, value in schema.items()}
        if isinstance(schema.get("$ref"), str):
            result["$ref"] = targets.get(schema["$ref"], schema["$ref"])
        return result
    if isinstance(schema, list):
        return [pointed_at(part, targets) for part in schema]
    return schema
