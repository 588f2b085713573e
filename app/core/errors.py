"""What can go wrong, as plain Python; only the HTTP edge turns it into a response.

Every code a client may meet is declared exactly once, in the room whose rule it
belongs to, and lands in `CATALOGUE`::

    ErrorCode      a stable code, its HTTP status, a title and what would be right
    Violation      one thing that is wrong, with a JSON pointer to where
    ProblemError   the refusal of a whole request, carrying all its violations
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_VIOLATIONS = 100


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A code that clients may rely on, with its status and what would be right."""

    code: str
    status: int
    title: str
    remedy: str


CATALOGUE: dict[str, ErrorCode] = {}


def declare(code: str, status: int, title: str, remedy: str) -> ErrorCode:
    """Enter a code into the catalogue; raise ValueError when it stands there already."""
    if code in CATALOGUE:
        message = f"the error code {code} is declared twice"
        raise ValueError(message)
    CATALOGUE[code] = ErrorCode(code, status, title, remedy)
    return CATALOGUE[code]


REQUEST_INVALID = declare(
    "request.invalid",
    422,
    "The request breaks several rules",
    "Each entry of `errors` names one place and what would be right there.",
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong: which rule, where, why, and what may have been meant."""

    kind: ErrorCode
    pointer: str
    message: str
    value: Any = None
    did_you_mean: tuple[str, ...] = ()
    source: str | None = None

    def as_document(self) -> dict[str, Any]:
        """Return the entry of a problem's `errors`."""
        return {
            "code": self.kind.code,
            "pointer": self.pointer,
            "message": self.message,
            "value": self.value,
            "did_you_mean": list(self.did_you_mean),
            "source": self.source,
        }


class ProblemError(Exception):
    """A request is refused. Nothing of it was saved.

    `members` are extension members of the problem document (RFC 9457, section 3.2),
    `related` names other records that play a part, `headers` go on the response.
    """

    def __init__(  # noqa: PLR0913 - the members of a problem document
        self,
        kind: ErrorCode,
        detail: str,
        *,
        violations: Sequence[Violation] = (),
        related: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{kind.code}: {detail}")
        self.kind = kind
        self.detail = detail
        self.violations = tuple(violations[:MOST_VIOLATIONS])
        self.related = tuple(related)
        self.headers = dict(headers or {})
        self.members = dict(members or {})


def refuse(violations: Sequence[Violation]) -> ProblemError:
    """Return the refusal of a request that breaks these rules, all of them at once.

    The problem carries the code of its violations when they agree on one,
    and `request.invalid` when they differ.
    """
    kinds = {violation.kind for violation in violations}
    kind = kinds.pop() if len(kinds) == 1 else REQUEST_INVALID
    count = len(violations)
    if count == 1:
        detail = f"{violations[0].message} Nothing was saved."
    elif count > MOST_VIOLATIONS:
        detail = f"More than {MOST_VIOLATIONS} things are wrong. Nothing was saved."
    else:
        detail = f"{count} things are wrong. Nothing was saved."
    return ProblemError(kind, detail, violations=violations)
