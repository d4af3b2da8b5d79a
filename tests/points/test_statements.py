"""How many statements a post about points takes: a fixed number, whatever is in it.

They are counted as for wallets: BEGIN and COMMIT come on top.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from ledger.posting import post
from ledger.refusals import Refusal
from ledger.terms import Command
from points.models import Lot
from points.models.stock import PAGE_FIRST
from tests.points.support import Customer
from tests.support import allowed, do, statements

pytestmark = pytest.mark.django_db(transaction=True)

BEGIN_AND_COMMIT = 2
SINGLE: dict[str, tuple[Callable[[Customer], Command], int]] = {
    "increase": (lambda ann: ann.increase(5, number="n"), 8),
    "increase of a new account": (lambda _: Customer("new").increase(5, number="n"), 8),
    "decrease": (lambda ann: ann.decrease(5, number="n"), 8),
    "decrease by order": (lambda ann: ann.decrease(5, number="n", lot_reference="A"), 8),
    "freeze": (lambda ann: ann.freeze(5, number="n"), 9),
    "freeze by cost": (lambda ann: ann.freeze_cost(5, number="n"), 9),
    "release": (lambda ann: ann.release(5, number="n"), 9),
    "release by order": (
        lambda ann: ann.release(20, number="n", is_by_order=True, reference="O"),
        9,
    ),
    "capture": (lambda ann: ann.capture(5, number="n"), 9),
    "capture after a release": (lambda ann: ann.capture(30, number="n", release_points=20), 9),
    "cancel": (lambda ann: ann.cancel(5, number="n"), 8),
    "refund": (lambda ann: ann.refund(5, number="n"), 8),
    "repeat": (lambda ann: ann.decrease(5, number="before"), 4),
    "refused": (lambda ann: ann.decrease(5000, number="n"), 4),
    "unknown account": (lambda _: Customer("no").decrease(5, number="n"), 1),
    "disable": (lambda ann: ann.disable(), 5),
}


@pytest.fixture
def past(ann: Customer) -> Customer:
    """Return a customer with lots, a hold and a number that is taken."""
    return with_a_past(ann)


def with_a_past(customer: Customer) -> Customer:
    for command in (
        customer.increase(100, 50, reference="A"),
        customer.increase(100, 50),
        customer.freeze(20, reference="O"),
        customer.decrease(5, number="before"),
    ):
        do(command)
    return customer


@pytest.mark.parametrize("kind", SINGLE)
def test_one_command_takes_at_most_ten(past: Customer, kind: str) -> None:
    wording, most = SINGLE[kind]
    taken = statements([wording(past)])
    assert len(taken) - BEGIN_AND_COMMIT <= most <= 10, taken


def test_a_command_that_books_what_has_expired_takes_at_most_eleven(
    past: Customer, clock: time_machine.Traveller
) -> None:
    soon = clock.move_to  # Both a lot and a hold expire before the freeze.
    row = past.row()
    do(past.increase(7, expires_at=row.created_at + timedelta(hours=1)))
    do(past.freeze(3, expires_at=row.created_at + timedelta(hours=1)))
    soon(row.created_at + timedelta(hours=2))
    taken = statements([past.freeze(5, number="n")])
    assert [log.log_type for log in past.logs()[-3:]] == [4, 5, 3]
    assert len(taken) - BEGIN_AND_COMMIT <= 11, taken


def test_a_batch_takes_a_fixed_number(past: Customer) -> None:
    taken = [len(statements(mixed(crowd(size)))) for size in (2, 40)]
    # Two to lock; logs, pieces, lots, types; then two kinds of new rows and three of changed ones,
    # and the logs and what they did to lots.
    assert taken[0] - BEGIN_AND_COMMIT <= 15
    assert taken[1] - BEGIN_AND_COMMIT <= allowed(15)
    if connection.vendor != "sqlite":
        assert taken[0] == taken[1]


def mixed(customers: Sequence[Customer]) -> list[Command]:
    """Return nine commands for each of the customers, one of them new."""
    return [
        command
        for customer in customers
        for command in (
            Customer(f"another {customer.user}").increase(5),
            customer.increase(10, 5),
            customer.decrease(3, number="d"),
            customer.decrease(3, lot_reference="A"),
            customer.freeze(4, reference="P"),
            customer.release(20, is_by_order=True, reference="O"),
            customer.capture(2),
            customer.refund(1),
            customer.cancel(1),
        )
    ]


def crowd(size: int) -> list[Customer]:
    customers = [with_a_past(Customer(f"{number} of {size}")) for number in range(size)]
    assert customers
    return customers


def test_lots_are_read_as_far_as_they_are_touched(ann: Customer) -> None:
    answers = post([ann.increase(1) for _ in range(100)])
    assert not [answer for answer in answers if isinstance(answer, Refusal)]
    few = statements([ann.decrease(1)])
    (lots,) = [each for each in few if "points_lot" in each and each.startswith("SELECT")]
    assert f"LIMIT {PAGE_FIRST}" in lots
    many = statements([ann.decrease(80)])
    assert len(many) - len(few) <= allowed(2)  # Two more pages of lots.
    assert Lot.objects.filter(is_spendable=True).count() == 19
