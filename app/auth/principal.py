"""Who is calling: a credential, the providers it speaks for, and its scopes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.auth.scopes import Kind
from app.core.row_scope import ReportedRows, Rows, of_accreditor
from app.core.worlds import Mode


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated credential. Repositories cannot be reached without one.

    `providers` are those that the credential names; whom an accreditor or the operator
    speaks for is known to the database. `expires_at` is when the credential itself ends.
    """

    credential_id: str
    kind: Kind
    mode: Mode
    providers: frozenset[str]
    scopes: frozenset[str]
    accreditor_id: str | None = None
    name: str = ""
    expires_at: datetime | None = None
    authenticated_by: Literal["key", "token"] = "key"

    def rows(self, provider_id: str, *, reading: bool) -> Rows:
        """Return which rows a call about this provider may touch.

        It is decided here once more, from the credential alone: a gate that was left open
        does not open the rows. An accreditor reads through a role that cannot write.
        """
        if self.accreditor_id is not None:
            if reading:
                return of_accreditor(self.accreditor_id)
            return ReportedRows(self.accreditor_id, provider_id)
        if self.kind in ("provider", "vendor") and provider_id not in self.providers:
            return None
        return provider_id
