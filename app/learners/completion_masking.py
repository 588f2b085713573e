"""What of a person a list shows to whoever need not know who it is."""

from typing import Any, Final

Record = dict[str, Any]

PII_SCOPE: Final = "completions:read_pii"
"""The scope with which lists show people as they are."""

_LAST_SHOWN: Final = 2


def masked(completion: Record) -> Record:
    """Return a completion in which the person cannot be recognised.

    The first letters and the last digits remain, so that whoever knows the person sees
    that the right rows are there. The client's own id is not the person's.
    """
    return {
        **completion,
        "given_name": _initial(completion["given_name"]),
        "family_name": _initial(completion["family_name"]),
        "birth_month_day": _hidden(completion["birth_month_day"]),
        "license_id": _ending(completion["license_id"]),
        "npi": _ending(completion["npi"]),
        "board_credits": [
            {**entry, "board_learner_id": _ending(entry["board_learner_id"])}
            for entry in completion["board_credits"]
        ],
    }


def _initial(name: str) -> str:
    return f"{name[:1]}***"


def _hidden(value: str | None) -> str | None:
    return None if value is None else "**-**"


def _ending(value: str | None) -> str | None:
    if value is None:
        return None
    # Of a short id the ending would be all of it.
    shown = value[-_LAST_SHOWN:] if len(value) > 2 * _LAST_SHOWN else ""
    return f"***{shown}"
