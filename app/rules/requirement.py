"""A row of a requirement table, and the circumstance in which it applies."""

from collections.abc import Hashable
from dataclasses import KW_ONLY, dataclass
from typing import Generic, TypeVar

from app.rules.conditions import ALWAYS, Condition

StageT = TypeVar("StageT", bound=Hashable)
"""The stages a record passes through, such as the statuses of an activity."""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """When a row applies: in words, to the one who asks why, and as conditions.

    `record` is judged on the whole record. `each` names the list whose every entry is
    asked; `item` is then judged on the entry. `because` is a template over `record` and
    `item`; it is None where a row applies in any case, for there is nothing to explain.
    """

    words: str
    because: str | None
    record: Condition = ALWAYS
    each: str | None = None
    item: Condition = ALWAYS


IN_ANY_CASE = Circumstance("always", None)


@dataclass(frozen=True, slots=True)
class Requirement(Generic[StageT]):
    """One thing a record needs from a stage on.

    `only` marks a row that this stage alone asks for and the later ones do not. `pointer`
    is the JSON pointer to the field, with `{i}` for the position where each entry of a
    list is asked. `text` says what to do; `detail`, a template over `record`, replaces it
    where the facts allow to say more.
    """

    code: str
    pointer: str
    check: Condition
    text: str
    _: KW_ONLY
    blocks: StageT
    source: str
    when: Circumstance = IN_ANY_CASE
    detail: str | None = None
    only: bool = False
