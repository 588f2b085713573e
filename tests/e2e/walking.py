"""Walks: commands of a document with the replies it shows, run as a reader would."""

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

from tests.demo_server import DemoServer
from tests.patience import PATIENCE

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
    """A command, and the reply that the document shows for it."""

    command: str
    reply: Any


def steps_of(text: str) -> list[Step]:
    """Return the commands of a document, with their replies."""
    return [
        Step(block["command"], as_documented(block["reply"]) if block["reply"] else None)
        for block in _BLOCK.finditer(text)
    ]


def insist_on_replies(steps: list[Step], server: DemoServer, folder: Path) -> None:
    """Walk, and compare each reply with the one that is shown."""
    for step, said in zip(steps, walk(steps, server, folder), strict=True):
        if step.reply is None:
            assert not said.strip(), step.command
            continue
        found = list(differences(step.reply, json.loads(said), ""))
        assert not found, f"{found}\n{step.command}\n{said}"


def as_documented(reply: str) -> Any:
    reply = _MORE_MEMBERS.sub(f'"{AND_MORE}": true', reply)
    return json.loads(_MORE_ENTRIES.sub(f'"{AND_MORE}"', reply))


def walk(steps: list[Step], server: DemoServer, folder: Path) -> list[str]:
    """Run all commands in one shell, as a reader does, and return what each one printed."""
    first = steps[0].command
    assert DOCUMENTED_ADDRESS in first
    assert DOCUMENTED_KEY in first
    script = "".join(f"{step.command}\nprintf '\\n%s\\n' '{END_OF_REPLY}'\n" for step in steps)
    script = script.replace(DOCUMENTED_ADDRESS, server.url).replace(DOCUMENTED_KEY, server.key)
    result = subprocess.run(
        ["sh", "-euc", script],
        env=os.environ | {"PATH": f"{os.environ['PATH']}:{stand_in_for_curl(folder)}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return result.stdout.split(f"\n{END_OF_REPLY}\n")[:-1]


def stand_in_for_curl(folder: Path) -> Path:
    """Return a folder that has a `curl`, for machines that have none."""
    bin_folder = folder / "bin"
    bin_folder.mkdir(exist_ok=True)
    if shutil.which("curl") is None:
        stand_in = bin_folder / "curl"
        script = Path(__file__).with_name("curl_stand_in.py")
        stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
        stand_in.chmod(0o755)
    return bin_folder


def differences(documented: Any, real: Any, place: str) -> Iterator[str]:
    """Find where a reply is not what the document shows; `...` there allows more."""
    if isinstance(documented, dict) and isinstance(real, dict):
        for name in documented.keys() - {AND_MORE}:
            if name in real:
                yield from differences(documented[name], real[name], f"{place}/{name}")
            else:
                yield f"{place}/{name} is not in the reply"
        if AND_MORE not in documented:
            yield from (f"{place}/{name} is not shown" for name in real.keys() - documented.keys())
    elif isinstance(documented, list) and isinstance(real, list):
        shown = [entry for entry in documented if entry != AND_MORE]
        if len(real) < len(shown) or (len(real) > len(shown) and shown == documented):
            yield f"{place} has {len(real)} entries"
        for index, (one, other) in enumerate(zip(shown, real, strict=False)):
            yield from differences(one, other, f"{place}/{index}")
    elif documented != real:
        yield f"{place} is {real!r}"
