"""`pars doctor`: one look at the whole installation, with what to do about each finding."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.cli.answer import AsJson, answer
from app.cli.connection import database_addresses
from app.cli.database_checks import soundness
from app.cli.doctor_database import look_at_replica, look_at_use
from app.cli.doctor_machine import look_at_machine
from app.cli.failure import first_line
from app.cli.findings import Finding, document, found_in, lines
from app.cli.reaching import with_database
from app.core.database import CONNECTION_ERRORS
from app.core.errors import ProblemError
from app.embedded import EmbeddedPostgresError
from app.settings import BadSettingsError, Settings, load_settings

_NO_ANSWER = (*CONNECTION_ERRORS, SQLAlchemyError, EmbeddedPostgresError)
_LIVE: Final = "database"
_SANDBOX: Final = "sandbox"


def doctor(*, as_json: AsJson = False) -> None:
    """Look at settings, database, workers, disk and clock, and say what to do."""
    findings = list(_look())
    words = "\n".join([*lines(findings), "", _summary(findings)])
    answer(words, document(findings), as_json=as_json)
    if any(finding.wrong for finding in findings):
        raise typer.Exit(1)


def _look() -> Iterator[Finding]:
    try:
        settings = load_settings()
    except BadSettingsError as error:
        for line in str(error).splitlines():
            yield Finding("settings", ok=False, found=line, wanted="settings that can be used")
        return
    yield Finding("settings", ok=True, found="can be used", wanted="settings that can be used")
    yield from look_at_machine(settings)
    for place in (_LIVE, _SANDBOX):
        yield from found_in(place, _look_at_database(settings, place))


def _look_at_database(settings: Settings, place: str) -> list[Finding]:
    findings: list[Finding] = []
    try:
        with database_addresses(settings) as found:
            url = found.live if place == _LIVE else found.sandbox
            if url is None:
                return []
            findings += soundness(url, sandbox=place == _SANDBOX)
            if all(finding.ok for finding in findings if finding.name in {"version", "schema"}):
                findings += with_database(url, lambda database: look_at_use(database, settings))
                if settings.replica_url is not None and place == _LIVE:
                    findings.append(asyncio.run(look_at_replica(url, settings.replica_url)))
    except (*_NO_ANSWER, ProblemError) as error:
        # A refusal is worded for clients; the operator is told what is behind it.
        said = first_line(error.__cause__ or error)
        wanted = "a PostgreSQL that answers this login"
        variable = "PARS_DATABASE_URL" if place == _LIVE else "PARS_SANDBOX_URL"
        remedy = f"Look at its log, and check {variable}: host, port, login, password."
        findings.append(Finding("answer", ok=False, found=said, wanted=wanted, remedy=remedy))
    return findings


def _summary(findings: Sequence[Finding]) -> str:
    wrong = sum(finding.wrong for finding in findings)
    warnings = sum(not finding.ok for finding in findings) - wrong
    if not wrong and not warnings:
        return "Nothing is wrong."
    return f"Wrong: {wrong}. Warnings: {warnings}."
