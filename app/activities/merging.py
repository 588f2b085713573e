"""JSON merge patch (RFC 7396)."""

from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """Return the target with the patch applied; neither is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        # In a record null is what a field that is left out is, so the member stays: one that
        # no record has is then noticed, also when it is to be cleared.
        merged[name] = None if value is None else merge(merged.get(name), value)
    return merged
