"""Batches of points commands: as if they came one by one, on every kind of database."""

import json

import pytest
from django.db import connection

from ledger.posting import post
from ledger.refusals import Code, Refusal
from points.models import HoldPiece, Lot
from tests.conftest import Api, body
from tests.points.support import Caller, Customer
from tests.support import do, refusal


def test_each_command_sees_what_the_ones_before_did(ann: Customer) -> None:
    answers = post(
        [
            ann.increase(100, 50),
            ann.decrease(30),
            ann.freeze(50, reference="O"),
            ann.decrease(21),
            ann.release(50, reference="O", is_by_order=True),
            ann.decrease(21),
            ann.disable(),
            ann.increase(1),
            ann.enable(),
            ann.increase(1),
        ]
    )
    became = [each.code if isinstance(each, Refusal) else "done" for each in answers]
    refused = {3: Code.INSUFFICIENT, 7: Code.DISABLED}
    assert became == [refused.get(place, "done") for place in range(10)]
    row = ann.row()
    assert (str(row.available), str(row.used), row.sequence) == ("50", "51", 6)


def test_a_refused_command_leaves_no_trace_in_its_batch(ann: Customer) -> None:
    do(ann.increase(100, 50))
    refused, done = post([ann.capture(90, release_points=1), ann.decrease(100)])
    assert isinstance(refused, Refusal)
    assert not isinstance(done, Refusal)
    assert ann.row().sequence == 2


def test_the_first_refusal_undoes_all_or_none(ann: Customer) -> None:
    answers = post([ann.increase(5), ann.decrease(6), ann.increase(7)], all_or_none=True)
    assert len(answers) == 2
    assert isinstance(answers[1], Refusal)
    refusal(ann.decrease(1), Code.UNKNOWN_ACCOUNT)


def test_an_account_a_lot_and_a_hold_can_be_new_at_once(ann: Customer) -> None:
    post([ann.increase(5, 5), ann.freeze(3, reference="O"), ann.capture(2)])
    (lot,), (piece,) = ann.lots(), ann.pieces()
    assert (str(lot.used), str(lot.used_cost), str(lot.frozen)) == ("2", "2", "1")
    assert (str(piece.points), piece.lot_id, piece.hold) == ("1", lot.pk, 2)


@pytest.mark.usefixtures("clock")
def test_a_database_that_returns_no_ids_is_asked_for_them(
    monkeypatch: pytest.MonkeyPatch, api: Api
) -> None:
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    caller = Caller(api)
    granted = caller.do("increase", point=100, cost=50, seq="s")
    (line,) = granted["recLogList"]
    assert line["recId"] == Lot.objects.get().pk
    assert [line["id"], line["pid"]] == [caller.lot_logs()[0]["id"], caller.account()["id"]]
    assert granted["logs"][0]["id"] == caller.logs()[0]["id"]
    caller.do("freeze", point=10, orderNo="O")
    assert HoldPiece.objects.get().lot_id == line["recId"]
    again = api.post("/hyena/point/increase", uid="ann", point=100, cost=50, seq="s")
    assert json.dumps(body(again)["data"], default=str) == json.dumps(granted, default=str)
