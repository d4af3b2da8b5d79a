"""How rows stand now: what has expired counts as expired, though nothing has booked it yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, Sum

from gateway.desk.gauges import NEAR_DAYS, SOON_DAYS
from ledger import clock
from points.models import Account, HoldPiece, Lot
from points.queries import accounts_now, lots_now
from points.rules import ZERO, AccountFigures, LotFigures

SOON, NEAR = timedelta(days=SOON_DAYS), timedelta(days=NEAR_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An account now: its figures, what is not yet booked of them, and what will expire soon."""

    figures: AccountFigures
    unbooked: Decimal
    soon: Decimal = ZERO
    near: Decimal = ZERO
    first: datetime | None = None


def prepare_accounts(rows: Iterable[Account]) -> None:
    """Give each account its standing, with four statements for all of them."""
    accounts, now = list(rows), clock.now()
    expiring = _expiring(accounts, now=now)
    for account, figures in zip(accounts, accounts_now(accounts, now=now), strict=True):
        account.__dict__["standing"] = Standing(
            figures=figures,
            unbooked=figures.expired - account.expired,
            **expiring.get(account.pk, {}),
        )


def of_account(account: Account) -> Standing:
    """Return an account's standing: asked of the database once, however often it is shown."""
    if "standing" not in account.__dict__:
        prepare_accounts([account])
    found: Standing = account.__dict__["standing"]
    return found


def prepare_lots(rows: Iterable[Lot]) -> None:
    """Give each lot its figures now, with one statement for all of them."""
    lots = list(rows)
    for lot, figures in zip(lots, lots_now(lots, now=clock.now()), strict=True):
        lot.__dict__["standing"] = figures


def of_lot(lot: Lot) -> LotFigures:
    """Return a lot's figures now: asked of the database once, however often they are shown."""
    if "standing" not in lot.__dict__:
        prepare_lots([lot])
    found: LotFigures = lot.__dict__["standing"]
    return found


def _expiring(accounts: list[Account], *, now: datetime) -> dict[int, dict[str, Any]]:
    """Sum up, by account, what expires soon: of lots, and of holds that have expired."""
    lots = Lot.objects.filter(
        account__in=accounts, is_spendable=True, expires_at__gt=now, expires_at__lte=now + NEAR
    )
    freed = HoldPiece.objects.filter(
        account__in=accounts,
        is_open=True,
        expires_at__lte=now,
        lot__expires_at__gt=now,
        lot__expires_at__lte=now + NEAR,
    )
    found: dict[int, dict[str, Any]] = {}
    for rows, figure, expiry in (
        (lots, "available", "expires_at"),
        (freed, "points", "lot__expires_at"),
    ):
        is_soon = Q(**{f"{expiry}__lte": now + SOON})
        sums = rows.values("account").annotate(
            soon=Sum(figure, filter=is_soon), near=Sum(figure), first=Min(expiry)
        )
        for each in sums:
            _add(found.setdefault(each["account"], {}), each)
    return found


def _add(found: dict[str, Any], sums: Mapping[str, Any]) -> None:
    for name in ("soon", "near"):
        found[name] = found.get(name, ZERO) + (sums[name] or ZERO)
    found["first"] = min(sums["first"], found.get("first", sums["first"]))
