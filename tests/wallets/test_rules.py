"""The rules, on amounts of every size."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.amounts import MONEY, from_units
from ledger.refusals import Code, Refusal
from wallets import rules

UNIT = Decimal("0.00001")
LARGEST = MONEY.units_bound - 1


def money(least: int = -LARGEST, most: int = LARGEST) -> st.SearchStrategy[Decimal]:
    """Return amounts of money, by their count of the smallest unit."""
    return st.integers(least, most).map(lambda units: from_units(units, digits=MONEY.digits))


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> Code:
    return refused.value.code


@given(balance=money(), credit=money(least=0))
def test_all_that_is_available_can_leave_and_no_more(balance: Decimal, credit: Decimal) -> None:
    rules.require_funds(balance=balance, credit=credit, amount=balance + credit)
    with pytest.raises(Refusal) as refused:
        rules.require_funds(balance=balance, credit=credit, amount=balance + credit + UNIT)
    assert code_of(refused) is Code.INSUFFICIENT
    assert refused.value.facts["available"] == balance + credit


@given(balance=money(), change=money())
def test_the_balance_stays_within_the_bounds(balance: Decimal, change: Decimal) -> None:
    if -MONEY.bound < balance + change < MONEY.bound:
        rules.require_room(balance=balance, change=change)
    else:
        with pytest.raises(Refusal) as refused:
            rules.require_room(balance=balance, change=change)
        assert code_of(refused) is Code.BAD_QUANTITY


@given(balance=money(), sign=st.sampled_from([1, -1]))
def test_there_is_room_to_the_bound_and_no_more(balance: Decimal, sign: int) -> None:
    to_the_bound = sign * MONEY.bound - balance
    rules.require_room(balance=balance, change=to_the_bound - sign * UNIT)
    with pytest.raises(Refusal):
        rules.require_room(balance=balance, change=to_the_bound)


def test_a_booking_is_reversed_once() -> None:
    rules.require_not_reversed(is_reversed=False, number="a1")
    with pytest.raises(Refusal) as refused:
        rules.require_not_reversed(is_reversed=True, number="a1")
    assert code_of(refused) is Code.ALREADY_REVERSED
    assert refused.value.facts == {"number": "a1"}
