"""What the browser may load on each kind of page (Content-Security-Policy)."""

from typing import Final

_BASE: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

PLAIN: Final = f"{_BASE}; style-src 'self'; img-src 'self'"

# Swagger UI draws its arrows as data: images; what it calls is this server alone.
SWAGGER_UI: Final = (
    f"{_BASE}; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'"
)

# ReDoc writes its styles into the page and searches in a worker it makes from a blob.
REDOC: Final = (
    f"{_BASE}; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; worker-src blob:"
)
