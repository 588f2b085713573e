"""From a template to an answer."""

import re
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from app.pages import policies
from app.pages.assets import address_of


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("app.pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals["address_of"] = address_of
    environment.filters["with_code"] = _with_code
    return environment


def _with_code(words: str) -> Markup:
    """Show as code what stands between backquotes."""
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(words)))
    return Markup(shown)  # noqa: S704 - escaped above


# Pages are the same for everybody, and name the files they load by content.
_CACHING: Final = "no-cache"


def page(template: str, policy: str = policies.PLAIN, **values: Any) -> HTMLResponse:
    """Return a page under a policy of what it may load."""
    content = _environment().get_template(template).render(**values)
    headers = {"Cache-Control": _CACHING, "Content-Security-Policy": policy}
    return HTMLResponse(content, headers=headers)
