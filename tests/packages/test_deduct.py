"""Use capacity."""

from dataclasses import replace

import pytest
import time_machine

from ledger.refusals import Code
from packages_app.commands import ChangeType
from tests.packages.support import TODAY, YESTERDAY, Figures, Line, Pack, book, moment
from tests.support import OPERATOR, do, refusal, repeat


def test_uses_what_remains_and_counts_it(pack: Pack) -> None:
    assert book(pack.deduct("d1", 30)) == Line(ChangeType.DEDUCT, "d1", "", -30, 70, 2)
    assert pack.figures() == Figures(100, 70, 30, TODAY)


def test_uses_the_last_unit_and_no_more(pack: Pack) -> None:
    do(pack.deduct("d1", 99))
    refused = refusal(pack.deduct("d2", 2), Code.INSUFFICIENT)
    assert refused.facts == {"available": 1, "asked": 2}
    assert book(pack.deduct("d2", 1)).remaining == 0
    refusal(pack.deduct("d3", 1), Code.INSUFFICIENT)


def test_an_order_is_served_after_more_was_sold(pack: Pack) -> None:
    refusal(pack.deduct("order", 120), Code.INSUFFICIENT)
    do(pack.add("a1", 20))
    assert book(pack.deduct("order", 120)).remaining == 0
    repeat(pack.deduct("order", 120))


def test_a_retry_is_answered_whatever_has_happened_since(
    limited: Pack, clock: time_machine.Traveller
) -> None:
    first = do(limited.deduct("order", 10))
    do(limited.draw("w1", 90))
    do(limited.owner.lock())
    assert repeat(limited.deduct("order", 10)).answer == first.answer
    clock.move_to(moment("2100-01-01 00:00:00"))
    assert repeat(limited.deduct("order", 10)).answer == first.answer
    refusal(limited.deduct("order", 9), Code.KEY_REUSED)


@pytest.fixture
def worst(pack: Pack) -> Pack:
    """Return an expired package of a locked account, with 1 left of a daily limit of 1."""
    package = replace(pack, code="worst")
    do(package.create(1, expires_on=YESTERDAY, daily_limit=1))
    do(pack.owner.lock())
    return package


def test_refuses_in_the_order_lock_expiry_capacity_daily_limit(
    worst: Pack, clock: time_machine.Traveller
) -> None:
    refusal(worst.deduct("d1", 2), Code.LOCKED)
    do(worst.owner.unlock())
    refusal(worst.deduct("d1", 2), Code.EXPIRED)
    clock.move_to(moment(f"{YESTERDAY} 12:00:00"))
    refusal(worst.deduct("d1", 2), Code.INSUFFICIENT)
    do(worst.add("a1", 1))
    refusal(worst.deduct("d1", 2), Code.OVER_DAILY_LIMIT)
    book(worst.deduct("d1", 1))


def test_an_operator_passes_the_lock_but_no_other_rule(worst: Pack) -> None:
    refusal(worst.by(OPERATOR).deduct("d1", 1), Code.EXPIRED)
