"""How many statements a post takes: a fixed number, whatever is in it.

Counted is what Django logs of a connection. On SQLite and PostgreSQL that is every statement,
BEGIN and COMMIT among them (psycopg sends BEGIN along with the first statement). On MariaDB,
BEGIN stands for `SET autocommit=0`; the `SET autocommit=1` after COMMIT is not logged.
"""

from collections.abc import Callable

import pytest
from django.db import connection

from ledger.posting import post
from ledger.terms import Command, Posting
from tests.support import FRAME, allowed, statements
from tests.wallets.support import Customer, do
from wallets.commands import TradeType

pytestmark = pytest.mark.django_db(transaction=True)

SINGLE: dict[str, tuple[Callable[[Customer], Command], int]] = {
    "create": (lambda _: Customer("new").create(), 5),
    "rename": (lambda customer: customer.rename("Anna"), 5),
    "lock": (lambda customer: customer.lock(), 5),
    "unlock": (lambda customer: customer.unlock(), 3),
    "add": (lambda customer: customer.add("n", 3), 6),
    "draw": (lambda customer: customer.draw("n", 3), 6),
    "deduct": (lambda customer: customer.deduct("n", 3), 6),
    "refund": (lambda customer: customer.refund("n", 3, of="taken"), 6),
    "reverse_add": (lambda customer: customer.reverse_add("n", of="gift"), 6),
    "reverse_drawing": (lambda customer: customer.reverse_drawing("n", of="drawn"), 6),
    "trade_flat": (lambda customer: customer.trade_flat("n", 3), 6),
    "balance_flat": (lambda customer: customer.balance_flat("n", 3), 6),
    "set_credit": (lambda customer: customer.set_credit("n", 3), 6),
    "repeat": (lambda customer: customer.add("gift", 50), 4),
    "refused": (lambda customer: customer.deduct("n", 1000), 4),
    "unknown account": (lambda _: Customer("nobody").add("n", 3), 3),
}


@pytest.fixture
def past(transactional_db: None) -> Customer:
    """Return a customer with something to refund and to reverse."""
    ann = Customer("ann")
    for command in (
        ann.create(),
        ann.add("gift", 50),
        ann.add("more", 50),
        ann.draw("drawn", 10),
        ann.deduct("taken", 10),
    ):
        do(command)
    return ann


@pytest.mark.parametrize("kind", SINGLE)
def test_one_command_takes_at_most_seven_with_begin_and_commit(past: Customer, kind: str) -> None:
    wording, count = SINGLE[kind]
    taken = statements([wording(past)])
    assert len(taken) == count <= 7, taken
    assert (taken[0] in FRAME, taken[-1]) == (True, "COMMIT")


def test_five_hundred_commands_on_a_hundred_accounts_take_at_most_eight(past: Customer) -> None:
    crowd = a_crowd()
    commands = [customer.add(f"a{turn}", 1) for turn in range(5) for customer in crowd]
    taken = statements(commands)
    assert len(taken) <= allowed(8), taken
    assert {customer.balance() for customer in crowd} == {5}


def test_refunds_among_them_take_none_more(past: Customer) -> None:
    crowd = a_crowd()
    post([customer.add("a", 50) for customer in crowd])
    post([customer.deduct("d", 20, trade_type=TradeType.FEE) for customer in crowd])
    commands = [
        command
        for customer in crowd
        for command in (
            customer.refund("d", 3, of="d", trade_type=TradeType.FEE),
            customer.refund("r1", 4, of="d", trade_type=TradeType.FEE),
            customer.set_credit("c", 20),
            customer.reverse_add("v", of="a"),
            customer.deduct("d2", 1),
        )
    ]
    taken = statements(commands)
    assert len(taken) <= allowed(8), taken
    assert {customer.balance() for customer in crowd} == {-14}
    assert {customer.account().sequence for customer in crowd} == {7}


def test_new_accounts_among_them_take_two_more(past: Customer) -> None:
    old, new = a_crowd(50), [Customer(f"new{number}") for number in range(50)]
    commands: list[Command] = [customer.create() for customer in new]
    for turn in range(3):
        commands += [customer.add(f"a{turn}", 2) for customer in old + new]
    commands += [customer.deduct("d", 1) for customer in old + new]
    commands += [customer.refund("d", 1, of="d") for customer in new]
    assert len(commands) == 500
    taken = statements(commands)
    within = [statement for statement in taken if statement not in FRAME]
    assert len(taken) - len(within) == 2
    assert len(within) <= allowed(8), within
    assert {customer.balance() for customer in new} == {6}


def test_locks_are_taken_in_the_order_of_the_primary_key(past: Customer) -> None:
    taken = statements([customer.add("a", 1) for customer in reversed(a_crowd(5))])
    (locking,) = [each for each in taken if "balance" in each and "ORDER BY" in each]
    order = locking.replace('"', "").replace("`", "").partition("ORDER BY ")[2]
    for_update = "" if connection.vendor == "sqlite" else " FOR UPDATE"
    assert order == f"wallets_account.id ASC{for_update}"


def test_a_single_row_is_locked_too(past: Customer) -> None:
    taken = statements([past.add("a", 1)])
    locking = [each for each in taken if each.endswith(" FOR UPDATE")]
    assert len(locking) == (0 if connection.vendor == "sqlite" else 1)


def a_crowd(size: int = 100) -> list[Customer]:
    """Open accounts, and return who holds them."""
    crowd = [Customer(f"user{number}") for number in range(size)]
    assert all(isinstance(answer, Posting) for answer in post([each.create() for each in crowd]))
    return crowd
