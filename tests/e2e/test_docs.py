"""What the guide says is true: its commands are run, its tables are those of the code."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
from alembic.script import ScriptDirectory

from app.cli.commands import put_together
from app.embedded.account import Account
from app.embedded.binaries import find_binaries
from app.embedded.cluster import Cluster
from app.settings import PREFIX, Settings
from tests.demo_server import PARS, ROOT, DemoServer
from tests.e2e.walking import insist_on_replies, steps_of
from tests.patience import PATIENCE

GUIDE = ROOT / "docs" / "guide"
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *ROOT.glob("docs/**/*.md"),
]
DRILL = GUIDE / "operate.md"
# Their defaults are made when the program starts.
MADE = {
    "database_url": "none",
    "migration_url": "`PARS_DATABASE_URL`",
    "replica_url": "none",
    "data_dir": "`~/.local/share/openpars`",
    "secret_key": "generated",
    "previous_secret_keys": "none",
    "sandbox_url": "none",
    "sandbox_migration_url": "`PARS_SANDBOX_URL`",
    "otel_endpoint": "none",
}


def test_the_walk_through_a_push_gets_the_replies_it_shows(
    demo_server: DemoServer, tmp_path: Path
) -> None:
    steps = steps_of((GUIDE / "push-from-your-lms.md").read_text())
    assert len(steps) > 6
    insist_on_replies(steps, demo_server, tmp_path)


def test_the_walk_through_the_sandbox_gets_the_replies_it_shows(
    demo_server: DemoServer, tmp_path: Path
) -> None:
    steps = steps_of((GUIDE / "sandbox.md").read_text())
    assert len(steps) > 5
    insist_on_replies(steps, demo_server, tmp_path)


def test_a_backup_is_restored_as_the_guide_says(demo_server: DemoServer, tmp_path: Path) -> None:
    cluster = Cluster(demo_server.data_dir)
    blocks = re.findall(r"```sh\n(.*?)```", DRILL.read_text(), re.DOTALL)
    backup, drill = blocks
    programs = tmp_path / "bin"
    programs.mkdir()
    pars = programs / "pars"
    pars.write_text(f"#!/bin/sh\ncd {ROOT} && exec {PARS[0]} {PARS[1]} '{PARS[2]}' \"$@\"\n")
    pars.chmod(0o755)
    result = subprocess.run(
        ["sh", "-euc", backup.replace("db.example.org", str(cluster.sockets)) + drill],
        cwd=tmp_path,
        env={"PATH": f"{programs}:{binaries_folder()}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    live, tried_out, *checks = result.stdout.splitlines()
    listed = demo_server.request("GET", "/v1/providers/0000001/activities?count=exact&limit=1")
    assert int(live) >= 0
    assert int(tried_out) >= listed.json()["page"]["total"] > 0
    assert {"ok    can be reset: no", "ok    sandbox: can be reset: yes"} <= set(checks)
    assert all(check.startswith("ok") for check in checks)
    assert (tmp_path / "roles.sql").read_text().count("CREATE ROLE pars_app")


def binaries_folder() -> Path:
    return find_binaries(Account()).folder


def test_every_setting_stands_in_the_guide_as_the_code_says_it() -> None:
    rows = [
        f"| `{PREFIX}{name.upper()}` | {MADE.get(name, f'`{field.default}`')} "
        f"| {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    section = DRILL.read_text().partition("\n## Settings\n")[2].partition("\n## ")[0]
    documented = [line for line in section.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert documented == rows


def test_every_command_stands_in_the_guide_and_no_other() -> None:
    commands = set(names_of(typer.main.get_command(put_together()), ""))
    assert len(commands) > 12
    text = DRILL.read_text()
    for command in commands:
        assert f"`pars {command}" in text, f"pars {command} is not in {DRILL.name}"
    documented = set(re.findall(r"`pars ([a-z]+)", text))
    assert documented <= {command.partition(" ")[0] for command in commands}


def test_every_command_line_in_the_documents_is_one_that_the_program_takes() -> None:
    lines = [line for document in DOCUMENTS for line in command_lines(document.read_text())]
    assert len(lines) > 8
    for line in lines:
        words = shlex.split(line, comments=True)
        command: Any = typer.main.get_command(put_together())
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert not hasattr(command, "commands"), f"pars {line} is no command"
        known = {option for parameter in command.params for option in parameter.opts}
        unknown = {word for word in words if word.startswith("--")} - known
        assert not unknown, f"pars {line}: {unknown}"


def command_lines(text: str) -> list[str]:
    """Return what stands after `pars` in the code blocks of a document."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return re.findall(r"^(?:\$ |[A-Z_]+=\S+ )*pars (.+)$", "\n".join(blocks), re.MULTILINE)


def names_of(command: object, before: str) -> list[str]:
    """Return the commands below this one, with the words in front of them."""
    below = getattr(command, "commands", None)
    if below is None:
        return [before.strip()]
    return [name for word, one in below.items() for name in names_of(one, f"{before} {word}")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_inside_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", document.read_text()):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_page_of_the_guide_is_linked_from_the_readme_or_from_another() -> None:
    text = "".join(path.read_text() for path in DOCUMENTS)
    for page in GUIDE.glob("*.md"):
        assert f"{page.name})" in text, f"nothing leads to {page.name}"


def test_every_path_in_the_contributing_guide_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    layout = text.partition("## Where things live")[2].partition("\n## ")[0]
    named = re.findall(r"^([a-z./]+/)\s", layout, re.MULTILINE)
    assert all((ROOT / name).is_dir() for name in named), named
    rooms = {f"app/{room.name}/" for room in (ROOT / "app").iterdir() if room.is_dir()}
    assert rooms - {"app/__pycache__/"} <= set(named)


@pytest.mark.parametrize("number", range(3))
def test_a_worked_example_of_a_change_fits_the_code(number: int) -> None:
    patches = re.findall(r"```diff\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    assert len(patches) == 3
    git = shutil.which("git")
    assert git
    result = subprocess.run(
        [git, "apply", "--check", "-"],
        cwd=ROOT,
        input=patches[number],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    # A migration that follows an older one would be a second last one, and none could be run.
    newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    followed = re.findall(r'^\+down_revision = "(\w+)"', patches[number], re.MULTILINE)
    assert set(followed) <= {newest}
