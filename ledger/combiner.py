"""Group commit: concurrent callers share one transaction.

Leader and followers: who comes when nobody leads, leads. The leader applies what has gathered,
tells each caller the outcome, and hands the lead to the next one that waits. Nobody waits for
others to come: alone, it is simply the short path. Callers are threads (`run`), or an event loop
(`submit`), for which a thread of the combiner's own leads.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Generic, TypeVar

from ledger import metrics
from ledger.refusals import Code, Refusal

ITEMS_MAX = 256  # In one transaction; a caller that brings more has one of its own.
WAITING_MAX = 4_096
APART_SECONDS = 10.0
APART_THREADS = 8

I = TypeVar("I")  # noqa: E741 - an item
A = TypeVar("A")
Apply = Callable[[Sequence[I]], list[A]]
Deliver = Callable[["list[A] | BaseException"], None]


class Slot(Generic[I, A]):
    """One caller's items and, in time, their outcome: answers, or why there are none."""

    __slots__ = ("came", "deliver", "items", "outcome")

    def __init__(self, items: Sequence[I], deliver: "Deliver[A]") -> None:
        self.items = items
        self.deliver = deliver
        self.came = time.perf_counter()
        self.outcome: list[A] | BaseException | None = None


class _Waiter(Slot[I, A]):
    """A slot whose caller is a thread that sleeps until the bell rings."""

    __slots__ = ("bell",)

    def __init__(self, items: Sequence[I]) -> None:
        super().__init__(items, self._ring)
        self.bell = threading.Lock()
        self.bell.acquire()

    def _ring(self, _outcome: "list[A] | BaseException") -> None:
        self.bell.release()


class _FailedTogether(Exception):
    """The batch failed, which says nothing of this caller's own items."""


class Combiner(Generic[I, A]):
    """Make concurrent callers share one call of `apply`, which answers items in their order.

    `apply` is all or nothing. Where it fails for several callers, each one's items are applied by
    themselves, so that nobody fails for a neighbour. `names` says whom an item is about: who could
    not be had in time is kept apart for a while, so that nobody waits for a stranger.
    """

    def __init__(self, apply: Apply[I, A], *, names: Callable[[I], Iterable[bytes]]) -> None:
        self._apply = apply
        self._names = names
        self._guard = threading.Lock()
        self._waiting: deque[Slot[I, A]] = deque()
        self._is_led = False
        self._leader: int | None = None
        self._apart: dict[bytes, float] = {}
        self._pools: dict[int, ThreadPoolExecutor] = {}

    def run(self, items: Sequence[I]) -> list[A]:
        """Apply items, alone or together with those of others, and answer them.

        :raises Refusal: BUSY if too many wait already, or what `apply` raises.
        """
        if self._leader == threading.get_ident():  # Within `apply`: it can't wait for itself.
            return self._apply(items)
        if self._is_apart(items):
            return self._alone(items)
        slot = _Waiter[I, A](items)
        if not self._enter(slot):
            slot.bell.acquire()
        if slot.outcome is None:
            self._lead(slot)
        if isinstance(slot.outcome, _FailedTogether):
            return self._alone(items)
        if isinstance(slot.outcome, BaseException):
            raise slot.outcome
        return slot.outcome or []

    def submit(self, items: Sequence[I], deliver: "Deliver[A]") -> None:
        """Apply items likewise, without waiting: `deliver` gets the outcome, in another thread.

        :raises Refusal: BUSY if too many wait already.
        """
        slot = Slot(items, deliver)
        if self._is_apart(items):
            self._start(self._deliver_alone, slot, threads=APART_THREADS)
        elif self._enter(slot):
            self._start(self._lead, slot, threads=1)

    def close(self) -> None:
        """End the combiner's threads, once what they were given is done."""
        while self._pools:
            _, pool = self._pools.popitem()
            pool.shutdown()

    # The lead, and how it goes from one to the next.

    def _enter(self, slot: Slot[I, A]) -> bool:
        """Take the lead and say so, or wait for one's turn."""
        with self._guard:
            if not self._is_led:
                self._is_led = True
                return True
            if len(self._waiting) >= WAITING_MAX:
                raise Refusal(Code.BUSY)
            self._waiting.append(slot)
            return False

    def _lead(self, slot: Slot[I, A]) -> None:
        """Apply what has gathered, hand the lead on, and tell the callers."""
        self._leader = threading.get_ident()
        batch = self._gather(slot)
        outcomes = self._applied(batch)
        self._leader = None
        self._hand_on()
        for each, outcome in zip(batch, outcomes, strict=True):
            self._tell(each, outcome)

    def _gather(self, slot: Slot[I, A]) -> list[Slot[I, A]]:
        batch, room = [slot], ITEMS_MAX - len(slot.items)
        while self._waiting and len(self._waiting[0].items) <= room:  # Only the leader takes.
            batch.append(self._waiting.popleft())
            room -= len(batch[-1].items)
        return batch

    def _hand_on(self) -> None:
        with self._guard:
            heir = self._waiting.popleft() if self._waiting else None
            self._is_led = heir is not None
        if isinstance(heir, _Waiter):
            heir.bell.release()
        elif heir is not None:
            self._start(self._lead, heir, threads=1)

    def _tell(self, slot: Slot[I, A], outcome: "list[A] | BaseException") -> None:
        slot.outcome = outcome
        if isinstance(outcome, _FailedTogether) and not isinstance(slot, _Waiter):
            self._start(self._deliver_alone, slot, threads=APART_THREADS)
        else:
            slot.deliver(outcome)

    # What is done with a batch.

    def _applied(self, batch: Sequence[Slot[I, A]]) -> "list[list[A] | BaseException]":
        """Return each caller's outcome."""
        began = time.perf_counter()
        try:
            answers = iter(self._apply([item for slot in batch for item in slot.items]))
        except BaseException as error:  # noqa: BLE001 - every caller is told, whatever it is
            return self._failed(batch, error)
        finally:
            metrics.note_batch(
                size=sum(len(slot.items) for slot in batch),
                waited=began - min(slot.came for slot in batch),
                took=time.perf_counter() - began,
            )
        return [list(islice(answers, len(slot.items))) for slot in batch]

    def _failed(
        self, batch: Sequence[Slot[I, A]], error: BaseException
    ) -> "list[list[A] | BaseException]":
        if len(batch) == 1:
            self._note(batch[0].items, error)
            return [error]
        if isinstance(error, Refusal) and error.code is Code.OUTCOME_UNKNOWN:
            return [Refusal(error.code) for _ in batch]  # It may have been done: not again.
        if isinstance(error, Exception):
            return [_FailedTogether() for _ in batch]
        return [error, *(_FailedTogether() for _ in batch[1:])]

    # What is done alone.

    def _alone(self, items: Sequence[I]) -> list[A]:
        """Apply one caller's items by themselves, and remember who could not be had."""
        try:
            answers = self._apply(items)
        except Refusal as refusal:
            self._note(items, refusal)
            raise
        for name in self._named(items):
            self._apart.pop(name, None)
        return answers

    def _note(self, items: Sequence[I], error: BaseException) -> None:
        """Remember who could not be had in time."""
        if isinstance(error, Refusal) and error.code is Code.BUSY:
            ends = time.monotonic() + APART_SECONDS
            self._apart.update(dict.fromkeys(self._named(items), ends))

    def _deliver_alone(self, slot: Slot[I, A]) -> None:
        outcome: list[A] | BaseException
        try:
            outcome = self._alone(slot.items)
        except Exception as error:  # noqa: BLE001 - the caller is told, whatever it is
            outcome = error
        slot.deliver(outcome)

    def _is_apart(self, items: Sequence[I]) -> bool:
        if not self._apart:
            return False
        now = time.monotonic()
        return any(self._apart.get(name, now) > now for name in self._named(items))

    def _named(self, items: Sequence[I]) -> set[bytes]:
        return {name for item in items for name in self._names(item)}

    def _start(self, work: Callable[[Slot[I, A]], None], slot: Slot[I, A], *, threads: int) -> None:
        """Let a thread of the combiner's own do it: one leads, several post alone."""
        with self._guard:
            if threads not in self._pools:
                self._pools[threads] = ThreadPoolExecutor(threads, thread_name_prefix="ledger")
            pool = self._pools[threads]
        pool.submit(work, slot)
