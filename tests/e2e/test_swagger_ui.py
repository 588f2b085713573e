"""Swagger UI as a workbench, in a real browser on a real server."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.demo_server import DemoServer
from tests.e2e.browser import Workbench, chromium, show_only
from tests.patience import PATIENCE

Colors: TypeAlias = Literal["light", "dark"]

PAGES = ["/", "/problems", "/problems/activity.not_ready", "/docs", "/redoc"]
# How Swagger UI and ReDoc are built; styles cannot change it.
OF_OTHERS = {
    "/docs": {"heading-order", "nested-interactive"},
    "/redoc": {"heading-order", "select-name"},
}
# ReDoc has no dark colours.
COLORS: dict[str, list[Colors]] = {"/redoc": ["light"]}
# ReDoc's own footer has a picture from elsewhere, which our policy keeps out.
KEPT_OUT = "https://cdn.redoc.ly/redoc/logo-mini.svg"
TOLD = {"activities_push", "activities_missing", "activities_close", "activities_delete"}
ENDED = "activity.ended"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(accept_downloads=False) as context:
        context.set_default_timeout(PATIENCE * 1000)
        yield context.new_page()


@pytest.fixture
def workbench(page: Page, demo_server: DemoServer) -> Workbench:
    """Swagger UI with what the story needs: it draws every call anew after each answer."""
    return Workbench(page, demo_server.url, TOLD)


def test_the_whole_story_is_told_with_a_key(demo_server: DemoServer, workbench: Workbench) -> None:
    workbench.authorize_with_key(demo_server.key)
    status, pushed = workbench.send("activities_push")
    assert status in {200, 201}
    assert pushed["status"] == "active"
    own = {"activity_id": pushed["activity_id"]}

    status, lacking = workbench.send("activities_missing", **own)
    assert status == 200
    assert ENDED in [item["code"] for item in lacking["missing"]]
    # On a day after its end that is asked for in the form, it lacks its end no longer.
    day = {"PARS-Sandbox-Date": "2099-01-01"}
    status, lacking = workbench.send("activities_missing", **own, **day)
    assert status == 200
    assert ENDED not in [item["code"] for item in lacking["missing"]]

    status, refusal = workbench.send("activities_close", **own)
    assert status == 409
    assert refusal["code"] == "activity.not_ready"

    # It is closed already where a test before this one has told the story.
    status, closed = workbench.send("activities_close", activity_id="100000009")
    assert status == 200
    assert closed["status"] == "closed"

    status, kept = workbench.send("activities_delete", activity_id="100000009")
    assert status == 409
    assert kept["code"] == "activity.delete_closed"


def test_what_is_refused_without_a_key_is_done_with_a_token(
    demo_server: DemoServer, page: Page, workbench: Workbench
) -> None:
    status, refusal = workbench.send("activities_push")
    assert status == 401
    assert refusal["saved"] is False
    me = demo_server.request("GET", "/v1/me").json()
    with page.expect_response("**/v1/oauth/token") as token:
        workbench.authorize_with_token(me["credential_id"], demo_server.key)
    assert token.value.status == 200
    status, pushed = workbench.send("activities_push")
    assert status in {200, 201}
    assert pushed["status"] == "active"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_without_an_error_and_is_accessible(
    demo_server: DemoServer, page: Page, path: str
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.goto(demo_server.url + path, wait_until="networkidle")
    assert page.get_by_role("navigation", name="Pages").is_visible()
    # A page that is drawn by a script is there a little later.
    page.get_by_role("heading", level=1).first.wait_for()
    assert [words for words in said if words.startswith("error") and KEPT_OUT not in words] == []
    if path == "/redoc":
        # It puts every call on one page; one stands for the others.
        show_only(page, {"activities_push"})
        page.reload(wait_until="networkidle")
    for colors in COLORS.get(path, ["light", "dark"]):
        page.emulate_media(color_scheme=colors)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        rules = {violation["id"] for violation in found} - OF_OTHERS.get(path, set())
        assert not rules, [violation for violation in found if violation["id"] in rules]
