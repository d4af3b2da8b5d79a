"""Undo a drawing in full, once."""

from decimal import Decimal

import pytest

from ledger.refusals import Code
from tests.wallets.support import LARGEST, Customer, Line, book, do, refusal, repeat
from wallets.commands import ChangeType, TradeType


@pytest.fixture
def drawer(ann: Customer) -> Customer:
    """Return a customer who drew 40.5."""
    do(ann.draw("w1", "40.5"))
    return ann


def test_gives_the_whole_drawing_back(drawer: Customer) -> None:
    assert book(drawer.reverse_drawing("v1", of="w1")) == Line(
        ChangeType.DRAWING, TradeType.REVERSAL, "v1", "w1", Decimal("40.5"), Decimal(100), 3
    )


def test_the_number_of_the_drawing_may_serve_again(drawer: Customer) -> None:
    book(drawer.reverse_drawing("w1", of="w1"))


def test_refuses_a_second_reversal(drawer: Customer) -> None:
    do(drawer.reverse_drawing("v1", of="w1"))
    refused = refusal(drawer.reverse_drawing("v2", of="w1"), Code.ALREADY_REVERSED)
    assert refused.facts == {"number": "w1"}


def test_the_same_number_again_is_a_repeat(drawer: Customer) -> None:
    do(drawer.reverse_drawing("v1", of="w1"))
    repeat(drawer.reverse_drawing("v1", of="w1"))


def test_refuses_a_drawing_that_never_was(drawer: Customer) -> None:
    refused = refusal(drawer.reverse_drawing("v1", of="W1"), Code.UNKNOWN_TRADE)
    assert refused.facts == {"number": "W1"}


def test_what_is_no_drawing_is_not_found(drawer: Customer) -> None:
    do(drawer.deduct("d1", 5))
    for number in ("start", "d1"):
        refusal(drawer.reverse_drawing("v1", of=number), Code.UNKNOWN_TRADE)


def test_a_reversal_cannot_be_reversed(drawer: Customer) -> None:
    do(drawer.reverse_drawing("v1", of="w1"))
    refusal(drawer.reverse_drawing("v2", of="v1"), Code.UNKNOWN_TRADE)


def test_refuses_a_balance_beyond_the_bound(drawer: Customer) -> None:
    do(drawer.add("a1", LARGEST - Decimal("99.99999")))
    refused = refusal(drawer.reverse_drawing("v1", of="w1"), Code.BAD_QUANTITY)
    assert refused.fields == {"amount": {"reason": "out-of-bounds"}}
    do(drawer.deduct("d1", "0.00001"))
    assert book(drawer.reverse_drawing("v1", of="w1")).balance == LARGEST
