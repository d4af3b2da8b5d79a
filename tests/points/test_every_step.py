"""What every step has in common: its number counts once, and some accounts let nothing pass."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.refusals import Code
from points.commands import AddType, PointType, SpendingOrder, Step
from points.models import PointType as PointTypeRow
from tests.conftest import TENANT
from tests.points.support import Customer
from tests.support import CLIENT, do, refusal, repeat, unchanged

STEPS: dict[str, Callable[[Customer], Step]] = {
    "increase": lambda ann: ann.increase(5, 1, number="n"),
    "decrease": lambda ann: ann.decrease(5, number="n"),
    "freeze": lambda ann: ann.freeze(5, number="n"),
    "freeze a lot": lambda ann: ann.freeze_lot(40, lot_id=ann.lots()[1].pk, number="n"),
    "freeze by cost": lambda ann: ann.freeze_cost(5, number="n"),
    "release": lambda ann: ann.release(5, number="n"),
    "release by order": lambda ann: ann.release(20, number="n", is_by_order=True, reference="O"),
    "release of a hold": lambda ann: ann.release(20, number="n", hold=3),
    "capture": lambda ann: ann.capture(5, number="n"),
    "capture by order": lambda ann: ann.capture(5, number="n", is_by_order=True, reference="O"),
    "capture after a release": lambda ann: ann.capture(30, number="n", release_points=20),
    "cancel": lambda ann: ann.cancel(5, number="n"),
    "cancel a lot": lambda ann: ann.cancel(40, lot_id=ann.lots()[1].pk, number="n"),
    "refund": lambda ann: ann.refund(5, number="n"),
    "refund after a release": lambda ann: ann.refund(5, number="n", release_points=20),
}


@pytest.fixture
def past(ann: Customer) -> Customer:
    """Return a customer with two lots and a hold."""
    for command in (
        ann.increase(100, 50, reference="A"),
        ann.increase(40, 40),
        ann.freeze(20, reference="O"),
    ):
        do(command)
    return ann


def other_content(step: Step) -> Step:
    """Return the same step under the same number, about more."""
    figure = "cost" if getattr(step, "points", None) in (None, Decimal(0)) else "points"
    return replace(step, **{figure: getattr(step, figure) + 1})


@pytest.mark.parametrize("kind", STEPS)
def test_a_number_counts_once(past: Customer, kind: str) -> None:
    step = STEPS[kind](past)
    assert not do(step).is_repeat
    repeat(step)
    assert refusal(other_content(step), Code.KEY_REUSED).fields
    do(past.disable())
    repeat(step)


@pytest.mark.parametrize("kind", STEPS)
def test_a_disabled_account_lets_nothing_pass(past: Customer, kind: str) -> None:
    step = STEPS[kind](past)
    do(past.disable())
    refusal(step, Code.DISABLED)
    do(past.enable())
    do(step)


@pytest.mark.parametrize("kind", STEPS)
def test_a_lot_of_nobody_stops_every_step(past: Customer, kind: str) -> None:
    refusal(replace(STEPS[kind](past), lot_id=10**9), Code.UNKNOWN_LOT)


@pytest.mark.parametrize("kind", [kind for kind in STEPS if kind != "increase"])
def test_there_must_be_an_account(past: Customer, kind: str) -> None:
    step = STEPS[kind](past)
    refusal(replace(step, holder=Customer("nobody").holder), Code.UNKNOWN_ACCOUNT)


def test_to_enable_an_enabled_account_changes_nothing(past: Customer) -> None:
    unchanged(past.enable())
    unchanged(past.expire())


def test_no_points_open_an_account_and_no_more(ann: Customer) -> None:
    do(ann.increase(0, name="Ann"))
    assert (ann.row().name, ann.row().sequence, ann.lots()) == ("Ann", 0, [])
    unchanged(ann.increase(0, name="Other"))


@pytest.mark.usefixtures("clock", "db")
def test_a_type_is_made_once_and_says_how_its_accounts_spend() -> None:
    names = PointType(TENANT, "score")
    do(AddType(holder=names, actor=CLIENT, order=SpendingOrder.CREATED))
    unchanged(AddType(holder=names, actor=CLIENT))
    assert PointTypeRow.objects.get().spending_order == SpendingOrder.CREATED
    scorer = Customer("ann", point_type="score")
    do(scorer.increase(1))
    assert scorer.row().spending_order == SpendingOrder.CREATED
