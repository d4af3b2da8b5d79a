"""Pay money out."""

from decimal import Decimal

from ledger.refusals import Code
from tests.wallets.support import Customer, Line, book, do, refusal, repeat
from wallets.commands import ChangeType, TradeType


def test_draws(ann: Customer) -> None:
    assert book(ann.draw("w1", "10.5")) == Line(
        ChangeType.DRAWING, TradeType.TRADE, "w1", "", Decimal("-10.5"), Decimal("89.5"), 2
    )


def test_draws_the_last_cent(ann: Customer) -> None:
    assert book(ann.draw("w1", 100)).balance == 0


def test_refuses_more_than_there_is(ann: Customer) -> None:
    refused = refusal(ann.draw("w1", "100.00001"), Code.INSUFFICIENT)
    assert refused.facts == {"available": Decimal(100), "asked": Decimal("100.00001")}


def test_draws_on_credit_to_the_last_cent(ann: Customer) -> None:
    do(ann.set_credit("c1", 50))
    refusal(ann.draw("w1", "150.00001"), Code.INSUFFICIENT)
    assert book(ann.draw("w1", 150)).balance == -50
    refusal(ann.draw("w2", "0.00001"), Code.INSUFFICIENT)


def test_a_drawing_refused_for_want_of_money_works_after_a_top_up(ann: Customer) -> None:
    refusal(ann.draw("w1", 120), Code.INSUFFICIENT)
    do(ann.add("a1", 20))
    assert book(ann.draw("w1", 120)).balance == 0
    repeat(ann.draw("w1", 120))


def test_the_lock_is_looked_at_before_the_balance(ann: Customer) -> None:
    do(ann.lock())
    refusal(ann.draw("w1", 120), Code.LOCKED)
