"""Holding points back by what they cost."""

import pytest

from ledger.refusals import Code
from tests.points.support import Customer
from tests.support import do, refusal


@pytest.fixture
def mixed(ann: Customer) -> Customer:
    """Return a customer with 10 points worth 5, and 10 that cost nothing."""
    do(ann.increase(10, 5))
    do(ann.increase(10))
    return ann


def frozen(customer: Customer) -> list[tuple[int, int]]:
    """Return what is frozen of each lot: points and their cost."""
    return [(int(lot.frozen), int(lot.frozen_cost)) for lot in customer.lots()]


def test_takes_the_points_that_are_worth_the_cost(mixed: Customer) -> None:
    do(mixed.freeze_cost(5))
    assert frozen(mixed) == [(10, 5), (0, 0)]


def test_takes_the_points_beyond_them_from_lots_without_a_cost(mixed: Customer) -> None:
    do(mixed.freeze_cost(5, points=13))
    assert frozen(mixed) == [(10, 5), (3, 0)]


def test_refuses_fewer_points_than_the_cost_takes(mixed: Customer) -> None:
    refused = refusal(mixed.freeze_cost(5, points=9), Code.BAD_PARAMETER)
    assert refused.fields == {"points": {"reason": "too-small", "least": 10}}


def test_refuses_more_points_than_there_are_without_a_cost(mixed: Customer) -> None:
    refusal(mixed.freeze_cost(5, points=21), Code.INSUFFICIENT)
