"""Take back sold capacity."""

from dataclasses import replace

import time_machine

from ledger.refusals import Code
from packages_app.commands import ChangeType
from tests.packages.support import TODAY, Figures, Line, Pack, book, moment
from tests.support import do, refusal, repeat


def test_takes_back_from_what_was_sold_and_from_what_remains(pack: Pack) -> None:
    do(pack.deduct("d1", 40))
    assert book(pack.draw("w1", 5)) == Line(ChangeType.DRAWING, "w1", "", -5, 55, 3)
    assert pack.figures() == Figures(95, 55, 40, TODAY)


def test_takes_back_all_that_remains_and_no_more(pack: Pack) -> None:
    do(pack.deduct("d1", 40))
    refused = refusal(pack.draw("w1", 61), Code.INSUFFICIENT)
    assert refused.facts == {"available": 60, "asked": 61}
    assert book(pack.draw("w1", 60)).remaining == 0
    assert pack.figures() == Figures(40, 0, 40, TODAY)
    refusal(pack.draw("w2", 1), Code.INSUFFICIENT)


def test_is_no_use_of_the_day(limited: Pack) -> None:
    do(limited.deduct("d1", 10))
    assert book(limited.draw("w1", 50)).remaining == 40
    assert limited.figures() == Figures(50, 40, 10, TODAY)


def test_takes_back_more_than_a_day_allows_before_any_use(limited: Pack) -> None:
    book(limited.draw("w1", 90))
    assert limited.figures() == Figures(10, 10, 0, None)
    assert book(limited.deduct("d1", 10)).remaining == 0


def test_takes_back_from_an_expired_package(pack: Pack, clock: time_machine.Traveller) -> None:
    late = replace(pack, code="late")
    do(late.create(5, expires_on=TODAY))
    clock.move_to(moment("2027-01-01 00:00:00"))
    assert book(late.draw("w1", 5)).remaining == 0


def test_the_lock_is_looked_at_before_the_capacity(pack: Pack) -> None:
    do(pack.owner.lock())
    refusal(pack.draw("w1", 101), Code.LOCKED)


def test_what_was_taken_back_is_no_deduct(pack: Pack) -> None:
    do(pack.draw("w1", 5))
    refusal(pack.refund("w1", 5, of="w1"), Code.UNKNOWN_TRADE)


def test_a_repeat_is_answered_although_nothing_remains(pack: Pack) -> None:
    do(pack.draw("w1", 100))
    repeat(pack.draw("w1", 100))
    refusal(pack.draw("w1", 99), Code.KEY_REUSED)
