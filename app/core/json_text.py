"""Values as PostgreSQL takes them for json: as one text."""

from typing import Any

import orjson


def json_text(value: Any) -> str:
    """Write a value as JSON."""
    return orjson.dumps(value).decode()
