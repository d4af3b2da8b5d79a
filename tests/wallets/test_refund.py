"""Give back what a deduct took, in full or in parts."""

from decimal import Decimal

import pytest

from ledger.refusals import Code
from tests.wallets.support import LARGEST, Customer, Line, book, do, refusal, repeat
from wallets.commands import ChangeType, TradeType


@pytest.fixture
def buyer(ann: Customer) -> Customer:
    """Return a customer who paid 60 for the order."""
    do(ann.deduct("order", 60))
    return ann


def test_refunds_in_full_under_the_number_of_the_deduct(buyer: Customer) -> None:
    assert book(buyer.refund("order", 60, of="order")) == Line(
        ChangeType.REFUND, TradeType.TRADE, "order", "order", Decimal(60), Decimal(100), 3
    )


def test_refunds_a_part_under_a_number_of_its_own(buyer: Customer) -> None:
    assert book(buyer.refund("r1", "0.5", of="order")) == Line(
        ChangeType.REFUND, TradeType.TRADE, "r1", "order", Decimal("0.5"), Decimal("40.5"), 3
    )


def test_refunds_in_parts_up_to_the_whole(buyer: Customer) -> None:
    for number, part in {"r1": "30", "r2": "29.99999", "r3": "0.00001"}.items():
        book(buyer.refund(number, part, of="order"))
    assert buyer.balance() == 100
    refusal(buyer.refund("r4", "0.00001", of="order"), Code.REFUND_TOO_LARGE)


def test_says_how_much_was_deducted_refunded_and_asked(buyer: Customer) -> None:
    do(buyer.refund("r1", 45, of="order"))
    refused = refusal(buyer.refund("r2", "15.00001", of="order"), Code.REFUND_TOO_LARGE)
    assert refused.facts == {
        "deducted": Decimal(60),
        "refunded": Decimal(45),
        "asked": Decimal("15.00001"),
    }
    assert refused.fields == {"amount": {"reason": "refund-too-large"}}


def test_refuses_more_than_was_deducted_at_once(buyer: Customer) -> None:
    refusal(buyer.refund("order", "60.00001", of="order"), Code.REFUND_TOO_LARGE)


def test_both_ways_count_together(buyer: Customer) -> None:
    do(buyer.refund("order", 20, of="order"))
    do(buyer.refund("r1", 30, of="order"))
    refusal(buyer.refund("r2", 11, of="order"), Code.REFUND_TOO_LARGE)
    book(buyer.refund("r2", 10, of="order"))


def test_one_refund_only_under_the_number_of_the_deduct(buyer: Customer) -> None:
    do(buyer.refund("order", 20, of="order"))
    repeat(buyer.refund("order", 20, of="order"))
    refused = refusal(buyer.refund("order", 21, of="order"), Code.KEY_REUSED)
    assert refused.fields == {"amount": {"reason": "differs"}}


def test_a_number_used_for_another_deduct_names_both_fields(buyer: Customer) -> None:
    do(buyer.deduct("other", 10))
    do(buyer.refund("r1", 10, of="order"))
    refused = refusal(buyer.refund("r1", 5, of="other"), Code.KEY_REUSED)
    assert refused.fields == {"amount": {"reason": "differs"}, "reference": {"reason": "differs"}}


def test_refunds_share_their_numbers_across_deducts(buyer: Customer) -> None:
    do(buyer.deduct("r1", 10))
    do(buyer.refund("r1", 10, of="order"))
    refused = refusal(buyer.refund("r1", 10, of="r1"), Code.KEY_REUSED)
    assert refused.fields == {"reference": {"reason": "differs"}}


def test_each_deduct_has_a_sum_of_its_own(buyer: Customer) -> None:
    do(buyer.deduct("other", 10))
    do(buyer.refund("r1", 60, of="order"))
    book(buyer.refund("r2", 10, of="other"))
    refusal(buyer.refund("r3", 1, of="other"), Code.REFUND_TOO_LARGE)


def test_a_repeat_is_answered_when_nothing_is_left_to_refund(buyer: Customer) -> None:
    do(buyer.refund("r1", 60, of="order"))
    repeat(buyer.refund("r1", 60, of="order"))


def test_refuses_a_deduct_that_never_was(buyer: Customer) -> None:
    refused = refusal(buyer.refund("r1", 1, of="ORDER"), Code.UNKNOWN_TRADE)
    assert refused.facts == {"number": "ORDER"}


def test_what_is_no_deduct_is_not_refunded(buyer: Customer) -> None:
    do(buyer.draw("w1", 5))
    do(buyer.trade_flat("f1", 5))
    do(buyer.refund("r1", 5, of="order"))
    for number in ("start", "w1", "f1", "r1"):
        refusal(buyer.refund("r2", 1, of=number), Code.UNKNOWN_TRADE)


def test_a_deduct_of_another_account_is_not_found(buyer: Customer, bob: Customer) -> None:
    refusal(bob.refund("r1", 1, of="order"), Code.UNKNOWN_TRADE)


def test_the_deduct_is_looked_up_with_its_trade_type(buyer: Customer) -> None:
    fee = TradeType.FEE
    refusal(buyer.refund("r1", 1, of="order", trade_type=fee), Code.UNKNOWN_TRADE)
    do(buyer.deduct("order", 5, trade_type=fee))
    assert book(buyer.refund("r1", 5, of="order", trade_type=fee)).trade_type == fee
    refusal(buyer.refund("r2", 1, of="order", trade_type=fee), Code.REFUND_TOO_LARGE)
    book(buyer.refund("r1", 60, of="order"))


def test_refunds_on_a_locked_account(buyer: Customer) -> None:
    do(buyer.lock())
    book(buyer.refund("r1", 60, of="order"))


def test_refuses_a_balance_beyond_the_bound(buyer: Customer) -> None:
    do(buyer.add("a1", LARGEST - 50))
    refused = refusal(buyer.refund("r1", 11, of="order"), Code.BAD_QUANTITY)
    assert refused.fields == {"amount": {"reason": "out-of-bounds"}}
    assert book(buyer.refund("r1", 10, of="order")).balance == LARGEST


def test_a_refunded_deduct_stays_a_deduct(buyer: Customer) -> None:
    do(buyer.refund("order", 60, of="order"))
    repeat(buyer.deduct("order", 60))
