"""The model itself, against worked numbers: it is what the operations are compared with."""

import random
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.points.model import Model, Refused, Said
from tests.points.model.state import total
from tests.points.scenarios import (
    ANN,
    CALCULATIONS,
    START,
    Facts,
    Play,
    agree,
    answered,
    lone,
    number,
    stories,
)

SCENARIOS = stories("scenarios")
FAULTS = stories("faults")
ALONE = [name for name in SCENARIOS if name.startswith(("calc_", "block_"))]
# The model has no lists: a type that doesn't exist is tried on the query itself.
LISTS = ["rest_list_point_unknown_type"]
STEPWISE = [name for name in SCENARIOS if name not in ALONE and name not in LISTS]


def do(model: Model, operation: str, **wish: Any) -> Facts:
    """Carry one operation of Ann's out, which must succeed."""
    said = model.call(operation, now=START, uid=ANN.uid, **_read(wish))
    model.check()
    assert isinstance(said, Said), said
    return said.data


def refuse(model: Model, operation: str, **wish: Any) -> int:
    """Try one operation of Ann's, which must be refused."""
    said = model.call(operation, now=START, uid=ANN.uid, **_read(wish))
    assert isinstance(said, Refused), said
    return said.status


def _read(wish: Facts) -> Facts:
    quantities = {"point", "cost", "unfreezePoint"}
    return {name: number(value) if name in quantities else value for name, value in wish.items()}


def granted(*lots: tuple[str, str]) -> Model:
    """Make a model whose Ann was granted lots of points and cost."""
    model = Model()
    for point, cost in lots:
        do(model, "increase", point=point, cost=cost, orderNo="IN")
    return model


@pytest.mark.parametrize("name", STEPWISE)
def test_the_model_gives_what_a_scenario_expects(name: str) -> None:
    play = Play()
    for step in SCENARIOS[name]["steps"]:
        played = play.step(step)
        expected = step["expect"]
        assert played is not None
        answered(played, expected)
        if expected.get("data_not_null"):
            assert isinstance(played.answer, Said)
        for log in expected.get("log", []):
            agree(play.account.logs[log.get("seq_offset", 0) - 1], log)
        last = expected.get("block_logs_last", [expected.get("block_log_last", {})])
        for place, row in enumerate(last, start=1):
            agree(play.account.lot_logs[-place], row)
        assert len(play.account.lot_logs) == expected.get(
            "block_log_count", len(play.account.lot_logs)
        )


@pytest.mark.parametrize("name", ALONE)
def test_a_lot_alone_gives_what_a_scenario_expects(name: str) -> None:
    (step,) = SCENARIOS[name]["steps"]
    asked, expected = step["params"], step["expect"]
    model, lot = lone(asked["block"], asked)
    area, _, operation = step["op"].partition(".")
    amount = Decimal(asked.get("delta") or asked.get("cost") or 0)
    if area == "calc":
        assert CALCULATIONS[step["op"]](lot, amount) == Decimal(expected["value"])
        return
    wish = {"point": amount} | ({"cost": Decimal(asked["cost"])} if "cost" in asked else {})
    said = model.call(operation, now=START, uid=ANN.uid, **wish)
    if "error" in expected:
        assert said == Refused(expected["error"]["status"])
        return
    assert isinstance(said, Said)
    agree(model.accounts[ANN].lots[0].facts(), expected["block"])
    assert said.data["opCost"] == Decimal(expected.get("deltaCost", asked.get("cost")))


@pytest.mark.parametrize("name", FAULTS)
def test_the_model_does_right_what_was_done_wrong(name: str) -> None:
    must_be = FAULTS[name]["must_be"]
    play = Play()
    play.tell(FAULTS[name])
    answered(play.played[-1], must_be)
    if must_be.get("replayed"):
        assert isinstance(play.played[-1].answer, Said)
        assert play.played[-1].answer.is_repeat
    for place, played in enumerate(play.played, start=1):
        answered(played, must_be.get(f"after_{played.operation}", {}))
        answered(played, must_be.get(played.operation, {}))
        answered(played, must_be.get(f"step{place}", {}))
        if played.operation == "freezeCost":
            assert played.seen is not None
            agree(played.seen.holds[-1], must_be["freeze_order_row"])


def test_a_decrease_takes_points_with_their_share_of_the_cost() -> None:
    data = do(granted(("100", "50")), "decrease", point="80")
    agree(data, {"point": "20", "available": "20", "used": "80", "cost": "10"})


def test_a_decrease_goes_from_lot_to_lot() -> None:
    data = do(granted(("100", "60"), ("50", "0"), ("40", "40")), "decrease", point="120")
    agree(data, {"used": "120", "cost": "40", "opCost": "60"})


def test_a_freeze_goes_from_lot_to_lot() -> None:
    data = do(granted(("100", "50"), ("200", "100")), "freeze", point="180")
    agree(data, {"frozen": "180", "frozenCost": "90", "available": "120"})


def test_the_holds_of_an_order_are_released_once() -> None:
    model = granted(("100", "50"))
    do(model, "freeze", point="20", orderNo="O")
    do(model, "freeze", point="30", orderNo="O")
    by_order = {"point": "50", "orderNo": "O", "unfreezeByOrderNo": True}
    agree(do(model, "unfreeze", **by_order), {"frozen": "0"})
    assert refuse(model, "unfreeze", **by_order) == 1010


def test_a_use_of_frozen_points_may_release_more_than_it_uses() -> None:
    model = granted(("100", "50"))
    do(model, "freeze", point="80")
    data = do(model, "decreaseFrozen", point="70", unfreezePoint="80")
    agree(data, {"available": "30", "used": "70", "frozen": "0", "cost": "15", "opPoint": "70"})
    assert [(log["type"], log["delta"]) for log in data["logs"]] == [(4, 80), (2, 70)]


def test_freezing_a_cost_freezes_the_points_that_are_worth_it() -> None:
    data = do(granted(("100", "50")), "freezeCost", cost="20", orderNo="O")
    agree(data, {"frozen": "40", "frozenCost": "20"})


def test_a_refund_takes_the_points_that_are_worth_it() -> None:
    data = do(granted(("100", "50")), "refund", cost="40")
    agree(data, {"refund": "80", "point": "20", "cost": "10"})


def test_a_cancelled_lot_takes_its_cost_along() -> None:
    agree(do(granted(("100", "50")), "cancel", point="100", recId=1), {"cost": "0"})


def test_a_cost_without_a_finite_share_is_rounded() -> None:
    agree(do(granted(("30", "10")), "decrease", point="1"), {"cost": "9.67"})


def test_a_cost_is_never_negative_and_nothing_of_it_is_left() -> None:
    model = granted(("200", "1.00"))
    for _ in range(200):
        agree(do(model, "decrease", point="1"), {"opPoint": "1"})
    seen = model.seen(ANN, START)
    assert seen is not None
    agree(seen.account, {"cost": "0"})
    agree(seen.lots[0], {"usedCost": "1.00"})


def test_the_last_points_go_only_with_the_last_cost() -> None:
    data = do(granted(("1.00", "1000.00")), "refund", cost="999.99")
    agree(data, {"refund": "0.99", "point": "0.01", "cost": "0.01"})


def test_a_lot_with_one_last_hundredth_is_passed_over() -> None:
    model = granted(("0.01", "5"), ("10", "5"))
    agree(do(model, "refund", cost="1"), {"opPoint": "2"})
    assert refuse(model, "refund", cost="4.50") == 1010


def test_freezing_a_cost_with_more_points_takes_the_rest_where_nothing_was_paid() -> None:
    model = granted(("100", "50"), ("30", "0"))
    assert refuse(model, "freezeCost", cost="20", point="39.99", orderNo="O") == 1100
    assert refuse(model, "freezeCost", cost="20", point="70.01", orderNo="O") == 1010
    data = do(model, "freezeCost", cost="20", point="70", orderNo="O")
    assert [(row["recId"], row["delta"]) for row in data["recLogList"]] == [(1, 40), (2, 30)]


def test_released_points_of_an_expired_lot_can_be_used_and_the_rest_expires() -> None:
    model = Model()
    soon, later = START + timedelta(seconds=1), START + timedelta(seconds=2)
    do(model, "increase", point="100", cost="50", expireTime=soon)
    do(model, "freeze", point="80", orderNo="O")
    said = model.call(
        "decreaseFrozen", now=later, uid="ann", point=Decimal(70), unfreezePoint=Decimal(80)
    )
    model.check()
    assert isinstance(said, Said)
    logs = [(log["type"], log["delta"]) for log in said.data["logs"]]
    assert logs == [(5, 20), (4, 80), (2, 70), (5, 10)]
    agree(said.data, {"opPoint": "70", "opCost": "35", "cost": "0", "expire": "30"})


def test_what_has_expired_is_seen_before_it_is_booked() -> None:
    model = Model()
    soon = START + timedelta(seconds=1)
    do(model, "increase", point="100", cost="50", expireTime=soon)
    do(model, "freeze", point="80", expireTime=soon)
    seen = model.seen(ANN, soon)
    assert seen is not None
    agree(seen.account, {"expire": "100", "point": "0", "cost": "0", "seqNum": 2})
    assert not seen.holds[0]["isOpen"]


def test_a_repeat_is_answered_with_the_first_answer_also_when_the_account_is_disabled() -> None:
    model = granted(("10", "1"))
    first = do(model, "decrease", point="1", seq="s", note="a")
    do(model, "disableAccount")
    assert refuse(model, "decrease", point="1") == 1200
    assert refuse(model, "decrease", point="2", seq="s") == 2001
    again = model.call("decrease", now=START, uid="ann", point=Decimal("1.00"), seq="s", note="b")
    assert again == Said(first, is_repeat=True)


def test_an_increase_of_nothing_makes_an_empty_account_and_keeps_a_name() -> None:
    model = Model()
    agree(do(model, "increase", point="0", name="Ann"), {"logs": [], "point": "0"})
    assert do(model, "increase", point="0", name="Eve")["name"] == "Ann"
    assert refuse(model, "increase", point="0", cost="1") == 1100


def test_no_order_of_operations_breaks_what_is_always_so() -> None:
    done: Counter[str] = Counter()
    for seed in range(30):
        chance = random.Random(seed)
        model, now = Model(), START
        order = chance.choice(["expiry", "created"])
        model.call("addPointType", now=now, name="default", order=order)
        for _ in range(60):
            operation = chance.choice(CHANGES)
            wish = some_wish(chance, model, operation, now)
            done[operation] += isinstance(model.call(operation, now=now, **wish), Said)
            model.check()
            now += timedelta(seconds=chance.choice([0, 0, 1]))
    assert min(done[operation] for operation in CHANGES) > 10, done


CHANGES = [
    *["increase", "increase", "freeze", "freeze", "unfreeze", "decreaseFrozen", "refund"],
    *["decrease", "freezeByRecId", "freezeCost", "cancel", "expire"],
]


def some_wish(chance: random.Random, model: Model, operation: str, now: datetime) -> Facts:
    """Choose what may well be done, and now and then something that can't."""
    amounts = ["0.01", "0.02", "1", "2.5", "3", "7.77", "10"]
    wish: Facts = {
        "uid": ANN.uid,
        "point": Decimal(chance.choice(amounts)),
        "cost": Decimal(chance.choice(amounts)),
        "orderNo": chance.choice("AB"),
        "unfreezePoint": chance.choice([None, None, Decimal(1), Decimal(3)]),
    }
    if chance.random() < 0.4:
        wish["expireTime"] = now + timedelta(seconds=chance.randint(1, 15))
    if chance.random() < 0.1:
        wish["recOrderNo"] = chance.choice("AB")
    if operation in {"refund", "freezeCost"} and chance.random() < 0.8:
        del wish["point"]
    if model.lots_made and (operation == "freezeByRecId" or chance.random() < 0.2):
        lot = chance.choice(model.accounts[ANN].lots)
        wish["recId"] = lot.number
        if operation in {"freezeByRecId", "cancel"}:
            wish["point"] = lot.points["available"]
    held = model.accounts[ANN].open_holds() if model.lots_made else []
    if held and chance.random() < 0.2:
        order = held[0].order_number
        of_it = total(hold.points for hold in held if hold.order_number == order)
        wish |= {"orderNo": order, "unfreezeByOrderNo": True, "unfreezePoint": of_it}
        wish |= {"point": of_it} if operation == "unfreeze" else {}
    return wish
