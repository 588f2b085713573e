"""`pars push`: sends a file to a server, watches it being taken in, and says what was wrong."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.failure import CommandError
from app.imports.readers.rows import EXTENSIONS, FormatName, Kind
from app.settings import KEY_TO_PUSH_WITH, SERVER_TO_PUSH_TO

_PIECE: Final = 1 << 18
_SECONDS_BETWEEN_LOOKS: Final = 0.5
_AT_WORK: Final = frozenset({"queued", "running"})
_MOST_CAUSES: Final = 20
_BY_EXTENSION: Final[dict[str, FormatName]] = {
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "json",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".xml": "draft-xml",
}

Document = dict[str, Any]


def push(  # noqa: PLR0913, PLR0917 - the options of the command
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    server: Annotated[str, typer.Option(envvar=SERVER_TO_PUSH_TO, help="Where the server is.")],
    key: Annotated[str, typer.Option(envvar=KEY_TO_PUSH_WITH, help="The API key.")],
    provider: Annotated[
        str | None, typer.Option(help="Seven digits; the key's own when it has one.")
    ] = None,
    kind: Annotated[str, typer.Option(help="activities or completions.")] = "activities",
    file_format: Annotated[
        str | None, typer.Option("--format", help="As the ending of the name says, if left out.")
    ] = None,
    dry_run: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--dry-run", help="Do everything and save nothing.")
    ] = False,
    force: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--force", help="Take the file in also when it was sent before.")
    ] = False,
) -> None:
    """Send a file of records. Exit code 0 only when every row went in."""
    asked = {
        "kind": _one_of(kind, get_args(Kind), "--kind"),
        "format": _format(file, file_format),
        "dry_run": str(dry_run).lower(),
        "force": str(force).lower(),
        "name": file.name[:255],
    }
    console = Console(stderr=True)
    headers = {"Authorization": f"Bearer {key}"}
    try:
        with httpx.Client(base_url=server, headers=headers, timeout=120) as client:
            where = f"/v1/providers/{provider or _own_provider(client)}/imports"
            with _progress(console) as progress:
                job = _send(client, where, file, asked, progress)
                job = _watch(client, where, job, progress)
            _tell(console, job)
            if job["counts"]["rejected"]:
                _save_rejected(client, job, file, console)
    except httpx.HTTPError as error:
        message = f"The server at {server} did not answer as it should: {error}"
        raise CommandError(message) from error
    except OSError as error:
        message = f"A file could not be read or written: {error}"
        raise CommandError(message) from error
    if job["state"] != "succeeded":
        raise typer.Exit(1)


def _format(file: Path, named: str | None) -> str:
    if named is not None:
        return _one_of(named, get_args(FormatName), "--format")
    found = _BY_EXTENSION.get(file.suffix.lower())
    if found is None:
        message = f"the name ends in {file.suffix or 'nothing'}; say how the file is written"
        raise typer.BadParameter(message, param_hint="--format")
    return found


def _one_of(value: str, choices: tuple[str, ...], option: str) -> str:
    if value not in choices:
        message = f"{value} is not one of {', '.join(choices)}"
        raise typer.BadParameter(message, param_hint=option)
    return value


def _own_provider(client: httpx.Client) -> str:
    providers = _answer(client.get("/v1/me"))["providers"]
    if len(providers) != 1:
        message = "the key speaks for several providers or for none; name one"
        raise typer.BadParameter(message, param_hint="--provider")
    return str(providers[0])


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _send(
    client: httpx.Client, where: str, file: Path, asked: Document, progress: Progress
) -> Document:
    task = progress.add_task("Sending", total=file.stat().st_size)

    def pieces() -> Iterator[bytes]:
        with file.open("rb") as content:
            while piece := content.read(_PIECE):
                yield piece
                progress.advance(task, len(piece))

    return _answer(client.post(where, params=asked, content=pieces()))


def _watch(client: httpx.Client, where: str, job: Document, progress: Progress) -> Document:
    task = progress.add_task("Taking in", total=None)
    url = f"{where}/{job['import_id']}"
    while job["state"] in _AT_WORK:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        job = _answer(client.get(url))
        total, left = job["counts"]["total"], job["counts"]["unprocessed"]
        if total is not None:
            progress.update(task, total=total, completed=total - left)
    return job


def _answer(reply: httpx.Response) -> Document:
    if reply.is_error:
        try:
            told = reply.json()["detail"]
        except (ValueError, KeyError):
            told = reply.reason_phrase
        message = f"The server refused it ({reply.status_code}): {told}"
        raise CommandError(message)
    document: Document = reply.json()
    return document


def _tell(console: Console, job: Document) -> None:
    counts = ", ".join(f"{count} {name}" for name, count in job["counts"].items() if count)
    trial = " (a trial: nothing was saved)" if job["dry_run"] else ""
    console.print(f"{job['state']}{trial}: {counts or 'no rows'}", highlight=False)
    if job["failure"]:
        console.print(job["failure"]["detail"], highlight=False, markup=False)
    for cause in job["causes"][:_MOST_CAUSES]:
        console.print(_line(cause), highlight=False, markup=False)
    more = len(job["causes"]) - _MOST_CAUSES
    if more > 0:
        console.print(f"and {more} more causes", highlight=False)


def _line(cause: Document) -> str:
    hint = f", did you mean {cause['did_you_mean'][0]}" if cause["did_you_mean"] else ""
    rows = "row" if cause["count"] == 1 else "rows"
    first = ", ".join(map(str, cause["first_rows"]))
    place = f"{cause['pointer']}: " if cause["pointer"] else ""
    return (
        f"  {cause['count']:>7,} {rows}  {place}{cause['message']}"
        f" [{cause['code']}; row {first}{hint}]"
    )


def _save_rejected(client: httpx.Client, job: Document, file: Path, console: Console) -> None:
    ending = EXTENSIONS.get(job["format"], job["format"])
    target = file.with_name(f"{file.stem}.rejected.{ending}")
    with client.stream("GET", job["results"], params={"as": "file"}) as reply:
        reply.raise_for_status()
        unfinished = target.with_name(f"{target.name}.part")
        with unfinished.open("wb") as out:
            for piece in reply.iter_bytes(_PIECE):
                out.write(piece)
        unfinished.replace(target)
    console.print(f"The rejected rows are in {target}.", highlight=False, markup=False)
