"""Filling the database: samples through the API, and then in SQL as many as are wanted.

The copies are made of what the application has written, in every table that a push and a
close write to, so that no one can tell them from records that were pushed.
"""

from collections.abc import Mapping
from typing import Final

import asyncpg
import httpx
import orjson

from app.auth.operating import issue_key
from app.core.database import Database
from app.providers.registering import enter_accreditor, enter_provider
from bench.samples import DAYS, FIRST_PROVIDER, SAMPLE_PROVIDER, SAMPLES, Population, Sample
from bench.serving import Server
from bench.world import World

ACCREDITOR: Final = "ACCME"
STATE_SOCIETY: Final = "SMS"
_CONTACT: Final = {
    "given_name": "Maria",
    "family_name": "Garcia",
    "email": "cme@provider-hospital.org",
    "phone": "+19165550123",
    "roles": ["primary"],
}

_PROVIDERS: Final = """
    {table} t CROSS JOIN generate_series(0, {providers} - 1) p
    WHERE t.provider_id = '{sample_provider}'
"""
_CONTACTS: Final = """
    {table} t JOIN contacts c ON c.provider_id >= '{first_provider}'
    WHERE t.provider_id = '{sample_provider}'
"""
_RECORDS: Final = """
    generate_series(0, {activities} - 1) n
    JOIN samples s ON s.number = (n / {providers} + n) % {samples}
    JOIN {table} t ON t.provider_id = '{sample_provider}' AND t.activity_id = s.activity_id
"""
_NEW_PROVIDER: Final = f"({FIRST_PROVIDER} + p)::text"
_OF_CONTACT: Final = {"provider_id": "c.provider_id", "contact_id": "c.contact_id"}
_OWNER: Final = f"({FIRST_PROVIDER} + n % {{providers}})::text"
_ENTERED: Final = "now() - interval '2 days' - (n + 1) * interval '1000 days' / {activities}"
_WRITTEN: Final = f"{_ENTERED} + (t.version - 1) * interval '1 day'"
_RENAMED: Final = "replace({column}, s.internal_id, s.internal_id || '-' || n)"
_LATER: Final = f"({{column}} + n % {DAYS})"


def _of_activity(**replaced: str) -> dict[str, str]:
    return {"provider_id": _OWNER, "activity_id": "({first} + n)::text", **replaced}


_CONTENT: Final = (
    "replace(replace("
    + _RENAMED.format(column="t.content::text")
    + ", '\"' || s.start_date || '\"', '\"' || "
    + _LATER.format(column="s.start_date")
    + " || '\"'), '\"' || s.end_date || '\"', '\"' || "
    + _LATER.format(column="s.end_date")
    + " || '\"')::json"
)
# Each table, where its rows come from, and what differs from the sample's.
_TABLES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "providers": (
        _PROVIDERS,
        {
            "provider_id": _NEW_PROVIDER,
            "name": "'Provider Hospital ' || p",
            "accreditor_id": f"CASE WHEN p % 20 = 0 THEN '{STATE_SOCIETY}' ELSE '{ACCREDITOR}' END",
        },
    ),
    "provider_history": (_PROVIDERS, {"provider_id": _NEW_PROVIDER}),
    "contacts": (
        _PROVIDERS,
        {"provider_id": _NEW_PROVIDER, "contact_id": "nextval('contact_numbers')::text"},
    ),
    "contact_roles": (_CONTACTS, _OF_CONTACT),
    "contact_history": (_CONTACTS, _OF_CONTACT),
    "activities": (
        _RECORDS,
        _of_activity(
            internal_id=_RENAMED.format(column="t.internal_id"),
            title=_RENAMED.format(column="t.title"),
            start_date=_LATER.format(column="t.start_date"),
            end_date=_LATER.format(column="t.end_date"),
            created_at=_ENTERED,
            updated_at=_WRITTEN,
            closed_at=f"CASE WHEN t.closed_at IS NOT NULL THEN {_WRITTEN} END",
        ),
    ),
    "commercial_support_sources": (_RECORDS, _of_activity()),
    "moc_registrations": (_RECORDS, _of_activity()),
    "activity_history": (_RECORDS, _of_activity(at=_WRITTEN, content=_CONTENT)),
}
# These two the database gives by itself, one row after another.
_GIVEN: Final = frozenset({"change_number", "transaction_id"})


async def seed(server: Server, population: Population) -> World:
    """Enter providers and records, issue the keys to them, and let PostgreSQL take stock."""
    database = Database(server.cluster.url(), pool_size=2)
    try:
        await enter_accreditor(database, "bench", STATE_SOCIETY, "State Medical Society")
        await enter_accreditor(database, "bench", ACCREDITOR, "The accreditor of all others")
        await enter_provider(database, "bench", SAMPLE_PROVIDER, "Sample Hospital", ACCREDITOR)
        own = await issue_key(database, providers=[SAMPLE_PROVIDER])
        providers = [str(FIRST_PROVIDER + number) for number in range(population.providers)]
        vendor = await issue_key(database, kind="vendor", providers=providers)
        accreditor = await issue_key(database, kind="accreditor", accreditor_id=ACCREDITOR)
    finally:
        await database.close()
    push_samples(server.url, own.key)
    first = await _multiply(server, population)
    return World(server, population, first, vendor.key, accreditor.key)


def push_samples(url: str, key: str) -> None:
    """Enter the contact of the sample provider, push every sample, and close some."""
    base = f"{url}/v1/providers/{SAMPLE_PROVIDER}"
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=30) as client:
        client.post(f"{base}/contacts", json=_CONTACT).raise_for_status()
        for sample in SAMPLES:
            push_sample(client, base, sample)


def push_sample(client: httpx.Client, base: str, sample: Sample) -> None:
    """Push a sample, and insist that it gets the status it is there for."""
    content = sample.content
    named = "/".join(content[name] for name in ("format", "start_date", "internal_id"))
    answer = client.put(
        f"{base}/activities/by-key/{named}",
        params={"close": "true"} if sample.status == "closed" else {},
        content=orjson.dumps(content),
        headers={"Content-Type": "application/json"},
    )
    answer.raise_for_status()
    if answer.json()["status"] != sample.status:
        message = f"sample {content['internal_id']} is not {sample.status}: {answer.text}"
        raise ValueError(message)


async def _multiply(server: Server, population: Population) -> int:
    connection = await asyncpg.connect(server.database())
    try:
        # Every copy refers to copies of the same statements, so nothing has to be checked.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("SET synchronous_commit = off; SET work_mem = '256MB'")
        await connection.execute(
            f"""CREATE TEMP TABLE samples AS
                SELECT row_number() OVER (ORDER BY internal_id) - 1 AS number,
                    activity_id, internal_id, start_date, end_date
                FROM activities WHERE provider_id = '{SAMPLE_PROVIDER}'"""
        )
        await connection.execute("ANALYZE samples")
        first: int = await connection.fetchval("SELECT nextval('activity_numbers')")
        last = first + population.activities
        await connection.execute(f"SELECT setval('activity_numbers', {last})")
        for table, (source, replaced) in _TABLES.items():
            statement = await _copying(connection, table, source, replaced)
            values = {
                "activities": population.activities,
                "providers": population.providers,
                "samples": len(SAMPLES),
                "first": first,
                "first_provider": FIRST_PROVIDER,
                "sample_provider": SAMPLE_PROVIDER,
                "table": table,
            }
            await connection.execute(statement.format(**values))
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    return first


async def _copying(
    connection: "asyncpg.Connection[asyncpg.Record]",
    table: str,
    source: str,
    replaced: Mapping[str, str],
) -> str:
    """Return the statement that copies the sample provider's rows of a table."""
    found = await connection.fetch(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = $1 AND is_generated = 'NEVER'",
        table,
    )
    columns = [row[0] for row in found if row[0] not in _GIVEN]
    values = [replaced.get(column, f"t.{column}") for column in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"
