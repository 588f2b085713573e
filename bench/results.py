"""RESULTS.md: a section for each measurement, and each rewrites only its own."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.machine import describe_machine

FOLDER: Final = Path(__file__).parent
RESULTS: Final = FOLDER / "RESULTS.md"
PLOTS: Final = FOLDER / "plots"

# In the order in which they stand in the file. What was not measured yet is not there.
SECTIONS: Final = {
    "calls": "Calls",
    "growth": "Growth",
    "overload": "Overload",
    "soak": "Soak",
    "imports": "Imports",
    "completions": "Learner completions",
}
_INTRODUCTION: Final = """\
# What was measured

Written by the commands themselves; nothing here is typed by hand. Servers, PostgreSQL and
the clients that call them share one machine, so read the ratios first: whatever is compared
took turns in one run. How to run each again is said in its section.
"""
_SECTION: Final = re.compile(r"<!-- (\w+) -->\n(.*?)<!-- end of \1 -->\n", re.DOTALL)


def write(section: str, paragraphs: Iterable[str], into: Path = RESULTS) -> None:
    """Put these paragraphs in the place of a section; leave all others as they are."""
    if section not in SECTIONS:
        message = f"RESULTS.md has no section {section}; it has {', '.join(SECTIONS)}"
        raise ValueError(message)
    found = dict(_SECTION.findall(into.read_text(encoding="utf-8"))) if into.exists() else {}
    today = datetime.now(UTC).date().isoformat()
    text = "\n\n".join([f"## {SECTIONS[section]}", *paragraphs, describe_machine(today)])
    found[section] = f"{text}\n"
    into.write_text(
        _INTRODUCTION
        + "".join(
            f"\n<!-- {name} -->\n{found[name]}<!-- end of {name} -->\n"
            for name in SECTIONS
            if name in found
        ),
        encoding="utf-8",
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown: the first column to the left, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plot(name: str, about: str, drawing: str) -> str:
    """Keep a drawing beside RESULTS.md, and return the paragraph that shows it."""
    PLOTS.mkdir(exist_ok=True)
    (PLOTS / f"{name}.svg").write_text(drawing, encoding="utf-8")
    return f"![{about}](plots/{name}.svg)"
