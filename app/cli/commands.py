"""The commands of `pars`, each of a module that is imported when the command is asked for."""

from collections.abc import Iterable
from importlib import import_module
from typing import Final

import typer

COMMANDS: Final = {
    "serve": "serving",
    "worker": "worker_command",
    "doctor": "doctor",
    "push": "push",
    "seed": "seeding",
    "db": "database",
    "accreditors": "accreditors",
    "providers": "providers",
    "keys": "keys",
    "supporters": "supporters",
    "openapi": "documents",
    "requirements": "documents",
    "errors": "documents",
}
"""The module of each command. What one of them needs, the others need not wait for."""


def put_together(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return `pars` with these commands, whose modules are imported."""
    application = typer.Typer(
        callback=pars,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for name in names:
        module = import_module(f"app.cli.{COMMANDS[name]}")
        if hasattr(module, "application"):
            application.add_typer(module.application, name=name)
        else:
            application.command()(getattr(module, name))
    return application


def pars() -> None:
    """OpenPARS: a system of record for accredited continuing medical education."""
