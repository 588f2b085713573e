"""Taking the address to serve on, before anything else is started."""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.failure import CommandError
from app.core.other_end import notice_when_gone
from app.settings import BadSettingsError, Settings

BACKLOG = 2048
# The workers of a server that was killed let go of its port within a moment.
WAIT_FOR_THE_PORT = 1.0
SECONDS_WITHOUT_A_CLIENT = 60


@contextmanager
def bound_socket(settings: Settings) -> Iterator[socket.socket]:
    """Yield a socket bound to the host and port of the settings."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise _not_an_address(settings) from error
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Every connection that is taken here is watched as this socket is.
        notice_when_gone(bound, SECONDS_WITHOUT_A_CLIENT, unread=False)
        deadline = time.monotonic() + WAIT_FOR_THE_PORT
        while True:
            try:
                bound.bind(address)
                # Whoever is faster than the server is kept waiting rather than refused.
                bound.listen(BACKLOG)
                break
            except OSError as error:
                if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                raise _explained(error, settings) from error
        yield bound


def web_address(settings: Settings, bound: socket.socket) -> str:
    """Return the address under which a browser on this machine finds the server."""
    everywhere = settings.host in {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound
    host = "localhost" if everywhere else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}"


def _explained(error: OSError, settings: Settings) -> Exception:
    if error.errno == errno.EADDRINUSE:
        return CommandError(
            f"Port {settings.port} on {settings.host} is in use. Stop what listens there, "
            "or set PARS_PORT to another port."
        )
    if error.errno == errno.EACCES:
        return CommandError(
            f"Port {settings.port} is reserved for root. Set PARS_PORT to one above 1023."
        )
    return _not_an_address(settings)


def _not_an_address(settings: Settings) -> BadSettingsError:
    return BadSettingsError(
        f"PARS_HOST={settings.host} is wrong: it must be an address of this machine, "
        "such as 127.0.0.1 or 0.0.0.0."
    )
