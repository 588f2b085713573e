"""Issuing under an Idempotency-Key: one credential, whose secret is kept nowhere."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import orjson
from fastapi import Response

from app.auth.keys import IssuedKey
from app.core.database import Transaction
from app.core.errors import ProblemError, declare
from app.core.idempotency import Once, Work, is_repeated
from app.core.replies import json_response

ISSUED_ALREADY = declare(
    "credential.issued_already",
    409,
    "The credential was issued already",
    "A key is shown once. If you do not have it, revoke the credential that `related` names, "
    "and issue another one under a new Idempotency-Key.",
)

Issue: TypeAlias = Callable[[Transaction], Awaitable[tuple[dict[str, Any], IssuedKey]]]
"""Makes a credential, and returns its document without the key, and the key."""


async def issue_once(
    run: Callable[[Work], Awaitable[Response]], once: Once, issue: Issue, path: str
) -> Response:
    """Issue a credential and show its key; raise 409 when that was done under this key before.

    What is kept to know the call again is the answer without the secret, so that the first
    answer cannot be given a second time.
    """
    made: list[IssuedKey] = []

    async def work(transaction: Transaction) -> Response:
        document, issued = await issue(transaction)
        made.append(issued)
        headers = {"Location": f"{path}/{issued.credential_id}"}
        return json_response(document, 201, headers)

    told = await run(once(work))
    document = orjson.loads(told.body)
    if is_repeated(told):
        raise _issued_already(document["credential_id"], told.headers["Location"])
    headers = {"Location": told.headers["Location"]}
    # A transaction that was tried again has made more than one, of which the last is saved.
    return json_response({**document, "key": made[-1].key}, 201, headers)


def _issued_already(credential_id: str, place: str) -> ProblemError:
    return ProblemError(
        ISSUED_ALREADY,
        f"The credential {credential_id} was issued under this Idempotency-Key, and its key is "
        "not shown again. Nothing was saved.",
        related=[{"credential_id": credential_id, "href": place}],
    )
