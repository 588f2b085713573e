"""What a credential may be permitted to do, and which kinds of credentials may hold what."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

Kind = Literal["provider", "vendor", "accreditor", "operator"]
SpeaksFor = Literal["one provider", "several providers", "an accreditor", "the system"]
ScopeName = Literal[
    "activities:read",
    "activities:write",
    "activities:close",
    "activities:reopen",
    "contacts:read",
    "contacts:write",
    "completions:read",
    "completions:read_pii",
    "completions:write",
    "imports:write",
    "changes:read",
    "keys:admin",
    "deadlines:write",
    "providers:admin",
    "credentials:admin",
]

SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "activities:read": "Read activities, their history, and what they lack.",
        "activities:write": "Enter, push, change, copy and delete activities.",
        "activities:close": "Close activities, and reopen them until the reporting deadline.",
        "activities:reopen": "Reopen closed activities at any time.",
        "contacts:read": "Read the profile, the contacts and their roles.",
        "contacts:write": "Change the profile, the contacts and their roles.",
        "completions:read": "Read learner completions.",
        "completions:read_pii": "See in lists of completions who the learners are.",
        "completions:write": "Report learner completions.",
        "imports:write": "Import files, and follow what becomes of them.",
        "changes:read": "Follow the change feed.",
        "keys:admin": "Issue and revoke the provider's own keys.",
        "deadlines:write": "Set the reporting deadlines of the accreditor's providers.",
        "providers:admin": "Enter providers and accreditors.",
        "credentials:admin": "Issue and revoke credentials of every kind.",
    }
)

# A provider's key may hold all of these; what is left out is another kind's.
PROVIDER_SCOPES: Final[tuple[str, ...]] = (
    "activities:read",
    "activities:write",
    "activities:close",
    "contacts:read",
    "contacts:write",
    "completions:read",
    "completions:write",
    "imports:write",
    "changes:read",
    "keys:admin",
)
# Nobody has these unless they are asked for by name.
ASKED_FOR: Final[tuple[str, ...]] = ("completions:read_pii",)
READING: Final[frozenset[str]] = frozenset(scope for scope in SCOPES if scope.endswith(":read"))


@dataclass(frozen=True, slots=True)
class KindRule:
    """Whom a kind of credential speaks for, and what it may hold."""

    kind: Kind
    speaks_for: SpeaksFor
    scopes: tuple[str, ...]

    @property
    def usual(self) -> tuple[str, ...]:
        """Return the scopes that a credential of the kind gets when none is named."""
        return tuple(scope for scope in self.scopes if scope not in ASKED_FOR)


_RULES: Final = (
    # A provider's own system.
    KindRule("provider", "one provider", (*PROVIDER_SCOPES, *ASKED_FOR)),
    # A system that several providers have granted access to.
    KindRule(
        "vendor",
        "several providers",
        # Whoever was let in cannot let others in: a grant that is withdrawn is gone whole.
        (*(scope for scope in PROVIDER_SCOPES if scope != "keys:admin"), *ASKED_FOR),
    ),
    # The body that providers report to: it reads, reopens and sets deadlines.
    KindRule(
        "accreditor",
        "an accreditor",
        ("activities:read", "activities:reopen", "contacts:read", "deadlines:write"),
    ),
    # Whoever runs the system: it keeps the register and reads no activities.
    KindRule(
        "operator",
        "the system",
        ("contacts:read", "contacts:write", "providers:admin", "credentials:admin"),
    ),
)
KINDS: Final[Mapping[Kind, KindRule]] = MappingProxyType({rule.kind: rule for rule in _RULES})


def _check_the_table() -> None:
    held = {scope for rule in _RULES for scope in rule.scopes}
    if set(KINDS) != set(get_args(Kind)) or not held == set(SCOPES) == set(get_args(ScopeName)):
        message = "every kind has a rule, and every scope words and a kind that may hold it"
        raise TypeError(message)


_check_the_table()
