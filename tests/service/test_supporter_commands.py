"""The command that keeps the directory of supporters."""

import json

import pytest
from typer.testing import CliRunner

from app.cli.failure import CommandError
from app.cli.supporters import application


@pytest.fixture
def runner(database_url: str) -> CliRunner:
    return CliRunner(env={"PARS_DATABASE_URL": database_url})


def test_a_supporter_is_entered_with_other_ways_of_writing_it(runner: CliRunner) -> None:
    words = ["add", "Halcyon Therapeutics", "--alias", "Halcyon", "--alias", "Halcyon Rx"]
    entered = runner.invoke(application, [*words, "--json"])
    assert entered.exit_code == 0, entered.output
    assert json.loads(entered.output) == {
        "name": "Halcyon Therapeutics",
        "aliases": ["Halcyon", "Halcyon Rx"],
    }
    again = runner.invoke(application, ["add", "HALCYON RX."])
    assert (again.exit_code, again.output) == (0, "Halcyon Therapeutics\n")


def test_a_way_of_writing_one_supporter_cannot_become_anothers(runner: CliRunner) -> None:
    runner.invoke(application, ["add", "Meridian Devices", "--alias", "Meridian"])
    refused = runner.invoke(application, ["add", "Meridiem", "--alias", "meridian"])
    assert isinstance(refused.exception, CommandError)
    assert (
        str(refused.exception)
        == "'meridian' is a way of writing 'Meridian Devices', not 'Meridiem'"
    )


def test_a_name_without_a_letter_is_wrong_usage(runner: CliRunner) -> None:
    assert runner.invoke(application, ["add", "  "]).exit_code == 2
