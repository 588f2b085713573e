"""No client of the last release breaks, unless the changelog says so."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from app import __version__
from tests.contract.compatibility import breaking_changes
from tests.demo_server import ROOT

Document = dict[str, Any]
RELEASED = ROOT / "openapi" / "released"
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
CURRENT: Document = json.loads((ROOT / "openapi" / "openapi.json").read_text())
ACTIVITY = "/v1/providers/{provider_id}/activities/{activity_id}"


def releases() -> list[str]:
    """Return the versions whose document is kept, the newest last."""
    versions = [path.stem for path in RELEASED.glob("*.json")]
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")])


def announced_since(version: str) -> str:
    """Return the lines that announce breaking changes of versions after this one."""
    newer = CHANGELOG.partition(f"\n## {version},")[0]
    return "\n".join(line for line in newer.splitlines() if line.startswith("- **Breaking**"))


def test_every_release_has_its_document() -> None:
    released = re.findall(r"^## (\d+\.\d+\.\d+), (?!not released)", CHANGELOG, re.MULTILINE)
    assert sorted(releases()) == sorted(released)


def test_a_kept_document_is_that_of_its_version() -> None:
    for version in releases():
        kept = json.loads((RELEASED / f"{version}.json").read_text())
        assert kept["info"]["version"] == version


def test_the_version_is_the_newest_of_the_changelog() -> None:
    newest = re.search(r"^## (\d+\.\d+\.\d+),", CHANGELOG, re.MULTILINE)
    assert newest
    assert newest[1] == __version__ == CURRENT["info"]["version"]


def may_break(before: str, after: str) -> bool:
    """Tell whether the step from one version to another allows a client to break."""
    old, new = ([int(part) for part in version.split(".")] for version in (before, after))
    # Before 1.0.0 the minor version is the one that tells.
    told_by = 1 if new[0] == 0 else 0
    return new[: told_by + 1] > old[: told_by + 1]


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("0.1.0", "0.1.1", False),
        ("0.1.9", "0.2.0", True),
        ("0.9.0", "1.0.0", True),
        ("1.2.0", "1.3.0", False),
        ("1.9.3", "2.0.0", True),
        ("1.0.0", "1.0.0", False),
    ],
)
def test_which_versions_may_break(before: str, after: str, *, allowed: bool) -> None:
    assert may_break(before, after) is allowed


def test_what_breaks_is_in_a_version_that_may() -> None:
    for version in releases()[-1:]:
        assert may_break(version, __version__) or not announced_since(version)


def test_what_breaks_since_the_last_release_is_announced() -> None:
    for version in releases()[-1:]:
        before = json.loads((RELEASED / f"{version}.json").read_text())
        announced = announced_since(version)
        silent = [
            change
            for change in breaking_changes(before, CURRENT)
            if f"`{re.split(r'[:.[ ]', change, maxsplit=1)[0]}`" not in announced
        ]
        assert not silent, (
            "undo these, or announce each in CHANGELOG.md: - **Breaking** `name`: ..."
        )


def operation(document: Document, path: str = ACTIVITY, method: str = "get") -> Any:
    return document["paths"][path][method]


def schema(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def lose_an_operation(document: Document) -> None:
    del document["paths"][f"{ACTIVITY}/close"]


def rename_an_operation(document: Document) -> None:
    operation(document)["operationId"] = "activities_read"


def require_a_parameter(document: Document) -> None:
    added = {"in": "query", "name": "why", "required": True, "schema": {"type": "string"}}
    operation(document)["parameters"].append(added)


def lose_a_parameter(document: Document) -> None:
    listed = operation(document, "/v1/providers/{provider_id}/activities")
    listed["parameters"] = [one for one in listed["parameters"] if one["name"] != "year"]


def lose_a_member_of_answers(document: Document) -> None:
    del schema(document, "Activity")["properties"]["warnings"]


def leave_out_a_member_of_answers(document: Document) -> None:
    schema(document, "Activity")["required"].remove("warnings")


def answer_with_null(document: Document) -> None:
    schema(document, "Activity")["properties"]["title"]["type"] = ["string", "null"]


def answer_with_a_new_word(document: Document) -> None:
    schema(document, "ActivityStatus")["enum"].append("archived")


def take_a_word_less(document: Document) -> None:
    schema(document, "Fee")["enum"].remove("variable")


def require_a_member_of_bodies(document: Document) -> None:
    schema(document, "ActivityContent")["required"] = ["url"]


def lower_a_limit(document: Document) -> None:
    schema(document, "ActivityContent")["properties"]["title"]["maxLength"] = 10


def refuse_null(document: Document) -> None:
    schema(document, "ActivityContent")["properties"]["title"]["type"] = "string"


def no_longer_read_a_media_type(document: Document) -> None:
    content = operation(document, method="patch")["requestBody"]["content"]
    del content["application/merge-patch+json"]


BREAKS: dict[Callable[[Document], None], str] = {
    lose_an_operation: "activities_close: POST",
    rename_an_operation: "activities_get: it is called activities_read now",
    require_a_parameter: "activities_get: the parameter why is required",
    lose_a_parameter: "activities_list: the parameter year is gone",
    lose_a_member_of_answers: "Activity.warnings is gone",
    leave_out_a_member_of_answers: "Activity.warnings may be left out",
    answer_with_null: "Activity.title is null or string instead of string",
    answer_with_a_new_word: "ActivityStatus may be archived",
    take_a_word_less: "Fee no longer takes variable",
    require_a_member_of_bodies: "ActivityContent.url is required",
    lower_a_limit: "ActivityContent.title has the maxLength 10",
    refuse_null: "ActivityContent.title is string instead of null or string",
    no_longer_read_a_media_type: "activities_update: a body of application/merge-patch+json",
}


@pytest.mark.parametrize("change", BREAKS, ids=lambda change: change.__name__)
def test_a_breaking_change_is_found(change: Callable[[Document], None]) -> None:
    after = deepcopy(CURRENT)
    change(after)
    assert [found for found in breaking_changes(CURRENT, after) if found.startswith(BREAKS[change])]


def add_an_operation(document: Document) -> None:
    document["paths"]["/v1/more"] = {"get": operation(document)}


def add_a_parameter(document: Document) -> None:
    added = {"in": "query", "name": "why", "required": False, "schema": {"type": "string"}}
    operation(document)["parameters"].append(added)


def add_a_member(document: Document) -> None:
    for name in ("Activity", "ActivityContent"):
        schema(document, name)["properties"]["audience"] = {"type": "string"}


def raise_a_limit(document: Document) -> None:
    schema(document, "ActivityContent")["properties"]["title"]["maxLength"] = 5000


def add_a_refusal(document: Document) -> None:
    answers = operation(document)["responses"]
    answers["409"] = answers["404"]


@pytest.mark.parametrize(
    "change", [add_an_operation, add_a_parameter, add_a_member, raise_a_limit, add_a_refusal]
)
def test_a_change_that_breaks_nobody_is_none(change: Callable[[Document], None]) -> None:
    after = deepcopy(CURRENT)
    change(after)
    assert breaking_changes(CURRENT, after) == []
