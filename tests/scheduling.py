"""Which worker of a run in parallel gets which tests, and in which order.

A file stays whole, so that what its tests share is made once. Files that share a running server
stay together for the same reason. What takes longest comes first, so that no worker has much
left to do when the other has nothing.
"""

from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

DEMO: Final = "the demo server"
SECURITY: Final = "the world and the server of the security tests"
TOGETHER: Final = {
    "tests/e2e/test_bench.py": DEMO,
    "tests/e2e/test_docs.py": DEMO,
    "tests/e2e/test_guide_commands.py": DEMO,
    "tests/e2e/test_push.py": DEMO,
    "tests/e2e/test_swagger_ui.py": DEMO,
    "tests/contract/test_generated_clients.py": DEMO,
    "tests/security/test_headers.py": SECURITY,
    "tests/security/test_hostile_headers.py": SECURITY,
    "tests/security/test_hostile_json.py": SECURITY,
    "tests/security/test_hostile_urls.py": SECURITY,
    "tests/security/test_logs.py": SECURITY,
    "tests/security/test_raw_connections.py": SECURITY,
}
LONGEST_FIRST: Final = (
    DEMO,
    "tests/contract/test_fuzzing.py",
    "tests/security/test_access_matrix.py",
    SECURITY,
    "tests/api/test_examples.py",
    "tests/e2e/test_worker.py",
    "tests/e2e/test_stopping.py",
    "tests/e2e/test_serve.py",
    "tests/concurrency/test_replica.py",
    "tests/faults/test_ledger.py",
    "tests/e2e/test_readme.py",
    "tests/embedded/test_keeping_it_running.py",
)


class InLots(LoadScopeScheduling):
    """Gives out whole lots, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return lot_of(nodeid)


def lot_of(nodeid: str) -> str:
    """Return the name of the lot that a test belongs to."""
    file = nodeid.partition("::")[0]
    return TOGETHER.get(file, file)


def put_longest_first(items: list[pytest.Item]) -> None:
    """Bring tests into the order in which they are given out."""
    place = {lot: number for number, lot in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(lot_of(item.nodeid), len(place)))
