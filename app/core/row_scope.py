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

    def frame(self) -> str:
        """Return the statements that begin the transaction."""
        begin = "BEGIN" if self.role == APPLICATION_ROLE else f"BEGIN; SET LOCAL ROLE {self.role}"
        if self.setting is None:
            return begin
        return f"{begin}; SET LOCAL {self.setting} = {_quoted(self.value)}"


Rows: TypeAlias = str | RowScope | None
"""A provider's id for the rows of that provider, or another scope; None for shared tables."""

# The operator of the system enters providers, accreditors and credentials.
REGISTRY: Final = RowScope(OPERATOR_ROLE)


def of_accreditor(accreditor_id: str) -> RowScope:
    """Return the scope of an accreditor: it reads what belongs to its own providers."""
    return RowScope(ACCREDITOR_ROLE, "app.accreditor_id", accreditor_id)


def of_credential(mark: str) -> RowScope:
    """Return the scope of one credential, known by its id or by the hash of its key."""
    return RowScope(setting="app.credential", value=mark)


def frame(rows: Rows) -> str:
    """Return what a transaction begins with, in one round trip."""
    if isinstance(rows, str):
        if not _TENANT.fullmatch(rows):
            message = "a provider id has seven digits"
            raise ValueError(message)
        return f"BEGIN; SET LOCAL app.provider_id = '{rows}'"
    return "BEGIN" if rows is None else rows.frame()


def _quoted(value: str) -> str:
    """Return a text as a literal of SQL; `standard_conforming_strings` is on."""
    if "\0" in value:
        message = "no setting contains a NUL"
        raise ValueError(message)
    return "'" + value.replace("'", "''") + "'"
