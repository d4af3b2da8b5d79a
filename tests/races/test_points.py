"""Races about points: available points are spent once, holds are released once, keys count once."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import connection

from ledger import clock
from ledger.amounts import plain
from ledger.refusals import Code
from points.commands import LogType
from points.models import Account, Log, PointType
from tests.conftest import Api, body, make_api
from tests.points.support import Customer
from tests.races.support import all_at_once, at_once, outcomes
from tests.support import do

WORKERS = 16
MIXED_SECONDS = 3 if connection.vendor == "sqlite" else 10  # With group commit and without.
TURNS_MIN = 12
USERS = ("ann", "bob", "cat")


@pytest.fixture
def holder(transactional_db: None, sound_ledger: None) -> Customer:
    """Return a customer with 100 points in ten lots."""
    customer = Customer("ann")
    for _ in range(10):
        do(customer.increase(10, 5))
    return customer


def figures(customer: Customer) -> list[str]:
    """Return what is available, frozen, used and expired."""
    row = customer.row()
    return [plain(each) for each in (row.available, row.frozen, row.used, row.expired)]


@pytest.mark.parametrize("kind", ["decrease", "freeze", "cancel"])
def test_the_last_point_is_taken_once(holder: Customer, kind: str) -> None:
    do(holder.decrease(99))
    take = getattr(holder, kind)
    became = all_at_once([take(1, number=f"n{number}") for number in range(WORKERS)])
    assert became == {"done": 1, Code.INSUFFICIENT: WORKERS - 1}
    assert holder.row().available == 0


def test_a_hot_account_is_never_overdrawn(holder: Customer) -> None:
    def work(_: int) -> Counter[str]:
        return Counter(outcome for _ in range(10) for outcome in outcomes(holder.decrease(1)))

    became = sum(at_once([partial(work, worker) for worker in range(WORKERS)]), Counter[str]())
    assert became == {"done": 100, Code.INSUFFICIENT: 60}
    assert figures(holder) == ["0", "0", "100", "0"]


def test_a_hold_is_released_once(holder: Customer) -> None:
    do(holder.freeze(60, reference="O"))
    became = all_at_once([holder.release(60, reference="O", is_by_order=True)] * WORKERS)
    assert became == {"done": 1, Code.INSUFFICIENT: WORKERS - 1}
    assert figures(holder)[:2] == ["100", "0"]


@pytest.mark.parametrize("name", ["increase", "decrease", "freeze"])
def test_a_key_sent_by_all_at_once_counts_once_and_is_answered_alike(
    holder: Customer, name: str
) -> None:
    callers = [make_api(f"caller-{each}") for each in range(WORKERS)]

    def ask(caller: Api) -> tuple[bool, bytes]:
        answer = caller.post(f"/hyena/point/{name}", uid="ann", seq="S", point=7, orderNo="O")
        return "Idempotent-Replayed" in answer, answer.content

    answers = at_once([partial(ask, caller) for caller in callers])
    assert Counter(is_repeat for is_repeat, _ in answers) == {False: 1, True: WORKERS - 1}
    assert len({content for _, content in answers}) == 1
    assert Log.objects.filter(number="S").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_an_account_and_its_type_are_made_once(
    transactional_db: None, sound_ledger: None, attempt: int
) -> None:
    new = Customer("new", point_type="fresh")
    assert all_at_once([new.increase(1)] * WORKERS) == {"done": WORKERS}
    assert (Account.objects.count(), PointType.objects.count()) == (1, 1)
    assert new.row().available == WORKERS


def test_what_is_due_expires_once(holder: Customer) -> None:
    soon = clock.now() + timedelta(seconds=1)
    do(holder.increase(7, expires_at=soon))
    with time_machine.travel(soon + timedelta(seconds=1)):
        commands = [holder.expire(), holder.decrease(1)] * (WORKERS // 2)
        assert all_at_once(commands) == {"done": WORKERS}
    assert Log.objects.filter(log_type=LogType.EXPIRE).count() == 1
    assert figures(holder) == [str(100 - WORKERS // 2), "0", str(WORKERS // 2), "7"]


def wish(chance: random.Random) -> tuple[str, dict[str, Any]]:
    """Return some operation and its parameters."""
    order = f"O{chance.randrange(4)}"
    point = chance.choice(["1", "0.01", "3.5", "12"])
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("increase", {"point": point, "cost": chance.choice(["0", "1.11", "7"])}),
        ("increase", {"point": point, "orderNo": order, "seq": f"s{chance.randrange(50)}"}),
        ("decrease", {"point": point}),
        ("decrease", {"point": point, "recOrderNo": order}),
        ("freeze", {"point": point, "orderNo": order}),
        ("freezeCost", {"cost": "0.5", "orderNo": order}),
        ("unfreeze", {"point": point}),
        ("unfreeze", {"point": point, "orderNo": order, "unfreezeByOrderNo": True}),
        ("decreaseFrozen", {"point": point}),
        ("decreaseFrozen", {"point": "1", "unfreezePoint": "1"}),
        ("cancel", {"point": point}),
        ("refund", {"cost": "0.3"}),
        ("disableAccount", {}) if chance.random() < 0.1 else ("enableAccount", {}),
        ("enableAccount", {}),
    ]
    return chance.choice(wishes)


def test_all_operations_at_once_keep_the_books_sound(
    transactional_db: None, sound_ledger: None
) -> None:
    """The books themselves are checked after every test here."""
    callers = [make_api(f"caller-{each}") for each in range(WORKERS)]
    end = time.monotonic() + MIXED_SECONDS

    def work(caller: Api, chance: random.Random) -> Counter[int]:
        became = Counter[int]()
        for turn in count():
            if turn >= TURNS_MIN and time.monotonic() > end:
                break
            name, parameters = wish(chance)
            uid = chance.choice(USERS)
            answer = caller.post(f"/hyena/point/{name}", uid=uid, **parameters)
            assert answer.status_code == 200
            became[body(answer)["status"]] += 1
        return became

    tasks: list[Callable[[], Counter[int]]] = [
        partial(work, caller, random.Random(number)) for number, caller in enumerate(callers)
    ]
    became = sum(at_once(tasks), Counter[int]())
    assert set(became) <= {0, 1010, 1100, 1200, 2001}
    assert became[0] > WORKERS
