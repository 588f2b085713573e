"""Members that a client may send as null although what is stored is never null."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from app.core.fields.base import IN_DOCUMENT
from app.core.valid_documents import document_of


@dataclass(frozen=True, slots=True)
class NullMeans:
    """Read null as the unanswered value of this type, such as the empty list.

    Requests document the member as nullable, responses as what it always is there.
    """

    unanswered: Callable[[], Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def answered(value: Any) -> Any:
            return self.unanswered() if value is None else value

        document = document_of(self.unanswered())

        def in_document(value: Any) -> Any:
            return document() if value is None else value

        return core_schema.no_info_before_validator_function(
            answered, handler(source), metadata={IN_DOCUMENT: in_document}
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = handler(schema)
        if handler.mode == "serialization":
            return described
        return {"anyOf": [described, {"type": "null"}]}
