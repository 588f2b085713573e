"""Swagger UI as a workbench, in a real browser on a real server."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.demo_server import DemoServer
from tests.e2e.browser import Workbench, chromium

PAGES = ["/", "/problems", "/problems/activity.not_ready", "/docs", "/redoc"]
# How Swagger UI and ReDoc are built; styles cannot change it.
OF_OTHERS = {
    "/docs": {"heading-order", "nested-interactive"},
    "/redoc": {"heading-order", "select-name"},
}
# ReDoc puts every call on one page; one of each kind of part stands for the others.
PARTS = {"/redoc": [".frame", ".menu-content", ".api-info", r"#operation\/activities_push"]}
COLORS = [(path, colors) for path in PAGES for colors in ("light", "dark")]
# ReDoc's own footer has a picture from elsewhere, which our policy keeps out.
KEPT_OUT = "https://cdn.redoc.ly/redoc/logo-mini.svg"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(accept_downloads=False) as context:
        yield context.new_page()


def test_the_whole_story_is_told_with_a_key(demo_server: DemoServer, page: Page) -> None:
    workbench = Workbench(page, demo_server.url)
    workbench.authorize_with_key(demo_server.key)
    _tell(workbench)


def test_the_same_is_told_with_a_token(demo_server: DemoServer, page: Page) -> None:
    me = demo_server.request("GET", "/v1/me").json()
    workbench = Workbench(page, demo_server.url)
    with page.expect_response("**/v1/oauth/token") as token:
        workbench.authorize_with_token(me["credential_id"], demo_server.key)
    assert token.value.status == 200
    _tell(workbench)


def _tell(workbench: Workbench) -> None:
    status, pushed = workbench.send("activities_push")
    assert status in {200, 201}
    assert pushed["status"] == "active"

    status, lacking = workbench.send("activities_missing", activity_id=pushed["activity_id"])
    assert status == 200
    assert "activity.ended" in [item["code"] for item in lacking["missing"]]

    status, refusal = workbench.send("activities_close", activity_id=pushed["activity_id"])
    assert status == 409
    assert refusal["code"] == "activity.not_ready"

    # Another key has closed the example before, or this is the first.
    status, closed = workbench.send("activities_close", activity_id="100000009")
    assert status == 200
    assert closed["status"] == "closed"

    status, kept = workbench.send("activities_delete", activity_id="100000009")
    assert status == 409
    assert kept["code"] == "activity.delete_closed"


def test_without_a_key_the_workbench_shows_the_refusal(demo_server: DemoServer, page: Page) -> None:
    status, refusal = Workbench(page, demo_server.url).send("activities_push")
    assert status == 401
    assert refusal["saved"] is False


# ReDoc has no dark colours.
@pytest.mark.parametrize(("path", "colors"), [one for one in COLORS if one != ("/redoc", "dark")])
def test_a_page_is_accessible(
    demo_server: DemoServer, browser: Browser, path: str, colors: str
) -> None:
    # The policy of our pages would not let the checker in either.
    with browser.new_context(
        color_scheme="dark" if colors == "dark" else "light", bypass_csp=True
    ) as context:
        page = context.new_page()
        page.goto(demo_server.url + path, wait_until="networkidle")
        parts = [[part] for part in PARTS.get(path, ["body"])]
        found = Axe().run(page, context={"include": parts}).response["violations"]
    rules = {violation["id"] for violation in found} - OF_OTHERS.get(path, set())
    assert not rules, [violation for violation in found if violation["id"] in rules]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_without_an_error(demo_server: DemoServer, page: Page, path: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.goto(demo_server.url + path, wait_until="networkidle")
    assert page.get_by_role("navigation", name="Pages").is_visible()
    # A page that is drawn by a script is there a little later.
    page.get_by_role("heading", level=1).first.wait_for()
    assert [words for words in said if words.startswith("error") and KEPT_OUT not in words] == []
