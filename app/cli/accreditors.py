"""`pars accreditors`: entering the bodies that providers report to."""

from typing import Annotated

import typer

from app.cli.answer import AsJson, answer
from app.cli.connection import migrated_databases
from app.cli.reaching import with_database
from app.cli.register import enter_accreditor
from app.cli.worlds import Spoken, bring_over
from app.core.database import Database
from app.core.text import invisible_character
from app.settings import load_settings

application = typer.Typer(help="The bodies that providers report to.", no_args_is_help=True)

_LONGEST_ID = 100


def accreditor_id(value: str) -> str:
    """Accept an id that looks like nothing else: visible characters, no blanks around."""
    visible = invisible_character(value) is None and value == value.strip()
    if not (visible and 0 < len(value) <= _LONGEST_ID):
        message = f"{value!r} is not an accreditor id; it is a short text such as CMA."
        raise typer.BadParameter(message)
    return value


AccreditorId = Annotated[
    str, typer.Argument(metavar="ACCREDITOR", help="Short, such as CMA.", callback=accreditor_id)
]


@application.callback()
def accreditors() -> None:
    """Keep the command a word of its own, although it is alone."""


@application.command()
def add(
    identity: AccreditorId,
    *,
    name: Annotated[str, typer.Option(help="The name of the accreditor.")],
    as_json: AsJson = False,
) -> None:
    """Enter an accreditor, in the sandbox too."""

    async def work(database: Database) -> None:
        await enter_accreditor(database, identity, name)

    with migrated_databases(load_settings()) as addresses:
        with_database(addresses.live, work)
        if addresses.sandbox is not None:
            bring_over(addresses, Spoken((), (identity,)))
    answer(f"{identity} {name}", {"accreditor_id": identity, "name": name}, as_json=as_json)
