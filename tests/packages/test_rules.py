"""The rules, on capacities of every size."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.refusals import Code, Refusal
from packages_app import rules
from tests.packages.support import BOUND, LARGEST

units = st.integers(0, LARGEST)
asked = st.integers(1, LARGEST)
days = st.dates(date(1970, 1, 1), date(2199, 12, 30))


@given(capacity=units)
def test_there_is_room_to_the_bound_and_no_more(capacity: int) -> None:
    rules.require_room(capacity=capacity, more=LARGEST - capacity)
    with pytest.raises(Refusal) as refused:
        rules.require_room(capacity=capacity, more=BOUND - capacity)
    assert refused.value.code is Code.BAD_QUANTITY


@given(remaining=units)
def test_all_that_remains_can_leave_and_no_more(remaining: int) -> None:
    rules.require_remaining(remaining=remaining, asked=remaining)
    with pytest.raises(Refusal) as refused:
        rules.require_remaining(remaining=remaining, asked=remaining + 1)
    assert refused.value.code is Code.INSUFFICIENT
    assert refused.value.facts == {"available": remaining, "asked": remaining + 1}


@given(limit=asked, used=units)
def test_the_whole_of_a_daily_limit_can_be_used_and_no_more(limit: int, used: int) -> None:
    if used < limit:
        rules.require_within_day(limit=limit, used=used, asked=limit - used)
    with pytest.raises(Refusal) as refused:
        rules.require_within_day(limit=limit, used=used, asked=max(1, limit - used + 1))
    assert refused.value.code is Code.OVER_DAILY_LIMIT


@given(used=units, asked=asked)
def test_a_limit_of_zero_is_none(used: int, asked: int) -> None:
    rules.require_within_day(limit=0, used=used, asked=asked)


@given(day=days, more=st.integers(0, 50_000))
def test_the_last_valid_day_is_valid_and_the_next_is_not(day: date, more: int) -> None:
    if day.toordinal() > more:
        rules.require_unexpired(last_day=day, today=day - timedelta(days=more))
    with pytest.raises(Refusal) as refused:
        rules.require_unexpired(last_day=day, today=day + timedelta(days=1))
    assert refused.value.code is Code.EXPIRED
    assert refused.value.facts == {"day": day}
