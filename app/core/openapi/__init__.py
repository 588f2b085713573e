"""The OpenAPI document: what the routes say of themselves, made fit for generated clients."""

from app.core.openapi.answer_headers import with_headers
from app.core.openapi.describing import IF_CHANGED, Header, describe
from app.core.openapi.document import install_openapi

__all__ = ["IF_CHANGED", "Header", "describe", "install_openapi", "with_headers"]
