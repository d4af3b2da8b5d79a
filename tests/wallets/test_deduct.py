"""Take money for a trade, a fee or a commission."""

from decimal import Decimal

import pytest

from ledger.refusals import Code
from tests.wallets.support import Customer, Line, book, do, refusal, repeat
from wallets.commands import ChangeType, TradeType

TRADE_TYPES = [TradeType.TRADE, TradeType.FEE, TradeType.COMMISSION]


@pytest.mark.parametrize("trade_type", TRADE_TYPES)
def test_deducts(ann: Customer, trade_type: TradeType) -> None:
    assert book(ann.deduct("d1", "10.5", trade_type=trade_type)) == Line(
        ChangeType.DEDUCT, trade_type, "d1", "", Decimal("-10.5"), Decimal("89.5"), 2
    )


def test_deducts_the_last_cent(ann: Customer) -> None:
    assert book(ann.deduct("d1", 100)).balance == 0


def test_refuses_more_than_there_is(ann: Customer) -> None:
    refused = refusal(ann.deduct("d1", "100.00001"), Code.INSUFFICIENT)
    assert refused.facts == {"available": Decimal(100), "asked": Decimal("100.00001")}


def test_deducts_on_credit_to_the_last_cent(ann: Customer) -> None:
    do(ann.set_credit("c1", 50))
    refusal(ann.deduct("d1", "150.00001"), Code.INSUFFICIENT)
    assert book(ann.deduct("d1", 150)).balance == -50
    refusal(ann.deduct("d2", "0.00001"), Code.INSUFFICIENT)


def test_an_order_is_paid_again_after_a_top_up(ann: Customer) -> None:
    refusal(ann.deduct("order", 120), Code.INSUFFICIENT)
    do(ann.add("a1", 20))
    assert book(ann.deduct("order", 120)).balance == 0
    repeat(ann.deduct("order", 120))


def test_a_retry_of_a_paid_order_is_answered_although_the_account_is_empty(ann: Customer) -> None:
    do(ann.deduct("order", 100))
    repeat(ann.deduct("order", 100))
    refusal(ann.deduct("order", 99), Code.KEY_REUSED)


def test_the_lock_is_looked_at_before_the_balance(ann: Customer) -> None:
    do(ann.lock())
    refusal(ann.deduct("d1", 120), Code.LOCKED)
