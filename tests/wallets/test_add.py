"""Put money in."""

from decimal import Decimal

from ledger.refusals import Code
from tests.wallets.support import BOUND, LARGEST, Customer, Line, book, do, refusal
from wallets.commands import ChangeType, TradeType


def test_adds(ann: Customer) -> None:
    assert book(ann.add("a1", "10.5")) == Line(
        ChangeType.ADD, TradeType.TRADE, "a1", "", Decimal("10.5"), Decimal("110.5"), 2
    )


def test_adds_the_smallest_amount(ann: Customer) -> None:
    assert book(ann.add("a1", "0.00001")).balance == Decimal("100.00001")


def test_adds_up_to_the_bound(ann: Customer) -> None:
    assert book(ann.add("a1", LARGEST - 100)).balance == LARGEST


def test_refuses_a_balance_beyond_the_bound(ann: Customer) -> None:
    refused = refusal(ann.add("a1", BOUND - 100), Code.BAD_QUANTITY)
    assert refused.fields == {"amount": {"reason": "out-of-bounds"}}


def test_a_key_refused_at_the_bound_works_once_there_is_room(ann: Customer) -> None:
    refusal(ann.add("a1", LARGEST), Code.BAD_QUANTITY)
    do(ann.draw("w1", 100))
    assert book(ann.add("a1", LARGEST)).balance == LARGEST


def test_the_lock_is_looked_at_before_the_bound(ann: Customer) -> None:
    do(ann.lock())
    refusal(ann.add("a1", LARGEST), Code.LOCKED)


def test_lifts_a_negative_balance(ann: Customer) -> None:
    do(ann.set_credit("c1", 50))
    do(ann.deduct("d1", 150))
    assert book(ann.add("a1", 20)).balance == -30
