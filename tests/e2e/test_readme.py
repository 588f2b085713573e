"""The walk of the README, run from its own text against a server that a user would start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo_server import ROOT, DemoServer, serving
from tests.e2e.walking import as_documented, differences, insist_on_replies, steps_of

README = ROOT / "README.md"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    """The server as `make serve` starts it, with nothing there before."""
    with serving(tmp_path / "data") as started:
        yield started


def test_the_walk_of_the_readme_gets_the_replies_it_shows(
    server: DemoServer, tmp_path: Path
) -> None:
    steps = steps_of(README.read_text().partition("\n## A walk\n")[2].partition("\n## ")[0])
    assert len(steps) > 8
    assert all(step.reply for step in steps[1:])
    insist_on_replies(steps, server, tmp_path)


def test_a_reply_that_differs_from_the_documented_one_is_noticed() -> None:
    documented = as_documented('{"status": "closed", "missing": [{"code": "a", ...}, ...], ...}')
    same = {
        "status": "closed",
        "missing": [{"code": "a", "text": "b"}, {"code": "c"}],
        "version": 1,
    }
    assert not list(differences(documented, same, ""))
    for other in (
        same | {"status": "active"},
        same | {"missing": []},
        same | {"missing": [{"code": "b", "text": "b"}]},
        {"status": "closed"},
    ):
        assert list(differences(documented, other, "")), other
    assert list(differences(as_documented('{"missing": []}'), same, ""))
