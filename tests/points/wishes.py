"""Wishes for the state machine: what may well be done with a model, and some that can't."""

import copy
import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.points.model import Model, Said
from tests.points.model.parameters import BOUND, CENT
from tests.points.model.state import Account, Key, total
from tests.points.support import Facts

NOBODYS_LOT = 10**6
PALETTES = {
    "cents": ("0.01", "0.02", "0.03", "0.05", "0.99", "1"),
    "some": ("0.01", "0.99", "1", "2.5", "3", "7.77", "10", "33.33"),
    "large": (
        *("0.01", "1", "12345678901.23", "999999999999999.99", "8999999999999999.99"),
        *("30000000000000000", "89999999999999999.99"),
    ),
}
WHOSE = (
    *[Key("default", "ann")] * 8,
    *[Key("default", "ann", "sub"), Key("default", "ANN"), Key("vip", "ann")],
)
ORDERS = ("A", "B", "a")
WORDS: tuple[Facts, ...] = (
    *[{}] * 4,
    {"tag": "T", "note": "a note"},
    {"sourceType": 1, "orderType": -2, "payType": 2**31 - 1, "name": "Ann"},
    {"extra": '{"b": [1, null], "a": 1.50}', "name": "安", "orderType": 0},
)
TAKING = ("decrease", "decrease", "cancel", "refund", "refund")
HOLDING = ("freeze", "freeze", "freezeByRecId", "freezeCost")
LETTING_GO = ("unfreeze", "decreaseFrozen", "decreaseFrozen")
ASIDE = ("enableAccount", "disableAccount", "expire", "addPointType")
OPERATIONS = (*["increase"] * 4, *TAKING * 2, *HOLDING * 2, *LETTING_GO * 2, *ASIDE)
EXPIRING = {"increase", "freeze", "freezeByRecId", "freezeCost"}
BY_LOT_ORDER = {"decrease", "freezeCost", "decreaseFrozen"}
BY_ORDER = {"unfreeze", "decreaseFrozen", "refund"}

# A wish is chosen by a number: Hypothesis draws one instead of twenty, and none is favoured.
tickets = st.integers(0, 2**20 - 1)


class Wish(NamedTuple):
    """One operation with its parameters, by wire names; lots by the model's numbers."""

    operation: str
    parameters: Facts

    @property
    def key(self) -> Key:
        """Whose account it is about."""
        given = self.parameters
        return Key(given.get("type", "default"), given.get("uid", ""), given.get("subUid", ""))


class _Maker:
    """Chooses parameters that go together."""

    def __init__(self, model: Model, *, now: datetime, palette: str, ticket: int) -> None:
        self.chance = random.Random(ticket)
        self.model = model
        self.now = now
        self.palette = [Decimal(text) for text in PALETTES[palette]]
        self.key = self.chance.choice(WHOSE)
        self.account: Account | None = model.accounts.get(self.key)

    def often(self, percent: int) -> bool:
        return self.chance.random() < percent / 100

    def one_of(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def amount(self, name: str) -> Decimal:
        """Choose an amount: any, or one at which something changes; mostly one that is there."""
        if self.account is None:
            return self.chance.choice(self.palette)
        amounts = _telling(self.account) if self.often(50) else self.palette
        most = _limit(self.account, name)
        there = [amount for amount in amounts if amount <= most] if self.often(85) else amounts
        return self.chance.choice(there or self.palette)

    def whose(self) -> Facts:
        whose: Facts = {"uid": self.key.uid, "subUid": self.key.sub_uid}
        return whose if self.key.type == "default" else {**whose, "type": self.key.type}

    def lot(self) -> int:
        """Choose a lot: mostly one of the account's."""
        lots = self.account.lots if self.account else []
        full = [lot.number for lot in lots if lot.points["available"]]
        own = full if full and self.often(80) else [lot.number for lot in lots]
        if own and self.often(95):
            return self.chance.choice(own)
        return self.chance.choice([NOBODYS_LOT, max(1, self.model.lots_made)])

    def order_held(self) -> str:
        """Choose an order that is held, if there is one."""
        held = [hold.order_number for hold in self.account.open_holds()] if self.account else []
        return self.chance.choice([each for each in held if each] or ORDERS)

    def moment(self) -> datetime:
        seconds = self.one_of(1, 1, 2, 2, 3, 5, 10, 10**9, 0, -1)
        return self.now.replace(microsecond=0) + timedelta(seconds=seconds)

    def wish(self, operation: str) -> Wish:
        if self.often(85):
            operation = self._possible(operation)
        if operation in {"disableAccount", "enableAccount", "expire"}:
            return Wish(operation, self.whose())
        parameters = {**self.whose(), **self.one_of(*WORDS), **self._figures(operation)}
        parameters.update(self._marks(operation))
        self._name_a_lot(operation, parameters)
        self._release(operation, parameters)
        if operation in {"freezeCost", "refund"} and self.often(30):
            self._name_points(operation, parameters)
        return Wish(operation, parameters)

    def _marks(self, operation: str) -> Facts:
        """Choose the number of the change, its order and its times."""
        needs_order = operation in {"freezeByRecId", "freezeCost"}
        chances = {
            "seq": (25, ("1", "2", "3")),
            "orderNo": (100 if needs_order else 60, ORDERS),
            "recOrderNo": (15 if operation in BY_LOT_ORDER else 0, ORDERS),
        }
        marks: Facts = {
            name: self.one_of(*values)
            for name, (percent, values) in chances.items()
            if self.often(percent)
        }
        if operation in EXPIRING and self.often(60 if operation == "increase" else 40):
            marks["expireTime"] = self.moment()
        if operation == "increase" and self.often(10):
            marks["issueTime"] = self.moment()
        return marks

    def _possible(self, operation: str) -> str:
        """Return an operation that has something to work on."""
        if self.account is None:
            return "increase"
        if not self.account.is_enabled:
            return "enableAccount" if self.often(50) else operation
        figures = self.account.figures()
        due = (lot for lot in self.account.lots if lot.is_due(self.now))
        if any(lot.points["frozen"] for lot in due) and self.often(50):
            return self.chance.choice((*LETTING_GO, "refund"))
        if operation in LETTING_GO and not figures["frozen"]:
            operation = self.chance.choice(HOLDING)
        if operation in {*TAKING, *HOLDING} and not figures["available"]:
            return "increase"
        return operation

    def _figures(self, operation: str) -> Facts:
        if operation == "increase":
            point = self.one_of(*self.palette, Decimal(0))
            costs_something = self.often(75) and (point or self.often(20))
            return {"point": point, "cost": self.one_of(*self.palette) if costs_something else None}
        if operation in {"freezeCost", "refund"}:
            return {"cost": self.amount("cost")}
        is_of_held = operation in {"unfreeze", "decreaseFrozen"}
        return {"point": self.amount("frozen" if is_of_held else "available")}

    def _name_a_lot(self, operation: str, parameters: Facts) -> None:
        chance = {"increase": 3, "unfreeze": 5, "freezeByRecId": 100, "cancel": 50}
        if not self.often(chance.get(operation, 20)):
            return
        parameters["recId"] = number = self.lot()
        lots = [lot for lot in self.account.lots if lot.number == number] if self.account else []
        if lots and operation in {"freezeByRecId", "cancel"} and self.often(80):
            parameters["point"] = lots[0].points["available"] or CENT
        elif lots and "point" in parameters and self.often(50):
            heap = "frozen" if operation == "decreaseFrozen" else "available"
            parameters["point"] = lots[0].points[heap] or CENT

    def _all_held(self) -> Decimal | None:
        """Return all that is frozen, now and then."""
        if self.account is None or self.often(60):
            return None
        return self.account.figures()["frozen"] or None

    def _name_points(self, operation: str, parameters: Facts) -> None:
        """Name the points that it will take, or some next to it."""
        said = copy.copy(self.model).call(operation, now=self.now, **parameters)
        points = said.data["opPoint"] if isinstance(said, Said) else self.amount("available")
        parameters["point"] = max(CENT, points + self.one_of(0, 0, 0, CENT, -CENT, Decimal(1)))

    def _release(self, operation: str, parameters: Facts) -> None:
        if operation not in BY_ORDER:
            return
        if operation != "unfreeze" and self.often(60):
            wants_cost = operation == "refund"
            parameters["cost" if wants_cost else "point"] = self.amount(
                "all cost" if wants_cost else "point"
            )
            parameters["unfreezePoint"] = self._all_held() or self.amount("frozen")
        if not self.often(40):
            return
        parameters["unfreezeByOrderNo"] = True
        if self.often(95):
            parameters["orderNo"] = order = self.order_held()
            if self.account and self.often(80):
                held = total(
                    hold.points for hold in self.account.holds if hold.order_number == order
                )
                name = "point" if operation == "unfreeze" else "unfreezePoint"
                if held and (name in parameters or operation == "refund"):
                    parameters[name] = held


def wishes(model: Model, *, now: datetime, palette: str) -> st.SearchStrategy[Wish]:
    """Return a strategy of what may be wished now."""
    return tickets.map(lambda ticket: _wish(_Maker(model, now=now, palette=palette, ticket=ticket)))


def _wish(maker: _Maker) -> Wish:
    operation = maker.one_of(*OPERATIONS)
    if operation != "addPointType":
        return maker.wish(operation)
    name, order = maker.one_of("vip", "VIP", "default"), maker.one_of("expiry", "created")
    return Wish(operation, {"name": name, "order": order})


def moments(model: Model, now: datetime) -> list[datetime]:
    """List when something expires."""
    lots = (lot.expires_at for account in model.accounts.values() for lot in account.lots)
    holds = (
        hold.expires_at for account in model.accounts.values() for hold in account.open_holds()
    )
    found = {moment for moment in (*lots, *holds) if moment is not None}
    return sorted(moment for moment in found if now < moment < now + timedelta(days=1))


def is_due(model: Model, key: Key, now: datetime) -> bool:
    """Tell whether some of an account has expired that nothing has booked yet."""
    account = model.accounts.get(key)
    if account is None:
        return False
    has_lot = any(lot.is_due(now) for lot in account.lots if lot.points["available"])
    return has_lot or any(hold.is_due(now) for hold in account.open_holds())


def _limit(account: Account, name: str) -> Decimal:
    figures = account.figures()
    if name == "cost":
        return figures["cost"] - figures["frozenCost"]
    return figures["cost"] if name == "all cost" else figures[name]


def _telling(account: Account) -> list[Decimal]:
    """List the figures of an account at which something changes, and what is next to them."""
    figures = account.figures()
    holds = account.open_holds()
    orders = {hold.order_number for hold in holds}
    found = {
        figures["available"],
        figures["frozen"],
        figures["cost"] - figures["frozenCost"],
        *(lot.points["available"] for lot in account.lots),
        *(lot.costs["available"] for lot in account.lots),
        *(hold.points for hold in holds),
        *(total(each.points for each in holds if each.order_number == name) for name in orders),
    }
    near = {each + step for each in found for step in (-CENT, 0, 0, CENT)}
    return sorted(each for each in near if 0 < each < BOUND)
