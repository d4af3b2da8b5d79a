"""What the queries show once lots and holds have expired, booked or not."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.http.support import rows
from tests.points.scenarios import START
from tests.points.support import Caller, picked, wall_time

pytestmark = pytest.mark.usefixtures("sound_ledger")
SOON, LATER = (wall_time(START + timedelta(seconds=seconds)) for seconds in (10, 20))
POTS = ("point", "available", "used", "frozen", "expire", "cost", "frozenCost")
LOT = ("available", "frozen", "expire", "cost", "frozenCost", "expireCost", "enable")


def pots(row: dict[str, Any]) -> list[Any]:
    return list(picked(row, POTS).values())


def lot(row: dict[str, Any]) -> list[Any]:
    return list(picked(row, LOT).values())


@pytest.fixture
def due(ann: Caller) -> Caller:
    """Return a customer with a lot that expires soon and one that stays.

    Of the former 30 are held for ever, and 20 until later; of the latter 50 until later.
    """
    ann.do("increase", point="100", cost="50", expireTime=SOON, tag="soon", orderNo="A")
    ann.do("increase", point="100", cost="100", tag="stays", orderNo="B")
    ann.do("freeze", point="30", orderNo="F-1")
    ann.do("freeze", point="20", orderNo="F-2", expireTime=LATER)
    ann.do("freezeCost", cost="50", orderNo="F-3", recOrderNo="B", expireTime=LATER)
    return ann


STAGES = (
    (
        9,
        [200, 100, 0, 100, 0, 150, 75],
        [50, 50, 0, 50, 25, 0, True],
        [50, 50, 0, 100, 50, 0, True],
    ),
    (
        10,
        [150, 50, 0, 100, 50, 125, 75],
        [0, 50, 50, 25, 25, 25, True],
        [50, 50, 0, 100, 50, 0, True],
    ),
    (
        19,
        [150, 50, 0, 100, 50, 125, 75],
        [0, 50, 50, 25, 25, 25, True],
        [50, 50, 0, 100, 50, 0, True],
    ),
    (
        20,
        [130, 100, 0, 30, 70, 115, 15],
        [0, 30, 70, 15, 15, 35, True],
        [100, 0, 0, 100, 0, 0, True],
    ),
)


@pytest.mark.parametrize(("second", "account", "soon", "stays"), STAGES)
def test_figures_are_those_of_the_second_and_logs_those_booked(
    due: Caller,
    clock: time_machine.Traveller,
    second: int,
    account: list[Any],
    soon: list[Any],
    stays: list[Any],
) -> None:
    logs, lot_logs, before = due.logs(), due.lot_logs(), rows()
    clock.move_to(START + timedelta(seconds=second))
    assert pots(due.account()) == account
    assert [pots(row) for row in due.do("listPoint")] == [account]
    assert [lot(row) for row in due.lots()] == [soon, stays]
    assert due.account()["seqNum"] == len(logs) == 5
    assert (due.logs(), due.lot_logs()) == (logs, lot_logs)
    assert due.do("listPointLogBi", logTypes=[4, 5]) == []
    assert due.fault() is None
    assert rows() == before


@pytest.mark.parametrize("second", [10, 20, 30])
def test_booking_changes_logs_but_no_figure(
    due: Caller, clock: time_machine.Traveller, second: int
) -> None:
    clock.move_to(START + timedelta(seconds=second))
    account, lots = due.account(), due.lots()
    posted = due.do("increase", point="1", tag="new")
    assert posted["available"] == account["available"] + 1
    assert posted["seqNum"] == len(due.logs()) > account["seqNum"] + 1
    assert [lot(row) for row in due.lots()[:2]] == [lot(row) for row in lots]
    assert pots(due.account()) == pots(posted)


# By second: the orders of lots with and without what the filter asks for.
FILTERED = (
    ("enable", 10, "AB", ""),
    ("enable", 20, "AB", ""),
    ("frozen", 9, "AB", ""),
    ("frozen", 19, "AB", ""),
    ("frozen", 20, "A", "B"),
    ("cost", 20, "AB", ""),
)


@pytest.mark.parametrize(("name", "second", "has", "lacks"), FILTERED)
def test_filters_see_the_figures_shown(
    due: Caller, clock: time_machine.Traveller, name: str, second: int, has: str, lacks: str
) -> None:
    clock.move_to(START + timedelta(seconds=second))
    for wanted, orders in ((True, has), (False, lacks)):
        found = due.ask("listPointRecord", **{name: wanted})
        assert "".join(row["orderNo"] for row in found["data"][::-1]) == orders
        assert found["total"] == len(orders)


def test_a_lot_closes_on_the_second_unless_some_of_it_is_held(
    ann: Caller, clock: time_machine.Traveller
) -> None:
    ann.do("increase", point="5", expireTime=SOON, orderNo="A")
    ann.do("increase", point="5", expireTime=SOON, orderNo="B")
    ann.do("freeze", point="5", recId=ann.lots()[1]["recId"], expireTime=LATER)
    for second, is_open in ((9, "AB"), (10, "B"), (19, "B"), (20, "")):
        clock.move_to(START + timedelta(seconds=second))
        for wanted in (True, False):
            orders = is_open if wanted else "AB".translate({ord(each): None for each in is_open})
            found = ann.do("listPointRecord", enable=wanted)
            assert {row["orderNo"] for row in found} == set(orders)
            assert {row["enable"] for row in found} <= {wanted}
            lines = ann.do("listPointRecordLog", enable=wanted, size=1000)
            assert {line["recOrigOrderNo"] for line in lines} == set(orders)


def test_an_expiry_before_a_moment_excludes_that_moment(due: Caller) -> None:
    for moment, orders in ((SOON, ""), (LATER, "A")):
        found = due.do("listPointRecord", expireTime=moment)
        assert "".join(row["orderNo"] for row in found) == orders


def test_a_lot_comes_with_its_logs_if_asked(due: Caller, clock: time_machine.Traveller) -> None:
    clock.move_to(START + timedelta(seconds=20))
    due.do("decrease", point="1", orderNo="D")
    assert "recLogs" not in due.lots()[0]
    lots = due.do("listPointRecord", fetchRecLogs=True)
    lines = due.lot_logs()
    for row in lots:
        assert row["recLogs"] == [line for line in lines if line["recId"] == row["recId"]]
    assert [line["type"] for line in lots[1]["recLogs"]] == [1, 3, 3, 4, 5]


def test_disabling_shows_what_has_expired_and_books_nothing(
    due: Caller, clock: time_machine.Traveller
) -> None:
    clock.move_to(START + timedelta(seconds=20))
    account = due.account()
    for name, is_enabled in (("disableAccount", False), ("enableAccount", True)):
        shown = due.do(name)
        assert pots(shown) == pots(account)
        assert (shown["enable"], shown["seqNum"], shown["logs"]) == (is_enabled, 5, [])
        assert due.account()["enable"] == is_enabled
