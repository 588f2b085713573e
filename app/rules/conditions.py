"""The conditions a rule is made of: a small, closed expression language.

A condition names facts by their path. It is written out as a Python expression, from
which the predicate `holds(facts, today)` is compiled when it is made, and a checklist its
one function. An unanswered fact is None, or an empty tuple where the fact is a list; every
condition answers yes or no for it and never raises.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

Facts: TypeAlias = Any
"""The facts of whichever table the condition stands in."""

Predicate: TypeAlias = Callable[[Facts, date], bool]
"""Answers for these facts, on this day."""


@dataclass(frozen=True, slots=True)
class Expression(ABC):
    """What all conditions share: `holds`, compiled when the condition is made.

    The whole table is evaluated for every record that is read, and each call of a
    function is felt there: therefore an expression that Python compiles as one.
    """

    holds: Predicate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile the condition; raise ValueError when its path is none."""
        path = getattr(self, "path", "facts")
        if not all(name.isidentifier() for name in path.split(".")):
            message = f"{path!r} is no path of a fact"
            raise ValueError(message)
        # Paths are names and values are literals: nothing else gets into the text.
        predicate = eval(f"lambda facts, today: {self.written('facts')}")  # noqa: S307
        object.__setattr__(self, "holds", predicate)

    @abstractmethod
    def written(self, facts: str) -> str:
        """Return the condition as a Python expression about the facts of this name."""


@dataclass(frozen=True, slots=True)
class Always(Expression):
    """Holds whatever the facts are."""

    def written(self, facts: str) -> str:  # noqa: ARG002 - looks at no fact
        """Return the condition as a Python expression."""
        return "True"


@dataclass(frozen=True, slots=True)
class Present(Expression):
    """The fact is answered. Zero, and a no, are answers."""

    path: str

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        return f"{facts}.{self.path} is not None"


@dataclass(frozen=True, slots=True)
class NotEmpty(Expression):
    """The list has at least one entry."""

    path: str

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        return f"bool({facts}.{self.path})"


@dataclass(frozen=True, slots=True)
class Is(Expression):
    """The fact has this value; an unanswered fact has none."""

    path: str
    value: str | bool

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        compared = "is" if isinstance(self.value, bool) else "=="
        return f"{facts}.{self.path} {compared} {self.value!r}"


@dataclass(frozen=True, slots=True)
class OneOf(Expression):
    """The fact has one of these values."""

    path: str
    values: tuple[str, ...]

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        return f"{facts}.{self.path} in {self.values!r}"


@dataclass(frozen=True, slots=True)
class Includes(Expression):
    """The list has this value among its entries."""

    path: str
    value: str

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        return f"{self.value!r} in {facts}.{self.path}"


@dataclass(frozen=True, slots=True)
class Passed(Expression):
    """The day lies before today; an unanswered day has not passed."""

    path: str

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        day = f"{facts}.{self.path}"
        return f"({day} is not None and {day} < today)"


@dataclass(frozen=True, slots=True)
class AllOf(Expression):
    """Every one of the conditions holds."""

    conditions: tuple["Condition", ...]

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        return _joined(" and ", "True", self.conditions, facts)


@dataclass(frozen=True, slots=True)
class AnyOf(Expression):
    """At least one of the conditions holds."""

    conditions: tuple["Condition", ...]

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        return _joined(" or ", "False", self.conditions, facts)


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """The condition does not hold."""

    condition: "Condition"

    def written(self, facts: str) -> str:
        """Return the condition as a Python expression."""
        return f"(not {self.condition.written(facts)})"


def _joined(word: str, of_none: str, conditions: tuple["Condition", ...], facts: str) -> str:
    return f"({word.join(condition.written(facts) for condition in conditions) or of_none})"


Condition: TypeAlias = (
    Always | Present | NotEmpty | Is | OneOf | Includes | Passed | AllOf | AnyOf | Not
)

ALWAYS = Always()


def leaves_of(condition: Condition) -> Iterator[Condition]:
    """Return the conditions at the bottom of this one: those that look at a fact."""
    match condition:
        case AllOf(conditions) | AnyOf(conditions):
            for part in conditions:
                yield from leaves_of(part)
        case Not(negated):
            yield from leaves_of(negated)
        case _:
            yield condition


def paths_of(condition: Condition) -> Iterator[str]:
    """Return the paths of the facts that this condition looks at."""
    for leaf in leaves_of(condition):
        if isinstance(leaf, Present | NotEmpty | Is | OneOf | Includes | Passed):
            yield leaf.path
