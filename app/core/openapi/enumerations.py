"""Lists of words as components with names, so that clients get one type for each of them."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from app.core.openapi.schemas import NULL, REFERENCE, Schema

# What else may stand beside the words of an enumeration and belongs to them.
_OF_THE_WORDS: Final = frozenset({"type", "enum"})


class Enumerations:
    """Takes lists of words out of schemas and remembers them as components.

    `named` gives names to those that stand in several places. Any other gets the name of
    its schema and its property, as in `ContactKind`.
    """

    def __init__(self, named: Mapping[str, Any]) -> None:
        self._names = {frozenset(get_args(words)): name for name, words in named.items()}
        self.components: dict[str, Schema] = {}

    def taken_from_component(self, name: str, schema: Schema) -> Schema:
        """Return a component in which properties refer to their lists of words."""
        properties = schema.get("properties")
        if properties is None:
            return schema
        # What is sent and what is received have the same words.
        owner = name.removesuffix("Input")
        named = {
            member: self._taken(part, f"{owner}{_in_pascal_case(member)}")
            for member, part in properties.items()
        }
        return {**schema, "properties": named}

    def taken_from_parameter(self, schema: Schema) -> Schema:
        """Return the schema of a parameter; a list of words only it knows stays there."""
        taken: Schema = self._taken(schema, None)
        return taken

    def _taken(self, schema: Any, own_name: str | None) -> Any:
        if isinstance(schema, list):
            return [self._taken(part, own_name) for part in schema]
        if not isinstance(schema, dict):
            return schema
        if not isinstance(schema.get("enum"), list):
            return {keyword: self._taken(part, own_name) for keyword, part in schema.items()}
        words = [word for word in schema["enum"] if word is not None]
        name = self._names.get(frozenset(words), own_name)
        # One word alone is a constant.
        if name is None or len(words) == 1:
            return schema
        return self._reference(name, words, schema)

    def _reference(self, name: str, words: list[str], schema: Schema) -> Schema:
        component = {"type": "string", "enum": words, "title": name}
        if self.components.setdefault(name, component)["enum"] != words:
            message = f"{name} names two lists of words: {words}"
            raise ValueError(message)
        beside = {key: value for key, value in schema.items() if key not in _OF_THE_WORDS}
        target = {"$ref": f"{REFERENCE}{name}"}
        if None in schema["enum"]:
            return {"oneOf": [target, NULL], **beside}
        return {**target, **beside}


def _in_pascal_case(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
