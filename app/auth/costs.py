"""What a call costs of its quota: one unit, unless it is named here.

A unit is about the work of reading or pushing one record. A batch costs less than its
records would one by one, so that whoever has many sends them together.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PER_CREDENTIAL: Final = "credential"
PER_PROVIDER: Final = "provider"

COSTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "activities_list": 5,
        "activities_list_across": 20,
        "activities_history": 2,
        "activities_copy": 10,
        "activities_delete_many": 50,
        "activities_batch": 100,
        "activities_close_many": 100,
        "completions_batch": 50,
        "completions_list": 5,
        "completions_summary": 10,
        "changes_list": 5,
        "exports_activities": 500,
        "exports_completions": 500,
        "imports_create": 100,
        "keys_create": 10,
        "credentials_create": 10,
    }
)
USUAL: Final = 1


def cost_of(operation_id: str | None) -> int:
    """Return what a call of this operation costs."""
    return USUAL if operation_id is None else COSTS.get(operation_id, USUAL)
