"""Schemathesis against the real server: the API document promises nothing that is not so.

No call gives 500, a status or a reply that the document does not describe; what is not
valid by the document is refused. `make fuzz` does the same with ten times the calls.
"""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.auth.keys import issue_key
from app.core.clock import Clock
from app.core.database import Database
from app.demo import seed
from app.settings import Settings
from tests.databases import copy_of
from tests.serving import Server, serving

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "3")


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """The server with the demo in it, and keys for every part of the API."""

    server: Server
    keys: dict[str, str]


@pytest.fixture
async def fuzzed(
    server_url: str, worker_id: str, tmp_path: Path, settings: Settings
) -> AsyncIterator[Fuzzed]:
    async with copy_of(server_url, "pars", f"fuzzed_{worker_id}") as url:
        database = Database(url, 1)
        seeded = await seed(database, Clock(settings.reporting_zone))
        operator = await issue_key(database, kind="operator", name="fuzzing")
        accreditor = await issue_key(
            database, kind="accreditor", accreditor_id="ACCME", name="fuzzing"
        )
        await database.close()
        assert seeded.key is not None
        keys = {
            "PROVIDER_KEY": seeded.key,
            "OPERATOR_KEY": operator.key,
            "ACCREDITOR_KEY": accreditor.key,
        }
        unlimited = {"PARS_RATE_LIMIT_PER_CREDENTIAL": "0", "PARS_RATE_LIMIT_PER_PROVIDER": "0"}
        with serving(url, tmp_path, **unlimited) as server:
            yield Fuzzed(server, keys)


def test_the_document_holds_whatever_is_sent(fuzzed: Fuzzed, tmp_path: Path) -> None:
    document = f"{fuzzed.server.url}/openapi.json"
    ran = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file",
            str(CONFIGURATION),
            "run",
            document,
            "--phases=examples,coverage,fuzzing,stateful",
            f"--max-examples={EXAMPLES}",
            "--seed=1",
            "--warnings=off",
        ],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "SCHEMATHESIS_HOOKS": str(HOOKS),
            **fuzzed.keys,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr
    generated = re.search(r"([\d,]+) generated", ran.stdout)
    assert generated, ran.stdout
    assert int(generated[1].replace(",", "")) > int(EXAMPLES) * 80
    # All of this was about the API and not about a key that was revoked on the way.
    for key in fuzzed.keys.values():
        me = httpx.get(f"{fuzzed.server.url}/v1/me", headers={"Authorization": f"Bearer {key}"})
        assert me.status_code == 200
    assert '"fault"' not in fuzzed.server.log()
