"""What a look at the installation found, for a person and for a program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

_INDENT: Final = " " * 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is right, what was found, what is right, what to do.

    What is not right and not `grave` is a warning: the system works, and could do better.
    """

    name: str
    ok: bool
    found: str
    wanted: str
    remedy: str = ""
    grave: bool = True

    @property
    def wrong(self) -> bool:
        """Whether this must not stay as it is."""
        return self.grave and not self.ok

    def as_document(self) -> dict[str, Any]:
        """Return the finding for a program."""
        return {
            "name": self.name,
            "ok": self.ok,
            "level": "ok" if self.ok else "wrong" if self.grave else "warning",
            "found": self.found,
            "wanted": self.wanted,
            "remedy": None if self.ok else self.remedy or None,
        }


def found_in(place: str, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings under names that tell of which of several places they are."""
    return [replace(finding, name=f"{place}: {finding.name}") for finding in findings]


def document(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return all findings for a program."""
    return {
        "ok": not any(finding.wrong for finding in findings),
        "checks": [finding.as_document() for finding in findings],
    }


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield all findings for a person."""
    for finding in findings:
        if finding.ok:
            yield f"ok    {finding.name}: {finding.found}"
            continue
        sign = "WRONG" if finding.grave else "WARN "
        yield f"{sign} {finding.name}: {finding.found}; right is: {finding.wanted}"
        if finding.remedy:
            yield f"{_INDENT}{finding.remedy}"
