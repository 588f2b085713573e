"""Secrets that a start makes and later starts need: files that only the user may read."""

import os
import secrets
import tempfile
from pathlib import Path

from app.cli.failure import CommandError
from app.settings import Settings

SIGNING_KEY = "secret_key"
DEMO_KEY = "demo_key"


def signing_key(settings: Settings) -> str:
    """Return the secret of the settings, else the one kept in the data folder.

    It is made once. Processes on several machines must be given the same one.
    Raises CommandError when the folder takes none.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    try:
        kept = kept_secret(settings, SIGNING_KEY)
        if kept is None:
            keep_secret(settings, SIGNING_KEY, secrets.token_urlsafe(48), replace=False)
            kept = kept_secret(settings, SIGNING_KEY)
    except OSError as error:
        raise _no_place(settings, error.strerror) from error
    if kept is None:
        raise _no_place(settings, "it is empty")
    return kept


def _no_place(settings: Settings, why: str | None) -> CommandError:
    place = settings.data_dir / SIGNING_KEY
    return CommandError(
        f"The secret key cannot be kept in {place} ({why}). Set PARS_SECRET_KEY, or PARS_DATA_DIR "
        "to a folder that can be written."
    )


def kept_secret(settings: Settings, name: str) -> str | None:
    """Return a secret of the data folder, or None when there is none."""
    try:
        return (settings.data_dir / name).read_text().strip() or None
    except FileNotFoundError:
        return None


def keep_secret(settings: Settings, name: str, value: str, *, replace: bool = True) -> None:
    """Write a secret so that it is there whole or not at all, for the user only."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = settings.data_dir / name
    # A temporary file of this function has mode 0600 from its first moment.
    number, draft = tempfile.mkstemp(dir=settings.data_dir, prefix=f".{name}.")
    with os.fdopen(number, "w") as file:
        file.write(f"{value}\n")
        file.flush()
        os.fsync(file.fileno())
    if replace:
        Path(draft).replace(target)
        return
    try:
        # Unlike a rename, a link never takes the place of what another process just wrote.
        os.link(draft, target)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()
