"""Clients that generators make of the document tell the story of the Grand Rounds."""

import fcntl
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.demo_server import ROOT, DemoServer
from tests.patience import PATIENCE

BUILD = ROOT / ".build" / "clients"
STORIES = Path(__file__).parent / "clients"


@pytest.fixture(scope="session")
def clients(shared_folder: Path) -> Path:
    """The folder with the clients, made of the document as it is now."""
    if shutil.which("npm") is None or not (BUILD / ".npm").exists():
        reason = "generated clients were not tested: run `make clients` (it needs npm) and again"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    with (shared_folder / "clients").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(
            ["make", "--silent", "clients"], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert made.returncode == 0, made.stdout + made.stderr
    return BUILD


def test_every_operation_became_a_function(clients: Path) -> None:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    names = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    python = (clients / "python" / "openpars_client" / "api").glob("*/*.py")
    assert {path.stem for path in python if path.stem != "__init__"} == names
    made = re.findall(
        r"^export const (\w+) =", (clients / "sdk/sdk.gen.ts").read_text(), re.MULTILINE
    )
    assert {re.sub("([A-Z])", r"_\1", name).lower() for name in made} == names


def test_the_python_client_tells_the_story(clients: Path, demo_server: DemoServer) -> None:
    story = [str(clients / "tools/bin/python"), str(STORIES / "grand_rounds.py")]
    assert told(story, demo_server, PYTHONPATH=str(clients / "python")) == "closed\n"


@pytest.mark.parametrize("story", ["grand_rounds_sdk", "grand_rounds_fetch"])
def test_the_typescript_clients_tell_the_story(
    clients: Path, demo_server: DemoServer, story: str
) -> None:
    compiled = clients / "compiled" / f"{story}.js"
    assert told(["node", str(compiled)], demo_server) == "closed\n"


def told(story: list[str], server: DemoServer, **variables: str) -> str:
    """Tell a story to a server and return its last words."""
    result = subprocess.run(
        story,
        env=os.environ | {"OPENPARS_URL": server.url, "OPENPARS_KEY": server.key} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
