"""Keeps the embedded PostgreSQL running for as long as this process needs it.

Whoever holds the lock on the data folder runs the server. Another process of the
same user (a command beside a running server) finds it running and uses it, and
stands ready to take over should the holder go first.
"""

import fcntl
import logging
import os
import signal
import threading
import time
from collections import deque
from types import TracebackType
from typing import Self

from app.embedded.account import account_for
from app.embedded.binaries import find_binaries
from app.embedded.cluster import Cluster, initialise
from app.embedded.errors import EmbeddedPostgresError
from app.embedded.postmaster import STOPPING, Postmaster, running_process

READY_WITHIN = 45.0
LOOK_EVERY = 0.1
MOST_RESTARTS = 5
RESTARTS_WITHIN = 60.0

log = logging.getLogger(__name__)


class Keeper:
    """A context in which the PostgreSQL of a cluster runs."""

    def __init__(self, cluster: Cluster, *, durable: bool) -> None:
        self._cluster = cluster
        self._durable = durable
        self._ready = threading.Event()
        self._leaving = threading.Event()
        self._failure: EmbeddedPostgresError | None = None
        self._postmaster: Postmaster | None = None
        # The kernel ends PostgreSQL with the *thread* that started it, therefore
        # one thread that lives as long as this context does every start.
        self._thread = threading.Thread(target=self._keep, name="embedded-postgres", daemon=True)

    def __enter__(self) -> Self:
        """Return when the server accepts connections, ours or another process's."""
        self._thread.start()
        if not self._ready.wait(READY_WITHIN):
            self._leave()
            message = f"PostgreSQL was not ready in time; see {self._cluster.log}"
            raise EmbeddedPostgresError(message)
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server if it is ours; say why if it could not be kept running."""
        self._leave()
        if self._failure is not None:
            raise self._failure

    def _leave(self) -> None:
        self._leaving.set()
        for number, patience in STOPPING:
            if self._postmaster is not None:
                self._postmaster.signal(number)
            self._thread.join(patience)
            if not self._thread.is_alive():
                return

    def _keep(self) -> None:
        try:
            with self._cluster.lock.open("a") as lock:
                self._take_turns(lock.fileno())
        except (EmbeddedPostgresError, OSError) as error:
            self._give_up(error)
        finally:
            if self._postmaster is not None:
                self._postmaster.stop()

    def _take_turns(self, lock: int) -> None:
        while not self._leaving.is_set():
            if _lock(lock):
                self._run_server()
                return
            if running_process(self._cluster, ready=True) is not None:
                self._ready.set()
            self._leaving.wait(LOOK_EVERY)

    def _run_server(self) -> None:
        """Start the server, and again whenever it ends without our wish."""
        account = account_for(self._cluster.data)
        binaries = find_binaries(account)
        if account.user is not None:
            # Another user's server must pass through, to files that are its own.
            self._cluster.root.chmod(0o711)
        initialise(self._cluster, binaries, account)
        self._postmaster = Postmaster(self._cluster, binaries, account, durable=self._durable)
        starts: deque[float] = deque(maxlen=MOST_RESTARTS)
        while not self._leaving.is_set():
            self._postmaster.start()
            self._ready.set()
            starts.append(time.monotonic())
            if self._leaving.is_set():
                return
            ended = self._postmaster.wait()
            if self._leaving.is_set():
                return
            if len(starts) == MOST_RESTARTS and starts[-1] - starts[0] < RESTARTS_WITHIN:
                message = f"PostgreSQL ended {MOST_RESTARTS} times; see {self._cluster.log}"
                raise EmbeddedPostgresError(message)
            log.warning("PostgreSQL ended unexpectedly (%s); starting it again.", ended)

    def _give_up(self, error: EmbeddedPostgresError | OSError) -> None:
        if self._leaving.is_set():
            return
        running = self._ready.is_set()
        self._failure = (
            error if isinstance(error, EmbeddedPostgresError) else EmbeddedPostgresError(str(error))
        )
        self._ready.set()
        if running:
            # Whoever relies on this database stops as if told to, and then learns why.
            os.kill(os.getpid(), signal.SIGTERM)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
