"""JSON merge patch (RFC 7396)."""

from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """Return the target with the patch applied; neither is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            # What a record does not name is unanswered, so null clears it.
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged
