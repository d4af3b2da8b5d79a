"""Races of threads: what must happen once happens once, what must not go below zero does not."""

from collections import Counter
from decimal import Decimal
from functools import partial

import pytest

from ledger.refusals import Code
from ledger.terms import Command
from tests.conftest import Api, make_api
from tests.races.support import all_at_once, at_once, outcomes
from tests.wallets.support import Customer, do
from wallets.models import Account, Record

WORKERS = 16
KEYS = 40
DEDUCTS = 2_000
DEDUCTS_EACH = DEDUCTS // WORKERS


def test_a_storm_of_duplicates_is_applied_once_and_answered_alike(ann: Customer) -> None:
    keys = [f"k{number}" for number in range(KEYS)]
    callers = [make_api(f"caller-{number}", ident=ann.tenant) for number in range(WORKERS)]

    def storm(caller: Api) -> list[tuple[int, bytes]]:
        path = "/account/balance/add"
        answers = [caller.post(path, eid="ann", trade_no=key, amount=2) for key in keys]
        return [(answer.status_code, answer.content) for answer in answers]

    answers = at_once([partial(storm, caller) for caller in callers])
    statuses = Counter(status for each in answers for status, _ in each)
    assert statuses == {200: KEYS, 201: KEYS * (WORKERS - 1)}
    for place in range(KEYS):
        assert len({each[place][1] for each in answers}) == 1
    assert [ann.balance(), len(ann.records())] == [100 + 2 * KEYS, 1 + KEYS]


def test_a_hot_account_is_never_overdrawn(ann: Customer) -> None:
    do(ann.add("more", 900))

    def work(worker: int) -> Counter[str]:
        return Counter(
            outcome
            for number in range(DEDUCTS_EACH)
            for outcome in outcomes(ann.deduct(f"{worker}-{number}", 1))
        )

    became = sum(at_once([partial(work, worker) for worker in range(WORKERS)]), Counter[str]())
    assert became == {"done": 1000, Code.INSUFFICIENT: DEDUCTS - 1000}
    assert ann.balance() == 0


def test_credit_is_spent_to_the_last_cent_and_no_further(ann: Customer) -> None:
    do(ann.draw("all", 100))
    do(ann.set_credit("c1", 100))
    became = Counter[str]()
    for part in range(4):
        became += all_at_once([ann.deduct(f"{part}-{each}", 10) for each in range(WORKERS)])
    assert became == {"done": 10, Code.INSUFFICIENT: 4 * WORKERS - 10}
    assert ann.balance() == -100


def test_the_last_cent_is_spent_once(ann: Customer) -> None:
    do(ann.draw("most", "99.99999"))
    wishes = [ann.deduct("d", "0.00001"), ann.draw("w", "0.00001"), ann.trade_flat("f", "0.00001")]
    assert all_at_once(wishes) == {"done": 1, Code.INSUFFICIENT: 2}
    assert ann.balance() == 0


def test_refunds_never_exceed_the_deduct(ann: Customer) -> None:
    do(ann.deduct("order", 100))
    refunds = [ann.refund(f"r{each}", 30, of="order") for each in range(WORKERS)]
    assert all_at_once(refunds) == {"done": 3, Code.REFUND_TOO_LARGE: WORKERS - 3}
    assert ann.balance() == 90


@pytest.mark.parametrize("kind", ["add", "draw"])
def test_a_booking_is_reversed_once(ann: Customer, kind: str) -> None:
    do(ann.add("gift", 5))
    do(ann.draw("drawn", 5))
    reverse, of = (ann.reverse_add, "gift") if kind == "add" else (ann.reverse_drawing, "drawn")
    reversals = [reverse(f"v{each}", of=of) for each in range(WORKERS)]
    assert all_at_once(reversals) == {"done": 1, Code.ALREADY_REVERSED: WORKERS - 1}
    assert Record.objects.filter(reversal_digest__isnull=False).count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_an_account_opened_by_many_is_one_account(ann: Customer, attempt: int) -> None:
    new = Customer("new")
    creations = [new.create(f"Name {number}") for number in range(WORKERS)]
    assert all_at_once(creations) == {"done": 1, "repeat": WORKERS - 1}
    assert Account.objects.filter(user="new").count() == 1
    assert new.account().notes.count() == 1


def test_first_bookings_of_a_new_account_all_count(ann: Customer) -> None:
    new = Customer("new")
    batches: list[list[Command]] = [
        [new.create(), new.add(f"a{number}", 1), new.add("same", 1)] for number in range(WORKERS)
    ]
    became = at_once([partial(outcomes, *batch) for batch in batches])
    assert Counter(each[0] for each in became) == {"done": 1, "repeat": WORKERS - 1}
    assert Counter(each[1] for each in became) == {"done": WORKERS}
    assert Counter(each[2] for each in became) == {"done": 1, "repeat": WORKERS - 1}
    assert new.balance() == WORKERS + 1


def test_batches_in_opposite_orders_lose_nothing(ann: Customer, bob: Customer) -> None:
    rounds = 12

    def work(first: Customer, second: Customer, name: str) -> Counter[str]:
        became = Counter[str]()
        for each in range(rounds):
            key = f"{name}-{each}"
            became.update(
                outcomes(first.add(key, 1), second.deduct(key, 1), first.deduct(f"{key}-", 1))
            )
        return became

    tasks = [
        partial(work, first, second, f"{name}-{number}")
        for number in range(4)
        for name, first, second in (("there", ann, bob), ("back", bob, ann))
    ]
    assert sum(at_once(tasks), Counter[str]()) == {"done": 3 * rounds * len(tasks)}
    assert ann.balance() + bob.balance() == 200 - rounds * len(tasks)


def test_locking_and_spending_at_once_agree_on_an_order(ann: Customer) -> None:
    wishes: list[Command] = [ann.deduct(f"d{number}", 1) for number in range(WORKERS - 1)]
    became = all_at_once([*wishes, ann.lock()])
    assert became["done"] + became[Code.LOCKED] == WORKERS
    assert ann.account().is_locked
    assert ann.balance() == 100 - (became["done"] - 1)


def test_everything_at_once_keeps_the_ledger_sound(ann: Customer, bob: Customer) -> None:
    def work(number: int) -> None:
        for each in range(6):
            key = f"{number}-{each}"
            outcomes(ann.add(key, "1.5"), bob.draw(key, 2), ann.deduct(key, 1))
            outcomes(ann.refund(key, "0.5", of=key), bob.reverse_drawing(key, of=key))
            outcomes(ann.rename(key), bob.set_credit(key, each), ann.trade_flat(key, "-0.25"))
            outcomes(ann.reverse_add(key, of=key), bob.balance_flat(key, "-0.5"))

    at_once([partial(work, number) for number in range(8)])
    expected = 100 + 48 * (Decimal("1.5") - 1 + Decimal("0.5") + Decimal("0.25") - Decimal("1.5"))
    assert ann.balance() == expected
