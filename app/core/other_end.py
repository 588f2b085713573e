"""Noticing that the other end of a connection is gone, which says nothing when it goes.

A machine without power, or a line that is cut, ends no connection. Whoever waits for it would
wait for a quarter of an hour when something was sent, and for ever when nothing was.
"""

import socket
from typing import Any, Final

_PROBES: Final = 3


def notice_when_gone(of: Any, seconds: int, *, unread: bool = True) -> None:
    """Have the system end this socket of TCP when nothing is heard for about so many seconds.

    With `unread=False` an end that is there may leave what it was sent unread for longer.
    """
    if of is None or of.family == socket.AF_UNIX:
        return
    of.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    asked = {
        "TCP_KEEPIDLE": seconds // 2,
        "TCP_KEEPINTVL": max(1, seconds // 2 // _PROBES),
        "TCP_KEEPCNT": _PROBES,
    }
    if unread:
        asked["TCP_USER_TIMEOUT"] = 1000 * seconds
    for name, value in asked.items():
        # Not every system has each of them.
        if hasattr(socket, name):
            of.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
