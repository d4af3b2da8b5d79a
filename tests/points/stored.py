"""What the database has of an account, held against the model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeVar

from ledger.wire import encode
from points.api import shapes
from points.commands import Points
from points.models import NEVER, Account, HoldPiece, Log, Lot, LotLog
from points.queries import accounts_now, lots_now
from points.rules import AccountFigures, Figures, LotFigures
from tests.conftest import TENANT
from tests.points.model import Model
from tests.points.model.state import Hold, Key, total
from tests.points.support import Facts, picked, wall_time

# What the figures are called inside, by their names on the wire.
INSIDE = {
    "refund": "refunded",
    "expire": "expired",
    "totalCost": "total_cost",
    "usedCost": "used_cost",
    "frozenCost": "frozen_cost",
    "refundCost": "refunded_cost",
    "cancelledCost": "cancelled_cost",
    "expireCost": "expired_cost",
}
# As text, which saves Django from making it each time: that took as long as all the rest.
ACCOUNT = "SELECT * FROM points_account WHERE holder_digest = %s"
LOTS = "SELECT * FROM points_lot WHERE account_id = %s ORDER BY id"
PIECES = "SELECT * FROM points_holdpiece WHERE account_id = %s AND is_open = %s ORDER BY hold, id"
F = TypeVar("F", bound=Figures)


@dataclass
class Ids:
    """Which lot of the database is which of the model, whose lots have numbers from 1 on."""

    real: list[int] = field(default_factory=list)

    def add(self, pk: int) -> None:
        self.real.append(int(pk))

    def of(self, number: int) -> int:
        """Return the id of a lot by its number; for the number of no lot, one that no lot has."""
        return self.real[number - 1] if number <= len(self.real) else 10**15


def spoken(facts: Mapping[str, Any], ids: Ids) -> Facts:
    """Return the model's facts as they stand on the wire."""
    said: Facts = {}
    for name, value in facts.items():
        if isinstance(value, datetime):
            said[name] = wall_time(value)
        elif name == "extra":
            said[name] = json.loads(value, parse_float=Decimal) if value else None
        else:
            said[name] = ids.of(value) if name == "recId" else value
    return said


def agree(row: Facts, facts: Mapping[str, Any], ids: Ids) -> None:
    """Assert that a row on the wire says all that the model says."""
    wanted = spoken(facts, ids)
    same(picked(row, wanted), wanted)


def same(found: Any, expected: Any) -> None:
    """Assert that two things are the same; say both, if not."""
    assert found == expected, f"{found} is not {expected}"


@dataclass
class Stored:
    """The database's account of one name, compared with the model's."""

    key: Key
    model: Model
    ids: Ids
    now: datetime

    def __post_init__(self) -> None:
        rows = list(Account.objects.raw(ACCOUNT, [Points(TENANT, *self.key).digest]))
        same(bool(rows), self.key in self.model.accounts)
        self.row = rows[0] if rows else None
        self.lots = list(Lot.objects.raw(LOTS, [self.row.pk])) if self.row else []

    def compare_booked(self) -> None:
        """Compare all figures as they are booked, and what is held."""
        if self.row is None:
            return
        row, told = self.row, self.model.accounts[self.key]
        same((row.name, row.is_enabled, row.sequence), (told.name, told.is_enabled, len(told.logs)))
        same(row.figures, self._figures(told.facts()))
        same([lot.figures for lot in self.lots], [lot_figures(lot.facts()) for lot in told.lots])
        pieces = HoldPiece.objects.raw(PIECES, [row.pk, True])
        found = [list(group) for _, group in groupby(pieces, key=lambda piece: piece.hold)]
        same(
            [[_held(piece) for piece in hold] for hold in found],
            [self._told(hold) for hold in told.open_holds()],
        )

    def compare_now(self) -> None:
        """Compare all figures as they are now, though time's part may not be booked."""
        seen = self.model.seen(self.key, self.now)
        if self.row is None or seen is None:
            return
        same(accounts_now([self.row], now=self.now), [self._figures(seen.account)])
        same(lots_now(self.lots, now=self.now), [lot_figures(facts) for facts in seen.lots])

    def compare_rows(self) -> None:
        """Compare every lot and every log, as the wire shows them."""
        if self.row is None:
            return
        row, told = self.row, self.model.accounts[self.key]
        self._agree(shapes.account_row(row, row.figures), told.facts())
        for lot, each in zip(self.lots, told.lots, strict=True):
            lot.account = row
            self._agree(shapes.lot_row(lot, lot.figures), each.facts())
        logs = Log.objects.filter(account=row).select_related("account").order_by("sequence")
        for log, expected in zip(logs, told.logs, strict=True):
            self._agree(shapes.log_row(log), expected)
        lines = LotLog.objects.filter(account=row).select_related("lot", "log__account")
        for line, expected in zip(lines.order_by("pk"), told.lot_logs, strict=True):
            self._agree(shapes.lot_log_row(line), expected)

    def _told(self, hold: Hold) -> list[tuple[Any, ...]]:
        words = (hold.order_number, hold.order_type, hold.expires_at or NEVER)
        return [
            (self.ids.of(each.lot.number), each.points, each.cost, *words) for each in hold.pieces
        ]

    def _figures(self, facts: Facts) -> AccountFigures:
        granted = total(lot.total_cost for lot in self.model.accounts[self.key].lots)
        return _figures(AccountFigures, facts, granted_cost=granted)

    def _agree(self, row: Facts, facts: Mapping[str, Any]) -> None:
        raw = row.get("extra")
        parsed = raw and json.loads(encode(raw), parse_float=Decimal)
        agree({**row, "extra": parsed}, facts, self.ids)


def _held(piece: HoldPiece) -> tuple[Any, ...]:
    columns = ("lot_id", "points", "cost", "reference", "order_type", "expires_at")
    return tuple(getattr(piece, name) for name in columns)


def lot_figures(facts: Facts) -> LotFigures:
    """Return a lot of the model as the figures that the rules reckon with."""
    return _figures(LotFigures, facts)


def _figures(kind: type[F], facts: Facts, **more: Decimal) -> F:
    """Return the model's figures as those that the rules reckon with."""
    inside = {INSIDE.get(name, name): value for name, value in facts.items()} | more
    return kind(**picked(inside, [each.name for each in fields(kind)]))
