"""Say how far below zero the balance may go."""

from decimal import Decimal

from ledger.refusals import Code
from tests.wallets.support import LARGEST, Customer, Line, book, do, refusal, repeat, unchanged
from wallets.commands import ChangeType, TradeType


def test_sets_the_credit_line(ann: Customer) -> None:
    assert book(ann.set_credit("c1", "50.5")) == Line(
        ChangeType.CREDIT_LINE, TradeType.TRADE, "c1", "", Decimal(0), Decimal(100), 2
    )
    assert ann.account().credit == Decimal("50.5")


def test_the_record_says_what_it_was_before(ann: Customer) -> None:
    do(ann.set_credit("c1", "50.5"))
    do(ann.set_credit("c2", 20))
    texts = [record.extra for record in ann.records()[1:]]
    assert texts == ['{"before":0,"after":50.5}', '{"before":50.5,"after":20}']


def test_answers_the_account(ann: Customer) -> None:
    answer = do(ann.set_credit("c1", 50)).answer
    assert '"credit":50' in answer
    assert "trade_no" not in answer


def test_the_same_line_again_books_nothing(ann: Customer) -> None:
    do(ann.set_credit("c1", 50))
    unchanged(ann.set_credit("c2", "50.0"))


def test_a_number_that_booked_nothing_is_still_free(ann: Customer) -> None:
    unchanged(ann.set_credit("c1", 0))
    book(ann.set_credit("c1", 10))


def test_a_repeat_does_not_bring_an_old_line_back(ann: Customer) -> None:
    first = do(ann.set_credit("c1", 50))
    do(ann.set_credit("c2", 20))
    assert repeat(ann.set_credit("c1", 50)).answer == first.answer
    assert ann.account().credit == 20


def test_refuses_a_line_above_the_debt(ann: Customer) -> None:
    do(ann.set_credit("c1", 50))
    do(ann.deduct("d1", 130))
    refusal(ann.set_credit("c2", "29.99999"), Code.INSUFFICIENT)
    book(ann.set_credit("c2", 30))
    refusal(ann.deduct("d2", "0.00001"), Code.INSUFFICIENT)


def test_lets_the_balance_down_to_the_bound(ann: Customer) -> None:
    do(ann.set_credit("c1", LARGEST))
    do(ann.deduct("d1", 100))
    assert book(ann.deduct("d2", LARGEST)).balance == -LARGEST
