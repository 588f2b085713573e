"""The conditions a rule is made of: a small, closed expression language.

A condition names facts by their path and is compiled once, when it is made, into the
predicate `holds(facts, today)`. An unanswered fact is None, or an empty tuple where the
fact is a list; every condition answers yes or no for it and never raises.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, TypeAlias

Facts: TypeAlias = Any
"""The facts of whichever table the condition stands in."""

Predicate: TypeAlias = Callable[[Facts, date], bool]
"""Answers for these facts, on this day."""


@dataclass(frozen=True, slots=True)
class Expression(ABC):
    """What all conditions share: `holds`, compiled when the condition is made.

    It is an attribute rather than a method because the whole table is evaluated for
    every record that is read, and a call less per row is felt there.
    """

    holds: Predicate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile the condition."""
        object.__setattr__(self, "holds", self.compiled())

    @abstractmethod
    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""


@dataclass(frozen=True, slots=True)
class Always(Expression):
    """Holds whatever the facts are."""

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        return lambda _facts, _today: True


@dataclass(frozen=True, slots=True)
class Present(Expression):
    """The fact is answered. Zero, and a no, are answers."""

    path: str

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        fact = attrgetter(self.path)
        return lambda facts, _today: fact(facts) is not None


@dataclass(frozen=True, slots=True)
class NotEmpty(Expression):
    """The list has at least one entry."""

    path: str

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        fact = attrgetter(self.path)
        return lambda facts, _today: bool(fact(facts))


@dataclass(frozen=True, slots=True)
class Is(Expression):
    """The fact has this value; an unanswered fact has none."""

    path: str
    value: str | bool

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        fact = attrgetter(self.path)
        value = self.value
        if isinstance(value, bool):
            return lambda facts, _today: fact(facts) is value
        return lambda facts, _today: bool(fact(facts) == value)


@dataclass(frozen=True, slots=True)
class OneOf(Expression):
    """The fact has one of these values."""

    path: str
    values: tuple[str, ...]

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        fact = attrgetter(self.path)
        values = frozenset(self.values)
        return lambda facts, _today: fact(facts) in values


@dataclass(frozen=True, slots=True)
class Includes(Expression):
    """The list has this value among its entries."""

    path: str
    value: str

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        fact = attrgetter(self.path)
        value = self.value
        return lambda facts, _today: value in fact(facts)


@dataclass(frozen=True, slots=True)
class Passed(Expression):
    """The day lies before today; an unanswered day has not passed."""

    path: str

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        fact = attrgetter(self.path)
        return lambda facts, today: (day := fact(facts)) is not None and day < today


@dataclass(frozen=True, slots=True)
class AllOf(Expression):
    """Every one of the conditions holds."""

    conditions: tuple["Condition", ...]

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        predicates = tuple(condition.holds for condition in self.conditions)
        return lambda facts, today: all(predicate(facts, today) for predicate in predicates)


@dataclass(frozen=True, slots=True)
class AnyOf(Expression):
    """At least one of the conditions holds."""

    conditions: tuple["Condition", ...]

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        predicates = tuple(condition.holds for condition in self.conditions)
        return lambda facts, today: any(predicate(facts, today) for predicate in predicates)


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """The condition does not hold."""

    condition: "Condition"

    def compiled(self) -> Predicate:
        """Return the predicate of this condition."""
        predicate = self.condition.holds
        return lambda facts, today: not predicate(facts, today)


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
