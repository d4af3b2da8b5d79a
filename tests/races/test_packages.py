"""Races about packages: what remains is used once, a day's limit holds, and keys count once."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
import time_machine

from ledger.posting import post
from ledger.refusals import Code
from ledger.terms import Command
from packages_app.models import Package
from tests.conftest import Api, make_api
from tests.packages.support import Pack, moment
from tests.races.support import all_at_once, at_once, outcomes
from tests.support import do
from tests.wallets.support import Customer

WORKERS = 16


@pytest.fixture(autouse=True)
def _far_from_midnight() -> Iterator[None]:
    with time_machine.travel(moment("2026-05-04 12:00:00")):
        yield


@pytest.fixture
def pack(ann: Customer) -> Pack:
    """Return a package of 100."""
    return sold(Pack(ann))


def sold(pack: Pack, daily_limit: int = 0) -> Pack:
    do(pack.create(100, daily_limit=daily_limit))
    return pack


@pytest.mark.parametrize("kind", ["deduct", "draw"])
def test_the_last_unit_is_taken_once(pack: Pack, kind: str) -> None:
    do(pack.deduct("most", 99))
    take = pack.deduct if kind == "deduct" else pack.draw
    wishes = [take(f"{kind} {number}", 1) for number in range(WORKERS)]
    assert all_at_once(wishes) == {"done": 1, Code.INSUFFICIENT: WORKERS - 1}
    assert pack.figures().remaining == 0


def test_a_hot_package_is_never_overdrawn(pack: Pack) -> None:
    def work(worker: int) -> Counter[str]:
        each = [outcomes(pack.deduct(f"{worker}-{number}", 1)) for number in range(10)]
        return Counter(outcome for (outcome,) in each)

    became = sum(at_once([partial(work, worker) for worker in range(WORKERS)]), Counter[str]())
    assert became == {"done": 100, Code.INSUFFICIENT: 60}
    assert pack.figures()[1:3] == (0, 100)


@pytest.mark.parametrize("kind", ["add", "drawing", "deduct", "refund"])
def test_a_key_sent_by_all_at_once_counts_once_and_is_answered_alike(pack: Pack, kind: str) -> None:
    do(pack.deduct("order", 50))
    callers = [make_api(f"caller-{each}", ident=pack.owner.tenant) for each in range(WORKERS)]
    call = {"eid": "ann", "spid": pack.code, "trade_no": "order", "num": 7}
    if kind == "deduct":
        call["trade_no"] = "other"

    def ask(caller: Api) -> tuple[int, bytes]:
        answer = caller.post(f"/package/capacity/{kind}", **call)
        return answer.status_code, answer.content

    answers = at_once([partial(ask, caller) for caller in callers])
    assert Counter(status for status, _ in answers) == {200: 1, 201: WORKERS - 1}
    assert len({content for _, content in answers}) == 1
    assert pack.figures().remaining == 50 + (7 if kind in {"add", "refund"} else -7)


def test_refunds_never_exceed_the_deduct(pack: Pack) -> None:
    do(pack.deduct("order", 100))
    refunds = [pack.refund(f"r{each}", 30, of="order") for each in range(WORKERS)]
    assert all_at_once(refunds) == {"done": 3, Code.REFUND_TOO_LARGE: WORKERS - 3}
    assert pack.figures()[1:3] == (90, 10)


def test_a_daily_limit_of_five_lets_five_through(ann: Customer) -> None:
    pack = sold(Pack(ann), daily_limit=5)
    wishes = [pack.deduct(f"d{number}", 1) for number in range(WORKERS)]
    assert all_at_once(wishes) == {"done": 5, Code.OVER_DAILY_LIMIT: WORKERS - 5}
    assert pack.figures()[1:3] == (95, 5)


@pytest.mark.parametrize("attempt", range(3))
def test_a_package_created_by_many_is_one_package(ann: Customer, attempt: int) -> None:
    pack = Pack(ann)
    creations = [pack.create(number, f"Name {number}") for number in range(1, WORKERS + 1)]
    assert all_at_once(creations) == {"done": 1, "repeat": WORKERS - 1}
    (row,) = Package.objects.all()
    assert row.name == f"Name {row.capacity}"
    assert len(pack.records()) == 1


def test_packages_of_many_accounts_are_created_at_once(ann: Customer) -> None:
    customers = [Customer(f"user {number}") for number in range(WORKERS)]
    for customer in customers:
        do(customer.create())
    assert all_at_once([Pack(each).create(5) for each in customers]) == {"done": WORKERS}
    assert Package.objects.count() == WORKERS


def test_locking_and_using_at_once_agree_on_an_order(pack: Pack) -> None:
    wishes: list[Command] = [pack.deduct(f"d{number}", 1) for number in range(WORKERS - 1)]
    became = all_at_once([*wishes, pack.owner.lock()])
    assert became["done"] + became[Code.LOCKED] == WORKERS
    assert pack.owner.account().is_locked
    assert pack.figures().remaining == 100 - (became["done"] - 1)


def test_mixed_batches_in_opposite_orders_lose_nothing(ann: Customer, bob: Customer) -> None:
    one, two = sold(Pack(ann)), sold(Pack(bob))
    rounds = 8

    def work(first: Pack, second: Pack, name: str) -> Counter[str]:
        became = Counter[str]()
        for each in range(rounds):
            key = f"{name}-{each}"
            became.update(
                outcomes(
                    first.add(key, 2),
                    second.owner.deduct(key, 1),
                    second.deduct(key, 1),
                    first.owner.add(key, 1),
                    first.draw(key, 1),
                )
            )
        return became

    tasks = [
        partial(work, first, second, f"{name}-{number}")
        for number in range(4)
        for name, first, second in (("there", one, two), ("back", two, one))
    ]
    assert sum(at_once(tasks), Counter[str]()) == {"done": 5 * rounds * len(tasks)}
    assert ann.balance() + bob.balance() == 200
    assert one.figures().remaining + two.figures().remaining == 200
    assert {one.figures().used_today, two.figures().used_today} == {rounds * 4}


def test_wallet_and_package_move_together_or_not_at_all(pack: Pack) -> None:
    def buy(number: int) -> str:
        answers = post(
            [pack.owner.deduct(f"p{number}", 10), pack.deduct(f"u{number}", 12)], all_or_none=True
        )
        return "done" if len(answers) == 2 and not isinstance(answers[1], Exception) else "refused"

    became = Counter(at_once([partial(buy, number) for number in range(WORKERS)]))
    assert became == {"done": 8, "refused": WORKERS - 8}
    assert [pack.owner.balance(), pack.figures().remaining] == [20, 4]
