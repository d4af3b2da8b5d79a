"""Correct the balance: what is positive raises it."""

from decimal import Decimal

from ledger.refusals import Code
from tests.wallets.support import BOUND, LARGEST, Customer, Line, book, do, refusal
from wallets.commands import ChangeType, TradeType


def test_a_positive_amount_raises_the_balance(ann: Customer) -> None:
    assert book(ann.balance_flat("f1", "10.5", trade_type=TradeType.COMMISSION)) == Line(
        ChangeType.BALANCE_FLAT,
        TradeType.COMMISSION,
        "f1",
        "",
        Decimal("10.5"),
        Decimal("110.5"),
        2,
    )


def test_a_negative_amount_lowers_the_balance(ann: Customer) -> None:
    assert book(ann.balance_flat("f1", "-10.5")) == Line(
        ChangeType.BALANCE_FLAT, TradeType.TRADE, "f1", "", Decimal("-10.5"), Decimal("89.5"), 2
    )


def test_lowers_to_the_credit_line_also_when_locked(ann: Customer) -> None:
    do(ann.set_credit("c1", 50))
    do(ann.lock())
    refused = refusal(ann.balance_flat("f1", "-150.00001"), Code.INSUFFICIENT)
    assert refused.facts == {"available": Decimal(150), "asked": Decimal("150.00001")}
    assert book(ann.balance_flat("f1", -150)).balance == -50


def test_raises_up_to_the_bound(ann: Customer) -> None:
    refused = refusal(ann.balance_flat("f1", BOUND - 100), Code.BAD_QUANTITY)
    assert refused.fields == {"amount": {"reason": "out-of-bounds"}}
    assert book(ann.balance_flat("f1", LARGEST - 100)).balance == LARGEST
