"""The last valid day: the whole of it, and not a moment more."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from pytest_django import Settings

from ledger.refusals import Code
from tests.packages.support import TODAY, YESTERDAY, Pack, book, moment
from tests.support import do, refusal


@pytest.fixture
def late(pack: Pack) -> Pack:
    """Return a package that is valid through today."""
    package = replace(pack, code="late")
    do(package.create(100, expires_on=TODAY))
    return package


def test_is_valid_through_the_whole_of_its_last_day(
    late: Pack, clock: time_machine.Traveller
) -> None:
    book(late.deduct("d1", 1))
    clock.move_to(moment(f"{TODAY} 23:59:59.999999"))
    book(late.deduct("d2", 1))
    clock.move_to(moment("2026-05-05 00:00:00"))
    refused = refusal(late.deduct("d3", 1), Code.EXPIRED)
    assert refused.facts == {"day": TODAY}


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("UTC", date(2026, 5, 4), "2026-05-05T00:00:00Z"),
        ("America/New_York", date(2026, 3, 8), "2026-03-09T04:00:00Z"),
        ("America/New_York", date(2026, 11, 1), "2026-11-02T05:00:00Z"),
        ("America/Santiago", date(2026, 9, 5), "2026-09-06T04:00:00Z"),
    ],
)
def test_ends_with_the_day_of_the_service(
    clock: time_machine.Traveller,
    pack: Pack,
    settings: Settings,
    zone: str,
    day: date,
    ends: str,
) -> None:
    settings.TIME_ZONE = zone
    clock.move_to(ends)
    package = replace(pack, code="local")
    do(package.create(100, expires_on=day))
    refusal(package.deduct("d1", 1), Code.EXPIRED)
    clock.shift(-1)
    book(package.deduct("d1", 1))


def test_only_uses_are_refused_after_it(late: Pack, clock: time_machine.Traveller) -> None:
    do(late.deduct("d1", 30))
    clock.move_to(moment("2026-05-05 00:00:00"))
    for passing in (late.add("a1", 1), late.draw("w1", 1), late.refund("r1", 30, of="d1")):
        book(passing)
    refusal(late.deduct("d2", 1), Code.EXPIRED)


def test_a_package_that_never_was_valid_is_filled_and_emptied(pack: Pack) -> None:
    born = replace(pack, code="born")
    do(born.create(10, expires_on=YESTERDAY))
    book(born.add("a1", 5))
    book(born.draw("w1", 15))
    refusal(born.deduct("d1", 1), Code.EXPIRED)


def test_comes_before_the_capacity(late: Pack, clock: time_machine.Traveller) -> None:
    refusal(late.deduct("d1", 101), Code.INSUFFICIENT)
    clock.move_to(moment("2026-05-05 00:00:00"))
    refusal(late.deduct("d1", 101), Code.EXPIRED)


def test_the_last_day_of_all_is_a_day_of_2099(pack: Pack, clock: time_machine.Traveller) -> None:
    clock.move_to(moment("2099-12-31 23:59:59"))
    book(pack.deduct("d1", 1))
    clock.move_to(moment("2100-01-01 00:00:00"))
    refusal(pack.deduct("d2", 1), Code.EXPIRED)
