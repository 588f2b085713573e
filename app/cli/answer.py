"""What a command prints: words for a person, or one JSON object for a program."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")]


def answer(words: str, document: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the one or the other on stdout."""
    typer.echo(json.dumps(document, ensure_ascii=False) if as_json else words)
