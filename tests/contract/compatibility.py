"""Finds what a client of one version of the API document would trip over in the next.

Whatever was accepted must still be accepted, and whatever was promised in an answer must
still be there. Each finding begins with what it is about: an operation or a schema.
"""

from collections.abc import Iterator
from typing import Any, Final, Literal

Document = dict[str, Any]
Direction = Literal["sent", "received"]

# A request breaks when the first kind grows or the second shrinks.
_LOWER_BOUNDS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER_BOUNDS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_REFERENCE: Final = "#/components/schemas/"


def breaking_changes(before: Document, after: Document) -> list[str]:
    """Return each change that breaks a client, once."""
    return list(dict.fromkeys(_Comparison(before, after).findings()))


class _Comparison:
    def __init__(self, before: Document, after: Document) -> None:
        self._before = before
        self._after = after
        self._seen: set[tuple[str, str, Direction]] = set()

    def findings(self) -> Iterator[str]:
        for path, methods in self._before["paths"].items():
            for method, old in methods.items():
                name = old["operationId"]
                new = self._after["paths"].get(path, {}).get(method)
                if new is None:
                    yield f"{name}: {method.upper()} {path} is gone"
                    continue
                if new["operationId"] != name:
                    yield f"{name}: it is called {new['operationId']} now"
                yield from self._parameters(name, old, new)
                yield from self._body(name, old, new)
                yield from self._answers(name, old, new)

    def _parameters(self, name: str, old: Document, new: Document) -> Iterator[str]:
        known = {(one["in"], one["name"]): one for one in old.get("parameters", [])}
        offered = {(one["in"], one["name"]): one for one in new.get("parameters", [])}
        for place, parameter in known.items():
            if place not in offered:
                yield f"{name}: the parameter {parameter['name']} is gone"
                continue
            now = offered[place]["schema"]
            yield from self._schema(
                f"{name}: parameter {parameter['name']}", parameter["schema"], now, "sent"
            )
        for place, parameter in offered.items():
            was_required = known.get(place, {}).get("required", False)
            if parameter.get("required") and not was_required:
                yield f"{name}: the parameter {parameter['name']} is required"

    def _body(self, name: str, old: Document, new: Document) -> Iterator[str]:
        if "requestBody" not in old:
            if new.get("requestBody", {}).get("required"):
                yield f"{name}: a body is required"
            return
        offered = new.get("requestBody", {}).get("content", {})
        for media_type, content in old["requestBody"]["content"].items():
            if media_type not in offered:
                yield f"{name}: a body of {media_type} is no longer read"
                continue
            yield from self._schema(
                name, content.get("schema", {}), offered[media_type].get("schema", {}), "sent"
            )

    def _answers(self, name: str, old: Document, new: Document) -> Iterator[str]:
        for status, answer in old["responses"].items():
            if status not in new["responses"]:
                if status.startswith("2"):
                    yield f"{name}: it no longer answers {status}"
                continue
            offered = new["responses"][status].get("content", {})
            for media_type, content in answer.get("content", {}).items():
                if media_type not in offered:
                    yield f"{name}: {status} no longer comes as {media_type}"
                    continue
                schema = content.get("schema", {})
                now = offered[media_type].get("schema", {})
                yield from self._schema(f"{name}: {status}", schema, now, "received")

    def _schema(self, place: str, old: Any, new: Any, direction: Direction) -> Iterator[str]:
        """Compare two schemas; components are compared once for each direction."""
        name = old.get("$ref", "").removeprefix(_REFERENCE)
        new_name = new.get("$ref", "").removeprefix(_REFERENCE)
        if name and name == new_name:
            if (name, new_name, direction) in self._seen:
                return
            self._seen.add((name, new_name, direction))
            place = name
        old, new = self._component(self._before, old), self._component(self._after, new)
        yield from _types(place, old, new, direction)
        yield from _words(place, old, new, direction)
        if direction == "sent":
            yield from _bounds(place, old, new)
        yield from self._members(place, old, new, direction)
        yield from self._options(place, old, new, direction)
        if "items" in old and "items" in new:
            yield from self._schema(f"{place}[]", old["items"], new["items"], direction)

    def _members(
        self, place: str, old: Document, new: Document, direction: Direction
    ) -> Iterator[str]:
        known, offered = old.get("properties", {}), new.get("properties", {})
        for member, schema in known.items():
            if member not in offered:
                yield f"{place}.{member} is gone"
            else:
                yield from self._schema(f"{place}.{member}", schema, offered[member], direction)
        was_required, is_required = set(old.get("required", [])), set(new.get("required", []))
        if direction == "sent":
            for member in sorted(is_required - was_required):
                yield f"{place}.{member} is required"
        else:
            for member in sorted((was_required - is_required) & offered.keys()):
                yield f"{place}.{member} may be left out"

    def _options(
        self, place: str, old: Document, new: Document, direction: Direction
    ) -> Iterator[str]:
        for keyword in ("anyOf", "oneOf"):
            options, offered = old.get(keyword, []), new.get(keyword, [])
            more = len(offered) - len(options)
            if (direction == "sent" and more < 0) or (direction == "received" and more > 0):
                yield f"{place} has {len(offered)} kinds of values instead of {len(options)}"
            for option, now in zip(options, offered, strict=False):
                yield from self._schema(place, option, now, direction)

    def _component(self, document: Document, schema: Document) -> Document:
        name = schema.get("$ref", "").removeprefix(_REFERENCE)
        found: Document = document["components"]["schemas"][name] if name else schema
        return found


def _types(place: str, old: Document, new: Document, direction: Direction) -> Iterator[str]:
    known, offered = _as_set(old.get("type")), _as_set(new.get("type"))
    if not offered and not known:
        return
    lost = known - offered if direction == "sent" else offered - known
    if "number" in offered and direction == "sent":
        lost -= {"integer"}
    if "number" in known and direction == "received":
        lost -= {"integer"}
    if lost or bool(known) != bool(offered):
        yield f"{place} is {_said(offered)} instead of {_said(known)}"
    if old.get("format") != new.get("format"):
        yield f"{place} has the format {new.get('format')} instead of {old.get('format')}"


def _words(place: str, old: Document, new: Document, direction: Direction) -> Iterator[str]:
    known, offered = set(old.get("enum", [])), set(new.get("enum", []))
    if direction == "sent" and offered:
        for word in sorted(known - offered, key=str):
            yield f"{place} no longer takes {word}"
    if direction == "received" and known:
        for word in sorted(offered - known, key=str):
            yield f"{place} may be {word}"
        if not offered:
            yield f"{place} may be any word"


def _bounds(place: str, old: Document, new: Document) -> Iterator[str]:
    for keyword in _LOWER_BOUNDS:
        if keyword in new and new[keyword] > old.get(keyword, float("-inf")):
            yield f"{place} has the {keyword} {new[keyword]}"
    for keyword in _UPPER_BOUNDS:
        if keyword in new and new[keyword] < old.get(keyword, float("inf")):
            yield f"{place} has the {keyword} {new[keyword]}"
    for keyword in ("pattern", "multipleOf", "const"):
        if keyword in new and new[keyword] != old.get(keyword):
            yield f"{place} has the {keyword} {new[keyword]}"


def _as_set(types: Any) -> set[str]:
    if types is None:
        return set()
    return {types} if isinstance(types, str) else set(types)


def _said(types: set[str]) -> str:
    return " or ".join(sorted(types)) or "something else"
