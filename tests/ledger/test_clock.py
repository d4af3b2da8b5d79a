"""The one clock."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from ledger import clock


def test_tells_the_present_in_utc() -> None:
    moment = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        assert clock.now() == moment
        assert clock.now().utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(("hour", "day"), [(15, 4), (16, 5)])
def test_a_business_day_ends_at_midnight_of_the_service(hour: int, day: int) -> None:
    moment = datetime(2026, 5, 4, hour, tzinfo=UTC)
    assert clock.business_day(moment) == date(2026, 5, day)
