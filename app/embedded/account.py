"""As whom PostgreSQL runs. It refuses to run as root, and we may be root.

An ordinary user runs it as is. Root runs it in a user namespace that maps root
to nobody: the files stay root's, and no folder has to be opened to anybody else.
Where user namespaces are forbidden, root hands the cluster to an unprivileged user.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from app.embedded.errors import EmbeddedPostgresError

NOBODY = 65534
# The kernel sends PostgreSQL a fast shutdown when the thread that started it ends,
# also when that was by `kill -9`.
DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "INT")
AS_NOBODY = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}")


@dataclass(frozen=True, slots=True)
class Account:
    """A way to run the programs of PostgreSQL: a prefix, and a user when not our own."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    @property
    def owner(self) -> int:
        """The user id that owns the files of the cluster."""
        return os.geteuid() if self.user is None else self.user

    def make_folder(self, folder: Path) -> None:
        """Make a folder that only this account may enter, or keep the one it has."""
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if self.user is not None and found.st_uid == os.geteuid() and not folder.is_symlink():
            os.chown(folder, self.user, self.group if self.group is not None else -1)
            found = folder.lstat()
        if folder.is_symlink() or found.st_uid != self.owner or found.st_mode & 0o077:
            message = f"the folder {folder} exists and is open to others; remove it"
            raise EmbeddedPostgresError(message)

    def run(self, command: Sequence[str], statements: str | None = None) -> str:
        """Run a program to its end and return what it said; raise when it fails."""
        done = subprocess.run(  # noqa: S603 - programs of PostgreSQL with our arguments
            [*self.prefix, *command],
            input=statements,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_environment(),
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )
        # A single-user backend ends with 0 after a failed statement, so its words count too.
        if done.returncode != 0 or "ERROR:" in done.stderr:
            words = [line for line in done.stderr.splitlines() if line.strip()]
            message = f"{Path(command[0]).name} failed: {' '.join(words[-2:])}"
            if self.user is not None:
                name = pwd.getpwuid(self.user).pw_name
                message += f" (it runs as {name}; set PARS_DATA_DIR to a folder {name} can reach)"
            raise EmbeddedPostgresError(message)
        return done.stdout

    def start(self, command: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a program that goes on running, in a session of its own.

        Its own session keeps Ctrl-C from it: the web server finishes its requests first.
        """
        watched = DIE_WITH_PARENT if _works(DIE_WITH_PARENT) else ()
        return subprocess.Popen(  # noqa: S603 - programs of PostgreSQL with our arguments
            [*self.prefix, *watched, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )


def account_for(cluster: Path) -> Account:
    """Return the account for a cluster: the one that owns it, if it is there already."""
    if os.geteuid() != 0:
        return Account()
    owner = cluster.stat().st_uid if cluster.exists() else 0
    if owner == 0 and _works(AS_NOBODY):
        return Account(prefix=AS_NOBODY)
    user = pwd.getpwuid(owner) if owner else _unprivileged_user()
    if owner == 0 and cluster.exists():
        _hand_over(cluster, user)
    return Account(user=user.pw_uid, group=user.pw_gid)


def _hand_over(cluster: Path, user: pwd.struct_passwd) -> None:
    for path in (cluster, *cluster.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    message = (
        "PostgreSQL does not run as root, and this machine has neither user namespaces nor "
        "an account postgres or nobody; start as an ordinary user"
    )
    raise EmbeddedPostgresError(message)


def _environment() -> dict[str, str]:
    # PGPORT, PGDATA and their like would change what the server does.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}


@cache
def _works(prefix: tuple[str, ...]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)  # noqa: S603
    return tried.returncode == 0
