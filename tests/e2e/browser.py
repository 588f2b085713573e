"""Chromium as Debian has it, and Swagger UI as somebody works with it."""

import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright

CHROMIUM = shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser, or skip the test where there is none."""
    if CHROMIUM is None:
        reason = "pages were not tried in a browser: install chromium (apt install chromium)"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        # Chromium refuses to sandbox what root runs; here it only sees our own pages.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def show_only(page: Page, operations: Collection[str]) -> None:
    """Leave only the paths of these operations in the document that the page reads."""

    def leave_out_the_rest(route: Route) -> None:
        reply = route.fetch()
        document = reply.json()
        document["paths"] = {
            path: methods
            for path, methods in document["paths"].items()
            if any(operation["operationId"] in operations for operation in methods.values())
        }
        route.fulfill(response=reply, json=document)

    page.route("**/openapi.json", leave_out_the_rest)


class Workbench:
    """Swagger UI in a page, with the paths of some operations."""

    def __init__(self, page: Page, url: str, operations: Collection[str]) -> None:
        self.page = page
        show_only(page, operations)
        page.goto(f"{url}/docs")
        page.locator("#operations-Activities-activities_push").wait_for()

    def authorize_with_key(self, key: str) -> None:
        """Enter an API key under Authorize."""
        self._authorize({"auth-bearer-value": key})

    def authorize_with_token(self, client_id: str, key: str) -> None:
        """Let Swagger UI fetch a token under Authorize."""
        self._authorize(
            {"client_id_clientCredentials": client_id, "client_secret_clientCredentials": key}
        )

    def _authorize(self, answers: dict[str, str]) -> None:
        self.page.locator(".auth-wrapper > button.authorize").click()
        field = self.page.locator(f"[id='{next(iter(answers))}']")
        scheme = self.page.locator(".auth-container").filter(has=field)
        for name, answer in answers.items():
            scheme.locator(f"[id='{name}']").fill(answer)
        scheme.locator("button.authorize").click()
        # What was filled in gives way to a button that takes it back.
        self.page.locator(".auth-container").get_by_text("Logout").wait_for()
        self.page.locator("button.close-modal").click()

    def send(self, operation_id: str, **parameters: str) -> tuple[int, Any]:
        """Execute an operation as it stands but for these parameters; return what it answers."""
        operation = self._opened(operation_id)
        for name, value in parameters.items():
            field = operation.locator(f"tr[data-param-name='{name}']")
            (field.locator("input").or_(field.locator("select"))).first.fill(value)
        # The answer to an earlier call would be taken for the one to come.
        if (clear := operation.get_by_role("button", name="Clear")).count():
            clear.click()
        operation.get_by_role("button", name="Execute").click()
        answer = operation.locator(".live-responses-table .response")
        answer.wait_for()
        status = int(answer.locator(".response-col_status").inner_text().split()[0])
        body = answer.locator(".response-col_description .highlight-code code").first
        return status, json.loads(body.inner_text()) if body.count() else None

    def _opened(self, operation_id: str) -> Locator:
        operation = self.page.locator(f"[id$='-{operation_id}'].opblock")
        if "is-open" not in (operation.get_attribute("class") or ""):
            operation.locator(".opblock-summary-control").click()
            operation.locator(".opblock-body").wait_for()
        return operation
