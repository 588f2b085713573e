"""The OpenAPI document: what the routes say of themselves, made fit for generated clients."""

from app.core.openapi.describing import Header, describe
from app.core.openapi.document import install_openapi

__all__ = ["Header", "describe", "install_openapi"]
