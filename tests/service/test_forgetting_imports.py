"""An import is forgotten when its time is over, also where nobody sends a file again."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from app.core.clock import Clock
from app.imports.worker import work
from tests.databases import Superuser, copy_of, superuser_of
from tests.patience import eventually

ENTERED = """
INSERT INTO accreditors (accreditor_id, name) VALUES ('ACCME', 'ACCME') ON CONFLICT DO NOTHING;
INSERT INTO providers (provider_id, name, accreditor_id)
VALUES ('0000001', 'Valley Hospital', 'ACCME'), ('0000002', 'Valley Clinic', 'ACCME');
INSERT INTO imports (provider_id, import_id, kind, format, dry_run, state, actor_kind, mode,
    credential_id, scopes, created_at)
SELECT provider_id, import_id, 'completions', 'ndjson', false, state, 'provider', 'live',
    'cred_1', '{}', now() - age
FROM (VALUES ('0000001', 'of long ago', 'succeeded_with_errors', interval '91 days'),
    ('0000001', 'of this quarter', 'succeeded_with_errors', interval '89 days'),
    ('0000002', 'given up', 'receiving', interval '2 days'),
    ('0000002', 'under way', 'receiving', interval '1 hour'),
    ('0000002', 'of last year', 'failed', interval '300 days')
) AS entered(provider_id, import_id, state, age);
INSERT INTO import_rejected (provider_id, import_id, row, problems, sent)
SELECT '0000001', import_id, n, '[]', '{"family_name": "Rivera"}'
FROM generate_series(1, 5001) AS n, (VALUES ('of long ago'), ('of this quarter')) AS i(import_id);
"""
KEPT = "SELECT coalesce(array_agg(import_id ORDER BY import_id), '{}') FROM imports"
ROWS_KEPT = "SELECT import_id, count(*) FROM import_rejected GROUP BY import_id"


@pytest.fixture
async def address(server_url: str, worker_id: str) -> AsyncIterator[str]:
    """A database in which two providers have sent files."""
    async with copy_of(server_url, "pars", f"forgetting_{worker_id}") as url:
        async with superuser_of(url) as superuser:
            await superuser.execute(ENTERED)
        yield url


@pytest.fixture
def this_process() -> Iterator[None]:
    """Undo what a worker sets for its whole process."""
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("this_process")
async def test_a_worker_forgets_the_imports_whose_time_is_over(address: str, clock: Clock) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(work(address, clock, stop, lease=10))
    async with superuser_of(address) as superuser:
        try:
            await eventually(lambda: _few_are_left(superuser))
            assert await superuser.fetchval(KEPT) == ["of this quarter", "under way"]
            assert list(map(tuple, await superuser.fetch(ROWS_KEPT))) == [("of this quarter", 5001)]
        finally:
            stop.set()
            await worker


async def _few_are_left(superuser: Superuser) -> bool:
    return len(await superuser.fetchval(KEPT)) <= 2
