"""The table of the specification names tests that exist, and leaves no sentence open."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]
TABLE = TESTS.parent / "docs" / "specification.md"
OUT_OF_SCOPE = "Out of scope: "

_PROOF = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


class Row(NamedTuple):
    """A sentence of the specification, and what shows that it is kept."""

    passage: str
    said: str
    shown_by: str

    @property
    def proofs(self) -> list[tuple[str, str]]:
        """Return the tests that are named, as file and name."""
        return _PROOF.findall(self.shown_by)


def rows() -> Iterator[Row]:
    passage = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            passage = line.removeprefix("## ")
        elif line.startswith("|") and not line.startswith(("| What is said |", "|---")):
            said, shown_by = (cell.strip() for cell in line.strip("|").split("|"))
            yield Row(passage, said, shown_by)


ROWS = list(rows())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.passage}: {row.said}")
def test_every_sentence_is_proven_by_tests_that_exist_or_says_why_it_is_not_ours(row: Row) -> None:
    assert row.said
    if row.shown_by.startswith(OUT_OF_SCOPE):
        reason = row.shown_by.removeprefix(OUT_OF_SCOPE)
        assert len(reason.split()) >= 5
        assert not row.proofs
        return
    # Nothing but names of tests stands in the cell, so that none is missed for its spelling.
    assert _PROOF.sub("", row.shown_by).strip(", ") == ""
    assert row.proofs
    for file, name in row.proofs:
        assert name in _tests_in(TESTS / file), f"{file} has no {name}"


def test_both_documents_are_covered() -> None:
    passages = {row.passage for row in ROWS}
    assert "Contacts in PARS" in passages
    assert len(passages) >= 12
    assert len(ROWS) >= 90
    assert sum(row.shown_by.startswith(OUT_OF_SCOPE) for row in ROWS) <= len(ROWS) // 10


def test_no_sentence_stands_twice() -> None:
    sentences = [(row.passage, row.said) for row in ROWS]
    assert len(sentences) == len(set(sentences))


@cache
def _tests_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
