"""State machines: how they are run, and what counts of an answer."""

import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Protocol

from coverage import Coverage
from django.db import connection
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from ledger.posting import Answer
from ledger.refusals import Code, Refusal

# The times are each post's own; a record's is compared where it is stored.
TIMES = ("create_time", "book_time", "last_update")
STEPS = 40


class Said(Protocol):
    """What a model says when something was done: facts without ids and times."""

    facts: dict[str, Any]
    is_repeat: bool


def outcome(answer: Answer) -> object:
    """Return what counts of an answer: the code, or the facts and whether it is a repeat."""
    if isinstance(answer, Refusal):
        return answer.code
    facts = json.loads(answer.answer, parse_float=Decimal, parse_int=Decimal)
    kept = {name: fact for name, fact in facts.items() if name not in TIMES}
    return kept, answer.is_repeat


def expected(said: Said | Code) -> object:
    """Return the same of what a model said."""
    return said if isinstance(said, Code) else (said.facts, said.is_repeat)


def run(
    machine: type[RuleBasedStateMachine], *, on_sqlite: int, elsewhere: int, steps: int = STEPS
) -> None:
    """Run a machine so many times, alike each time.

    STATE_MACHINE_SEED=random walks other ways, a number those of a run that failed.
    """
    chosen = os.environ.get("STATE_MACHINE_SEED", "1")
    number = random.randrange(2**32) if chosen == "random" else int(chosen)
    sys.stdout.write(f"STATE_MACHINE_SEED={number}\n")
    limits = settings(
        max_examples=on_sqlite if connection.vendor == "sqlite" else elsewhere,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    with _uncovered():
        run_state_machine_as_test(seed(number)(machine), settings=limits)


@contextmanager
def _uncovered() -> Iterator[None]:
    """Record no coverage meanwhile: a walk takes twice as long with it, where other tests go."""
    coverage = Coverage.current()
    if coverage is None:
        yield
        return
    coverage.stop()
    try:
        yield
    finally:
        coverage.start()
