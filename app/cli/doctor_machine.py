"""What `pars doctor` sees without the database: secret, quotas, disk, time zones."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from app.cli.findings import Finding
from app.cli.kept_secrets import SIGNING_KEY, kept_secret
from app.core.rate_limits import IN_MEMORY
from app.quotas import rate_limits
from app.settings import SHORTEST_SECRET, BadSettingsError, Settings

_GIBIBYTE: Final = 2**30
_SPACE_TO_WORK: Final = 1 * _GIBIBYTE
_SPACE_TO_GROW: Final = 10 * _GIBIBYTE
_FEWEST_DIFFERENT_CHARACTERS: Final = 10
_YEARS_OF_ZONES: Final = 2


def look_at_machine(settings: Settings) -> Iterator[Finding]:
    """Yield what can be found on this machine, and in the settings themselves."""
    yield _secret(settings)
    yield _quotas(settings)
    yield space(settings.data_dir, "Make room, or set PARS_DATA_DIR to a larger disk.")
    yield _time_zones()


def space(folder: Path, remedy: str) -> Finding:
    """Tell how much space is left where a folder is, or will be."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    return Finding(
        "disk",
        ok=free >= _SPACE_TO_GROW,
        found=f"{free / _GIBIBYTE:.1f} GiB free for {folder}",
        wanted=f"{_SPACE_TO_GROW // _GIBIBYTE} GiB",
        remedy=remedy,
        grave=free < _SPACE_TO_WORK,
    )


def _secret(settings: Settings) -> Finding:
    wanted = f"{SHORTEST_SECRET} random characters, the same for all processes"
    remedy = "Set PARS_SECRET_KEY to the output of: openssl rand -hex 32"
    if settings.secret_key is None:
        place = settings.data_dir / SIGNING_KEY
        kept = kept_secret(settings, SIGNING_KEY) is not None
        return Finding(
            "secret key",
            # With the embedded database there is one machine. Others do not see its file.
            ok=settings.database_url is None,
            found=f"{'kept' if kept else 'made by the first start'} in {place}, for this machine",
            wanted=wanted,
            remedy=remedy,
            grave=False,
        )
    secret = settings.secret_key.get_secret_value()
    varied = len(set(secret)) >= _FEWEST_DIFFERENT_CHARACTERS
    found = f"{len(secret)} characters, {len(set(secret))} of them different"
    return Finding("secret key", varied, found, wanted, remedy)


def _quotas(settings: Settings) -> Finding:
    """Tell whether the store of the quotas answers, and whether it is one for all."""
    wanted = "one store for all processes, that answers"
    try:
        answers = asyncio.run(rate_limits(settings).store_answers())
    except BadSettingsError as error:
        remedy = "Correct the address, or install the client that this kind of store needs."
        return Finding("quotas", ok=False, found=str(error), wanted=wanted, remedy=remedy)
    if not answers:
        return Finding(
            "quotas",
            ok=False,
            found="the store does not answer; until it does, each process counts for itself",
            wanted=wanted,
            remedy="Start the server that PARS_RATE_LIMIT_STORE names, or correct the address.",
        )
    if settings.rate_limit_store == IN_MEMORY:
        return Finding(
            "quotas",
            ok=settings.workers == 1,
            found=f"each process counts for itself, with PARS_WORKERS={settings.workers}",
            wanted=wanted,
            remedy="Set PARS_RATE_LIMIT_STORE=redis://... for quotas that hold across processes.",
            grave=False,
        )
    return Finding("quotas", ok=True, found="the store answers", wanted=wanted)


def _time_zones() -> Finding:
    zones = version("tzdata")
    oldest = datetime.now(UTC).year - _YEARS_OF_ZONES
    return Finding(
        "time zones",
        ok=int(zones[:4]) >= oldest,
        found=zones,
        wanted=f"of {oldest} or later",
        remedy="Install the newest version of the package tzdata.",
        grave=False,
    )
