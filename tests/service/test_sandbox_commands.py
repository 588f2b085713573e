"""The command line where there is a sandbox, and where there is none."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.core.database import Database
from tests.databases import copy_of
from tests.registering import add_provider
from tests.service.test_commands import Pars, pars

__all__ = ["pars"]

VALLEY = ("providers", "add", "0058273", "--name", "Valley Hospital", "--accreditor", "VALLEY")


@pytest.fixture
def both(pars: Pars, sandbox_url: str, monkeypatch: pytest.MonkeyPatch) -> Pars:
    """The command line with both databases in its settings."""
    monkeypatch.setenv("PARS_SANDBOX_URL", sandbox_url)
    return pars


def only_in(url: str, provider_id: str, accreditor: str) -> None:
    async def enter() -> None:
        database = Database(url, 1)
        await add_provider(database, provider_id, f"Provider {provider_id}", accreditor)
        await database.close()

    asyncio.run(enter())


@pytest.fixture
async def another(server_url: str, worker_id: str) -> AsyncIterator[str]:
    """The address of a database that is nobody's yet."""
    async with copy_of(server_url, "pars", f"another_{worker_id}") as url:
        yield url


def test_whoever_is_entered_has_a_sandbox_from_the_first_day(both: Pars) -> None:
    assert both("accreditors", "add", "VALLEY", "--name", "The valley's society").code == 0
    assert both(*VALLEY).code == 0
    modes = {
        option: both("keys", "issue", "--provider", "0058273", *option, "--json").document["mode"]
        for option in ((), ("--test",), ("--live",))
    }
    assert modes == {(): "live", ("--test",): "test", ("--live",): "live"}
    of = ("keys", "issue", "--kind", "accreditor", "--accreditor", "VALLEY", "--test", "--json")
    assert both(*of).document["mode"] == "test"
    again = both(*VALLEY)
    assert (again.code, again.err) == (
        1,
        "The provider 0058273 is there already. Nothing was saved.\n",
    )


def test_a_key_is_a_test_key_for_whom_only_the_sandbox_knows(both: Pars, sandbox_url: str) -> None:
    only_in(sandbox_url, "0058274", "TRIED")

    def mode(*words: str) -> str:
        issued = both("keys", "issue", *words, "--json")
        return str(issued.document["mode"]) if issued.code == 0 else issued.err

    both("accreditors", "add", "ACCME", "--name", "ACCME")
    both("providers", "add", "0058275", "--name", "One", "--accreditor", "ACCME")
    vendor = ("--kind", "vendor", "--provider", "0058274")
    assert mode("--provider", "0058274") == "test"
    assert mode("--kind", "accreditor", "--accreditor", "TRIED") == "test"
    assert mode(*vendor) == "test"
    assert mode("--kind", "operator") == "live"
    for words in ((*vendor, "--provider", "0058275"), ("--provider", "0058274", "--live")):
        assert mode(*words).startswith("there is no provider 0058274")


def test_a_test_key_brings_the_registration_over(both: Pars, database_url: str) -> None:
    only_in(database_url, "0058276", "OVER")
    words = ("keys", "issue", "--provider", "0058276", "--test", "--json")
    issued = both(*words)
    assert issued.document["mode"] == "test"
    # A second time there is nothing left to bring over.
    assert both(*words).code == 0
    of = ("keys", "issue", "--kind", "accreditor", "--accreditor", "OVER", "--test")
    assert both(*of).code == 0


def test_keys_of_both_worlds_are_listed_and_revoked(both: Pars) -> None:
    both("providers", "add", "0058279", "--name", "Two", "--accreditor", "ACCME")
    for mode in ("--live", "--test"):
        issued = both("keys", "issue", "--provider", "0058279", mode, "--json").document
        listed = {
            row["credential_id"]: row for row in both("keys", "list", "--json").document["data"]
        }
        assert listed[issued["credential_id"]]["mode"] == issued["mode"]
        assert both("keys", "revoke", issued["credential_id"]).code == 0
        listed = {
            row["credential_id"]: row for row in both("keys", "list", "--json").document["data"]
        }
        assert listed[issued["credential_id"]]["state"] == "revoked"


def test_where_there_is_no_sandbox_a_test_key_is_refused(pars: Pars) -> None:
    refused = pars("keys", "issue", "--provider", "0058273", "--test")
    assert (refused.code, refused.out) == (1, "")
    assert "PARS_SANDBOX_URL" in refused.err
    assert pars("seed").code == 1


def test_both_databases_are_upgraded_and_looked_at(both: Pars) -> None:
    upgraded = both("db", "upgrade", "--json").document
    assert upgraded["sandbox"] == {"from": upgraded["to"], "to": upgraded["to"]}
    assert both("db", "current", "--json").document["sandbox"]["at_head"] is True
    checks = both("db", "check", "--json").document["checks"]
    looked = {check["name"]: check["found"] for check in checks if check["name"].endswith("reset")}
    assert looked == {"can be reset": "no", "sandbox: can be reset": "yes"}


def test_a_database_with_providers_never_becomes_a_sandbox(
    both: Pars, another: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_in(another, "0058277", "ACCME")
    monkeypatch.setenv("PARS_SANDBOX_URL", another)
    refused = both("db", "upgrade")
    assert (refused.code, "never a sandbox" in refused.err) == (1, True)
    unmarked = both("keys", "list")
    assert (unmarked.code, "not the address of a sandbox yet" in unmarked.err) == (1, True)


def test_an_empty_database_becomes_a_sandbox_with_the_upgrade(
    both: Pars, another: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARS_SANDBOX_URL", another)
    assert both("db", "upgrade").code == 0
    seeded = both("seed", "--json").document
    assert seeded["key"].startswith("pars_test_")
    assert both("keys", "list").code == 0


def test_a_sandbox_is_never_the_live_database(
    both: Pars, database_url: str, sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARS_DATABASE_URL", sandbox_url)
    same = both("db", "upgrade")
    assert (same.code, "another database than" in same.err) == (2, True)
    monkeypatch.setenv("PARS_SANDBOX_URL", database_url)
    for words in (("db", "upgrade"), ("keys", "list")):
        swapped = both(*words)
        assert swapped.code == 1
        assert "address of a sandbox" in swapped.err
