"""The files that pages load: our own, and those of Swagger UI and ReDoc from their package.

Each has a digest of its content in its address, so that browsers keep it for ever and
still see a new one at once.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_OURS: Final = files("app.pages") / "static"
_OF_THE_PACKAGE: Final = files("fastapi_offline") / "static"
_DIGEST_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, ready to be sent."""

    name: str
    content: bytes
    compressed: bytes
    media_type: str
    digest: str


_FILES: Final[dict[str, tuple[Traversable, str]]] = {
    "frame.css": (_OURS, "text/css; charset=utf-8"),
    "site.css": (_OURS, "text/css; charset=utf-8"),
    "workbench.css": (_OURS, "text/css; charset=utf-8"),
    "reading.css": (_OURS, "text/css; charset=utf-8"),
    "icon.svg": (_OURS, "image/svg+xml"),
    "start-swagger-ui.js": (_OURS, "text/javascript; charset=utf-8"),
    "start-redoc.js": (_OURS, "text/javascript; charset=utf-8"),
    "swagger-ui.css": (_OF_THE_PACKAGE, "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": (_OF_THE_PACKAGE, "text/javascript; charset=utf-8"),
    "redoc.standalone.js": (_OF_THE_PACKAGE, "text/javascript; charset=utf-8"),
}


@cache
def asset(name: str) -> Asset:
    """Return the file of this name; raise KeyError when no page loads it."""
    folder, media_type = _FILES[name]
    content = (folder / name).read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]
    return Asset(name, content, gzip.compress(content, mtime=0), media_type, digest)


def address_of(name: str) -> str:
    """Return where a page finds the file of this name."""
    return f"/static/{asset(name).digest}/{name}"
