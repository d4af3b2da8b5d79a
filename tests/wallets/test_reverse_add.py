"""Undo an add in full, once."""

from decimal import Decimal

from ledger.refusals import Code
from tests.wallets.support import Customer, Line, book, do, refusal, repeat
from wallets.commands import ChangeType, TradeType


def test_takes_the_whole_add_back(ann: Customer) -> None:
    do(ann.add("a1", "10.5"))
    assert book(ann.reverse_add("v1", of="a1")) == Line(
        ChangeType.ADD, TradeType.REVERSAL, "v1", "a1", Decimal("-10.5"), Decimal(100), 3
    )


def test_the_number_of_the_add_may_serve_again(ann: Customer) -> None:
    assert book(ann.reverse_add("start", of="start")).balance == 0


def test_refuses_a_second_reversal(ann: Customer) -> None:
    do(ann.reverse_add("v1", of="start"))
    do(ann.add("a1", 500))
    refused = refusal(ann.reverse_add("v2", of="start"), Code.ALREADY_REVERSED)
    assert refused.facts == {"number": "start"}
    assert refused.fields == {"reference": {"reason": "already-reversed"}}


def test_the_same_number_again_is_a_repeat(ann: Customer) -> None:
    do(ann.reverse_add("v1", of="start"))
    repeat(ann.reverse_add("v1", of="start"))


def test_refuses_an_add_that_never_was(ann: Customer) -> None:
    refused = refusal(ann.reverse_add("v1", of="START"), Code.UNKNOWN_TRADE)
    assert refused.facts == {"number": "START"}


def test_what_is_no_add_is_not_found(ann: Customer) -> None:
    do(ann.draw("w1", 5))
    do(ann.deduct("d1", 5))
    do(ann.balance_flat("f1", 5))
    for number in ("w1", "d1", "f1"):
        refusal(ann.reverse_add("v1", of=number), Code.UNKNOWN_TRADE)


def test_a_reversal_cannot_be_reversed(ann: Customer) -> None:
    do(ann.add("a1", 10))
    do(ann.reverse_add("v1", of="a1"))
    refusal(ann.reverse_add("v2", of="v1"), Code.UNKNOWN_TRADE)


def test_refuses_when_the_money_is_gone(ann: Customer) -> None:
    do(ann.deduct("d1", "0.00001"))
    refusal(ann.reverse_add("v1", of="start"), Code.INSUFFICIENT)
    do(ann.add("a1", "0.00001"))
    assert book(ann.reverse_add("v1", of="start")).balance == 0


def test_takes_the_money_back_on_credit(ann: Customer) -> None:
    do(ann.set_credit("c1", 30))
    do(ann.deduct("d1", 30))
    assert book(ann.reverse_add("v1", of="start")).balance == -30


def test_a_second_reversal_is_refused_before_the_balance_is_looked_at(ann: Customer) -> None:
    do(ann.reverse_add("v1", of="start"))
    refusal(ann.reverse_add("v2", of="start"), Code.ALREADY_REVERSED)
