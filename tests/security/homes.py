"""Two providers of two accreditors, each with one of everything, marked so that a leak shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass, replace
from typing import Any

import httpx
from fastapi import FastAPI

from app.auth.operating import issue_key
from app.core.database import Database
from tests.builders import complete_activity, draft_activity, moc_board, support_source
from tests.people import person
from tests.registering import add_provider

NOBODY = "9999999"
SERVER = "http://test"


@dataclass(frozen=True, slots=True)
class Things:
    """What a call may name inside a provider: one thing of each kind."""

    activity_id: str
    closed_activity_id: str
    reported_activity_id: str
    internal_id: str
    completion_id: str
    contact_id: str
    credential_id: str
    import_id: str

    def all_ids(self) -> tuple[str, ...]:
        """The ids that no other provider may learn; its own key everybody may choose as well."""
        return astuple(replace(self, internal_id=self.activity_id))


# Well formed, and belonging to nobody.
RANDOM = Things(
    activity_id="999999999",
    closed_activity_id="999999998",
    reported_activity_id="999999997",
    internal_id="NOBODY-1",
    completion_id="999999999999",
    contact_id="599999999",
    credential_id="cred_ffffffffffffffff",
    import_id="imp_ffffffffffffffffffffffff",
)


@dataclass(frozen=True, slots=True)
class Home:
    """A provider with what it has entered."""

    provider_id: str
    accreditor_id: str
    mark: str
    things: Things


async def settle(app: FastAPI, provider_id: str, accreditor_id: str, mark: str) -> Home:
    """Enter a provider, and through the API one of everything that it can have.

    What the public directory shows of it is the only text without the mark.
    """
    database: Database = app.state.worlds.live.database
    await add_provider(database, provider_id, f"Provider {provider_id}", accreditor_id)
    issued = await issue_key(database, providers=[provider_id], name=f"{mark} system")
    spare = await issue_key(database, providers=[provider_id], name=f"{mark} spare")
    base = f"/v1/providers/{provider_id}"
    async with _client(app, issued.key) as client:
        await _said(client.patch(base, json={"address_lines": [f"{mark} Street 1"]}))
        hidden = {"credentials": f"{mark} MD", "job_title": f"{mark} director"}
        await _said(client.post(f"{base}/contacts", json=person("primary", **hidden)))
        names = {"given_name": f"{mark} Given", "family_name": f"{mark} Family"}
        billing = person("billing", **hidden, **names)
        contact = await _said(client.post(f"{base}/contacts", json=billing))
        activity_id = await _activity(client, base, mark, f"KEY-{provider_id}")
        closed_id = await _activity(client, base, mark, f"{mark}-CLOSED?close=true")
        reported_id = await _activity(client, base, mark, f"{mark}-REPORTED")
        completions = f"{base}/activities/{reported_id}/completions"
        completion = await _said(client.post(completions, json=completion_of(mark)))
        upload = await _said(
            client.post(
                f"{base}/imports?kind=activities&format=csv&name={mark}",
                content=f"internal_id,title\n{mark},{mark} row",
                headers={"Content-Type": "text/csv"},
            )
        )
    things = Things(
        activity_id=activity_id,
        closed_activity_id=closed_id,
        reported_activity_id=reported_id,
        internal_id=f"KEY-{provider_id}",
        completion_id=completion["completion_id"],
        contact_id=contact["contact_id"],
        credential_id=spare.credential_id,
        import_id=upload["import_id"],
    )
    return Home(provider_id, accreditor_id, mark, things)


@asynccontextmanager
async def _client(app: FastAPI, key: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=SERVER, headers=headers) as client:
        yield client


async def _activity(client: httpx.AsyncClient, base: str, mark: str, named: str) -> str:
    """Enter an activity under an internal id, with the mark in every text; return its id."""
    internal_id, _, query = named.partition("?")
    content = complete_activity(
        internal_id=internal_id,
        title=f"{mark} title",
        location=f"{mark} auditorium",
        description=f"{mark} description",
        url=f"https://{mark}.hospital.org/activity",
        joint_providers=[f"{mark} clinic"],
        commercial_support={
            "received": True,
            "sources": [support_source(source=f"{mark} pharma")],
        },
        moc={
            "registered": True,
            "attestation": {"attested_by": f"{mark} person", "attested_on": "2026-04-01"},
            "boards": [moc_board()],
        },
    )
    entered = await _said(client.post(f"{base}/activities?{query}", json=content))
    return str(entered["activity_id"])


async def _said(call: Any) -> dict[str, Any]:
    reply: httpx.Response = await call
    assert reply.is_success, reply.text
    document: dict[str, Any] = reply.json()
    return document


def another_activity() -> dict[str, Any]:
    """Return an activity that nobody has entered yet."""
    return draft_activity(internal_id="MATRIX-NEW", start_date="2026-04-01")


def completion_of(name: str) -> dict[str, Any]:
    """Return a learner's completion, as a provider would send it."""
    return {
        "credit_id": f"{name}-credit",
        "given_name": f"{name} Learner",
        "family_name": "Example",
        "birth_month_day": "02-29",
        "license_state": "CA",
        "license_id": f"{name}-license",
        "completed_on": "2026-05-02",
        "credits": 2,
    }
