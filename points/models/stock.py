"""The lots and held pieces of one account that are in memory; others are fetched when asked for."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from ledger.book import look_at_seal
from ledger.tables import Selection, table_of
from points.commands import SpendingOrder
from points.models.accounts import Account
from points.models.lots import HoldPiece, Lot

PAGE_FIRST = 8
PAGE_GROWTH = 8
Place = tuple[Any, ...]


class Stock:
    """What the book knows of one locked account's lots and held pieces.

    Rows are handed out as the batch has left them, those of the database and those it made. Walking
    along them fetches pages that grow, so that who touches few lots reads few, however many there
    are.
    """

    def __init__(self, account: Account, *, using: str) -> None:
        self._account = account
        self._using = using
        self._lots: dict[Place, Lot] = {}
        self._pieces: dict[Place, HoldPiece] = {}
        self._lots_read: Place | None = ()
        self._pieces_read: int | None = 0
        self._lots_page = self._pieces_page = PAGE_FIRST
        if account._state.adding:  # Then the database has none.
            self._lots_read = self._pieces_read = None

    # What is in memory.

    def add_lots(self, lots: Iterable[Lot]) -> None:
        """Take in lots; one that is known stays as it is."""
        for lot in lots:
            if (lot.sequence, lot.place) not in self._lots:
                lot.account = self._account
                look_at_seal(lot)
                self._lots[lot.sequence, lot.place] = lot

    def add_pieces(self, pieces: Iterable[HoldPiece]) -> None:
        """Take in pieces, whose lots are in already; one that is known stays as it is."""
        lots = {lot.pk: lot for lot in self._lots.values()}
        for piece in pieces:
            place = (piece.hold, lots[piece.lot_id].sequence, lots[piece.lot_id].place)
            if place not in self._pieces:
                piece.account, piece.lot = self._account, lots[piece.lot_id]
                look_at_seal(piece)
                self._pieces[place] = piece

    def make(self, *, lots: Iterable[Lot] = (), pieces: Iterable[HoldPiece] = ()) -> None:
        """Take in what the batch has just made."""
        self._lots.update({(lot.sequence, lot.place): lot for lot in lots})
        for piece in pieces:
            self._pieces[piece.hold, piece.lot.sequence, piece.lot.place] = piece

    def lot(self, pk: int) -> Lot | None:
        """Return the account's lot of that id, if the batch named it."""
        return next((lot for lot in self._lots.values() if lot.pk == pk), None)

    def lots_of(self, reference: str) -> list[Lot]:
        """Return the lots of an order that the batch named, in spending order."""
        found = (lot for lot in self._lots.values() if lot.reference == reference)
        return self.sort(found)

    def due(self, now: datetime) -> list[Lot]:
        """Return the lots that have expired, by when they did."""
        found = (lot for lot in self._lots.values() if lot.expires_at <= now)
        return sorted(found, key=lambda lot: (lot.expires_at, lot.sequence, lot.place))

    def sort(self, lots: Iterable[Lot]) -> list[Lot]:
        """Return lots in the account's spending order."""
        return sorted(lots, key=self._place)

    def pieces(self) -> list[HoldPiece]:
        """Return the open pieces in memory, the oldest hold's first, each in the order frozen."""
        found = [piece for piece in self._pieces.values() if piece.is_open]
        return sorted(found, key=lambda piece: (piece.hold, piece.pk or 0))

    # What is fetched on the way.

    def lots_in_order(self) -> Iterator[Lot]:
        """Yield the lots in spending order, also some that have nothing available."""
        last: Place = ()
        while True:
            known = [lot for lot in self.sort(self._lots.values()) if self._place(lot) > last]
            if self._lots_read is not None:
                known = [lot for lot in known if self._place(lot) <= self._lots_read]
            yield from known
            if known:
                last = self._place(known[-1])
            if self._lots_read is None:
                return
            self.take_page(*table_of(Lot, using=self._using).select([self.next_lots()]))

    def next_lots(self) -> Selection[Lot]:
        """Select the next page of lots in spending order, to be fetched."""
        by_expiry = self._account.spending_order == SpendingOrder.EXPIRY
        order = ("expires_at", "sequence", "place") if by_expiry else ("sequence", "place")
        after, values = self._after(self._lots_read or ())
        return Selection(
            shape=("next lots", by_expiry, len(values), self._lots_page),
            make=lambda: (
                Lot.objects.using(self._using)
                .filter(account=self._account, is_spendable=True)
                .filter(after)
                .order_by(*order)[: self._lots_page]
            ),
            values=[("account_id", [self._account.pk]), *values],
        )

    def take_page(self, lots: list[Lot]) -> None:
        """Take in what `next_lots` fetched."""
        self.add_lots(lots)
        self._lots_read = self._place(lots[-1]) if len(lots) == self._lots_page else None
        self._lots_page *= PAGE_GROWTH

    def pieces_in_order(self) -> Iterator[HoldPiece]:
        """Yield all open pieces, the oldest hold's first."""
        seen: set[int] = set()
        while True:
            known = [
                piece
                for piece in self.pieces()
                if id(piece) not in seen
                # One that the batch made has no pk, and comes after all that the database has.
                and (self._pieces_read is None or (piece.pk and piece.pk <= self._pieces_read))
            ]
            seen.update(map(id, known))
            yield from known
            if self._pieces_read is None:
                return
            (pieces,) = table_of(HoldPiece, using=self._using).select([self.next_pieces()])
            lots = {piece.lot_id for piece in pieces}
            if lots:
                self.add_lots(table_of(Lot, using=self._using).find({"id": [*lots]}))
            self.take_pieces(pieces)

    def next_pieces(self) -> Selection[HoldPiece]:
        """Select the next page of open pieces, to be fetched."""
        after = self._pieces_read or 0
        return Selection(
            shape=("next pieces", self._pieces_page),
            make=lambda: (
                HoldPiece.objects.using(self._using)
                .filter(account=self._account, is_open=True, pk__gt=after)
                .order_by("pk")[: self._pieces_page]
            ),
            values=[("account_id", [self._account.pk]), ("id", [after])],
        )

    def take_pieces(self, pieces: list[HoldPiece]) -> None:
        """Take in what `next_pieces` fetched."""
        self.add_pieces(pieces)
        self._pieces_read = pieces[-1].pk if len(pieces) == self._pieces_page else None
        self._pieces_page *= PAGE_GROWTH

    def _place(self, lot: Lot) -> Place:
        age = (lot.sequence, lot.place)
        by_expiry = self._account.spending_order == SpendingOrder.EXPIRY
        return (lot.expires_at, *age) if by_expiry else age

    def _after(self, place: Place) -> tuple[Q, list[tuple[str, list[Any]]]]:
        """Return the condition that a lot comes after a place, and its parameters in order."""
        if not place:
            return Q(), []
        *moment, sequence, number = place
        later = Q(sequence__gt=sequence) | Q(place__gt=number, sequence=sequence)
        values = [("sequence", [sequence]), ("place", [number]), ("sequence", [sequence])]
        if not moment:
            return later, values
        after = Q(expires_at__gt=moment[0]) | Q(Q(expires_at=moment[0]) & later)
        return after, [("expires_at", moment), ("expires_at", moment), *values]
