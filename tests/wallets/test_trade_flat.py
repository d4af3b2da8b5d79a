"""Correct a trade: what is positive lowers the balance."""

from decimal import Decimal

from ledger.refusals import Code
from tests.wallets.support import BOUND, LARGEST, Customer, Line, book, do, refusal
from wallets.commands import ChangeType, TradeType


def test_a_positive_amount_lowers_the_balance(ann: Customer) -> None:
    assert book(ann.trade_flat("f1", "10.5", trade_type=TradeType.FEE)) == Line(
        ChangeType.TRADE_FLAT, TradeType.FEE, "f1", "", Decimal("-10.5"), Decimal("89.5"), 2
    )


def test_a_negative_amount_raises_the_balance(ann: Customer) -> None:
    assert book(ann.trade_flat("f1", "-10.5")) == Line(
        ChangeType.TRADE_FLAT, TradeType.TRADE, "f1", "", Decimal("10.5"), Decimal("110.5"), 2
    )


def test_the_sign_is_content(ann: Customer) -> None:
    do(ann.trade_flat("f1", 5))
    refusal(ann.trade_flat("f1", -5), Code.KEY_REUSED)


def test_lowers_to_the_credit_line(ann: Customer) -> None:
    do(ann.set_credit("c1", 50))
    refusal(ann.trade_flat("f1", "150.00001"), Code.INSUFFICIENT)
    assert book(ann.trade_flat("f1", 150)).balance == -50


def test_raises_up_to_the_bound(ann: Customer) -> None:
    refused = refusal(ann.trade_flat("f1", 100 - BOUND), Code.BAD_QUANTITY)
    assert refused.fields == {"amount": {"reason": "out-of-bounds"}}
    assert book(ann.trade_flat("f1", 100 - LARGEST)).balance == LARGEST
