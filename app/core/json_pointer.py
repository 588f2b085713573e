"""JSON pointers (RFC 6901): the address of a value inside a document."""

from collections.abc import Iterable


def pointer_to(steps: Iterable[str | int]) -> str:
    """Return the pointer of a path: `("moc", "boards", 0)` is `/moc/boards/0`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
