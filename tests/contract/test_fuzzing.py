"""Schemathesis against the real server: the API document promises nothing that is not so.

No call gives 500, a status or a reply that the document does not describe; what is not
valid by the document is refused. `make fuzz` does the same with 50,000 calls.
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

from app.auth.operating import issue_key
from app.core.clock import Clock
from app.core.database import Database
from app.demo import seed
from app.settings import Settings
from tests.databases import copy_of, sandbox_from
from tests.patience import PATIENCE
from tests.serving import Server, serving

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
# As `make fuzz` sets it; without it, a few seconds' worth.
EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
MANY = 50_000
# What makes it a few seconds' worth: of each boundary only what is valid, and where several calls
# take the same body, in one of them. tests/api/test_examples.py sends every example anyway.
FEW_EXAMPLES = 1
FEW_BOUNDARIES = """
[phases.examples]
enabled = false

[phases.coverage.generation]
mode = "positive"

[[operations]]
include-operation-id-regex = "^(activities|completions|moc)_(push|replace|update|batch)$"
phases.coverage.enabled = false
"""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """The server with the demo in it, and keys for every part of the API."""

    server: Server
    keys: dict[str, str]


@pytest.fixture
async def fuzzed(
    server_url: str, worker_id: str, tmp_path: Path, settings: Settings
) -> AsyncIterator[Fuzzed]:
    async with (
        copy_of(server_url, "pars", f"fuzzed_{worker_id}") as live,
        sandbox_from(server_url, "pars", f"fuzzed_sandbox_{worker_id}") as url,
    ):
        database = Database(url, 1)
        seeded = await seed(database, Clock(settings.reporting_zone))
        operator = await issue_key(database, kind="operator", mode="test", name="fuzzing")
        accreditor = await issue_key(
            database, kind="accreditor", accreditor_id="ACCME", mode="test", name="fuzzing"
        )
        await database.close()
        assert seeded.key is not None
        keys = {
            "PROVIDER_KEY": seeded.key,
            "OPERATOR_KEY": operator.key,
            "ACCREDITOR_KEY": accreditor.key,
        }
        unlimited = {"PARS_RATE_LIMIT_PER_CREDENTIAL": "0", "PARS_RATE_LIMIT_PER_PROVIDER": "0"}
        with serving(live, tmp_path, PARS_SANDBOX_URL=url, **unlimited) as server:
            yield Fuzzed(server, keys)


def calls_of(fuzzed: Fuzzed, folder: Path, configuration: Path, examples: int) -> int:
    """Run schemathesis, find that nothing failed, and return how many calls it made."""
    ran = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={configuration}",
            "run",
            f"{fuzzed.server.url}/openapi.json",
            "--seed=1",
            "--warnings=off",
            f"--max-examples={examples}",
        ],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
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
    return int(generated[1].replace(",", ""))


def test_the_document_holds_whatever_is_sent(fuzzed: Fuzzed, tmp_path: Path) -> None:
    if EXAMPLES is None:
        few = tmp_path / "few.toml"
        few.write_text(CONFIGURATION.read_text() + FEW_BOUNDARIES)
        assert calls_of(fuzzed, tmp_path, few, FEW_EXAMPLES) > 800
    else:
        assert calls_of(fuzzed, tmp_path, CONFIGURATION, int(EXAMPLES)) > MANY
    # All of this was about the API and not about a key that was revoked on the way.
    for key in fuzzed.keys.values():
        headers = {"Authorization": f"Bearer {key}"}
        me = httpx.get(f"{fuzzed.server.url}/v1/me", headers=headers, timeout=PATIENCE)
        assert me.status_code == 200
    assert '"fault"' not in fuzzed.server.log()
