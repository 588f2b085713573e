"""The door: so many at a time, by turns of each caller, and no queue that only gets longer."""

import pytest
from structlog.testing import capture_logs

from app.core import callers as callers_module
from app.core import door as door_module
from app.core.callers import Visit
from app.core.door import Door
from app.core.stopping import Stopping
from tests.unit.core.passing_time import PassingTime

A, B, C, D = 1, 2, 3, 4


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> PassingTime:
    """The time of the door, which passes when the test says so."""
    return PassingTime(door_module, monkeypatch)


class Asked(Visit):
    """A request that is served until the test ends it."""

    def __init__(self, served: "list[Asked]") -> None:
        super().__init__()
        self._served = served
        self.refused = False

    @property
    def is_served(self) -> bool:
        return self in self._served

    def begin(self) -> None:
        self._served.append(self)

    def refuse(self) -> None:
        self.refused = True


class Visitors:
    """Those who come to one door."""

    def __init__(self, places: int, most_present: int = 100) -> None:
        self.stopping = Stopping()
        self.door = Door(places, most_present, self.stopping)
        self.served: list[Asked] = []

    def come(self, name: int, times: int = 1) -> list[Asked]:
        asked = [Asked(self.served) for _ in range(times)]
        for one in asked:
            self.door.arrive(one, name)
        return asked

    def end(self, *asked: Asked) -> None:
        for one in asked:
            self.served.remove(one)
            self.door.leave(one)


def test_as_many_are_served_as_there_are_places_and_the_rest_in_order() -> None:
    visitors = Visitors(2)
    asked = visitors.come(A, 4)
    assert visitors.served == asked[:2]
    visitors.end(asked[1])
    assert visitors.served == [asked[0], asked[2]]
    visitors.end(asked[0], asked[2])
    assert visitors.served == [asked[3]]


def test_those_who_wait_come_in_by_turns_of_each_caller() -> None:
    visitors = Visitors(1)
    first, *rest = visitors.come(A, 4)
    others = [*visitors.come(B, 2), *visitors.come(C)]
    order = [rest[0], others[0], others[2], rest[1], others[1], rest[2]]
    for one in (first, *order):
        assert visitors.served == [one]
        visitors.end(one)


def test_in_a_full_room_the_newest_of_the_longest_queue_is_refused() -> None:
    visitors = Visitors(1, most_present=4)
    greedy = visitors.come(A, 4)
    (modest,) = visitors.come(B)
    assert [one.refused for one in greedy] == [False, False, False, True]
    assert not modest.refused
    visitors.end(greedy[0])
    visitors.end(greedy[1])
    assert visitors.served == [modest]


def test_what_takes_long_keeps_no_place_but_counts_among_those_present(
    monkeypatch: pytest.MonkeyPatch, time: PassingTime
) -> None:
    monkeypatch.setattr(door_module, "_SECONDS_OF_A_PLACE", 0.01)
    visitors = Visitors(1, most_present=2)
    (slow,) = visitors.come(A)
    (waiting,) = visitors.come(A)
    time.passes(0.1)
    assert visitors.served == [slow, waiting]
    (refused,) = visitors.come(A)
    assert refused.refused
    visitors.end(slow, waiting)
    assert visitors.stopping.under_way == 0


def test_whoever_has_waited_too_long_is_refused_and_not_served_late(
    monkeypatch: pytest.MonkeyPatch, time: PassingTime
) -> None:
    monkeypatch.setattr(door_module, "_LONGEST_WAIT", 0.01)
    visitors = Visitors(1)
    (inside,) = visitors.come(A)
    (late,) = visitors.come(A)
    time.passes(0.1)
    visitors.end(inside)
    assert (late.refused, late.is_served) == (True, False)


def test_a_burst_waits_but_a_queue_that_does_not_get_shorter_takes_nobody(
    monkeypatch: pytest.MonkeyPatch, time: PassingTime
) -> None:
    visitors = Visitors(1)
    assert not any(one.refused for one in visitors.come(A, 50))
    monkeypatch.setattr(door_module, "_LONGEST_BURST", 0.0)
    monkeypatch.setattr(door_module, "_LONGEST_QUEUE", 0.0)
    time.passes(0.001)
    assert visitors.come(A)[0].refused
    assert not visitors.come(B)[0].refused


def test_who_had_more_than_its_part_waits_while_others_are_there_although_there_is_room(
    time: PassingTime,
) -> None:
    visitors = Visitors(10)
    for name in (A, C, D):
        visitors.end(*visitors.come(name))
    # Half of the time is twice the part of each of four; what one had fades within the second.
    (greedy,) = visitors.come(B)
    while greedy.is_served:
        time.passes(0.03)
        visitors.end(greedy)
        (greedy,) = visitors.come(B)
    (modest,) = visitors.come(A)
    assert (modest.is_served, greedy.is_served, greedy.refused) == (True, False, False)


def test_who_asks_for_far_more_than_others_has_few_places_and_is_refused_early(
    time: PassingTime,
) -> None:
    visitors = Visitors(12)
    for name in (A, C, D):
        visitors.end(*visitors.come(name))
    time.passes(0.001)
    greedy = visitors.come(B, 20)
    # Of twelve places each of four has three; as many as there are places may wait.
    assert [one.is_served for one in greedy] == [True] * 3 + [False] * 17
    assert [one.refused for one in greedy] == [False] * 15 + [True] * 5
    assert visitors.door.turns_away(B)
    assert not visitors.door.turns_away(A)
    assert all(one.is_served for one in visitors.come(A, 2))
    visitors.end(greedy[0])
    assert greedy[3].is_served


def test_among_very_many_who_ask_seldom_a_few_requests_at_once_are_no_taking() -> None:
    visitors = Visitors(10)
    for name in range(10, 210):
        visitors.end(*visitors.come(name))
    assert all(one.is_served for one in visitors.come(10, 8))


def test_beside_others_it_has_no_more_than_an_equal_part_of_the_time(time: PassingTime) -> None:
    visitors = Visitors(10)
    for caller in (*range(10, 19), *(B,) * 10):
        visitors.end(*visitors.come(caller))
    first, second, third = visitors.come(B, 3)
    # A tenth of the time is the part of each of ten; nobody else is inside when that is over.
    time.passes(0.14)
    visitors.end(first)
    assert (second.is_served, third.is_served) == (True, False)
    (modest,) = visitors.come(10)
    visitors.end(second)
    assert (modest.is_served, third.is_served) == (True, False)


def test_who_takes_much_beside_two_who_take_next_to_nothing_has_more_than_half(
    monkeypatch: pytest.MonkeyPatch, time: PassingTime
) -> None:
    monkeypatch.setattr(callers_module, "_SECONDS_LATELY", 0.2)
    visitors, served = Visitors(1), 0.0
    for name in (A, C):
        visitors.end(*visitors.come(name))
    began = time.time()
    for _ in range(30):
        (one,) = visitors.come(B)
        while not one.is_served:
            time.passes(0.001)
        time.passes(0.02)
        served += 0.02
        visitors.end(one)
    assert 0.5 < served / (time.time() - began) < 0.95


def test_who_is_alone_may_have_all_of_the_time(time: PassingTime) -> None:
    visitors = Visitors(1)
    for _ in range(20):
        (one,) = visitors.come(A)
        assert one.is_served
        time.passes(0.02)
        visitors.end(one)


def test_those_turned_away_are_told_of_together(
    monkeypatch: pytest.MonkeyPatch, time: PassingTime
) -> None:
    monkeypatch.setattr(door_module, "_ROUNDS_BETWEEN_LINES", 2)
    visitors = Visitors(0, most_present=0)
    with capture_logs() as lines:
        assert all(one.refused for one in visitors.come(A, 37))
        time.passes(0.1)
    assert [(line["event"], line["requests"]) for line in lines] == [("turned_away", 37)]
