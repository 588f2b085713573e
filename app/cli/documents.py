"""`pars openapi`, `requirements`, `errors`: documents that the code writes.

They are committed, so that a change of the contract shows in a diff; `--check`
tells when the committed one is not what the code says.
"""

import json
from pathlib import Path
from typing import Annotated

import typer
from fastapi import FastAPI

import app
from app.activities.requirement_document import markdown as requirements_markdown
from app.cli.failure import CommandError
from app.core.error_document import markdown as errors_markdown
from app.settings import Settings

ROOT = Path(app.__file__).parent.parent

Check = Annotated[bool, typer.Option("--check", help="Compare only; fail when it differs.")]


def openapi(*, check: Check = False) -> None:
    """Write openapi/openapi.json, the contract of the API."""
    document = _application().openapi()
    _keep("openapi/openapi.json", json.dumps(document, indent=2, ensure_ascii=False), check=check)


def requirements(*, check: Check = False) -> None:
    """Write openapi/requirements.md, what each status needs."""
    _keep("openapi/requirements.md", requirements_markdown(), check=check)


def errors(*, check: Check = False) -> None:
    """Write openapi/errors.md, every code a client may meet."""
    # Codes are declared where their rules live; the application has gathered them all.
    _application()
    _keep("openapi/errors.md", errors_markdown(), check=check)


def _application() -> FastAPI:
    # Whoever asks for help, or for the requirements, need not wait for its import.
    from app.main import create_app  # noqa: PLC0415

    # Without any setting of this machine: the documents are the same everywhere.
    return create_app(Settings.model_construct())


def _keep(name: str, content: str, *, check: bool) -> None:
    wanted = content.rstrip("\n") + "\n"
    path = ROOT / name
    if not check:
        path.parent.mkdir(exist_ok=True)
        path.write_text(wanted, encoding="utf-8")
        typer.echo(f"wrote {name}")
        return
    if not path.exists() or path.read_text(encoding="utf-8") != wanted:
        message = f"{name} is not what the code says; run `pars {path.stem}` and commit it."
        raise CommandError(message)
    typer.echo(f"{name} is what the code says")
