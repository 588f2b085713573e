"""The walk of the README, run from its own text against a server that a user would start."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.demo_server import DemoServer, serving

README = Path(__file__).parents[2] / "README.md"
DOCUMENTED_ADDRESS = "http://127.0.0.1:8000"
DOCUMENTED_KEY = "pars_test_..."
END_OF_REPLY = "--- end of the reply ---"
AND_MORE = "..."

_BLOCK = re.compile(r"```sh\n(?P<command>.*?)```(?:\s*```json\n(?P<reply>.*?)```)?", re.DOTALL)
# `...` as the last member of an object or the last entry of a list.
_MORE_MEMBERS = re.compile(r"\.\.\.(?=\s*\})")
_MORE_ENTRIES = re.compile(r"\.\.\.(?=\s*\])")


@dataclass(frozen=True, slots=True)
class Step:
    command: str
    reply: Any


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    """The server as `make serve` starts it, with nothing there before."""
    with serving(tmp_path / "data") as started:
        yield started


def test_the_walk_of_the_readme_gets_the_replies_it_shows(
    server: DemoServer, tmp_path: Path
) -> None:
    steps = _steps()
    assert len(steps) > 8
    assert all(step.reply for step in steps[1:])
    for step, said in zip(steps, _walk(steps, server, tmp_path), strict=True):
        if step.reply is None:
            assert not said.strip()
            continue
        differences = list(_differences(step.reply, json.loads(said), ""))
        assert not differences, f"{step.command}\n{said}"


def test_a_reply_that_differs_from_the_documented_one_is_noticed() -> None:
    documented = _documented('{"status": "closed", "missing": [{"code": "a", ...}, ...], ...}')
    same = {
        "status": "closed",
        "missing": [{"code": "a", "text": "b"}, {"code": "c"}],
        "version": 1,
    }
    assert not list(_differences(documented, same, ""))
    for other in (
        same | {"status": "active"},
        same | {"missing": []},
        same | {"missing": [{"code": "b", "text": "b"}]},
        {"status": "closed"},
    ):
        assert list(_differences(documented, other, "")), other
    assert list(_differences(_documented('{"missing": []}'), same, ""))


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    rows = re.findall(r"^\| `PARS_(\w+)` \| (.+?) \|", README.read_text(), re.MULTILINE)
    documented = {name.lower(): default.strip("`") for name, default in rows}
    assert list(documented) == list(Settings.model_fields)
    for name in ("host", "port", "workers", "reporting_timezone", "pool_size", "log_level"):
        assert documented[name] == str(Settings.model_fields[name].default)


def _steps() -> list[Step]:
    walk = README.read_text().partition("\n## A walk\n")[2].partition("\n## ")[0]
    return [
        Step(block["command"], _documented(block["reply"]) if block["reply"] else None)
        for block in _BLOCK.finditer(walk)
    ]


def _documented(reply: str) -> Any:
    reply = _MORE_MEMBERS.sub(f'"{AND_MORE}": true', reply)
    return json.loads(_MORE_ENTRIES.sub(f'"{AND_MORE}"', reply))


def _walk(steps: list[Step], server: DemoServer, folder: Path) -> list[str]:
    """Run all commands in one shell, as a reader does, and return what each one printed."""
    first = steps[0].command
    assert DOCUMENTED_ADDRESS in first
    assert DOCUMENTED_KEY in first
    script = "".join(f"{step.command}\nprintf '\\n%s\\n' '{END_OF_REPLY}'\n" for step in steps)
    script = script.replace(DOCUMENTED_ADDRESS, server.url).replace(DOCUMENTED_KEY, server.key)
    result = subprocess.run(
        ["sh", "-euc", script],
        env=os.environ | {"PATH": f"{os.environ['PATH']}:{_stand_in_for_curl(folder)}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return result.stdout.split(f"\n{END_OF_REPLY}\n")[:-1]


def _stand_in_for_curl(folder: Path) -> Path:
    """Return a folder that has a `curl`, for machines that have none."""
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    if shutil.which("curl") is None:
        stand_in = bin_folder / "curl"
        script = Path(__file__).with_name("curl_stand_in.py")
        stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
        stand_in.chmod(0o755)
    return bin_folder


def _differences(documented: Any, real: Any, place: str) -> Iterator[str]:
    """Find where a reply is not what the README shows; `...` there allows more."""
    if isinstance(documented, dict) and isinstance(real, dict):
        for name in documented.keys() - {AND_MORE}:
            if name in real:
                yield from _differences(documented[name], real[name], f"{place}/{name}")
            else:
                yield f"{place}/{name} is not in the reply"
        if AND_MORE not in documented:
            yield from (f"{place}/{name} is not shown" for name in real.keys() - documented.keys())
    elif isinstance(documented, list) and isinstance(real, list):
        shown = [entry for entry in documented if entry != AND_MORE]
        if len(real) < len(shown) or (len(real) > len(shown) and shown == documented):
            yield f"{place} has {len(real)} entries"
        for index, (one, other) in enumerate(zip(shown, real, strict=False)):
            yield from _differences(one, other, f"{place}/{index}")
    elif documented != real:
        yield f"{place} is {real!r}"
