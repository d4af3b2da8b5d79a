"""The open holds of an account, and its open lots: as many as a page shows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from ledger import clock
from points.admin import standing
from points.commands import SpendingOrder
from points.models import Account, HoldPiece, Lot
from points.rules import ZERO

PIECES_READ = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What one freeze still holds. `sequence` is its log's."""

    sequence: int
    reference: str
    points: Decimal
    cost: Decimal
    expires_at: datetime
    lots: tuple[int, ...]


def open_holds(account: Account, *, most: int) -> list[Hold]:
    """Return the oldest open holds, each whole."""
    pieces = HoldPiece.objects.filter(
        account=account, is_open=True, expires_at__gt=clock.now()
    ).order_by("pk")
    oldest = dict.fromkeys(pieces.values_list("hold", flat=True)[:PIECES_READ])
    whole = sorted(pieces.filter(hold__in=list(oldest)[:most]), key=attrgetter("hold"))
    return [_hold(list(group)) for _sequence, group in groupby(whole, key=attrgetter("hold"))]


def open_lots(account: Account, *, most: int) -> list[Lot]:
    """Return lots with points available or frozen now, those to be spent first in front."""
    lots = Lot.objects.filter(account=account)
    places = ("expires_at", "sequence", "place")
    order = places if account.spending_order == SpendingOrder.EXPIRY else places[1:]
    spendable = lots.filter(is_spendable=True, expires_at__gt=clock.now()).order_by(*order)
    pieces = HoldPiece.objects.filter(account=account, is_open=True).order_by("pk")
    held = set(pieces.values_list("lot", flat=True)[:PIECES_READ])
    found = {lot.pk: lot for lot in (*spendable[:most], *lots.filter(pk__in=held))}
    standing.prepare_lots(found.values())
    still = [lot for lot in found.values() if standing.of_lot(lot).points]
    return sorted(still, key=attrgetter(*order))[:most]


def _hold(pieces: list[HoldPiece]) -> Hold:
    return Hold(
        sequence=pieces[0].hold,
        reference=pieces[0].reference,
        points=sum((piece.points for piece in pieces), ZERO),
        cost=sum((piece.cost for piece in pieces), ZERO),
        expires_at=pieces[0].expires_at,
        lots=tuple(piece.lot_id for piece in pieces),
    )
