"""What the image is made of is there to be copied, and the compose file is of one piece."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from app.settings import PREFIX, Settings
from tests.demo_server import ROOT

DOCKERFILE: Final = (ROOT / "Dockerfile").read_text()
COMPOSE: Final = (ROOT / "compose.yaml").read_text()


def test_every_file_that_is_copied_is_there_and_not_left_out() -> None:
    rules = (ROOT / ".dockerignore").read_text().split()
    sent = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for source in line.split()
    ]
    assert "requirements/run.txt" in copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source.split("/")[0], rule) for rule in sent), source


def test_nothing_runs_as_root_and_no_setting_is_invented() -> None:
    assert re.search(r"^USER (?!0|root)", DOCKERFILE, re.MULTILINE)
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"\b(PARS_[A-Z_]+)", DOCKERFILE + COMPOSE))
    assert named <= known


def test_what_does_not_answer_calls_is_not_asked_for_its_health() -> None:
    services = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", COMPOSE, re.MULTILINE))
    assert {"database", "migrate", "server", "worker"} <= set(services)
    for name in ("migrate", "worker"):
        assert "healthcheck: {disable: true}" in services[name]
    assert "healthcheck" not in services["server"]


def test_the_sandbox_has_a_database_before_anything_is_migrated() -> None:
    (named,) = re.findall(r"PARS_SANDBOX_URL: postgresql://.*@database/(\w+)", COMPOSE)
    assert f"createdb {named}" in COMPOSE
    migrate = COMPOSE.partition("\n  migrate:\n")[2].partition("\n  server:\n")[0]
    assert "sandbox: {condition: service_completed_successfully}" in migrate


def test_hadolint_has_no_remark() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
