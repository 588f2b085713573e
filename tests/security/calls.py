"""From a row of the table to requests, and to what each of them is answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.document import DOCUMENT
from tests.security.actors import Actor
from tests.security.homes import NOBODY, RANDOM, Home, Things
from tests.security.operations import OPERATIONS, Operation


@dataclass(frozen=True, slots=True)
class Described:
    """An operation as the API document has it."""

    operation_id: str
    method: str
    path: str
    has_trial: bool

    @property
    def row(self) -> Operation:
        """The operation's row in the table."""
        return OPERATIONS[self.operation_id]


@dataclass(frozen=True, slots=True)
class Target:
    """What a call names: a provider in the path, and whose things inside it."""

    home: Home | None
    things_of: Home | None

    @property
    def things(self) -> Things:
        """The ids that the call names."""
        return RANDOM if self.things_of is None else self.things_of.things


def described() -> Iterator[Described]:
    """Read out of the API document every operation that has a row."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if operation["operationId"] in OPERATIONS:
                names = {parameter["name"] for parameter in operation.get("parameters", ())}
                yield Described(operation["operationId"], method, path, "validate_only" in names)


def targets(row: Operation, own: Home, other: Home) -> list[Target]:
    """List own and other's, random ones, own inside other's and the reverse."""
    if row.about in ("the caller", "everybody"):
        return [Target(own, own)]
    if row.names == "nothing":
        return [Target(own, own), Target(other, other), Target(None, None)]
    homes: list[Home | None] = [own, other, None]
    return [Target(home, things_of) for home in (own, other) for things_of in homes] + [
        Target(None, own)
    ]


def expected(row: Operation, actor: Actor, target: Target) -> frozenset[int]:
    """Return the statuses that the call may be answered."""
    if row.about == "everybody":
        return row.success
    if not actor.is_known:
        return frozenset({401})
    if not _within_reach(row, actor, target.home):
        return frozenset({404})
    if actor.kind not in row.kinds or not actor.holds_one_of(row.scopes):
        # The operator keeps the register, in which every provider stands, and reads nothing
        # else: that it may not and that it finds nothing are both right.
        return frozenset({403, 404} if actor.kind == "operator" else {403})
    if row.about == "a provider" and row.names != "nothing" and target.things_of != target.home:
        return row.absent
    return row.success


def _within_reach(row: Operation, actor: Actor, home: Home | None) -> bool:
    if row.about == "a provider":
        return actor.speaks_for(home) or (actor.kind == "operator" and home is not None)
    if row.about == "an accreditor":
        return actor.accreditor_id is not None and actor.speaks_for(home)
    return True


def request(operation: Described, actor: Actor, target: Target, *, trial: bool) -> httpx.Request:
    """Build the call."""
    row, things = operation.row, target.things
    names = {
        "provider_id": target.home.provider_id if target.home else NOBODY,
        "accreditor_id": target.home.accreditor_id if target.home else "NOSUCH",
        "activity_id": _activity_named(row, things),
        "completion_id": things.completion_id,
        "contact_id": things.contact_id,
        "credential_id": things.credential_id,
        "import_id": things.import_id,
        "format": "live_course",
        "start_date": "2026-05-01",
        "internal_id": things.internal_id,
        "board": "ABA",
        "role": "billing",
        "year": "2026",
        **row.path,
    }
    path = operation.path
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    query = {**row.query(names["provider_id"], things)}
    if trial and operation.has_trial:
        query["validate_only"] = "true"
    headers = {**actor.headers(row.scopes), **row.headers}
    content: dict[str, Any] = {}
    if row.body is not None:
        content["json"] = row.body(things)
    if row.raw is not None:
        headers["Content-Type"], content["content"] = row.raw
    return httpx.Request(
        operation.method.upper(), f"http://test{path}", params=query, headers=headers, **content
    )


def _activity_named(row: Operation, things: Things) -> str:
    match row.names:
        case "closed activity":
            return things.closed_activity_id
        case "reported activity" | "completion":
            return things.reported_activity_id
        case _:
            return things.activity_id
