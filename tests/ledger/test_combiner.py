"""Group commit: who shares a transaction with whom, and what becomes of each."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from ledger import combiner
from ledger.combiner import Combiner
from ledger.refusals import Code, Refusal

SECONDS = 10.0


class Desk:
    """Stands in for the database: each batch is applied when the test lets it."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.fault: Callable[[Sequence[Any]], BaseException | None] = lambda _: None
        self.gate = threading.Event()
        self.gate.set()
        self.began = threading.Semaphore(0)
        self.combiner = Combiner[Any, str](self.apply, names=lambda item: [str(item).encode()])

    def apply(self, items: Sequence[Any]) -> list[str]:
        self.batches.append(list(items))
        self.began.release()
        assert self.gate.wait(SECONDS)
        if error := self.fault(items):
            raise error
        return [f"did {item}" for item in items]

    def waiting(self, count: int) -> None:
        """Wait until so many wait."""
        ends = time.monotonic() + SECONDS
        while len(self.combiner._waiting) < count:
            assert time.monotonic() < ends
            time.sleep(0.001)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.gate.set()
    made.combiner.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as pool:
        yield pool


def later(desk: Desk, items: Sequence[Any]) -> "Future[list[str]]":
    """Submit without a thread, as an event loop does."""
    future: Future[list[str]] = Future()

    def deliver(outcome: list[str] | BaseException) -> None:
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    desk.combiner.submit(items, deliver)
    return future


def crowd(
    desk: Desk, threads: ThreadPoolExecutor, names: Sequence[str], how: str
) -> "list[Future[list[str]]]":
    """Let a first caller lead, the others gather behind it, and all of them go."""
    desk.gate.clear()

    def call(name: str) -> "Future[list[str]]":
        is_thread = how == "threads" or (how == "mixed" and len(made) % 2 == 0)
        return threads.submit(desk.combiner.run, [name]) if is_thread else later(desk, [name])

    made: list[Future[list[str]]] = []
    made.append(call("first"))
    assert desk.began.acquire(timeout=SECONDS)
    for name in names:
        made.append(call(name))
        desk.waiting(len(made) - 1)
    desk.gate.set()
    return made


KINDS = pytest.mark.parametrize("how", ["threads", "loop", "mixed"])


def test_alone_it_is_one_call(desk: Desk) -> None:
    assert desk.combiner.run(["a", "b"]) == ["did a", "did b"]
    assert later(desk, ["c"]).result(SECONDS) == ["did c"]
    assert desk.batches == [["a", "b"], ["c"]]


@KINDS
def test_who_waits_goes_together(desk: Desk, threads: ThreadPoolExecutor, how: str) -> None:
    names = [f"n{number}" for number in range(20)]
    made = crowd(desk, threads, names, how)
    assert [each.result(SECONDS) for each in made] == [
        [f"did {name}"] for name in ["first", *names]
    ]
    assert desk.batches == [["first"], names]


@KINDS
def test_a_batch_has_a_limit(
    desk: Desk, threads: ThreadPoolExecutor, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(combiner, "ITEMS_MAX", 8)
    names = [f"n{number}" for number in range(20)]
    made = crowd(desk, threads, names, how)
    assert [each.result(SECONDS)[0] for each in made[1:]] == [f"did {name}" for name in names]
    assert [len(batch) for batch in desk.batches] == [1, 8, 8, 4]


def test_a_caller_with_more_than_the_limit_has_a_batch_of_its_own(desk: Desk) -> None:
    many = list(range(combiner.ITEMS_MAX + 1))
    assert len(desk.combiner.run(many)) == len(many)
    assert desk.batches == [many]


@KINDS
def test_one_that_fails_fails_no_neighbour(
    desk: Desk, threads: ThreadPoolExecutor, how: str
) -> None:
    desk.fault = lambda items: ZeroDivisionError("bad") if "bad" in items else None
    made = crowd(desk, threads, ["a", "bad", "b"], how)
    assert made[1].result(SECONDS) == ["did a"]
    assert made[3].result(SECONDS) == ["did b"]
    with pytest.raises(ZeroDivisionError):
        made[2].result(SECONDS)
    assert desk.batches[:2] == [["first"], ["a", "bad", "b"]]
    assert sorted(map(tuple, desk.batches[2:])) == [("a",), ("b",), ("bad",)]


@KINDS
def test_what_may_have_been_done_is_not_done_again(
    desk: Desk, threads: ThreadPoolExecutor, how: str
) -> None:
    desk.fault = lambda items: Refusal(Code.OUTCOME_UNKNOWN) if "a" in items else None
    made = crowd(desk, threads, ["a", "b"], how)
    for each in made[1:]:
        with pytest.raises(Refusal) as caught:
            each.result(SECONDS)
        assert caught.value.code is Code.OUTCOME_UNKNOWN
    assert desk.batches == [["first"], ["a", "b"]]


@KINDS
def test_who_could_not_be_had_is_kept_apart(
    desk: Desk, threads: ThreadPoolExecutor, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.fault = lambda items: Refusal(Code.BUSY) if "stuck" in items else None
    made = crowd(desk, threads, ["a", "stuck"], how)
    assert made[1].result(SECONDS) == ["did a"]
    with pytest.raises(Refusal):
        made[2].result(SECONDS)
    desk.batches.clear()
    while desk.began.acquire(blocking=False):
        pass
    again = crowd(desk, threads, ["b", "c"], how)
    with pytest.raises(Refusal):
        later(desk, ["stuck"]).result(SECONDS)
    with pytest.raises(Refusal):
        desk.combiner.run(["stuck"])
    assert [each.result(SECONDS) for each in again[1:]] == [["did b"], ["did c"]]
    assert not [batch for batch in desk.batches if "stuck" in batch and len(batch) > 1]
    desk.fault = lambda _: None
    assert desk.combiner.run(["stuck"]) == ["did stuck"]
    assert not desk.combiner._apart


def test_apart_ends_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combiner, "APART_SECONDS", -1.0)
    desk.fault = lambda _: Refusal(Code.BUSY)
    with pytest.raises(Refusal):
        desk.combiner._alone(["stuck"])
    assert not desk.combiner._is_apart(["stuck"])


@KINDS
def test_too_many_are_sent_away(
    desk: Desk, threads: ThreadPoolExecutor, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(combiner, "WAITING_MAX", 2)
    desk.gate.clear()
    first = threads.submit(desk.combiner.run, ["first"])
    assert desk.began.acquire(timeout=SECONDS)
    second = [later(desk, [name]) for name in "ab"]
    with pytest.raises(Refusal) as caught:
        desk.combiner.run(["c"])
    assert caught.value.code is Code.BUSY
    with pytest.raises(Refusal):
        later(desk, ["c"])
    desk.gate.set()
    assert [each.result(SECONDS) for each in [first, *second]] == [
        ["did first"],
        ["did a"],
        ["did b"],
    ]


def test_the_lead_goes_on_when_a_leader_is_interrupted(
    desk: Desk, threads: ThreadPoolExecutor
) -> None:
    def interrupt(items: Sequence[Any]) -> BaseException | None:
        return SystemExit() if items[0] == "a" and len(items) > 1 else None

    desk.fault = interrupt
    made = crowd(desk, threads, ["a", "b", "c"], "threads")
    with pytest.raises(SystemExit):
        made[1].result(SECONDS)
    assert [each.result(SECONDS) for each in made[2:]] == [["did b"], ["did c"]]
    assert desk.combiner.run(["d"]) == ["did d"]


def test_who_leads_may_come_again(desk: Desk) -> None:
    inner: list[list[str]] = []

    def come_again(items: Sequence[Any]) -> None:
        if items == ["outer"]:
            inner.append(desk.combiner.run(["inner"]))

    desk.fault = come_again
    assert desk.combiner.run(["outer"]) == ["did outer"]
    assert inner == [["did inner"]]


def test_a_storm_of_both_kinds_is_answered_right(desk: Desk, threads: ThreadPoolExecutor) -> None:
    def call(number: int) -> list[str]:
        if number % 3:
            return desk.combiner.run([number, -number])
        return later(desk, [number, -number]).result(SECONDS)

    answers = list(threads.map(call, range(3_000)))
    assert answers == [[f"did {number}", f"did {-number}"] for number in range(3_000)]
    assert sorted(item for batch in desk.batches for item in batch) == sorted(
        item for number in range(3_000) for item in (number, -number)
    )
    assert max(map(len, desk.batches)) <= combiner.ITEMS_MAX
    assert all(one == -other for batch in desk.batches for one, other in [*pairwise(batch)][::2])


def test_closing_finishes_what_was_taken_in(desk: Desk) -> None:
    made = [later(desk, [number]) for number in range(100)]
    desk.combiner.close()
    ends = time.monotonic() + SECONDS
    while not all(each.done() for each in made) and time.monotonic() < ends:
        time.sleep(0.001)
    assert [each.result(0) for each in made] == [[f"did {number}"] for number in range(100)]


def test_who_could_not_be_had_when_alone_is_kept_apart_too(desk: Desk) -> None:
    desk.fault = lambda _: Refusal(Code.BUSY)
    with pytest.raises(Refusal):
        desk.combiner.run(["stuck"])
    assert desk.combiner._is_apart(["stuck"])
    assert not desk.combiner._is_apart(["other"])
