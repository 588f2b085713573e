"""What all fields share: the strict model, and how a reader says what is wrong."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.core.errors import ErrorCode, declare

FIELD_TYPE = declare(
    "field.type",
    422,
    "The value has another JSON type",
    "Send the JSON type that the message names; nothing is converted.",
)

IN_DOCUMENT: Final = "in_document"
"""In the metadata of a schema: the function that reads a value to what a document keeps of it."""

KEPT_AS_SENT: Final = "kept_as_sent"
"""In the metadata of a schema: another one, which pydantic holds values against by itself.

What it lets pass is valid, and a document keeps it as it was sent.
"""

_JSON_TYPES: Final[dict[type, str]] = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    float: "a number with a decimal point",
    str: "text",
    list: "a list",
    dict: "an object",
}


class Written(BaseModel):
    """What a client sends: unknown members are refused and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True, slots=True, eq=False)
class ReadBy:
    """The annotation of a field whose value goes through one reader, with a stated schema.

    The schema is stated, because what is derived from a union or from Decimal becomes
    `anyOf` or `number | string` in generated clients. `kept` makes of the value what a
    document keeps, where that is another one. `plain` may tell of many texts at once that
    each of them is read as what it is; where it says no, the reader is asked. So it is with
    `surely`, a schema that lets values pass which a document keeps as they were sent: calling
    a reader costs more than reading.
    """

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]
    kept: Callable[[Any], Any] | None = None
    plain: Callable[[Collection[str]], bool] | None = None
    surely: CoreSchema | None = None

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema pydantic validates with: the reader alone."""
        read, kept = self.read, self.kept
        metadata: dict[str, Any] = {}
        if kept is not None:
            metadata[IN_DOCUMENT] = lambda value: kept(read(value))
        if self.surely is not None:
            metadata[KEPT_AS_SENT] = self.surely
        return core_schema.no_info_plain_validator_function(read, metadata=metadata or None)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the schema that the published document shows."""
        return dict(self.schema)


def json_type(value: object) -> str:
    """Return the JSON type of a value, in words."""
    return _JSON_TYPES.get(type(value), "something else")


def wrong(kind: ErrorCode, message: str) -> PydanticCustomError:
    """Return the pydantic error that `validation.check` reads as this code and message."""
    return PydanticCustomError(kind.code, "{message}", {"message": message})


def wrong_type(expected: str, value: object) -> NoReturn:
    """Raise that another JSON type is needed."""
    raise wrong(FIELD_TYPE, f"{expected} is needed here, not {json_type(value)}.")
