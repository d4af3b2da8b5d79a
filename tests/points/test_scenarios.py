"""The worked numbers, asked of the real thing: over HTTP, or of the rules where a lot is alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from gateway.envelope import STATUSES
from ledger import clock
from ledger.refusals import Refusal
from points.rules import LotFigures, Pot, cost_of_part
from tests.points.scenarios import TEXTS, agree, lone, stories
from tests.points.stored import INSIDE, lot_figures
from tests.points.support import Caller, Facts, wall_time

SCENARIOS = stories("scenarios")
FAULTS = stories("faults")
ALONE = [name for name in SCENARIOS if name.startswith(("calc_", "block_"))]
TOLD = [name for name in SCENARIOS if name not in ALONE]
OUTCOME = ("error", "status", "account", "blocks")
UNKNOWN_TYPE = 1100
CLOSED = {"hold_already_closed": 1010}


@dataclass
class Told:
    """One step of a story, what it was answered, and the account afterwards."""

    operation: str
    answer: Facts
    account: Facts | None
    lots: list[Facts]


@dataclass
class Story:
    """Tells a story to the service, step by step."""

    caller: Caller
    traveller: time_machine.Traveller
    steps: list[Told] = field(default_factory=list)

    def tell(self, story: Facts) -> None:
        """Tell all steps; time passes where the story says so."""
        does_sleep = any("then" in step for step in story["steps"])
        for step in story["steps"]:
            if step["op"] == "expire" and does_sleep:
                self.traveller.shift(timedelta(seconds=1))
            self.step(step)

    def step(self, step: Facts) -> Told | None:
        """Tell one step; sleep is no operation."""
        operation = step["op"]
        if operation == "sleep":
            self.traveller.shift(timedelta(seconds=step["params"]["seconds"]))
            return None
        told = Told(operation, self.ask(operation, step["params"]), None, [])
        told.account = self.caller.do("getPoint")
        if told.account is not None:
            told.lots = self.caller.lots()
            assert self.caller.fault() is None
        self.steps.append(told)
        return told

    def ask(self, operation: str, parameters: Facts) -> Facts:
        """Return what an operation is answered."""
        if operation == "expire":  # The job does it: there is no path.
            call_command("expire_points", stdout=StringIO())
            return {"status": 0}
        read = {name: self._read(name, value) for name, value in parameters.items()}
        return self.caller.ask(operation, **read)

    def _read(self, name: str, value: Any) -> Any:
        if name == "expireTime":
            seconds = int(value.removeprefix("now+").removesuffix("s"))
            return wall_time(clock.now() + timedelta(seconds=seconds))
        if name == "recId":
            return self.caller.lots()[int(value.removeprefix("$block"))]["recId"]
        if name in TEXTS:
            letter, times, count = value.partition("*")
            return letter * int(count) if times else value
        return value


@pytest.fixture
def story(caller: Caller, clock: time_machine.Traveller) -> Story:
    """Return a story with no step told yet."""
    return Story(caller, clock)


def answered(told: Told, expected: Facts) -> None:
    """Assert what an operation answered, and what queries show after it."""
    if "error" in expected:
        error = expected["error"]
        allowed = CLOSED.get(error.get("kind", ""), error.get("status", UNKNOWN_TYPE))
        assert told.answer["status"] == allowed
    elif expected:
        assert told.answer["status"] == 0
    if "account" in expected:
        assert told.account is not None
        agree(told.account, expected["account"])
        if told.operation != "expire" and told.answer["status"] == 0:
            agree(told.answer["data"], expected["account"])
    if "blocks" in expected:
        for lot, wanted in zip(told.lots, expected["blocks"], strict=True):
            agree(lot, wanted)


@pytest.mark.parametrize("name", TOLD)
def test_a_scenario_comes_out_as_expected(story: Story, name: str) -> None:
    for step in SCENARIOS[name]["steps"]:
        told, expected = story.step(step), step["expect"]
        assert told is not None
        answered(told, expected)
        if expected.get("data_not_null"):
            assert told.answer["data"]
        if told.account is None:
            continue
        logs, lot_logs = story.caller.logs(), story.caller.lot_logs()
        for log in expected.get("log", []):
            agree(logs[log.get("seq_offset", 0) - 1], log)
            agree(told.answer["data"]["logs"][log.get("seq_offset", 0) - 1], log)
        last = expected.get("block_logs_last", [expected.get("block_log_last", {})])
        for place, row in enumerate(last, start=1):
            agree(lot_logs[-place], row)
        assert len(lot_logs) == expected.get("block_log_count", len(lot_logs))


@pytest.mark.parametrize("name", FAULTS)
def test_what_was_done_wrong_is_done_right(story: Story, name: str) -> None:
    must_be = FAULTS[name]["must_be"]
    story.tell(FAULTS[name])
    last = story.steps[-1]
    answered(last, {what: must_be[what] for what in OUTCOME if what in must_be})
    for place, told in enumerate(story.steps, start=1):
        answered(told, must_be.get(f"after_{told.operation}", {}))
        answered(told, must_be.get(told.operation, {}))
        answered(told, must_be.get(f"step{place}", {}))
        if told.operation == "freezeCost":
            row = must_be["freeze_order_row"]
            agree(told.answer["data"], {"opPoint": row["frozen"], "opCost": row["frozenCost"]})


def test_a_repeat_is_marked_as_one(story: Story) -> None:
    story.tell(FAULTS["same_seq_after_ttl_executes_again"])
    first, again = story.steps
    assert first.answer == again.answer
    answer = story.caller.api.post(
        "/hyena/point/increase", uid=story.caller.user, point="10.00", seq="S"
    )
    assert answer.headers["Idempotent-Replayed"] == "true"


# A lot alone.

Move = Callable[[LotFigures, Decimal, Facts], Decimal]


def taking(target: Pot) -> Move:
    """Return how available points with their cost go to a pot."""

    def move(lot: LotFigures, points: Decimal, asked: Facts) -> Decimal:
        cost = Decimal(asked["cost"]) if "cost" in asked else lot.cost_of(points)
        if "cost" in asked:
            assert lot.points_for(cost) == points
        lot.move(points, cost=cost, source=Pot.AVAILABLE, target=target)
        return cost

    return move


def releasing(lot: LotFigures, points: Decimal, _asked: Facts) -> Decimal:
    """Move held points back, of a hold that holds all that is frozen."""
    cost = of_held(lot, points)
    lot.move(points, cost=cost, source=Pot.FROZEN, target=Pot.AVAILABLE)
    return cost


def of_held(lot: LotFigures, points: Decimal) -> Decimal:
    """Return what a part of a hold costs that holds all that is frozen."""
    return cost_of_part(points, held=lot.frozen, held_cost=lot.frozen_cost, lot=lot)


CALCULATIONS: dict[str, Callable[[LotFigures, Decimal], Decimal]] = {
    "calc.availableCost": lambda lot, _: lot.available_cost,
    "calc.pointForCost": LotFigures.points_for,
    "calc.costForPoint": LotFigures.cost_of,
    "calc.costForUnfreeze": of_held,
}
MOVES: dict[str, Move] = {
    "block.freeze": taking(Pot.FROZEN),
    "block.unfreeze": releasing,
    "block.decrease": taking(Pot.USED),
    "block.refund": taking(Pot.REFUNDED),
}


def alone(asked: Facts) -> LotFigures:
    """Return the figures of the lot that a step is about."""
    return lot_figures(lone(asked["block"], asked)[1].facts())


@pytest.mark.parametrize("name", [name for name in ALONE if name.startswith("calc_")])
def test_a_cost_is_what_a_scenario_expects(name: str) -> None:
    (step,) = SCENARIOS[name]["steps"]
    asked = step["params"]
    lot = alone(asked)
    amount = Decimal(asked.get("delta") or asked.get("cost") or 0)
    assert CALCULATIONS[step["op"]](lot, amount) == Decimal(step["expect"]["value"])


@pytest.mark.parametrize("name", [name for name in ALONE if name.startswith("block_")])
def test_a_lot_alone_gives_what_a_scenario_expects(name: str) -> None:
    (step,) = SCENARIOS[name]["steps"]
    asked, expected = step["params"], step["expect"]
    lot, before = alone(asked), alone(asked)
    if "error" in expected:
        with pytest.raises(Refusal) as refused:
            MOVES[step["op"]](lot, Decimal(asked["delta"]), asked)
        assert STATUSES[refused.value.code] == expected["error"]["status"]
        assert lot == before
        return
    cost = MOVES[step["op"]](lot, Decimal(asked["delta"]), asked)
    wanted: Facts = dict(expected["block"])
    assert (lot.points > 0) is wanted.pop("enable", lot.points > 0)
    agree({name: getattr(lot, INSIDE.get(name, name)) for name in wanted}, wanted)
    assert cost == Decimal(expected.get("deltaCost", asked.get("cost")))


# The contract's worked numbers. A lot is points/cost.


def lots(*granted: str) -> list[tuple[str, Facts]]:
    """Return the steps that grant these lots."""
    return [
        ("increase", dict(zip(("point", "cost"), each.split("/"), strict=True))) for each in granted
    ]


BY_O: Facts = {"orderNo": "O", "unfreezeByOrderNo": True}
WORKED: dict[str, tuple[list[tuple[str, Facts]], Facts]] = {
    "1": (
        [*lots("100/50"), ("decrease", {"point": 80})],
        {"point": 20, "available": 20, "used": 80, "cost": 10},
    ),
    "2": (
        [*lots("100/60", "50/0", "40/40"), ("decrease", {"point": 120})],
        {"used": 120, "cost": 40, "opCost": 60},
    ),
    "3": (
        [*lots("100/50", "200/100"), ("freeze", {"point": 180})],
        {"frozen": 180, "frozenCost": 90, "available": 120},
    ),
    "4": (
        [
            *lots("100/50"),
            ("freeze", {"point": 20, "orderNo": "O"}),
            ("freeze", {"point": 30, "orderNo": "O"}),
            ("unfreeze", {"point": 50, **BY_O}),
        ],
        {"frozen": 0},
    ),
    "5": (
        [
            *lots("100/50"),
            ("freeze", {"point": 80}),
            ("decreaseFrozen", {"point": 70, "unfreezePoint": 80}),
        ],
        {"available": 30, "used": 70, "frozen": 0, "cost": 15, "steps": [(4, 80), (2, 70)]},
    ),
    "6": (
        [*lots("100/50"), ("freezeCost", {"cost": 20, "orderNo": "O"})],
        {"frozen": 40, "frozenCost": 20},
    ),
    "7": (
        [*lots("100/50"), ("refund", {"cost": 40})],
        {"refund": 80, "point": 20, "cost": 10},
    ),
    "8": ([*lots("100/50"), ("cancel", {"point": 100, "recId": "$block0"})], {"cost": 0}),
    "9": ([*lots("30/10"), ("decrease", {"point": 1})], {"cost": "9.67"}),
    "10": ([*lots("200/1.00"), *[("decrease", {"point": 1})] * 200], {"cost": 0, "used": 200}),
    "11": (
        [*lots("1.00/1000.00"), ("refund", {"cost": "999.99"})],
        {"refund": "0.99", "point": "0.01", "cost": "0.01"},
    ),
}


@pytest.mark.parametrize("number", WORKED)
def test_the_worked_numbers_come_out(story: Story, number: str) -> None:
    steps, expected = WORKED[number]
    answers = [story.ask(operation, parameters) for operation, parameters in steps]
    assert {answer["status"] for answer in answers} == {0}
    data = answers[-1]["data"]
    wanted = dict(expected)
    moved = [(log["type"], log["delta"]) for log in data["logs"]]
    assert moved == wanted.pop("steps", moved)
    agree(data, wanted)
    shown = story.caller.account()
    agree(shown, {name: value for name, value in wanted.items() if name in shown})
    if number == "4":
        assert story.caller.refused("unfreeze", point=50, **BY_O) == 1010
    if number == "10":
        assert [lot["usedCost"] for lot in story.caller.lots()] == [1]
