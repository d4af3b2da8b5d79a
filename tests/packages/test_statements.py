"""How many statements a post about packages takes: a fixed number, whatever is in it.

They are counted as for wallets.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection

from ledger.posting import post
from ledger.refusals import Refusal
from ledger.terms import Command
from tests.packages.support import Pack
from tests.support import FRAME, allowed, do, statements
from tests.wallets.support import Customer

pytestmark = pytest.mark.django_db(transaction=True)

SINGLE: dict[str, tuple[Callable[[Pack], Command], int]] = {
    "create": (lambda pack: replace(pack, code="new").create(10), 6),
    "create of nothing": (lambda pack: replace(pack, code="new").create(0), 5),
    "create again": (lambda pack: pack.create(10), 5),
    "add": (lambda pack: pack.add("n", 3), 7),
    "draw": (lambda pack: pack.draw("n", 3), 7),
    "deduct": (lambda pack: pack.deduct("n", 3), 7),
    "refund": (lambda pack: pack.refund("n", 3, of="taken"), 7),
    "repeat": (lambda pack: pack.deduct("taken", 20), 5),
    "refused": (lambda pack: pack.deduct("n", 1000), 5),
    "unknown package": (lambda pack: replace(pack, code="no").add("n", 3), 4),
    "unknown account": (lambda pack: replace(pack, owner=Customer("no")).add("n", 3), 4),
}


@pytest.fixture
def past(transactional_db: None) -> Pack:
    """Return a package with something to refund."""
    ann = Customer("ann")
    pack = Pack(ann)
    for command in (ann.create(), pack.create(100), pack.deduct("taken", 20)):
        do(command)
    return pack


@pytest.mark.parametrize("kind", SINGLE)
def test_one_command_takes_at_most_seven_with_begin_and_commit(past: Pack, kind: str) -> None:
    wording, count = SINGLE[kind]
    taken = statements([wording(past)])
    assert len(taken) == count <= 7, taken
    assert (taken[0] in FRAME, taken[-1]) == (True, "COMMIT")


def test_a_batch_of_wallets_and_packages_takes_a_fixed_number(past: Pack) -> None:
    taken = [len(statements(mixed(crowd(size, f"of {size}")))) for size in (2, 50)]
    # Per domain: look up, lock, two kinds of records, insert, update.
    assert taken[0] <= 12
    assert taken[1] <= allowed(12)
    if connection.vendor != "sqlite":
        assert taken[0] == taken[1]


def mixed(packs: list[Pack]) -> list[Command]:
    """Return ten commands for each of the packages and its owner's wallet."""
    return [
        command
        for pack in packs
        for command in (
            pack.owner.add("a", 50),
            pack.add("a", 5),
            pack.deduct("d", 20),
            pack.owner.deduct("d", 20),
            pack.refund("d", 3, of="d"),
            pack.owner.refund("d", 3, of="d"),
            pack.draw("w", 4),
            pack.owner.draw("w", 4),
            pack.refund("r", 2, of="e"),
            pack.owner.set_credit("c", 7),
        )
    ]


def crowd(size: int, name: str) -> list[Pack]:
    """Open accounts and sell each a package, with a deduct to refund."""
    packs = [Pack(Customer(f"{name} {number}")) for number in range(size)]
    answers = post([pack.owner.create() for pack in packs])
    answers += post([pack.create(100) for pack in packs])
    answers += post([pack.deduct("e", 2) for pack in packs])
    assert not [answer for answer in answers if isinstance(answer, Refusal)]
    return packs


def test_accounts_are_locked_before_packages_each_by_primary_key(past: Pack) -> None:
    packs = crowd(4, "many")
    taken = statements([pack.deduct("d", 1) for pack in reversed(packs)])
    plain = [each.replace('"', "").replace("`", "") for each in taken]
    orders = [each.partition("ORDER BY ")[2].split()[0] for each in plain if "ORDER BY" in each]
    assert orders == ["wallets_account.id", "packages_package.id"]


def test_both_rows_of_a_single_command_are_locked(past: Pack) -> None:
    taken = statements([past.add("a", 1)])
    locking = [each for each in taken if each.endswith(" FOR UPDATE")]
    assert len(locking) == (0 if connection.vendor == "sqlite" else 2)
