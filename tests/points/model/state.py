"""What the model remembers. Every figure of an account is a sum over its lots."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tests.points.model.answers import MALFORMED, Refused, Row, Said

HEAPS = ("available", "used", "frozen", "refund", "cancelled", "expire")
COSTS = {
    "usedCost": "used",
    "frozenCost": "frozen",
    "refundCost": "refund",
    "cancelledCost": "cancelled",
    "expireCost": "expire",
}
# The type of a log, by where its points come from and go to.
LOG_TYPES = {
    ("", "available"): 1,
    ("available", "used"): 2,
    ("frozen", "used"): 2,
    ("available", "frozen"): 3,
    ("frozen", "available"): 4,
    ("available", "expire"): 5,
    ("available", "cancelled"): 6,
    ("available", "refund"): 7,
}
WORDS = ("tag", "orderNo", "sourceType", "orderType", "payType", "note", "extra")
LAST = datetime.max.replace(tzinfo=UTC)


class Key(NamedTuple):
    """The names of an account within its tenant."""

    type: str
    uid: str
    sub_uid: str = ""


def total(figures: Iterable[Decimal]) -> Decimal:
    return sum(figures, Decimal(0))


def _nothing() -> dict[str, Decimal]:
    return {heap: Decimal(0) for heap in HEAPS}


@dataclass(eq=False)
class Lot:
    """What one increase granted: heaps of points, and the cost that lies in each heap."""

    number: int
    sequence: int
    total: Decimal
    total_cost: Decimal
    words: dict[str, Any] = field(default_factory=dict)
    points: dict[str, Decimal] = field(default_factory=_nothing)
    costs: dict[str, Decimal] = field(default_factory=_nothing)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Lot":
        twin = replace(self, points=dict(self.points), costs=dict(self.costs))
        memo[id(self)] = twin
        return twin

    @property
    def is_enabled(self) -> bool:
        return self.points["available"] + self.points["frozen"] > 0

    @property
    def cost(self) -> Decimal:
        """The money still behind it: of the available and of the frozen points."""
        spent = total(self.costs[heap] for heap in ("used", "refund", "cancelled", "expire"))
        return self.total_cost - spent

    @property
    def order_number(self) -> str:
        return str(self.words.get("orderNo", ""))

    @property
    def expires_at(self) -> datetime | None:
        expires_at: datetime | None = self.words.get("expireTime")
        return expires_at

    def is_due(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def move(self, source: str, target: str, move: "Move") -> None:
        """Move points with their cost from heap to heap; from "" they are new."""
        if source:
            self.points[source] -= move.points
            self.costs[source] -= move.cost
        self.points[target] += move.points
        self.costs[target] += move.cost

    def figures(self) -> dict[str, Any]:
        costs = {name: self.costs[heap] for name, heap in COSTS.items()}
        return {"total": self.total, **self.points, **costs}

    def facts(self) -> dict[str, Any]:
        return {
            **self.words,
            **self.figures(),
            "recId": self.number,
            "seqNum": self.sequence,
            "totalCost": self.total_cost,
            "enable": self.is_enabled,
        }


@dataclass
class Move:
    """Points of one lot with their cost."""

    lot: Lot
    points: Decimal
    cost: Decimal


@dataclass
class Piece:
    """What a hold still holds of one lot."""

    lot: Lot
    points: Decimal
    cost: Decimal


@dataclass(eq=False)
class Hold:
    """What one freeze froze and nothing has released or used since."""

    order_number: str
    order_type: int | None
    expires_at: datetime | None
    pieces: list[Piece]

    @property
    def is_open(self) -> bool:
        return bool(self.pieces)

    @property
    def points(self) -> Decimal:
        return total(piece.points for piece in self.pieces)

    @property
    def cost(self) -> Decimal:
        return total(piece.cost for piece in self.pieces)

    def is_due(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def facts(self) -> dict[str, Any]:
        return {
            "orderNo": self.order_number,
            "orderType": self.order_type,
            "expireTime": self.expires_at,
            "isOpen": self.is_open,
            "frozen": self.points,
            "frozenCost": self.cost,
            "pieces": [(piece.lot.number, piece.points, piece.cost) for piece in self.pieces],
        }


@dataclass(eq=False)
class Account:
    """One account, with everything that was ever booked on it."""

    key: Key
    order: str
    name: str = ""
    is_enabled: bool = True
    lots: list[Lot] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    logs: list[Row] = field(default_factory=list)
    lot_logs: list[Row] = field(default_factory=list)
    # By operation and seq: what was asked, and what was said.
    answers: dict[tuple[str, str], tuple[dict[str, Any], Said]] = field(default_factory=dict)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Account":
        """Share what is written: it never changes."""
        return replace(
            self,
            lots=copy.deepcopy(self.lots, memo),
            holds=copy.deepcopy(self.holds, memo),
            logs=list(self.logs),
            lot_logs=list(self.lot_logs),
            answers=dict(self.answers),
        )

    def lot(self, number: int) -> Lot:
        """Find a lot of this account by its id."""
        for lot in self.lots:
            if lot.number == number:
                return lot
        raise Refused(MALFORMED)

    def lots_in_order(self) -> list[Lot]:
        """List all lots in spending order."""
        oldest_first = sorted(self.lots, key=lambda lot: lot.number)
        if self.order == "created":
            return oldest_first
        return sorted(oldest_first, key=lambda lot: lot.expires_at or LAST)

    def open_holds(self) -> list[Hold]:
        """List the open holds, oldest first."""
        return [hold for hold in self.holds if hold.is_open]

    def figures(self) -> dict[str, Decimal]:
        heaps = {heap: total(lot.points[heap] for lot in self.lots) for heap in HEAPS}
        return {
            "point": heaps["available"] + heaps["frozen"],
            **heaps,
            "cost": total(lot.cost for lot in self.lots),
            "frozenCost": total(lot.costs["frozen"] for lot in self.lots),
        }

    def facts(self) -> dict[str, Any]:
        return {
            **self.figures(),
            "uid": self.key.uid,
            "subUid": self.key.sub_uid,
            "name": self.name,
            "seqNum": len(self.logs),
            "enable": self.is_enabled,
        }

    def book(self, source: str, target: str, moves: list[Move], words: dict[str, Any]) -> Row:
        """Move points of lots from heap to heap, and write the log and the lot logs."""
        for move in moves:
            move.lot.move(source, target, move)
        head = {"seqNum": len(self.logs) + 1, "type": LOG_TYPES[source, target]}
        log = Row(
            **head,
            delta=total(move.points for move in moves),
            deltaCost=total(move.cost for move in moves),
            **self.figures(),
            **words,
        )
        self.logs.append(log)
        touched = list({move.lot.number: move.lot for move in moves}.values())
        for lot in touched:
            of_it = [move for move in moves if move.lot is lot]
            row = Row(
                recId=lot.number,
                **head,
                delta=total(move.points for move in of_it),
                deltaCost=total(move.cost for move in of_it),
                **lot.figures(),
                cost=lot.cost,
                orderNo=words["orderNo"],
                recOrigOrderNo=lot.order_number,
            )
            self.lot_logs.append(row)
        return log


@dataclass
class State:
    """One tenant."""

    types: dict[str, str] = field(default_factory=dict)
    accounts: dict[Key, Account] = field(default_factory=dict)
    lots_made: int = 0
