"""Why a command failed, in one line for a person."""

import typer


class CommandError(Exception):
    """A command could not do what it was asked; exit code 1."""


class Stopped(SystemExit):
    """The process was told to stop (SIGTERM, or its terminal went away)."""


def complain(message: str) -> None:
    """Say on stderr what is wrong."""
    typer.echo(message, err=True)


def first_line(error: BaseException) -> str:
    """Return what an error of the database or of the network said, in one line."""
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return said.splitlines()[0]
