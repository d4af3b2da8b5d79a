"""Post commands: one transaction, the four beats, and the retry around it."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, transaction

from ledger import faults
from ledger.book import VERBS, Book
from ledger.combiner import Combiner
from ledger.faults import Fault
from ledger.refusals import Code, Refusal
from ledger.terms import Command, Posting

TRIES_MAX = 5
BUDGET_SECONDS = 5.0
PAUSE_SECONDS = (0.005, 0.2)

_SQLITE_TURN = threading.RLock()

T = TypeVar("T")
Answer = Posting | Refusal
log = structlog.get_logger(__name__)


def post(
    commands: Sequence[Command], *, all_or_none: bool = False, using: str = DEFAULT_DB_ALIAS
) -> list[Answer]:
    """Carry out commands, in their order, in one transaction; answer each, in the same order.

    Each is all or nothing by itself; with `all_or_none`, the first refusal undoes the whole and
    stands last in the answer. When it returns, everything is committed. Inside a transaction
    of the caller's it joins that one, retries nothing, and the caller commits.

    :raises Refusal: BUSY if the database could not be had in time, nothing was done;
        OUTCOME_UNKNOWN if it was lost at COMMIT and did not come back: repeat with the same key.
    """
    if connections[using].in_atomic_block:
        return _Attempt(commands, all_or_none=all_or_none, using=using).run()
    if all_or_none or not settings.LEDGER_GROUP_COMMIT:
        return commit(commands, all_or_none=all_or_none, using=using)
    return combiner_of(using).run(commands)


@cache
def combiner_of(using: str) -> Combiner[Command, Answer]:
    """Return what makes the callers of that database share transactions."""
    return Combiner(
        lambda commands: commit(commands, using=using),
        names=lambda command: [holder.digest for holder in command.holders],
    )


def commit(
    commands: Sequence[Command], *, all_or_none: bool = False, using: str = DEFAULT_DB_ALIAS
) -> list[Answer]:
    """Carry out commands in a transaction of their own: as `post`, which asks for it.

    :raises Refusal: BUSY, OUTCOME_UNKNOWN
    """
    uncertain: list[_Attempt] = []

    def attempt() -> list[Answer]:
        this = _Attempt(commands, all_or_none=all_or_none, using=using)
        try:
            with _turn(using), transaction.atomic(using=using, durable=True):
                return this.run(after=uncertain)
        except (DatabaseError, InterfaceError) as error:
            if this.is_committing and faults.classify(error) is Fault.CONNECTION_LOST:
                uncertain.append(this)
            raise

    try:
        return retrying(attempt, using=using)
    except Exception as error:
        if uncertain:
            raise Refusal(Code.OUTCOME_UNKNOWN) from error
        raise


def retrying(unit: Callable[[], T], *, using: str = DEFAULT_DB_ALIAS) -> T:
    """Run a whole unit of work, again if the database asks for it or went away.

    Inside a transaction of the caller's, it runs once.

    :raises Refusal: BUSY after five tries or five seconds.
    """
    is_inner = connections[using].in_atomic_block
    started = time.monotonic()
    for tries in range(1, TRIES_MAX + 1):
        try:
            return unit()
        except (DatabaseError, InterfaceError) as error:
            fault = faults.classify(error)
            if is_inner or fault is Fault.BUG:
                raise
            if fault is not Fault.RESTART:
                connections[using].close()
            log.warning("ledger.retry", tries=tries, fault=fault.name, error=str(error))
            if time.monotonic() - started > BUDGET_SECONDS:
                raise Refusal(Code.BUSY) from error
            if tries == TRIES_MAX:
                raise Refusal(Code.BUSY) from error
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - jitter, no secret
    raise AssertionError("the last try answers or raises")


def _turn(using: str) -> AbstractContextManager[object]:
    """Let this process's threads write to SQLite one after the other.

    SQLite lets one write at a time anyway, but a thread that waits for it sleeps and asks again,
    for seconds if others are luckier; a lock wakes the next one at once.
    """
    return _SQLITE_TURN if connections[using].vendor == "sqlite" else nullcontext()


class _Attempt:
    """One try at a batch, kept so that a lost COMMIT can be looked up afterwards."""

    def __init__(self, commands: Sequence[Command], *, all_or_none: bool, using: str) -> None:
        self.book = Book(commands, using=using)
        self._all_or_none = all_or_none
        self.answers: list[Answer] = []
        self.is_committing = False

    def run(self, *, after: Sequence["_Attempt"] = ()) -> list[Answer]:
        """Lock, replay, decide, record."""
        self.book.load()
        for earlier in after:
            if earlier.book.has_landed():
                return earlier.answers
        for command in self.book.commands:
            self.answers.append(_decide(self.book, command))
            if self._all_or_none and isinstance(self.answers[-1], Refusal):
                return self.answers
        self.book.write()
        self.is_committing = True
        return self.answers


def _decide(book: Book, command: Command) -> Answer:
    try:
        return VERBS[type(command)](book, command)
    except Refusal as refusal:
        return refusal
