"""The table of all operations: who may call them, and how a valid call looks.

What everybody is answered follows from a row and from nothing else. An operation of the
API document without a row fails, and so does a row without an operation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from app.auth.scopes import Kind
from tests.builders import complete_activity, draft_activity, moc_board, support_source
from tests.people import person
from tests.security.homes import Things, another_activity, completion_of

About = Literal["a provider", "an accreditor", "the caller", "everybody"]
Names = Literal[
    "nothing",
    "activity",
    "closed activity",
    "reported activity",
    "key of an activity",
    "contact",
    "completion",
    "key",
    "import",
]
Body = Callable[[Things], Any]

WRITERS: Final[frozenset[Kind]] = frozenset({"provider", "vendor"})
READERS: Final[frozenset[Kind]] = WRITERS | {"accreditor"}
OF_CONTACTS: Final[frozenset[Kind]] = READERS | {"operator"}
KEEPERS_OF_CONTACTS: Final[frozenset[Kind]] = WRITERS | {"operator"}
PROVIDER_ITSELF: Final[frozenset[Kind]] = frozenset({"provider"})
ACCREDITOR_ITSELF: Final[frozenset[Kind]] = frozenset({"accreditor"})
OPERATOR: Final[frozenset[Kind]] = frozenset({"operator"})
EVERY_KIND: Final[frozenset[Kind]] = OF_CONTACTS


@dataclass(frozen=True, slots=True)
class Operation:
    """Who may call an operation, and what makes a call of it valid.

    One of `scopes` is needed. `names` is what a call names inside its provider; `absent`
    is what a call is answered that names what is not there. A body that is no JSON is
    `raw`: its media type, and the text.
    """

    scopes: tuple[str, ...] = ()
    kinds: frozenset[Kind] = EVERY_KIND
    about: About = "a provider"
    names: Names = "nothing"
    body: Body | None = None
    query: Callable[[str, Things], Mapping[str, str]] = field(default=lambda _provider, _things: {})
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: tuple[str, str] | None = None
    success: frozenset[int] = frozenset({200})
    absent: frozenset[int] = frozenset({404})


def _reads(names: Names = "nothing", **more: Any) -> Operation:
    return Operation(("activities:read",), READERS, names=names, **more)


def _writes(names: Names, body: Body | None, status: int = 200, **more: Any) -> Operation:
    return Operation(
        ("activities:write",), WRITERS, names=names, body=body, success=frozenset({status}), **more
    )


def _of_contacts(names: Names = "nothing") -> Operation:
    return Operation(("contacts:read",), OF_CONTACTS, names=names)


def _keeps_contacts(
    names: Names = "nothing", body: Body | None = None, status: int = 200, **more: Any
) -> Operation:
    return Operation(
        ("contacts:write",),
        KEEPERS_OF_CONTACTS,
        names=names,
        body=body,
        success=frozenset({status}),
        **more,
    )


def _of_keys(names: Names = "nothing", body: Body | None = None, status: int = 200) -> Operation:
    return Operation(
        ("keys:admin",), PROVIDER_ITSELF, names=names, body=body, success=frozenset({status})
    )


def _imports(status: int = 200, names: Names = "nothing", **more: Any) -> Operation:
    return Operation(("imports:write",), WRITERS, names=names, success=frozenset({status}), **more)


def _of_learners(
    scope: str, names: Names, body: Body | None = None, status: int = 200, **more: Any
) -> Operation:
    return Operation((scope,), WRITERS, names=names, body=body, success=frozenset({status}), **more)


def _registers(scope: str, body: Body | None = None, status: int = 200, **more: Any) -> Operation:
    return Operation(
        (scope,), OPERATOR, "the caller", body=body, success=frozenset({status}), **more
    )


PUBLIC: Final = Operation(about="everybody")
ANY_VERSION: Final = {"If-Match": "*"}
_SUPPORT: Final = {"received": True, "sources": [support_source()]}


def _moc(_things: Things) -> Any:
    return complete_activity()["moc"]


OPERATIONS: Final[Mapping[str, Operation]] = {
    "discovery_get": PUBLIC,
    "directory_list": PUBLIC,
    "catalog_list": PUBLIC,
    "reference_list": PUBLIC,
    "reference_formats": PUBLIC,
    "reference_requirements": PUBLIC,
    "reference_get": Operation(about="everybody", path={"list_name": "countries"}),
    "moc_boards_list": PUBLIC,
    "moc_boards_get": PUBLIC,
    "oauth_jwks": PUBLIC,
    "oauth_token": Operation(
        about="the caller",
        raw=("application/x-www-form-urlencoded", "grant_type=client_credentials"),
    ),
    "credentials_me": Operation(about="the caller"),
    # The keys of the matrix are live ones; with test keys see tests/sandbox/test_reset.py.
    "sandbox_reset": Operation(
        ("activities:write",), WRITERS, "the caller", success=frozenset({403})
    ),
    "supporters_search": _reads(query=lambda provider, _: {"q": "a", "provider_id": provider}),
    # Activities
    "activities_list": _reads(query=lambda *_: {"view": "full", "count": "exact"}),
    "activities_list_across": Operation(("activities:read",), ACCREDITOR_ITSELF, "the caller"),
    "activities_get": _reads("activity"),
    "activities_get_by_key": _reads("key of an activity"),
    "activities_missing": _reads("activity"),
    "activities_history": _reads("activity"),
    "activities_create": _writes("nothing", lambda _: another_activity(), 201),
    # Whose key is not there yet enters it, also when another provider has the same one.
    "activities_push": Operation(
        ("activities:write",),
        WRITERS,
        names="key of an activity",
        body=lambda _: {"title": "Pushed", "end_date": "2026-05-03"},
        success=frozenset({200, 201}),
        absent=frozenset({201}),
    ),
    "activities_replace": _writes("activity", lambda _: draft_activity(internal_id="MATRIX-PUT")),
    "activities_update": _writes("activity", lambda _: {"credits": 1}, headers=ANY_VERSION),
    "activities_delete": _writes("activity", None, 204),
    "activities_delete_by_key": _writes("key of an activity", None, 204),
    "activities_delete_many": _writes(
        "activity",
        None,
        query=lambda _, things: {"ids": things.activity_id},
        absent=frozenset({207}),
    ),
    "activities_copy": _writes(
        "activity",
        lambda _: {
            "instances": [
                {"internal_id": "COPY", "start_date": "2027-01-01", "end_date": "2027-01-02"}
            ]
        },
        201,
    ),
    "activities_batch": _writes(
        "activity",
        lambda things: {
            "records": [
                {
                    "action": "update",
                    "activity": draft_activity(
                        activity_id=things.activity_id, internal_id="MATRIX-BATCH"
                    ),
                }
            ]
        },
        absent=frozenset({207}),
    ),
    "activities_close_many": Operation(
        ("activities:close",),
        WRITERS,
        body=lambda _: {"filter": {"status": "ready_to_close"}},
        success=frozenset({200, 207}),
    ),
    "activities_close": Operation(("activities:close",), WRITERS, names="activity"),
    "activities_reopen": Operation(
        ("activities:close", "activities:reopen"),
        READERS,
        names="closed activity",
        body=lambda _: {"reason": "A count was wrong."},
    ),
    # Parts of an activity
    "support_get": _reads("activity"),
    "support_replace": _writes("activity", lambda _: _SUPPORT),
    "support_totals": _reads(),
    "moc_get": _reads("activity"),
    "moc_replace": _writes("activity", _moc),
    "moc_boards_register": _writes("activity", lambda _: moc_board(credits=3)),
    "moc_boards_unregister": _writes("activity", None, 204),
    "learner_totals_get": _reads("activity"),
    "learner_totals_replace": _writes("activity", lambda _: {"physicians": 9, "others": 9}),
    "changes_list": Operation(("changes:read",), WRITERS),
    # Contacts and the profile
    "providers_get": _of_contacts(),
    "providers_deadlines": _of_contacts(),
    "providers_update": _keeps_contacts(body=lambda _: {"city": "Fresno"}, headers=ANY_VERSION),
    "contacts_list": _of_contacts(),
    "contacts_get": _of_contacts("contact"),
    "contacts_create": _keeps_contacts(body=lambda _: person("staff"), status=201),
    "contacts_update": _keeps_contacts(
        "contact", lambda _: {"job_title": "Librarian"}, headers=ANY_VERSION
    ),
    "contacts_delete": _keeps_contacts("contact", status=204),
    "contacts_confirm": _keeps_contacts(),
    "contact_roles_list": _of_contacts(),
    "contact_roles_get": _of_contacts(),
    "contact_roles_put": _keeps_contacts(
        "contact", lambda things: {"contact_id": things.contact_id}, absent=frozenset({422})
    ),
    "contact_roles_clear": _keeps_contacts(status=204),
    # Learner completions
    "completions_list": _of_learners("completions:read", "reported activity"),
    "completions_summary": _of_learners("completions:read", "reported activity"),
    "completions_get": _of_learners("completions:read", "completion"),
    "completions_history": _of_learners("completions:read", "completion"),
    "completions_create": _of_learners(
        "completions:write", "reported activity", lambda _: completion_of("new"), 201
    ),
    "completions_batch": _of_learners(
        "completions:write",
        "reported activity",
        lambda _: {"records": [{"action": "upsert", "completion": completion_of("new")}]},
    ),
    "completions_replace": _of_learners(
        "completions:write", "completion", lambda _: completion_of("put")
    ),
    "completions_update": _of_learners(
        "completions:write", "completion", lambda _: {"credits": 1}, headers=ANY_VERSION
    ),
    "completions_delete": _of_learners("completions:write", "completion", None, 204),
    # Exports
    "exports_activities": _reads(),
    "exports_completions": _of_learners("completions:read", "nothing"),
    # Imports
    "imports_list": _imports(),
    "imports_template": _imports(query=lambda *_: {"kind": "activities", "format": "csv"}),
    "imports_create": _imports(
        202,
        query=lambda *_: {"kind": "activities", "format": "csv"},
        raw=("text/csv", "internal_id,title\nMATRIX-ROW,A row\n"),
    ),
    "imports_get": _imports(names="import"),
    "imports_results": _imports(names="import"),
    "imports_cancel": _imports(names="import"),
    # Keys
    "keys_list": _of_keys(),
    "keys_create": _of_keys(body=lambda _: {"name": "Matrix"}, status=201),
    "keys_get": _of_keys("key"),
    "keys_revoke": _of_keys("key", status=204),
    # What belongs to accreditors and to the register
    "accreditors_deadlines": Operation(("activities:read",), ACCREDITOR_ITSELF, "an accreditor"),
    "accreditors_set_deadline": Operation(
        ("deadlines:write",),
        ACCREDITOR_ITSELF,
        "an accreditor",
        body=lambda _: {"last_day": "2027-02-26"},
    ),
    "accreditors_unset_deadline": Operation(
        ("deadlines:write",), ACCREDITOR_ITSELF, "an accreditor", success=frozenset({204})
    ),
    "accreditors_create": _registers(
        "providers:admin", lambda _: {"accreditor_id": "MATRIX", "name": "Matrix"}, 201
    ),
    "providers_create": _registers(
        "providers:admin",
        lambda _: {"provider_id": "8888888", "name": "Matrix", "accreditor": "ACCME"},
        201,
    ),
    "credentials_list": _registers("credentials:admin"),
    "credentials_create": _registers(
        "credentials:admin",
        lambda _: {"kind": "operator", "name": "Matrix", "scopes": ["providers:admin"]},
        201,
    ),
    "credentials_get": _registers("credentials:admin", names="key"),
    "credentials_revoke": _registers("credentials:admin", names="key", status=204),
}
