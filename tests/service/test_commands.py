"""The command line on a database of somebody's own: what it prints, and its exit codes."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from app.cli import database, main
from app.cli.commands import COMMANDS
from tests.databases import superuser_of


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Pars = Callable[..., Ended]


@pytest.fixture
def pars(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Pars]:
    monkeypatch.setenv("PARS_DATABASE_URL", database_url)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["pars", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
async def accreditor_is_known(database_url: str) -> None:
    """Somebody has entered ACCME before."""
    async with superuser_of(database_url) as superuser:
        await superuser.execute(
            "INSERT INTO accreditors VALUES ('ACCME', 'ACCME') ON CONFLICT DO NOTHING"
        )


async def trail_of(database_url: str, table: str, whom: str) -> list[tuple[str, ...]]:
    key = {"provider_history": "provider_id", "credential_history": "changed_credential_id"}
    async with superuser_of(database_url) as superuser:
        rows = await superuser.fetch(
            f"SELECT action, actor_kind, credential_id FROM {table}"  # noqa: S608
            f" WHERE {key[table]} = $1 ORDER BY at",
            whom,
        )
    return list(map(tuple, rows))


def test_the_trail_of_a_provider_begins_with_its_entry(pars: Pars, database_url: str) -> None:
    pars("providers", "add", "0008277", "--name", "Lake Hospital", "--accreditor", "ACCME")
    trail = asyncio.run(trail_of(database_url, "provider_history", "0008277"))
    assert trail == [("created", "operator", "command line")]


def test_an_accreditor_that_nobody_entered_is_refused_with_the_one_that_was_meant(
    pars: Pars,
) -> None:
    words = ("providers", "add", "0008278", "--name", "Hill Hospital", "--accreditor")
    refused = pars(*words, "ACMCE")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "there is no accreditor ACMCE; did you mean ACCME? `pars accreditors add` enters one\n"
    )
    assert pars("keys", "issue", "--kind", "accreditor", "--accreditor", "ACMCE").code == 1
    assert pars(*words, "ACCME").code == 0


def test_a_provider_is_entered_once(pars: Pars) -> None:
    add = ("providers", "add", "0008272", "--name", "Valley Hospital", "--accreditor", "ACCME")
    entered = pars(*add, "--json")
    assert entered.document == {
        "provider_id": "0008272",
        "name": "Valley Hospital",
        "accreditor_id": "ACCME",
    }
    again = pars(*add)
    assert (again.code, again.out) == (1, "")
    assert again.err == "The provider 0008272 is there already. Nothing was saved.\n"


def test_a_key_has_every_scope_of_a_provider_unless_some_are_named(pars: Pars) -> None:
    pars("providers", "add", "0008274", "--name", "Hill Hospital", "--accreditor", "ACCME")
    whole = pars("keys", "issue", "--provider", "0008274", "--json").document
    assert whole["key"].startswith("pars_live_")
    assert {"activities:write", "activities:close", "keys:admin"} <= set(whole["scopes"])
    words = ("--scope", "activities:read", "--scope", "contacts:read", "--json")
    narrow = pars("keys", "issue", "--provider", "0008274", *words).document
    assert narrow["scopes"] == ["activities:read", "contacts:read"]
    assert narrow["providers"] == ["0008274"]


def test_a_key_for_nobody_is_refused(pars: Pars) -> None:
    refused = pars("keys", "issue", "--provider", "9999999", "--json")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("there is no provider 9999999")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["keys", "issue", "--provider", "827"], "seven digits, such as 0008273"),
        (["keys", "issue"], "--provider"),
        (["keyz"], "No such command 'keyz'"),
    ],
)
def test_asking_wrongly_ends_with_2(pars: Pars, words: list[str], complaint: str) -> None:
    refused = pars(*words)
    assert (refused.code, refused.out) == (2, "")
    assert complaint in refused.err


def test_a_scope_that_does_not_exist_is_refused_with_those_that_do(pars: Pars) -> None:
    pars("providers", "add", "0008275", "--name", "Lake Hospital", "--accreditor", "ACCME")
    refused = pars("keys", "issue", "--provider", "0008275", "--scope", "activities")
    assert (refused.code, refused.out) == (2, "")
    assert "activities:read" in refused.err


def test_a_migrated_database_is_found_at_head_and_sound(pars: Pars) -> None:
    version = pars("db", "current", "--json").document
    assert version["at_head"] is True
    assert pars("db", "upgrade", "--json").document == {
        "from": version["head"],
        "to": version["head"],
    }
    looked = pars("db", "check", "--json")
    wrong = {check["name"] for check in looked.document["checks"] if not check["ok"]}
    # The database of the tests does not wait for the disk, and the check must notice.
    assert wrong == {"fsync", "full_page_writes"}
    assert looked.code == 1


def test_a_key_that_would_have_expired_already_is_not_issued(pars: Pars) -> None:
    ended = pars("keys", "issue", "--kind", "operator", "--expires", "2020-01-01")
    assert ended.code == 2
    assert "2020-01-01T00:00:00Z has passed" in ended.err


def test_keys_of_every_kind_are_issued_listed_and_revoked(pars: Pars) -> None:
    pars("providers", "add", "0008274", "--name", "One", "--accreditor", "ACCME")
    pars("providers", "add", "0008275", "--name", "Two", "--accreditor", "ACCME")
    added = pars("accreditors", "add", "SOCIETY-9", "--name", "A state society", "--json")
    assert added.document == {"accreditor_id": "SOCIETY-9", "name": "A state society"}
    issued = {
        "vendor": pars(
            *("keys", "issue", "--kind", "vendor", "--provider", "0008274"),
            *("--provider", "0008275", "--json"),
        ),
        "accreditor": pars(
            "keys", "issue", "--kind", "accreditor", "--accreditor", "SOCIETY-9", "--json"
        ),
        "operator": pars("keys", "issue", "--kind", "operator", "--json"),
    }
    listed = {row["credential_id"]: row for row in pars("keys", "list", "--json").document["data"]}
    for kind, ended in issued.items():
        credential_id = ended.document["credential_id"]
        assert listed[credential_id]["kind"] == kind
        assert listed[credential_id]["state"] == "live"
        assert pars("keys", "revoke", credential_id).code == 0
    assert "revoked" in pars("keys", "list").out
    assert pars("keys", "revoke", "cred_none").code == 1


def test_without_a_command_all_of_them_are_listed(pars: Pars) -> None:
    for words in ((), ("--help",)):
        ended = pars(*words)
        listed = ended.out + ended.err
        assert [name for name in COMMANDS if f"\n  {name} " not in listed] == []


def test_what_is_done_with_a_key_is_in_the_trail_once(pars: Pars, database_url: str) -> None:
    issued = pars("keys", "issue", "--kind", "operator", "--json").document["credential_id"]
    for _ in range(2):
        pars("keys", "revoke", issued)

    trail = asyncio.run(trail_of(database_url, "credential_history", issued))
    by = ("operator", "command line")
    assert trail == [("issued", *by), ("revoked", *by)]


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("--kind", "vendor"), 2, "--provider"),
        (("--kind", "accreditor"), 2, "--accreditor"),
        (("--kind", "accreditor", "--accreditor", "NONE"), 1, "no accreditor NONE"),
        (("--kind", "operator", "--provider", "0008273"), 2, "--provider"),
        (("--kind", "vendor", "--provider", "0008273", "--scope", "keys:admin"), 2, "--scope"),
        (("--provider", "0008273", "--expires", "tomorrow"), 2, "--expires"),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    pars: Pars, words: tuple[str, ...], code: int, complaint: str
) -> None:
    pars("providers", "add", "0008273", "--name", "Valley Hospital", "--accreditor", "ACCME")
    refused = pars("keys", "issue", *words)
    assert (refused.code, refused.out) == (code, "")
    assert complaint in refused.err


def test_a_database_that_is_not_there_is_one_line(
    pars: Pars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARS_DATABASE_URL", "postgresql://pars:hunter2@127.0.0.1:1/pars")
    ended = pars("db", "current")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert "hunter2" not in ended.err


@pytest.fixture
async def newer(database_url: str) -> AsyncIterator[None]:
    """While this is there, a program of next year has migrated the database."""
    async with superuser_of(database_url) as superuser:
        now = await superuser.fetchval("SELECT version_num FROM alembic_version")
        await superuser.execute("UPDATE alembic_version SET version_num = '0999'")
        yield
        await superuser.execute("UPDATE alembic_version SET version_num = $1", now)


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("words", [("db", "upgrade"), ("keys", "list"), ("serve",), ("worker",)])
def test_a_database_that_a_newer_program_migrated_is_left_to_that_program(
    pars: Pars, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PARS_PORT", "0")
    ended = pars(*words)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("The schema of the database is at 0999, and the newest that this")
    assert ended.err.endswith("run the newer program that migrated it.\n")


def test_a_connection_that_the_database_ends_is_one_line(
    pars: Pars, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(_url: str) -> None:
        message = "cannot switch to state 11"
        raise asyncpg.InternalClientError(message)

    monkeypatch.setattr(database, "schema_version", end)
    ended = pars("db", "current")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "The database did not answer as it should: cannot switch to state 11\n"


@pytest.mark.parametrize(
    ("setting", "code", "complaint"),
    [
        (("PARS_RATE_LIMIT_STORE", "moon://:hunter2@host"), 2, "PARS_RATE_LIMIT_STORE is wrong"),
        (("PARS_HOST", "a" * 70), 2, f"PARS_HOST={'a' * 70} is wrong: it must be an address"),
        (("PARS_DATA_DIR", __file__), 1, "The secret key cannot be kept in"),
    ],
)
def test_a_server_that_cannot_start_says_why_in_one_line_before_it_says_that_it_runs(
    pars: Pars, monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str], code: int, complaint: str
) -> None:
    monkeypatch.setenv("PARS_PORT", "0")
    monkeypatch.setenv(*setting)
    ended = pars("serve")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (code, "", 1)
    assert ended.err.startswith(complaint)
    assert "hunter2" not in ended.err
