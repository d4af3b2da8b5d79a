"""Races of processes, and processes that are killed."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection

from ledger.refusals import Code
from tests.wallets.support import Customer, do

ROOT = Path(__file__).resolve().parent.parent.parent
PROCESSES = 4
WAIT_SECONDS = 60

Worker = subprocess.Popen[str]


@contextmanager
def workers(number: int, *, count: int, name: str = "w") -> Iterator[list[Worker]]:
    """Start processes that wait for each other, let them go; leave none behind."""
    started = [start(f"{name}{each}", count) for each in range(number)]
    try:
        for worker in started:
            assert read(worker) == "ready"
        for worker in started:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        yield started
    finally:
        for worker in started:
            with suppress(ProcessLookupError):
                worker.kill()
            worker.communicate(timeout=WAIT_SECONDS)


def start(name: str, count: int) -> Worker:
    database = str(connection.settings_dict["NAME"])
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.races.worker", database, name, str(count)],
        cwd=ROOT,
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def read(worker: Worker) -> str:
    """Return the next line of a worker's journal; none is left at its end."""
    assert worker.stdout is not None
    line: str = worker.stdout.readline()
    return line.strip()


def rest(worker: Worker) -> list[str]:
    """Return all that is left of a worker's journal."""
    assert worker.stdout is not None
    text: str = worker.stdout.read()
    return text.split("\n")[:-1]


def test_processes_do_not_overdraw(ann: Customer) -> None:
    do(ann.deduct("half", 50))
    with workers(PROCESSES, count=15) as running:
        lines = [line.split() for worker in running for line in rest(worker)]
        assert [worker.wait(WAIT_SECONDS) for worker in running] == [0] * PROCESSES
    became = Counter(line[0] for line in lines)
    assert became == {"ask": 60, "done": 50, Code.INSUFFICIENT: 10}
    assert ann.balance() == 0
    assert {record.number for record in ann.records()[2:]} == {
        line[1] for line in lines if line[0] == "done"
    }


def test_processes_that_use_one_key_apply_it_once(ann: Customer) -> None:
    count = 8
    same_keys = [start("same", count) for _ in range(PROCESSES)]
    for worker in same_keys:
        assert read(worker) == "ready"
    journals = [worker.communicate("go\n", timeout=WAIT_SECONDS)[0] for worker in same_keys]
    became = Counter(line.split()[0] for journal in journals for line in journal.splitlines())
    assert became["done"] + became["repeat"] == PROCESSES * count
    assert became["done"] == count
    assert ann.balance() == 100 - count


def test_killed_processes_lose_nothing_and_do_nothing_twice(ann: Customer) -> None:
    do(ann.add("much", 1_000_000))
    journals: list[list[str]] = []
    for turn in range(2):
        with workers(2, count=100_000, name=f"turn{turn}-") as running:
            heads = [[read(worker) for _ in range(12 + 5 * turn)] for worker in running]
            for worker in running:
                worker.kill()
            journals += [head + rest(worker) for head, worker in zip(heads, running, strict=True)]
    asked = {line.split()[1] for journal in journals for line in journal if line.startswith("ask ")}
    done = {line.split()[1] for journal in journals for line in journal if line.startswith("done ")}
    assert len(asked - done) <= len(journals)
    booked = {record.number for record in ann.records()} - {"start", "much"}
    assert done <= booked <= asked
    for key in asked - done:
        assert do(ann.deduct(key, 1)).is_repeat is (key in booked)
    assert ann.balance() == 1_000_100 - len(asked)
    assert len(ann.records()) == 2 + len(asked)
