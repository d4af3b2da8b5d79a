"""Fetch what a batch needs beside its locked accounts, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q, QuerySet

from ledger.tables import Selection, table_of
from points.commands import (
    AddType,
    Cancel,
    Capture,
    Decrease,
    Expire,
    Freeze,
    FreezeCost,
    FreezeLot,
    Increase,
    PointCommand,
    Refund,
    Release,
    Step,
)
from points.commands import PointType as TypeHolder
from points.models.accounts import Account, PointType
from points.models.lots import HoldPiece, Lot
from points.models.stock import Stock

if TYPE_CHECKING:
    from ledger.book import Book

P = TypeVar("P", Lot, HoldPiece)
Types = dict[bytes, PointType]


@dataclass(frozen=True, slots=True)
class Wish:
    """One account of the batch, and what is asked of it."""

    account: Account
    commands: list[PointCommand]

    @property
    def spends(self) -> bool:
        """Tell whether some command takes lots in spending order."""
        return any(map(_spends_in_order, self.commands))

    @property
    def most_due(self) -> int | None:
        """Return how many due lots are enough, if all commands are content with some."""
        only_expire = all(isinstance(each, Expire) for each in self.commands)
        return max(getattr(each, "most", 0) for each in self.commands) if only_expire else None

    @property
    def releases(self) -> bool:
        """Tell whether some command takes held points, the oldest first."""
        return any(_releases(each) and not _names_holds(each) for each in self.commands)


def fetch(book: "Book") -> Types:
    """Give each locked account its stock, and return the types that the batch needs by digest.

    Those are the ones that it names; where it adds one, all of that tenant.
    """
    asked: dict[bytes, list[PointCommand]] = defaultdict(list)
    for command in book.commands:
        if isinstance(command, PointCommand):
            asked[command.holder.digest].append(command)
    accounts = book.locked(Account)
    for account in accounts:
        account.stock = Stock(account, using=book.using)
    if accounts:
        wishes = [Wish(account, asked.pop(account.holder_digest)) for account in accounts]
        _fetch_lots(book, wishes, _fetch_pieces(book, wishes))
    return _fetch_types(book, of_new=[each for some in asked.values() for each in some])


def _fetch_types(book: "Book", *, of_new: Iterable[PointCommand]) -> Types:
    named = [
        TypeHolder(each.holder.tenant, each.holder.point_type)
        for each in of_new
        if isinstance(each, Increase)
    ]
    tenants = {each.holder.tenant for each in book.commands if isinstance(each, AddType)}
    if not named and not tenants:
        return {}
    wanted = Q(digest__in={each.digest for each in named}) | Q(tenant__in=tenants)
    return {each.digest: each for each in PointType.objects.using(book.using).filter(wanted)}


def _fetch_pieces(book: "Book", wishes: Sequence[Wish]) -> list[list[HoldPiece]]:
    """Return pieces: of expired holds and of holds named, then the oldest of each that releases."""
    commands = [each for wish in wishes for each in wish.commands if _releases(each)]
    orders = {each.reference for each in commands if getattr(each, "is_by_order", False)}
    holds = {each.hold for each in commands if isinstance(each, Release) and each.hold}
    pieces = HoldPiece.objects.using(book.using).filter(is_open=True)
    accounts = [wish.account.pk for wish in wishes]
    named = [
        Selection(
            shape=("expired pieces",),
            make=lambda: pieces.filter(account__in=accounts[:1], expires_at__lte=book.now),
            values=[("account_id", accounts), ("expires_at", [book.now])],
        ),
        *_among(pieces, accounts, "reference", orders),
        *_among(pieces, accounts, "hold", holds),
    ]
    pages = [wish.account.stock.next_pieces() for wish in wishes if wish.releases]
    fetched = table_of(HoldPiece, using=book.using).select([*named, *pages])
    return [list(chain.from_iterable(fetched[: len(named)])), *fetched[len(named) :]]


def _fetch_lots(
    book: "Book", wishes: Sequence[Wish], pieces: Sequence[Sequence[HoldPiece]]
) -> None:
    """Stock the lots that are due, named or held by these pieces, or next to be spent."""
    commands = [each for wish in wishes for each in wish.commands if isinstance(each, Step)]
    ids = {each.lot_id for each in commands if each.lot_id is not None}
    ids |= {piece.lot_id for found in pieces for piece in found}
    orders = {getattr(each, "lot_reference", "") for each in commands} - {""}
    lots = Lot.objects.using(book.using)
    accounts = [wish.account.pk for wish in wishes]
    named = [
        *_due_lots(book, wishes),
        *_among(lots.all(), accounts, "id", ids),
        *_among(lots.filter(is_spendable=True), accounts, "reference", orders),
    ]
    spending = [wish.account.stock for wish in wishes if wish.spends]
    releasing = [wish.account.stock for wish in wishes if wish.releases]
    pages = [stock.next_lots() for stock in spending]
    fetched = table_of(Lot, using=book.using).select([*named, *pages])
    named_lots = _by_account(chain.from_iterable(fetched[: len(named)]))
    named_pieces = _by_account(pieces[0])
    for wish in wishes:
        wish.account.stock.add_lots(named_lots[wish.account.pk])
        wish.account.stock.add_pieces(named_pieces[wish.account.pk])
    for stock, page in zip(spending, fetched[len(named) :], strict=True):
        stock.take_page(page)
    for stock, found in zip(releasing, pieces[1:], strict=True):
        stock.take_pieces(list(found))


def _among(
    rows: QuerySet[P], accounts: Sequence[int], column: str, values: Collection[Any]
) -> list[Selection[P]]:
    """Select the accounts' rows that have one of the values in that column, if there are any."""
    if not values:
        return []
    wanted = {"account__in": accounts[:1], f"{column}__in": [*values][:1]}
    return [
        Selection(
            shape=(column,),
            make=lambda: rows.filter(**wanted),
            values=[("account_id", accounts), (column, [*values])],
        )
    ]


def _by_account(parts: Iterable[P]) -> dict[int, list[P]]:
    groups: dict[int, list[P]] = defaultdict(list)
    for part in parts:
        groups[part.account_id].append(part)
    return groups


def _due_lots(book: "Book", wishes: Sequence[Wish]) -> list[Selection[Lot]]:
    """Select the lots due: all of an account's, unless some are enough."""
    some = [(wish.account.pk, wish.most_due) for wish in wishes if wish.most_due is not None]
    others = [wish.account.pk for wish in wishes if wish.most_due is None]
    selections = [_due(book, [account], most=most) for account, most in some]
    return [*selections, *([_due(book, others, most=None)] if others else [])]


def _due(book: "Book", accounts: Sequence[int], *, most: int | None) -> Selection[Lot]:
    lots = Lot.objects.using(book.using)
    due = Q(account__in=accounts[:1]) & Q(is_spendable=True, expires_at__lte=book.now)
    return Selection(
        shape=("due lots", -1 if most is None else most),
        make=lambda: lots.filter(due).order_by("expires_at", "sequence", "place")[:most],
        values=[("account_id", accounts), ("expires_at", [book.now])],
    )


def _spends_in_order(command: PointCommand) -> bool:
    if isinstance(command, Capture) and command.release_points is None:
        return False
    spenders = Decrease | Freeze | FreezeCost | Cancel | Refund | Capture
    if not isinstance(command, spenders) or isinstance(command, FreezeLot):
        return False
    return command.lot_id is None and not getattr(command, "lot_reference", "")


def _releases(command: PointCommand) -> bool:
    if isinstance(command, Refund):
        return command.release_points is not None
    return isinstance(command, Release | Capture)


def _names_holds(command: PointCommand) -> bool:
    return bool(getattr(command, "is_by_order", False) or getattr(command, "hold", None))
