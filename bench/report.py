"""What single calls came to, as tables and in words."""

from collections.abc import Iterator, Mapping
from statistics import median

from bench.calls import CALLS
from bench.clients import CONNECTIONS
from bench.plots import bars
from bench.results import plot, table
from bench.rounds import Sample, Seen
from bench.samples import Population
from bench.serving import WORKERS

_HEAD = (
    *("Call", "OpenPARS", "usual app", "ratio", "target", "one statement", "of it", "target"),
    *("by table", "p50 ms", "p99 ms", "p99/p50", "CPU ms", "+ PostgreSQL"),
    *("usual app CPU ms", "+ PostgreSQL", "CPU ratio"),
)
MOST_P99_OF_P50 = 5

_HOW = (
    "`make bench`, or a part of it: "
    "`python -m bench --only get,push --seconds 3 --activities 20000`."
)
_WHAT = (
    "Each has commercial support and board registrations. The server runs as its users run it: "
    f"`pars serve`, {WORKERS} workers, the embedded PostgreSQL, with authentication, validation, "
    "rules, audit trail and row-level security. Only the quotas are set to 0, which is no limit: "
    "what is asked is what the server can do, and not what one client is entitled to. "
    f"{CONNECTIONS} connections, each with its next call as soon as the last is answered."
)
_COLUMNS = (
    "**usual app** is `bench/reference/`: the same records with FastAPI, SQLAlchemy's ORM and "
    f"pydantic, {WORKERS} workers, no authentication, no rules, no audit trail. Its list is of "
    "whole records, and both of ours are measured beside it; a second one, of columns without "
    "children, is there to be fair. **one statement** "
    "is pgbench on the same tables as superuser, and so without row-level security and audit "
    "trail: what PostgreSQL does where nobody stands in front of it. **by table** is the same "
    "with a statement for each table. CPU is what all processes of a server took for one call, "
    "and PostgreSQL's for it."
)


def as_table(seen: Mapping[str, Seen]) -> str:
    """Return a line for each call: medians of all rounds."""
    return table(_HEAD, [_row(name, found) for name, found in seen.items()])


def _row(name: str, seen: Seen) -> list[str]:
    call = CALLS[name]
    return [
        call.title,
        _count(_rate(seen.ours)),
        _count(_rate(seen.reference)),
        f"{seen.ratio:.1f}",
        "" if call.target is None else f"{call.target:g}",
        _count(median(seen.one_statement)),
        f"{seen.share_of_limit:.0%}",
        "" if call.target_of_limit is None else f"{call.target_of_limit:.0%}",
        _count(median(seen.statement_per_table)) if seen.statement_per_table else "",
        f"{median(sample.run.p50 for sample in seen.ours):.1f}",
        f"{median(sample.run.p99 for sample in seen.ours):.1f}",
        f"{_spread(seen):.1f}",
        *(f"{number:.2f}" for number in (*_cpu(seen.ours), *_cpu(seen.reference))),
        f"{seen.cpu_ratio:.1f}",
    ]


def as_words(seen: Mapping[str, Seen]) -> str:
    """Say which targets were missed."""
    missed = list(_missed(seen))
    return f"Missed: {'; '.join(missed)}." if missed else "Every target was reached."


def _missed(seen: Mapping[str, Seen]) -> Iterator[str]:
    for name, found in seen.items():
        call = CALLS[name]
        if call.target is not None and found.ratio < call.target:
            yield f"{call.title} {found.ratio:.1f} of {call.target:g} times"
        if call.target_of_limit is not None and found.share_of_limit < call.target_of_limit:
            yield (
                f"{call.title} {found.share_of_limit:.1%} of {call.target_of_limit:.0%} "
                "of one statement"
            )
        if _spread(found) > MOST_P99_OF_P50:
            yield f"{call.title} p99 is {_spread(found):.1f} times p50"


def paragraphs(
    seen: Mapping[str, Seen], population: Population, rounds: int, seconds: int
) -> list[str]:
    """Return the section of RESULTS.md."""
    size = f"{population.activities:,} activities of {population.providers:,} providers"
    return [
        _HOW,
        f"{size}. {_WHAT} Medians of {rounds} rounds of {seconds} s, in which all took turns.",
        as_table(seen),
        plot("calls", "Answers a second, next to the usual application", _drawing(seen)),
        _COLUMNS,
        as_words(seen),
    ]


def _drawing(seen: Mapping[str, Seen]) -> str:
    return bars(
        "Answers a second",
        ("OpenPARS", "usual application"),
        [
            (CALLS[name].title, (_rate(found.ours), _rate(found.reference)), f"{found.ratio:.1f} x")
            for name, found in seen.items()
        ],
    )


def _rate(samples: list[Sample]) -> float:
    return median(sample.run.rate for sample in samples)


def _cpu(samples: list[Sample]) -> tuple[float, float]:
    return (
        median(sample.cpu.server for sample in samples) * 1000,
        median(sample.cpu.postgres for sample in samples) * 1000,
    )


def _spread(seen: Seen) -> float:
    return median(sample.run.p99 / sample.run.p50 for sample in seen.ours)


def _count(number: float) -> str:
    return f"{number:,.0f}"
