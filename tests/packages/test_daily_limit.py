"""How much may be used a day: a day of the service's time zone, and no job that ends it."""

from datetime import date

import pytest
import time_machine
from pytest_django import Settings

from ledger.refusals import Code
from packages_app.models import Record
from tests.packages.support import TODAY, Figures, Pack, book, moment
from tests.support import do, refusal

TOMORROW = moment("2026-05-05 00:00:00")
NEXT_DAY = date(2026, 5, 5)


def test_is_used_to_the_last_unit_and_no_further(limited: Pack) -> None:
    do(limited.deduct("d1", 7))
    refused = refusal(limited.deduct("d2", 4), Code.OVER_DAILY_LIMIT)
    assert refused.facts == {"limit": 10, "used": 7, "asked": 4}
    book(limited.deduct("d2", 3))
    refusal(limited.deduct("d3", 1), Code.OVER_DAILY_LIMIT)
    assert limited.figures() == Figures(100, 90, 10, TODAY)


def test_may_be_used_at_once(limited: Pack) -> None:
    refusal(limited.deduct("d1", 11), Code.OVER_DAILY_LIMIT)
    book(limited.deduct("d1", 10))


def test_of_zero_is_none(pack: Pack) -> None:
    book(pack.deduct("d1", 100))


def test_is_there_again_on_the_next_day_without_a_job(
    limited: Pack, clock: time_machine.Traveller
) -> None:
    do(limited.deduct("d1", 10))
    clock.move_to(moment(f"{TODAY} 23:59:59.999999"))
    refusal(limited.deduct("d2", 1), Code.OVER_DAILY_LIMIT)
    clock.move_to(TOMORROW)
    assert limited.row().used(NEXT_DAY) == 0
    book(limited.deduct("d2", 10))
    refusal(limited.deduct("d3", 1), Code.OVER_DAILY_LIMIT)


@pytest.mark.parametrize(
    ("zone", "last", "first"),
    [
        ("Asia/Shanghai", "2026-05-04T15:59:59", "2026-05-04T16:00:00"),
        ("UTC", "2026-05-04T23:59:59", "2026-05-05T00:00:00"),
        ("America/New_York", "2026-03-08T04:59:59", "2026-03-08T05:00:00"),
        ("America/New_York", "2026-03-09T03:59:59", "2026-03-09T04:00:00"),
        ("America/New_York", "2026-11-01T03:59:59", "2026-11-01T04:00:00"),
        ("America/New_York", "2026-11-02T04:59:59", "2026-11-02T05:00:00"),
        ("America/Santiago", "2026-04-05T03:59:59", "2026-04-05T04:00:00"),  # An hour twice.
        ("America/Santiago", "2026-09-06T03:59:59", "2026-09-06T04:00:00"),  # No midnight.
        ("Pacific/Kiritimati", "2026-05-04T09:59:59", "2026-05-04T10:00:00"),
    ],
)
def test_ends_with_the_day_of_the_service(
    clock: time_machine.Traveller,
    limited: Pack,
    settings: Settings,
    zone: str,
    last: str,
    first: str,
) -> None:
    settings.TIME_ZONE = zone
    clock.move_to(f"{last}Z")
    do(limited.deduct("d1", 10))
    refusal(limited.deduct("d2", 1), Code.OVER_DAILY_LIMIT)
    clock.move_to(f"{first}Z")
    book(limited.deduct("d2", 10))
    refusal(limited.deduct("d3", 1), Code.OVER_DAILY_LIMIT)


def test_holds_through_the_hour_that_comes_twice(
    clock: time_machine.Traveller, limited: Pack, settings: Settings
) -> None:
    settings.TIME_ZONE = "America/New_York"
    for number, hour in enumerate(("04", "05", "06", "07"), start=1):
        clock.move_to(f"2026-11-01T{hour}:30:00Z")
        do(limited.deduct(f"d{number}", 2))
    refusal(limited.deduct("d5", 3), Code.OVER_DAILY_LIMIT)
    book(limited.deduct("d5", 2))


def test_a_refund_of_today_gives_the_day_its_room_back(limited: Pack) -> None:
    do(limited.deduct("d1", 10))
    do(limited.refund("r1", 4, of="d1"))
    assert limited.figures() == Figures(100, 94, 6, TODAY)
    refusal(limited.deduct("d2", 5), Code.OVER_DAILY_LIMIT)
    book(limited.deduct("d2", 4))


def test_a_refund_of_yesterday_does_not(limited: Pack, clock: time_machine.Traveller) -> None:
    do(limited.deduct("d1", 10))
    clock.move_to(TOMORROW)
    do(limited.deduct("d2", 10))
    do(limited.refund("d1", 10, of="d1"))
    assert limited.figures() == Figures(100, 90, 10, NEXT_DAY)
    refusal(limited.deduct("d3", 1), Code.OVER_DAILY_LIMIT)


def test_a_refund_of_yesterday_before_any_use_of_today_leaves_the_day_whole(
    limited: Pack, clock: time_machine.Traveller
) -> None:
    do(limited.deduct("d1", 10))
    clock.move_to(TOMORROW)
    do(limited.refund("d1", 10, of="d1"))
    assert limited.figures() == Figures(100, 100, 10, TODAY)
    refusal(limited.deduct("d2", 11), Code.OVER_DAILY_LIMIT)
    book(limited.deduct("d2", 10))


def test_a_refund_of_today_leaves_what_others_used(
    limited: Pack, clock: time_machine.Traveller
) -> None:
    do(limited.deduct("d0", 10))
    clock.move_to(TOMORROW)
    do(limited.deduct("d1", 3))
    do(limited.deduct("d2", 7))
    do(limited.refund("d1", 3, of="d1"))
    assert limited.figures()[1:3] == (83, 7)


def test_the_use_of_a_day_never_falls_below_zero(pack: Pack) -> None:
    now = moment(f"{TODAY} 12:00:00")
    row, refund = pack.row(), pack.refund("r1", 3, of="d1")
    row.used_today, row.used_on = 2, TODAY
    row.apply(refund, change=3, original=Record(created_at=now), now=now)
    assert (row.remaining, row.used_today, row.used_on) == (103, 0, TODAY)


def test_each_package_has_a_limit_of_its_own(limited: Pack, pack: Pack) -> None:
    do(limited.deduct("d1", 10))
    book(pack.deduct("d1", 50))
    refusal(limited.deduct("d2", 1), Code.OVER_DAILY_LIMIT)
