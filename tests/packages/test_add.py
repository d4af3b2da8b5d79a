"""Sell more of a package."""

from dataclasses import replace

import time_machine

from ledger.refusals import Code
from packages_app.commands import ChangeType
from tests.packages.support import LARGEST, TODAY, Figures, Line, Pack, book, moment
from tests.support import do, refusal, repeat


def test_adds_to_what_was_sold_and_to_what_remains(pack: Pack) -> None:
    do(pack.deduct("d1", 40))
    assert book(pack.add("a1", 5)) == Line(ChangeType.ADD, "a1", "", 5, 65, 3)
    assert pack.figures() == Figures(105, 65, 40, TODAY)


def test_adds_up_to_the_bound(pack: Pack) -> None:
    refused = refusal(pack.add("a1", LARGEST - 99), Code.BAD_QUANTITY)
    assert refused.fields == {"quantity": {"reason": "out-of-bounds"}}
    assert book(pack.add("a1", LARGEST - 100)).remaining == LARGEST
    refusal(pack.add("a2", 1), Code.BAD_QUANTITY)


def test_the_bound_is_of_what_was_sold_not_of_what_remains(pack: Pack) -> None:
    do(pack.deduct("d1", 100))
    refusal(pack.add("a1", LARGEST - 99), Code.BAD_QUANTITY)


def test_what_is_taken_back_can_be_sold_again(pack: Pack) -> None:
    do(pack.add("a1", LARGEST - 100))
    do(pack.draw("w1", 1))
    assert book(pack.add("a2", 1)).remaining == LARGEST


def test_adds_to_a_locked_account(pack: Pack) -> None:
    do(pack.owner.lock())
    book(pack.add("a1", 5))


def test_adds_to_an_expired_package(pack: Pack, clock: time_machine.Traveller) -> None:
    late = replace(pack, code="late")
    do(late.create(0, expires_on=TODAY))
    clock.move_to(moment("2027-01-01 00:00:00"))
    assert book(late.add("a1", 5)).remaining == 5
    refusal(late.deduct("d1", 1), Code.EXPIRED)


def test_gives_the_day_no_more_room(limited: Pack) -> None:
    do(limited.deduct("d1", 10))
    do(limited.add("a1", 50))
    refusal(limited.deduct("d2", 1), Code.OVER_DAILY_LIMIT)


def test_a_repeat_at_the_bound_is_answered(pack: Pack) -> None:
    do(pack.add("a1", LARGEST - 100))
    repeat(pack.add("a1", LARGEST - 100))
    refusal(pack.add("a1", LARGEST), Code.KEY_REUSED)
