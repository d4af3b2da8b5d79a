"""What has expired and is not booked yet."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from points.models import Account, HoldPiece, Lot


@dataclass(frozen=True, slots=True)
class Due:
    """How much there is to book."""

    lots: int
    holds: int


def count_due(*, now: datetime) -> Due:
    """Count the lots and the holds that have expired by then."""
    holds = _pieces(now).values("account", "hold").distinct()
    return Due(lots=_lots(now).count(), holds=holds.count())


def accounts_due(*, now: datetime, most: int) -> list[Account]:
    """Return some accounts with lots or holds that have expired by then; none: all is booked."""
    ids: set[int] = set()
    for rows in (_pieces(now), _lots(now)):
        soonest = rows.order_by("expires_at").values_list("account_id", flat=True)
        ids.update(soonest[:most])
    return list(Account.objects.filter(pk__in=sorted(ids)[:most]))


def _lots(now: datetime) -> QuerySet[Lot]:
    return Lot.objects.filter(is_spendable=True, expires_at__lte=now)


def _pieces(now: datetime) -> QuerySet[HoldPiece]:
    return HoldPiece.objects.filter(is_open=True, expires_at__lte=now)
