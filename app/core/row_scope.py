"""What the database is told when a transaction begins: which rows it is about.

Row-level security compares rows with a setting of the transaction, and a role of the
database bounds what may be done with them. Without a scope nobody's rows are seen.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

APPLICATION_ROLE: Final = "pars_app"
ACCREDITOR_ROLE: Final = "pars_accreditor"
OPERATOR_ROLE: Final = "pars_operator"

_TENANT = re.compile(r"[0-9]{7}")


@dataclass(frozen=True, slots=True)
class RowScope:
    """Rows of another kind than those of one provider.

    The role is taken for this transaction only. Without one the transaction acts as the
    role of the application.
    """

    role: str = APPLICATION_ROLE
    setting: str | None = None
    value: str = ""

    def settings(self) -> str:
        """Return the statements that a transaction about these rows begins with."""
        role = "" if self.role == APPLICATION_ROLE else f"; SET LOCAL ROLE {self.role}"
        if self.setting is None:
            return role
        return f"{role}; SET LOCAL {self.setting} = {_quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class ReportedRows:
    """The rows of one provider for its accreditor, and nobody's for another accreditor.

    The accreditor's own role, which sees its providers alone, finds the provider; only what
    it finds becomes the provider whose rows the transaction is about.
    """

    accreditor_id: str
    provider_id: str

    def settings(self) -> str:
        """Return the statements that a transaction about these rows begins with."""
        found = (
            "SELECT max(provider_id) FROM providers "  # noqa: S608 - quoted below
            f"WHERE provider_id = {_quoted(self.provider_id)} "
            f"AND accreditor_id = {_quoted(self.accreditor_id)}"
        )
        return (
            f"{of_accreditor(self.accreditor_id).settings()}; "
            f"SELECT set_config('app.provider_id', coalesce(({found}), ''), true); "
            f"SET LOCAL ROLE {APPLICATION_ROLE}"
        )


Rows: TypeAlias = str | RowScope | ReportedRows | None
"""A provider's id for the rows of that provider, or another scope; None for shared tables."""

# The operator of the system enters providers, accreditors and credentials.
REGISTRY: Final = RowScope(OPERATOR_ROLE)


def is_provider_id(text: str) -> bool:
    """Tell whether a text is the id of a provider: seven digits, as rows are told apart by."""
    return _TENANT.fullmatch(text) is not None


def of_accreditor(accreditor_id: str) -> RowScope:
    """Return the scope of an accreditor: it reads what belongs to its own providers."""
    return RowScope(ACCREDITOR_ROLE, "app.accreditor_id", accreditor_id)


def of_credential(mark: str) -> RowScope:
    """Return the scope of one credential, known by its id or by the hash of its key."""
    return RowScope(setting="app.credential", value=mark)


def frame(rows: Rows, begin: str = "BEGIN") -> str:
    """Return what a transaction begins with, in one round trip."""
    if isinstance(rows, str):
        if not is_provider_id(rows):
            message = "a provider id has seven digits"
            raise ValueError(message)
        return f"{begin}; SET LOCAL app.provider_id = '{rows}'"
    return begin if rows is None else begin + rows.settings()


def _quoted(value: str) -> str:
    """Return a text as a literal of SQL; `standard_conforming_strings` is on."""
    if "\0" in value:
        message = "no setting contains a NUL"
        raise ValueError(message)
    return "'" + value.replace("'", "''") + "'"
