"""What schemathesis has to be told: how a line of JSON is written."""

import json
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def one_line_of_json(_context: Any, value: Any) -> bytes:
    """Write a value as a file of one line."""
    return json.dumps(value).encode() + b"\n"
