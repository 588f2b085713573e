"""One running PostgreSQL: start it, wait until it answers, stop it.

PostgreSQL writes its process id and its state into `postmaster.pid`; that file is
read here, so that no database connection is needed to know how it is doing.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from app.embedded.account import Account
from app.embedded.binaries import Binaries
from app.embedded.cluster import PORT, Cluster
from app.embedded.errors import EmbeddedPostgresError

START_WITHIN = 30.0
LEAST_SHARED_MEMORY = 128 * 1024
MOST_SHARED_MEMORY = 1024 * 1024
LARGEST_LOG = 10_000_000
# Fast shutdown, immediate shutdown, end: each with the seconds it is given.
STOPPING = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

# An acknowledged write survives a crash: these are given on the command line,
# where no configuration file overrides them.
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
QUICK = ("fsync=off", "synchronous_commit=on", "full_page_writes=off")

# Left behind by a server that was killed; gone in a moment.
STILL_ENDING = ("pre-existing shared memory block", "lock file")


class Postmaster:
    """The PostgreSQL of one cluster, as a child of this process."""

    def __init__(
        self, cluster: Cluster, binaries: Binaries, account: Account, *, durable: bool
    ) -> None:
        self._cluster = cluster
        self._account = account
        options = (
            "listen_addresses=",
            f"unix_socket_directories={cluster.sockets}",
            "unix_socket_permissions=0700",
            f"port={PORT}",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            "jit=off",
            *((*DURABLE, f"shared_buffers={_shared_memory()}kB") if durable else QUICK),
        )
        switches = [part for option in options for part in ("-c", option)]
        self._command = [binaries.postgres, "-D", str(cluster.data), *switches]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and return when it accepts connections."""
        self._account.make_folder(self._cluster.sockets)
        end_what_was_left(self._cluster)
        deadline = time.monotonic() + START_WITHIN
        while True:
            words = self._try_to_start(deadline)
            if words is None:
                return
            passing = any(sign in words for sign in STILL_ENDING)
            if not passing or time.monotonic() > deadline:
                message = f"PostgreSQL did not start: {words} ({self._cluster.log})"
                raise EmbeddedPostgresError(message)
            time.sleep(0.05)

    def wait(self) -> int:
        """Wait until the server ends, and return how it ended."""
        return self._process.wait() if self._process else 0

    def signal(self, number: signal.Signals) -> None:
        """Send the server a signal, if it runs."""
        if self._process is not None:
            self._process.send_signal(number)

    def stop(self) -> None:
        """End the server: politely first, then less so."""
        for number, patience in STOPPING:
            self.signal(number)
            if self._process is None or _within(patience, self._has_ended):
                return

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _try_to_start(self, deadline: float) -> str | None:
        """Start once; return None when it answers, else its last words."""
        _begin_anew_when_large(self._cluster.log)
        with self._cluster.log.open("ab") as log:
            beginning = log.tell()
            process = self._process = self._account.start(self._command, log)
        while process.poll() is None:
            if running_process(self._cluster, ready=True) == process.pid:
                return None
            if time.monotonic() > deadline:
                self.stop()
                return f"it was not ready within {START_WITHIN:.0f} seconds"
            time.sleep(0.005)
        return last_words(self._cluster.log, beginning, process.pid)


def _shared_memory() -> int:
    """Return how many kB of the machine's memory PostgreSQL keeps pages in: a quarter.

    With PostgreSQL's own 128 MB, which is the least here, 200,000 activities do not fit, and
    one call in a hundred took ten to twenty times as long as the others. What is not used is
    not taken.
    """
    quarter = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 // 1024
    return max(LEAST_SHARED_MEMORY, min(quarter, MOST_SHARED_MEMORY))


def running_process(cluster: Cluster, *, ready: bool = False) -> int | None:
    """Return the process id of the server of this cluster, if it runs (and is ready)."""
    try:
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
        number = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    state = lines[7].strip() if len(lines) > 7 else ""  # noqa: PLR2004 - its eighth line
    if (ready and state != "ready") or not _serves(number, cluster.data):
        return None
    return number


def end_what_was_left(cluster: Cluster) -> None:
    """End a server whose owner was killed; forget one that is long gone.

    Only for the holder of the lock. A server of ours that still runs has lost its
    owner. When instead another program has been given its old process id, the
    files that name it would keep PostgreSQL from starting for ever.
    """
    number = running_process(cluster)
    if number is None:
        for stale in (
            cluster.data / "postmaster.pid",
            cluster.sockets / f".s.PGSQL.{PORT}.lock",
        ):
            if _names_another_program(stale):
                stale.unlink()
        return
    for sent, patience in STOPPING:
        os.kill(number, sent)
        if _within(patience, lambda: running_process(cluster) is None):
            return


def _names_another_program(lock_file: Path) -> bool:
    try:
        os.kill(int(lock_file.read_text().split(maxsplit=1)[0]), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, IndexError):
        return False
    return True


def _serves(number: int, data: Path) -> bool:
    """Tell whether a process is the server of this data directory."""
    try:
        # A server of PostgreSQL works in its data directory, and nothing else does.
        return Path(f"/proc/{number}/cwd").readlink() == data.resolve()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    except OSError:
        return False
    listing = subprocess.run(  # noqa: S603
        ["ps", "-o", "command=", "-p", str(number)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        text=True,
        check=False,
    )
    return str(data) in listing.stdout


def _within(seconds: float, reached: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _begin_anew_when_large(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    log.touch(mode=0o600)


def last_words(log: Path, beginning: int, process: int) -> str:
    """Return why this process ended, as it wrote into the log since then.

    The backends of a server that was killed write their last lines at the same time.
    """
    with log.open("rb") as lines:
        lines.seek(beginning)
        said = lines.read().decode(errors="replace").splitlines()
    own = [line for line in said if f"[{process}]" in line] or said
    fatal = [line.split("FATAL:", 1)[1].strip() for line in own if "FATAL:" in line]
    return fatal[0] if fatal else (said[-1].strip() if said else "it said nothing")
