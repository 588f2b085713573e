"""What tests from end to end need: one running server with the demo in it."""

from tests.demo_server import demo_server

__all__ = ["demo_server"]
