import socket

import pytest

from app.cli.listening import bound_socket
from app.settings import Settings
from bench.serving import port_of_nobody


def test_a_server_waits_for_its_port_until_those_of_a_killed_one_let_go_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = port_of_nobody()
    with socket.create_server(("127.0.0.1", port)) as held:
        monkeypatch.setattr("app.cli.listening.time.sleep", lambda _: held.close())
        with bound_socket(Settings(port=port)) as bound:
            assert bound.getsockname()[1] == port
