"""Reading a document that is valid, which most are, without making a model of it.

A model is made field by field, and dumped field by field to be stored. Here pydantic runs
the same readers in the same order and leaves a document. What is wrong with one that is
not valid is not told: the model says that.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from app.core.fields.base import IN_DOCUMENT, KEPT_AS_SENT, Written

_AS_THEY_ARE: Final = frozenset({"bool", "function-plain", "int", "literal", "str"})
_AROUND_ANOTHER: Final = frozenset({"function-after", "function-before", "nullable"})


class DocumentReader:
    """Reads the documents of a model."""

    def __init__(self, model: type[Written]) -> None:
        self._validator = SchemaValidator(_schema_of(model.__pydantic_core_schema__))

    def read(self, document: object) -> dict[str, Any] | None:
        """Return what the model would dump, or None when it would refuse the document."""
        try:
            found: dict[str, Any] = self._validator.validate_python(document)
        except ValidationError:
            return None
        return found


def document_of(value: Any) -> Callable[[], Any]:
    """Return what makes the document of an unanswered value, a new one each time."""
    if isinstance(value, BaseModel):
        return partial(orjson.loads, value.model_dump_json())
    return type(value)


def _schema_of(schema: Mapping[str, Any]) -> CoreSchema:
    """Return the schema that leaves a document; raise TypeError for a type unknown here."""
    kind = schema["type"]
    if kind == "model":
        return _object(schema["schema"]["fields"], schema["config"])
    changed: Any = {name: schema[name] for name in schema if name != "metadata"}
    read = schema.get("metadata", {}).get(IN_DOCUMENT)
    if read is not None:
        changed["function"] = {"type": "no-info", "function": read}
    if kind == "list":
        changed["items_schema"] = _schema_of(schema["items_schema"])
    elif kind in _AROUND_ANOTHER:
        changed["schema"] = _schema_of(schema["schema"])
    elif kind == "default":
        changed["schema"] = _schema_of(schema["schema"])
        if isinstance(schema.get("default"), BaseModel):
            changed["default_factory"] = document_of(changed.pop("default"))
    elif kind not in _AS_THEY_ARE:
        message = f"no document can be read by a schema of type {kind}"
        raise TypeError(message)
    found: CoreSchema = changed
    surely = schema.get("metadata", {}).get(KEPT_AS_SENT)
    if surely is None:
        return found
    return core_schema.union_schema([surely, found], mode="left_to_right")


def _object(fields: Mapping[str, Any], config: core_schema.CoreConfig) -> CoreSchema:
    read = {
        name: core_schema.typed_dict_field(_schema_of(field["schema"]))
        for name, field in fields.items()
    }
    return core_schema.typed_dict_schema(read, config=config)
