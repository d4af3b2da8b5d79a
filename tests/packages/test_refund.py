"""Give back what a deduct used, in full or in parts."""

from dataclasses import replace

import pytest
import time_machine

from ledger.posting import post
from ledger.refusals import Code, Refusal
from packages_app.commands import ChangeType
from tests.packages.support import TODAY, Figures, Line, Pack, book, moment
from tests.support import do, refusal, repeat
from tests.wallets.support import Customer


@pytest.fixture
def used(pack: Pack) -> Pack:
    """Return a package of 100, of which the order used 60."""
    do(pack.deduct("order", 60))
    return pack


def test_refunds_in_full_under_the_number_of_the_deduct(used: Pack) -> None:
    refund = used.refund("order", 60, of="order")
    assert book(refund) == Line(ChangeType.REFUND, "order", "order", 60, 100, 3)
    assert used.figures() == Figures(100, 100, 0, TODAY)


def test_refunds_a_part_under_a_number_of_its_own(used: Pack) -> None:
    refund = used.refund("r1", 1, of="order")
    assert book(refund) == Line(ChangeType.REFUND, "r1", "order", 1, 41, 3)
    assert used.figures() == Figures(100, 41, 59, TODAY)


def test_refunds_in_parts_up_to_the_whole_and_no_more(used: Pack) -> None:
    for number, part in {"r1": 30, "r2": 29, "r3": 1}.items():
        book(used.refund(number, part, of="order"))
    assert used.figures()[:2] == (100, 100)
    refusal(used.refund("r4", 1, of="order"), Code.REFUND_TOO_LARGE)


def test_says_how_much_was_deducted_refunded_and_asked(used: Pack) -> None:
    do(used.refund("order", 45, of="order"))
    refused = refusal(used.refund("r2", 16, of="order"), Code.REFUND_TOO_LARGE)
    assert refused.facts == {"deducted": 60, "refunded": 45, "asked": 16}
    assert refused.fields == {"quantity": {"reason": "refund-too-large"}}
    book(used.refund("r2", 15, of="order"))


def test_refuses_more_than_was_deducted_at_once(used: Pack) -> None:
    refusal(used.refund("order", 61, of="order"), Code.REFUND_TOO_LARGE)


def test_one_refund_only_under_the_number_of_the_deduct(used: Pack) -> None:
    do(used.refund("order", 60, of="order"))
    repeat(used.refund("order", 60, of="order"))
    refused = refusal(used.refund("order", 59, of="order"), Code.KEY_REUSED)
    assert refused.fields == {"quantity": {"reason": "differs"}}


def test_a_number_used_for_another_deduct_names_what_differs(used: Pack) -> None:
    do(used.deduct("other", 10))
    do(used.refund("r1", 10, of="order"))
    for quantity, fields in {10: {"reference"}, 5: {"quantity", "reference"}}.items():
        refused = refusal(used.refund("r1", quantity, of="other"), Code.KEY_REUSED)
        assert set(refused.fields) == fields


def test_each_deduct_has_a_sum_of_its_own(used: Pack) -> None:
    do(used.deduct("other", 10))
    do(used.refund("r1", 60, of="order"))
    book(used.refund("r2", 10, of="other"))
    refusal(used.refund("r3", 1, of="other"), Code.REFUND_TOO_LARGE)


def test_refuses_a_deduct_that_never_was(used: Pack) -> None:
    refused = refusal(used.refund("r1", 1, of="ORDER"), Code.UNKNOWN_TRADE)
    assert refused.facts == {"number": "ORDER"}


def test_what_is_no_deduct_is_not_refunded(used: Pack) -> None:
    do(used.add("a1", 5))
    do(used.draw("w1", 5))
    do(used.refund("r1", 5, of="order"))
    for number in ("a1", "w1", "r1", ""):
        refusal(used.refund("r2", 1, of=number), Code.UNKNOWN_TRADE)


def test_a_deduct_of_another_package_is_not_found(used: Pack, bob: Customer) -> None:
    other, foreign = replace(used, code="other"), replace(used, owner=bob)
    for package in (other, foreign):
        do(package.create(100))
        refusal(package.refund("r1", 1, of="order"), Code.UNKNOWN_TRADE)


def test_a_deduct_of_the_wallet_is_not_found(used: Pack) -> None:
    do(used.owner.deduct("paid", 5))
    refusal(used.refund("paid", 5, of="paid"), Code.UNKNOWN_TRADE)


def test_refunds_after_expiry(pack: Pack, clock: time_machine.Traveller) -> None:
    late = replace(pack, code="late")
    do(late.create(10, expires_on=TODAY))
    do(late.deduct("order", 10))
    clock.move_to(moment("2027-01-01 00:00:00"))
    assert book(late.refund("order", 10, of="order")).remaining == 10


def test_refunds_on_a_locked_account(used: Pack) -> None:
    do(used.owner.lock())
    book(used.refund("r1", 60, of="order"))


def test_what_was_taken_back_meanwhile_stays_so(used: Pack) -> None:
    do(used.draw("w1", 40))
    assert used.figures()[:2] == (60, 0)
    assert book(used.refund("order", 60, of="order")).remaining == 60


def test_a_refunded_deduct_stays_a_deduct(used: Pack) -> None:
    do(used.refund("order", 60, of="order"))
    repeat(used.deduct("order", 60))


def test_a_deduct_and_its_refunds_may_stand_in_one_batch(used: Pack) -> None:
    answers = post([used.deduct("d", 5), used.refund("d", 3, of="d"), used.refund("e", 3, of="d")])
    assert [isinstance(answer, Refusal) for answer in answers] == [False, False, True]
    assert used.figures()[1:3] == (38, 62)
