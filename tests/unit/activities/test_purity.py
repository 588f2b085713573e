"""The rules can be read, tested and moved without the web and the database."""

import subprocess
import sys

PURE = (
    "app.rules",
    "app.reference.boards",
    "app.activities.facts",
    "app.activities.formats",
    "app.activities.requirements",
    "app.activities.status",
    "app.activities.status_sql",
    "app.activities.consistency",
    "app.activities.warning_rules",
    "app.activities.requirement_document",
)
STACK = ("fastapi", "starlette", "pydantic", "sqlalchemy", "asyncpg", "orjson", "httpx")


def test_the_rules_import_nothing_of_the_stack() -> None:
    program = f"""
import importlib, sys
for name in {PURE}:
    importlib.import_module(name)
print(*(name for name in {STACK} if name in sys.modules))
"""
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == []
