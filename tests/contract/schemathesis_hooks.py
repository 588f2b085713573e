"""What schemathesis has to be told: how a line of JSON is written, and what it leaves out."""

import json
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def one_line_of_json(_context: Any, value: Any) -> bytes:
    """Write a value as a file of one line."""
    return json.dumps(value).encode() + b"\n"


@schemathesis.hook
def before_load_schema(_context: Any, document: dict[str, Any]) -> None:
    """Leave out the day of the sandbox.

    Without a test key it is refused with 400, before anybody asks who is calling; a missing
    key alone is 401, and that every call is held to here.
    """
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["parameters"] = [
                one for one in operation.get("parameters", []) if one["name"] != "PARS-Sandbox-Date"
            ]
