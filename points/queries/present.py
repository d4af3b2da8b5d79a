"""Figures as they are at a moment: what has expired by then counts as expired, booked or not."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from ledger.fields import AmountField
from points.commands import SCALE
from points.models import Account, HoldPiece, Lot
from points.models.lots import COSTS
from points.rules import ZERO, AccountFigures, LotFigures, Pot

GONE = ("frozen_cost", *COSTS)
AMOUNT = AmountField(digits=SCALE.digits)
Sums = dict[int, dict[str, Decimal]]


def accounts_now(accounts: Sequence[Account], *, now: datetime) -> list[AccountFigures]:
    """Return each account's figures at that moment, with two statements for all of them."""
    ids = [account.pk for account in accounts]
    due, freed = _due(ids, now=now), _freed(ids, now=now)
    found = []
    for account in accounts:
        figures = account.figures
        released, lapsed = freed.get(account.pk, {}), due.get(account.pk, {})
        _release(figures, released)
        points = lapsed.get("points", ZERO) + (released.get("lapsed") or ZERO)
        cost = lapsed.get("cost", ZERO) + (released.get("lapsed_cost") or ZERO)
        figures.move(points, cost=cost, source=Pot.AVAILABLE, target=Pot.EXPIRED)
        found.append(figures)
    return found


def lots_now(lots: Sequence[Lot], *, now: datetime) -> list[LotFigures]:
    """Return each lot's figures at that moment, with one statement for all of them."""
    pieces = HoldPiece.objects.filter(lot__in=lots, is_open=True, expires_at__lte=now)
    freed = _by(pieces.values("lot").annotate(freed=Sum("points"), freed_cost=Sum("cost")), "lot")
    found = []
    for lot in lots:
        figures = lot.figures
        _release(figures, freed.get(lot.pk, {}))
        if lot.expires_at <= now:
            points, cost = figures.available, figures.available_cost
            figures.move(points, cost=cost, source=Pot.AVAILABLE, target=Pot.EXPIRED)
        found.append(figures)
    return found


def open_at(now: datetime) -> Q:
    """Return the condition that a lot has points available or frozen at that moment."""
    is_unexpired = Q(expires_at__gt=now)
    return Q(is_unexpired & (Q(is_spendable=True) | Q(frozen__gt=0))) | with_frozen_at(now)


def with_frozen_at(now: datetime) -> Q:
    """Return the condition that some of a lot is frozen at that moment."""
    pieces = HoldPiece.objects.filter(lot=OuterRef("pk"), is_open=True, expires_at__gt=now)
    return Q(frozen__gt=0) & Q(Exists(pieces))


def available_at(now: datetime) -> Case:
    """Return what of a lot is available at that moment, to sort by."""
    return Case(
        When(expires_at__lte=now, then=Value(0)),
        default=F("available") + _freed_of_lot(now),
        output_field=AMOUNT,
    )


def owed_at(now: datetime) -> "ExpressionWrapper[Any]":
    """Return what of a lot is available or frozen at that moment, to sort by."""
    owed = available_at(now) + F("frozen") - _freed_of_lot(now)
    return ExpressionWrapper(owed, output_field=AMOUNT)


def _freed_of_lot(now: datetime) -> Coalesce:
    """Return how much of a lot expired holds hold."""
    pieces = HoldPiece.objects.filter(lot=OuterRef("pk"), is_open=True, expires_at__lte=now)
    freed = pieces.order_by().values("lot").annotate(freed=Sum("points")).values("freed")
    return Coalesce(Subquery(freed), Value(0), output_field=AMOUNT)


def _due(ids: list[int], *, now: datetime) -> Sums:
    """Sum up, by account, what is available of lots that have expired."""
    lots = Lot.objects.filter(account__in=ids, is_spendable=True, expires_at__lte=now)
    sums: Iterable[Any] = lots.values("account").annotate(
        points=Sum("available"), granted=Sum("total_cost"), **{name: Sum(name) for name in GONE}
    )
    return {
        each["account"]: {
            "points": each["points"],
            "cost": each["granted"] - sum(each[name] for name in GONE),
        }
        for each in sums
    }


def _freed(ids: list[int], *, now: datetime) -> Sums:
    """Sum up, by account, what expired holds hold, and how much of it is of expired lots."""
    pieces = HoldPiece.objects.filter(account__in=ids, is_open=True, expires_at__lte=now)
    is_lapsed = Q(lot__expires_at__lte=now)
    sums = pieces.values("account").annotate(
        freed=Sum("points"),
        freed_cost=Sum("cost"),
        lapsed=Sum("points", filter=is_lapsed),
        lapsed_cost=Sum("cost", filter=is_lapsed),
    )
    return _by(sums, "account")


def _by(sums: Iterable[Any], name: str) -> Sums:
    return {each[name]: each for each in sums}


def _release(figures: AccountFigures | LotFigures, sums: dict[str, Decimal]) -> None:
    if sums:
        figures.move(
            sums["freed"], cost=sums["freed_cost"], source=Pot.FROZEN, target=Pot.AVAILABLE
        )
