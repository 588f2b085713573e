"""The contract that client programs rely on: paths, parameters, members, codes, statuses.

What stands here was promised. A test that fails tells that a client would break.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.activities.schemas import Activity
from app.core.errors import CATALOGUE
from tests.document import DOCUMENT
from tests.harness import ReportingProvider

PROVIDER = "/v1/providers/{provider_id}"
ACTIVITIES = f"{PROVIDER}/activities"
ACTIVITY = f"{ACTIVITIES}/{{activity_id}}"
CONTACTS = f"{PROVIDER}/contacts"

PROMISED = {
    "/v1": "get",
    "/v1/me": "get",
    "/v1/oauth/token": "post",
    "/v1/reference/formats": "get",
    "/v1/reference/requirements": "get",
    "/v1/reference/{list}": "get",
    "/v1/moc-boards": "get",
    "/v1/moc-boards/{board}": "get",
    PROVIDER: "get patch",
    ACTIVITIES: "get post delete",
    f"{ACTIVITIES}/by-key/{{format}}/{{start_date}}/{{internal_id}}": "get put delete",
    ACTIVITY: "get put patch delete",
    f"{ACTIVITY}/missing": "get",
    f"{ACTIVITY}/close": "post",
    f"{ACTIVITY}/reopen": "post",
    f"{ACTIVITY}/copy": "post",
    f"{ACTIVITY}/history": "get",
    f"{ACTIVITY}/commercial-support": "get put",
    f"{ACTIVITY}/moc": "get put",
    f"{ACTIVITY}/moc/boards/{{board}}": "put delete",
    f"{ACTIVITY}/learner-totals": "get put",
    f"{ACTIVITY}/completions": "get post",
    f"{ACTIVITY}/completions/batch": "post",
    f"{ACTIVITY}/completions/{{completion_id}}": "get put patch delete",
    f"{ACTIVITIES}/batch": "post",
    f"{PROVIDER}/imports": "get post",
    f"{PROVIDER}/imports/template": "get",
    f"{PROVIDER}/imports/{{id}}": "get delete",
    f"{PROVIDER}/imports/{{id}}/results": "get",
    CONTACTS: "get post",
    f"{CONTACTS}/{{contact_id}}": "get patch delete",
    f"{CONTACTS}/roles": "get",
    f"{CONTACTS}/roles/{{role}}": "get put delete",
    f"{CONTACTS}/confirm": "post",
    f"{PROVIDER}/changes": "get",
    "/v1/activities": "get",
    "/v1/directory": "get",
    "/v1/catalog/activities": "get",
}
PAGES = ("/", "/docs", "/redoc", "/openapi.json", "/livez", "/readyz", "/metrics", "/v1")
PUBLIC = ("/v1", "/v1/directory", "/v1/catalog/activities", "/v1/reference/formats")

CODES = {
    "activity.closed": 409,
    "activity.delete_closed": 409,
    "activity.has_learner_completions": 409,
    "activity.not_ready": 409,
    "activity.not_closed": 409,
    "activity.reporting_closed": 409,
    "activity.duplicate_key": 409,
    "activity.below_required_status": 409,
    "activity.key_mismatch": 422,
    "activity.internal_id_required": 422,
    "activity.period_too_long": 422,
    "activity.date_order": 422,
    "support.contradiction": 422,
    "field.unknown": 422,
    "date.time_not_allowed": 422,
    "read_only": 422,
    "idempotency.key_reused": 422,
    "contact.primary_required": 409,
    "completion.duplicate": 409,
}
RECORD = (  # noqa: SIM905 - a sentence of names
    "activity_id provider_id internal_id title format start_date end_date delivery_methods "
    "location city state country credits description cme_finder fee registration url "
    "providership joint_providers outcome_measures commercial_support learners moc "
    "status next_status missing warnings version created_at updated_at closed_at"
).split()
SUMMARY = (  # noqa: SIM905 - a sentence of names
    "activity_id internal_id title format start_date end_date credits status next_status "
    "missing_count version updated_at"
).split()
LIST_PARAMETERS = (  # noqa: SIM905 - a sentence of names
    "status format internal_id start_from start_to end_from end_to year missing moc_board q "
    "sort limit cursor view fields count"
).split()
SAVES = [("post", ACTIVITIES), ("put", ACTIVITY), ("patch", ACTIVITY)]


@pytest.fixture
def document() -> dict[str, Any]:
    return DOCUMENT


@pytest.mark.parametrize("path", PROMISED)
def test_every_promised_call_is_served(document: dict[str, Any], path: str) -> None:
    served = {_shape(known): set(found) for known, found in document["paths"].items()}
    assert set(PROMISED[path].split()) <= served.get(_shape(path), set())


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_answers(provider: ReportingProvider, path: str) -> None:
    # The database of the tests does not wait for the disk, therefore it is not ready to serve.
    expected = 503 if path == "/readyz" else 200
    assert (await provider.client.get(path)).status_code == expected


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_asks_for_no_credential(document: dict[str, Any], path: str) -> None:
    assert document["paths"][path]["get"]["security"] == []


@pytest.mark.parametrize(("code", "status"), CODES.items())
def test_a_promised_code_is_in_the_catalogue_with_its_status(code: str, status: int) -> None:
    assert CATALOGUE[code].status == status


def test_a_record_has_the_promised_members_and_meta() -> None:
    assert set(Activity.model_fields) == {*RECORD, "meta"}


async def test_a_read_record_has_its_members_in_the_promised_order(
    provider: ReportingProvider,
) -> None:
    sent = {
        "internal_id": "ORDER",
        "title": "An order",
        "format": "journal_cme",
        "start_date": "2026-01-01",
        "end_date": "2026-01-01",
    }
    made = await provider.client.post(provider.activities, json=sent)
    read = await provider.client.get(made.headers["location"])
    assert list(read.json()) == RECORD
    listed = await provider.client.get(provider.activities)
    assert list(listed.json()["data"][0]) == SUMMARY


def test_the_list_takes_the_promised_parameters(document: dict[str, Any]) -> None:
    assert set(LIST_PARAMETERS) <= _parameters(document["paths"][ACTIVITIES]["get"])


@pytest.mark.parametrize(("method", "path"), SAVES)
def test_every_save_takes_the_promised_options(
    document: dict[str, Any], method: str, path: str
) -> None:
    options = {"require_status", "close", "validate_only"}
    assert options <= _parameters(document["paths"][path][method])


def test_every_write_on_activities_and_contacts_can_be_tried(document: dict[str, Any]) -> None:
    without = [
        f"{method} {path}"
        for method, path, operation in _operations(document)
        if method != "get"
        and path.startswith((ACTIVITIES, CONTACTS))
        and "validate_only" not in _parameters(operation)
    ]
    assert without == []


def test_every_post_for_a_provider_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    # The answer to a call under a key is kept, and a new credential is kept nowhere.
    # The same file sent again is the same import, without a key.
    without = [
        path
        for method, path, operation in _operations(document)
        if method == "post"
        and path.startswith(PROVIDER)
        and not path.endswith(("/keys", "/imports"))
        and "Idempotency-Key" not in _parameters(operation)
    ]
    assert without == []


async def test_every_call_refuses_a_parameter_that_it_does_not_know(
    provider: ReportingProvider, document: dict[str, Any]
) -> None:
    for method, path, _ in _operations(document):
        url = _filled(path, provider.provider_id)
        reply = await provider.client.request(method.upper(), f"{url}?no_such_parameter=1")
        assert (reply.status_code, reply.json()["code"]) == (400, "parameter.unknown"), url
        assert reply.headers["content-type"] == "application/problem+json"


def test_every_operation_has_a_name_a_tag_and_a_typed_problem(document: dict[str, Any]) -> None:
    names = []
    for _, path, operation in _operations(document):
        names.append(operation["operationId"])
        assert operation["tags"], path
        assert "422" not in operation["responses"] or "HTTPValidationError" not in str(
            operation["responses"]["422"]
        )
    assert len(names) == len(set(names))


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, found in document["paths"].items():
        for method, operation in found.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method, path, operation


def _parameters(operation: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", [])}


def _shape(path: str) -> str:
    """Return a path without the names of its parameters, which bind nobody."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _filled(path: str, provider_id: str) -> str:
    known = {"provider_id": provider_id, "format": "live_course", "start_date": "2026-05-01"}
    return re.sub(r"\{([^}]*)\}", lambda found: known.get(found[1], "100000001"), path)
