"""Worked numbers as data: reading them, playing them on the model, comparing what came of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.points.model import Model, Refused, Said, Seen
from tests.points.model.costs import cost_of_part, cost_of_points, points_for_cost
from tests.points.model.state import COSTS, HEAPS, Account, Hold, Key, Lot, Piece, total

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
DATA = Path(__file__).parent / "data"
ANN = Key("default", "ann")
TEXTS = {"tag", "orderNo", "seq"}
Facts = dict[str, Any]


def stories(name: str) -> dict[str, Facts]:
    """Read a file of worked numbers, by the names of its stories."""
    told = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return {story["name"]: story for story in told}


def number(value: Any) -> Any:
    """Read a figure that is written as text; leave other things alone."""
    return Decimal(value) if isinstance(value, str) else value


@dataclass
class Played:
    """One step that was played: what was answered, and the account afterwards."""

    operation: str
    answer: Said | Refused
    seen: Seen | None


@dataclass
class Play:
    """A story that is being played on a model of its own."""

    model: Model = field(default_factory=Model)
    now: datetime = START
    played: list[Played] = field(default_factory=list)

    def tell(self, story: Facts) -> None:
        """Play all steps; time passes where the story says so."""
        does_sleep = any("then" in step for step in story["steps"])
        for step in story["steps"]:
            if step["op"] == "expire" and does_sleep:
                self.now += timedelta(seconds=1)
            self.step(step)

    def step(self, step: Facts) -> Played | None:
        """Play one step; sleep is no operation."""
        if step["op"] == "sleep":
            self.now += timedelta(seconds=step["params"]["seconds"])
            return None
        wish = {name: self._read(name, value) for name, value in step["params"].items()}
        answer = self.model.call(step["op"], now=self.now, **{"uid": ANN.uid, **wish})
        self.model.check()
        played = Played(step["op"], answer, self.model.seen(ANN, self.now))
        self.played.append(played)
        return played

    @property
    def account(self) -> Account:
        """The story's account, with its logs."""
        return self.model.accounts[ANN]

    def _read(self, name: str, value: Any) -> Any:
        if name == "expireTime":
            return self.now + timedelta(seconds=int(value.removeprefix("now+").removesuffix("s")))
        if name == "recId":
            return self.account.lots[int(value.removeprefix("$block"))].number
        if name in TEXTS:
            letter, times, count = value.partition("*")
            return letter * int(count) if times else value
        return number(value)


def agree(facts: Facts, expected: Facts) -> None:
    """Assert that all expected figures are there."""
    wanted = {name: number(value) for name, value in expected.items() if name != "seq_offset"}
    assert {name: facts[name] for name in wanted} == wanted


def answered(played: Played, expected: Facts) -> None:
    """Assert what an operation answered, and the figures after it."""
    if "error" in expected:
        error = expected["error"]
        status = 1010 if error.get("kind") == "hold_already_closed" else error["status"]
        assert played.answer == Refused(status)
    elif expected.get("status") == 0 or "account" in expected:
        assert isinstance(played.answer, Said)
    if "account" in expected:
        assert played.seen is not None
        agree(played.seen.account, expected["account"])
        if isinstance(played.answer, Said) and not played.answer.is_repeat:
            agree(played.answer.data, expected["account"])
    if "blocks" in expected:
        assert played.seen is not None
        for lot, wanted in zip(played.seen.lots, expected["blocks"], strict=True):
            agree(lot, wanted)


def lone(block: Facts, step: Facts) -> tuple[Model, Lot]:
    """Make a model with one lot, filling in what is left out so that the lot is valid."""
    given = {name: Decimal(value) for name, value in block.items()}
    points = {heap: given.get(heap, Decimal(0)) for heap in HEAPS}
    granted = given.get("total", total(points.values()) or Decimal(1))
    if "available" not in given and "total" in given:
        points["available"] = granted - total(points.values())
    points["expire"] += granted - total(points.values())
    cost = given.get("totalCost", Decimal(0))
    if "totalCost" not in given and "cost" in step:
        cost = granted * Decimal(step["cost"]) / Decimal(step["delta"])
    costs = {heap: given.get(name, Decimal(0)) for name, heap in COSTS.items()}
    if "frozenCost" not in given:
        costs["frozen"] = points["frozen"] * cost / granted
    costs["available"] = cost - total(costs.values())
    lot = Lot(1, 1, granted, cost, points=points, costs=costs)
    account = Account(ANN, "expiry", lots=[lot])
    if points["frozen"]:
        account.holds.append(Hold("", None, None, [Piece(lot, points["frozen"], costs["frozen"])]))
    model = Model()
    model.types[ANN.type] = "expiry"
    model.accounts[ANN] = account
    model.state.lots_made = 1
    return model, lot


CALCULATIONS: dict[str, Callable[[Lot, Decimal], Decimal]] = {
    "calc.availableCost": lambda lot, _: lot.costs["available"],
    "calc.pointForCost": points_for_cost,
    "calc.costForPoint": cost_of_points,
    "calc.costForUnfreeze": lambda lot, points: cost_of_part(
        lot, Piece(lot, lot.points["frozen"], lot.costs["frozen"]), points
    ),
}
