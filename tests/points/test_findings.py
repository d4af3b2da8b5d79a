"""What the state machine has found, each once more in few words."""

from datetime import timedelta

import pytest
import time_machine

from ledger.posting import post
from ledger.refusals import Code
from points.models.stock import PAGE_FIRST
from tests.points.scenarios import START
from tests.points.support import Customer
from tests.support import do, refusal

SOON = START + timedelta(seconds=1)


def test_a_hold_that_time_releases_keeps_its_order_in_the_log(
    ann: Customer, clock: time_machine.Traveller
) -> None:
    do(ann.increase(10))
    do(ann.freeze(4, reference="O", order_type=7, expires_at=SOON))
    clock.move_to(SOON)
    do(ann.expire())
    log = ann.logs()[-1]
    assert (log.reference, log.order_type) == ("O", 7)


@pytest.mark.parametrize("limit", ["lot_id", "lot_reference"])
def test_a_use_is_limited_to_its_lots_also_among_those_just_released(
    ann: Customer, limit: str
) -> None:
    for order in ("A", "B"):
        do(ann.increase(10, 10, reference=order))
    do(ann.freeze(20))
    second = ann.lots()[1]
    limits = {limit: second.pk if limit == "lot_id" else second.reference}
    refusal(ann.capture(11, release_points=20, **limits), Code.INSUFFICIENT)
    do(ann.capture(10, release_points=20, **limits))
    assert [int(lot.used) for lot in ann.lots()] == [0, 10]


def test_a_refund_is_limited_to_its_lot_also_among_those_just_released(ann: Customer) -> None:
    for _ in range(2):
        do(ann.increase(10, 10))
    do(ann.freeze(20))
    second = ann.lots()[1].pk
    refusal(ann.refund(11, release_points=20, lot_id=second), Code.INSUFFICIENT)
    do(ann.refund(10, release_points=20, lot_id=second))
    assert [int(lot.refunded) for lot in ann.lots()] == [0, 10]


def test_a_hold_of_the_same_batch_is_taken_after_all_older_ones(ann: Customer) -> None:
    holds = PAGE_FIRST + 1
    do(ann.increase(holds + 1))
    post([ann.freeze(1) for _ in range(holds)])
    post([ann.freeze(1, reference="new"), ann.release(holds)])
    assert [piece.reference for piece in ann.pieces()] == ["new"]


def test_what_is_left_of_an_expired_lot_after_a_release_expires(
    ann: Customer, clock: time_machine.Traveller
) -> None:
    do(ann.increase(100, 50, expires_at=SOON))
    for _ in range(3):
        do(ann.freeze(30))
    clock.move_to(SOON)
    steps = [
        (ann.capture(20, release_points=30), [(5, 10), (4, 30), (2, 20), (5, 10)]),
        (ann.refund(10, release_points=30), [(4, 30), (7, 20), (5, 10)]),
        (ann.release(30), [(4, 30), (5, 30)]),
    ]
    for command, expected in steps:
        before = ann.row().sequence
        do(command)
        assert [(log.log_type, int(log.delta)) for log in ann.logs()[before:]] == expected
    row = ann.row()
    found = [int(each) for each in (row.used, row.refunded, row.expired, row.cost)]
    assert found == [20, 20, 60, 0]
