"""Connections whose other end may be gone without a word: the system is asked to notice."""

import socket
from typing import Any

from app.cli.listening import SECONDS_WITHOUT_A_CLIENT, bound_socket
from app.core.connections import SECONDS_WITHOUT_A_SIGN
from app.core.database import Database, Transaction
from app.imports.worker import queue_connection
from app.settings import Settings
from tests.silent_line import line_to


def watched_for(watched: Any) -> int:
    """Return after how many seconds a connection on which nothing is sent is ended, or 0."""
    if not watched.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE):
        return 0
    idle, between, probes = (
        watched.getsockopt(socket.IPPROTO_TCP, option)
        for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    )
    return int(idle + between * probes)


def socket_of(driver: Any) -> Any:
    return driver._transport.get_extra_info("socket")  # noqa: SLF001 - asyncpg does not show it


async def test_a_database_whose_machine_is_gone_is_noticed_also_while_it_saves(
    database_url: str,
) -> None:
    async def see(transaction: Transaction) -> tuple[int, int]:
        watched = socket_of(transaction.driver)
        unread = watched.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        return watched_for(watched), unread

    async with line_to(database_url) as line:
        database = Database(line.url, pool_size=1)
        seen = await database.run(None, see)
        await database.close()
        assert seen == (SECONDS_WITHOUT_A_SIGN, 1000 * SECONDS_WITHOUT_A_SIGN)
        queue = await queue_connection(line.url)
        assert watched_for(socket_of(queue)) == SECONDS_WITHOUT_A_SIGN
        await queue.close()


def test_a_client_that_is_gone_in_the_middle_of_its_body_holds_no_place_for_ever() -> None:
    with bound_socket(Settings(port=0)) as bound, socket.create_connection(bound.getsockname()):
        taken, _ = bound.accept()
        with taken:
            assert watched_for(taken) == SECONDS_WITHOUT_A_CLIENT
            # Who is there may read slowly.
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0
