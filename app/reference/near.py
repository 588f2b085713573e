"""Which known code somebody may have meant, by all the names that a code goes under."""

from collections.abc import Mapping

from app.core.nearest import nearest


def nearest_codes(written: str, codes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the codes whose names look most like what was written, the best first.

    `codes` gives the code of every name; the code itself is one of its names.
    """
    return tuple(dict.fromkeys(codes[name] for name in nearest(written, codes)))
