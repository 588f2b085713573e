"""The files of the embedded PostgreSQL, and making them once."""

import os
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from app.embedded.account import Account
from app.embedded.binaries import Binaries
from app.embedded.errors import EmbeddedPostgresError

OWNER = "pars_owner"
DATABASE = "pars"
SANDBOX = "pars_sandbox"
PORT = 5432
# The path of a Unix socket holds 104 bytes on macOS and 108 on Linux, with the final zero.
LONGEST_SOCKET_PATH = 103

# The owner of the database is no superuser; CREATEROLE lets the migrations make
# the roles that the application works under.
BOOTSTRAP = f"CREATE ROLE {OWNER} LOGIN CREATEROLE;\nCREATE DATABASE {DATABASE} OWNER {OWNER};\n"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster keeps its files, all below one folder of the user's."""

    root: Path

    @property
    def data(self) -> Path:
        """The data directory of PostgreSQL."""
        return self.root / "postgresql"

    @property
    def log(self) -> Path:
        """What PostgreSQL has to say."""
        return self.root / "postgresql.log"

    @property
    def lock(self) -> Path:
        """Whoever holds a lock on this file runs the server."""
        return self.root / "postgresql.lock"

    @property
    def sockets(self) -> Path:
        """The private folder of the Unix socket, short enough for its path."""
        folder = self.root / "socket"
        if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return folder
        name = sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path("/tmp") / f"openpars-{os.geteuid()}-{name}"  # noqa: S108 - checked to be ours

    def url(self, database: str = DATABASE, user: str = OWNER) -> str:
        """Return the address of a database of this cluster, in SQLAlchemy's form."""
        folder = quote(str(self.sockets), safe="/")
        return f"postgresql+asyncpg://{user}@/{database}?host={folder}&port={PORT}"


def initialise(cluster: Cluster, binaries: Binaries, account: Account) -> None:
    """Make the cluster with its role and database, unless it is there.

    It is made aside and renamed at the end, so that a start that was cut off
    leaves nothing that looks finished.
    """
    version = cluster.data / "PG_VERSION"
    if version.exists():
        _insist_on_version(version, binaries)
        return
    draft = cluster.root / "postgresql.new"
    shutil.rmtree(draft, ignore_errors=True)
    account.make_folder(draft)
    # Built-in C.UTF-8 sorts the same on every machine; before 17 it comes from the C library.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [
        *(binaries.initdb, "-D", str(draft), "--username=postgres", "--encoding=UTF8"),
        *(locale if binaries.major >= 17 else ["--locale=C.UTF-8"]),  # noqa: PLR2004
        *("--data-checksums", "--auth-local=trust", "--auth-host=reject"),
    ]
    account.run(initdb)
    account.run([binaries.postgres, "--single", "-D", str(draft), "postgres"], BOOTSTRAP)
    draft.rename(cluster.data)


def _insist_on_version(version: Path, binaries: Binaries) -> None:
    made_by = int(version.read_text().strip())
    if made_by != binaries.major:
        message = (
            f"{version.parent} was made by PostgreSQL {made_by}, and this is {binaries.major}; "
            "dump it with the old version, or set PARS_DATA_DIR to another folder"
        )
        raise EmbeddedPostgresError(message)
