"""Many at once: threads that start together, each with a connection of its own."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from threading import Barrier
from typing import TypeVar

from django.db import connections

from ledger.posting import Answer, post
from ledger.refusals import Refusal
from ledger.terms import Command

T = TypeVar("T")

WAIT_SECONDS = 60


def at_once(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Run every task in a thread of its own, all from one moment on; return what they return."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        try:
            start.wait(WAIT_SECONDS)
            return task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as threads:
        running = [threads.submit(run, task) for task in tasks]
        return [each.result(WAIT_SECONDS) for each in running]


def outcomes(*commands: Command) -> list[str]:
    """Post a batch; return what became of each command."""
    return [_outcome(answer) for answer in post(commands)]


def _outcome(answer: Answer) -> str:
    if isinstance(answer, Refusal):
        return answer.code.value
    return "repeat" if answer.is_repeat else "done"


def all_at_once(commands: Sequence[Command]) -> Counter[str]:
    """Post every command from a thread of its own, all at once; count what became of them."""
    return Counter(chain.from_iterable(at_once([partial(outcomes, each) for each in commands])))
