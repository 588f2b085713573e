"""The commands of the guide that send files, each carried out as it stands."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.test_import_draft import as_json, draft
from tests.api.test_import_formats import as_xlsx, table
from tests.builders import complete_activity
from tests.demo_server import PARS, ROOT, DemoServer
from tests.e2e.walking import as_documented, differences, stand_in_for_curl
from tests.imports_support import ndjson
from tests.patience import PATIENCE

GUIDE = ROOT / "docs" / "guide"
FILES: dict[str, Callable[[], bytes]] = {
    "activities.xlsx": lambda: as_xlsx(table([complete_activity(internal_id="GUIDE-1")])),
    "activities.ndjson": lambda: ndjson([complete_activity(internal_id="GUIDE-2")]),
    "activities.json": lambda: as_json(draft()),
}


def commands_of(page: str) -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", (GUIDE / page).read_text(), re.DOTALL | re.MULTILINE)
    return [block for block in blocks if block.startswith(("pars push", "curl"))]


def carried_out(command: str, server: DemoServer, folder: Path) -> str:
    """Run a command of the guide in a folder with the files that it names; return its words."""
    for name, content in FILES.items():
        (folder / name).write_bytes(content())
    programs = stand_in_for_curl(folder)
    pars = programs / "pars"
    pars.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {PARS[0]} {PARS[1]} "{PARS[2]}" "$@"\n')
    pars.chmod(0o755)
    command = command.replace("https://pars.example.org", server.url)
    result = subprocess.run(
        ["sh", "-euc", command.replace("pars_live_...", server.key)],
        cwd=folder,
        env={"PATH": f"{programs}:/usr/bin:/bin", "SERVER": server.url, "KEY": server.key},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.mark.parametrize("page", ["year-end.md", "coming-from-pars.md"])
def test_a_command_that_sends_a_file_brings_its_rows_in(
    demo_server: DemoServer, tmp_path: Path, page: str
) -> None:
    commands = commands_of(page)
    assert commands
    for command in commands:
        said = carried_out(command, demo_server, tmp_path)
        if command.startswith("pars push"):
            assert re.search(r"[12] created", said), said
        else:
            assert '"kind":"activities"' in said, said


def test_a_role_that_nobody_holds_is_answered_as_the_guide_shows(demo_server: DemoServer) -> None:
    text = (GUIDE / "contacts.md").read_text()
    shown = re.search(r"^```\nGET (\S+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert shown
    reply = demo_server.request("GET", shown[1]).json()
    found = list(differences(as_documented(shown[2]), reply, ""))
    assert not found, (found, reply)
