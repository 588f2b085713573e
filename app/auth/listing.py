"""Pages of credentials, the newest first."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Response

from app.auth.access import Access
from app.auth.gates import SharedAccess
from app.auth.models import Credential
from app.auth.repository import CredentialRepository
from app.core.paging import AskedPage

CredentialId = Annotated[
    str,
    Path(
        description="As it was given when the key was issued.",
        json_schema_extra={"pattern": "^cred_[0-9a-f]{16}$", "example": "cred_0000000000000001"},
    ),
]
Present = Callable[[Credential, datetime], dict[str, Any]]


async def answer_page(
    access: Access | SharedAccess, asked: AskedPage, present: Present
) -> Response:
    """Answer with a page of the credentials that `access` was granted for."""
    before = None
    if asked.behind:
        created_at, credential_id = asked.behind
        before = datetime.fromisoformat(created_at), credential_id
    found = await access.run(
        lambda transaction: CredentialRepository(access, transaction).page(before, asked.most)
    )
    now = datetime.now(UTC)
    return asked.answer(
        found,
        lambda last: [last.created_at.isoformat(), last.credential_id],
        lambda credential: present(credential, now),
    )
