"""Every way to change points.

Each verb reads top to bottom, alone, in four beats: **lock** the account, **replay** what the
command's key has done before, **decide** by the rules, **record**. How they make a change happen
once and whole is told at the top of wallets/operations.py.

Here the third beat works on a draft: a copy of the account's figures and of the lots and held
pieces it touches. It begins by booking what time has done (`settle`): holds that have expired
are released, lots that are due expire. A refusal throws the draft away, with all of that.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ledger.book import Book
from ledger.terms import Posting
from points import rules
from points.commands import (
    AddType,
    Cancel,
    Capture,
    Decrease,
    Disable,
    Enable,
    Expire,
    Freeze,
    FreezeCost,
    FreezeLot,
    Increase,
    LogType,
    Refund,
    Release,
    SpendingOrder,
)
from points.commands import PointType as TypeHolder
from points.models import Account, Note, PointType
from points.models.drafts import Draft, lot_of
from points.models.lots import HoldPiece, Lot
from points.models.stock import Stock


def add_type(book: Book, command: AddType) -> Posting:
    """Make a type of points; one that exists is left as it is."""
    types = book.supplies[Account]
    existing = types.get(command.holder.digest)
    point_type = existing or _make_type(book, command.holder, order=command.order)
    point_type.all_names = sorted(
        each.name for each in types.values() if each.tenant == point_type.tenant
    )
    return book.leave(point_type, command)


def increase(book: Book, command: Increase) -> Posting:
    """Grant a lot of points, to a new account, too. No points open an empty account.

    :raises Refusal: KEY_REUSED, DISABLED, BAD_PARAMETER, BAD_QUANTITY
    """
    account = book.find(Account, command.holder) or _new(command)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    rules.require_future(command.expires_at, now=book.now)
    draft = _settled(book, account)
    draft.require_named(command)
    if not command.points:
        _join(book, account, command)
        return book.leave(account, command)
    rules.require_room(draft.figures, points=command.points, cost=command.cost)
    own = draft.begin(LogType.INCREASE)
    _join(book, account, command)
    account.name = command.name or account.name
    draft.grant(own, lot_of(command, account, now=book.now))
    return draft.record(book, command, own=own)


def decrease(book: Book, command: Decrease) -> Posting:
    """Spend points, lot by lot.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, DISABLED, UNKNOWN_LOT, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    draft = _settled(book, account)
    lots = draft.chosen(command)
    rules.require_enough(available=draft.figures.available, asked=command.points)
    own = draft.begin(LogType.DECREASE)
    draft.take(own, command.points, lots=lots)
    return draft.record(book, command, own=own)


def freeze(book: Book, command: Freeze) -> Posting:
    """Hold points back, lot by lot, until they are released, spent, or the hold expires.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, DISABLED, BAD_PARAMETER, UNKNOWN_LOT, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    rules.require_future(command.expires_at, now=book.now)
    draft = _settled(book, account)
    lots = draft.chosen(command)
    rules.require_enough(available=draft.figures.available, asked=command.points)
    own = draft.begin(LogType.FREEZE)
    draft.take(own, command.points, lots=lots)
    return draft.record(book, command, own=own)


def freeze_lot(book: Book, command: FreezeLot) -> Posting:
    """Hold back all that is available of one lot, which must be as much as the caller believes.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, DISABLED, BAD_PARAMETER, UNKNOWN_LOT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    rules.require_future(command.expires_at, now=book.now)
    draft = _settled(book, account)
    (lot,) = draft.chosen(command)
    rules.require_same(points=command.points, expected=draft.of(lot).available)
    own = draft.begin(LogType.FREEZE)
    draft.take(own, command.points, lots=[lot])
    return draft.record(book, command, own=own)


def freeze_cost(book: Book, command: FreezeCost) -> Posting:
    """Hold back points worth so much money; more points than that come from lots without a cost.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, DISABLED, BAD_PARAMETER, UNKNOWN_LOT, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    rules.require_future(command.expires_at, now=book.now)
    draft = _settled(book, account)
    lots = draft.chosen(command)
    rules.require_enough(available=draft.figures.available_cost, asked=command.cost)
    own = draft.begin(LogType.FREEZE)
    draft.take_cost(own, command.cost, lots=lots)
    if command.points is not None:
        rules.require_at_least(points=command.points, least=own.points)
        free = (lot for lot in draft.chosen(command) if not draft.of(lot).available_cost)
        draft.take(own, command.points - own.points, lots=free)
    return draft.record(book, command, own=own)


def release(book: Book, command: Release) -> Posting:
    """Give held points back: an order's holds whole, or of the oldest holds as many as asked.

    Points of a lot that has expired meanwhile expire at once.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, DISABLED, UNKNOWN_LOT, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    draft = _settled(book, account)
    draft.require_named(command)
    own = draft.begin(LogType.UNFREEZE)
    draft.take_held(own, command.points, pieces=_to_release(draft, command, command.points))
    draft.expire()
    return draft.record(book, command, own=own)


def capture(book: Book, command: Capture) -> Posting:
    """Spend held points, the oldest holds first, or of one order's holds, which stay open.

    With `release_points`, so many are released first, and spending begins with their lots.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, DISABLED, UNKNOWN_LOT, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    draft = _settled(book, account)
    lots = draft.chosen(command)
    if command.release_points is None:
        rules.require_enough(available=draft.figures.frozen, asked=command.points)
        own = draft.begin(LogType.DECREASE)
        draft.take_held(own, command.points, pieces=_to_capture(draft, command))
    else:
        freed = _release_first(draft, command, command.release_points)
        own = draft.begin(LogType.DECREASE)
        draft.take(own, command.points, lots=_these_first(freed, lots))
        draft.expire()
    return draft.record(book, command, own=own)


def cancel(book: Book, command: Cancel) -> Posting:
    """Take points back as if they had not been granted: lot by lot, or one lot whole.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, DISABLED, UNKNOWN_LOT, HELD, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    draft = _settled(book, account)
    lots = draft.chosen(command)
    if command.lot_id is not None:
        lot = draft.named(command.lot_id)
        rules.require_cancellable(
            draft.of(lot), points=command.points, is_expired=lot.expires_at <= book.now
        )
    rules.require_enough(available=draft.figures.available, asked=command.points)
    own = draft.begin(LogType.CANCEL)
    draft.take(own, command.points, lots=lots)
    return draft.record(book, command, own=own)


def refund(book: Book, command: Refund) -> Posting:
    """Turn unused points back into the money behind them, lot by lot.

    With `release_points`, so many are released first, and refunding begins with their lots.

    :raises Refusal: UNKNOWN_ACCOUNT, KEY_REUSED, DISABLED, BAD_PARAMETER, UNKNOWN_LOT, INSUFFICIENT
    """
    account = book.lock(Account, command.holder)
    if earlier := book.replay(account, command):
        return earlier
    rules.require_enabled(is_enabled=account.is_enabled)
    draft = _settled(book, account)
    lots = draft.chosen(command)
    if command.release_points is not None:
        lots = _these_first(_release_first(draft, command, command.release_points), lots)
    rules.require_enough(available=draft.figures.available_cost, asked=command.cost)
    own = draft.begin(LogType.REFUND)
    draft.take_cost(own, command.cost, lots=lots)
    if command.points:
        rules.require_same(points=command.points, expected=own.points)
    draft.expire()
    return draft.record(book, command, own=own)


def expire(book: Book, command: Expire) -> Posting:
    """Book what has expired, also on a disabled account: at most so many holds and lots at once.

    :raises Refusal: UNKNOWN_ACCOUNT
    """
    account = book.lock(Account, command.holder)
    draft = Draft(account, now=book.now)
    draft.settle(most=command.most)
    if not draft.stages:
        return book.leave(account, command)
    return draft.record(book, command, own=draft.stages[-1])


def disable(book: Book, command: Disable) -> Posting:
    """Let nothing change the account from now on, but time.

    :raises Refusal: UNKNOWN_ACCOUNT
    """
    return _switch(book, command, is_enabled=False)


def enable(book: Book, command: Enable) -> Posting:
    """Let the account move again.

    :raises Refusal: UNKNOWN_ACCOUNT
    """
    return _switch(book, command, is_enabled=True)


def _switch(book: Book, command: Disable | Enable, *, is_enabled: bool) -> Posting:
    account = book.lock(Account, command.holder)
    if account.is_enabled == is_enabled:
        return book.leave(account, command)
    account.is_enabled = is_enabled
    note = Note(
        account=account,
        is_enabled=is_enabled,
        memo=command.memo,
        actor=str(command.actor),
        request_id=command.actor.request_id,
        created_at=book.now,
    )
    return book.amend(account, command, note=note)


def _settled(book: Book, account: Account) -> Draft:
    draft = Draft(account, now=book.now)
    draft.settle()
    return draft


def _new(command: Increase) -> Account:
    """Return an account that has yet to join the book."""
    names = command.holder
    account = Account(
        holder_digest=names.digest,
        tenant=names.tenant,
        point_type=names.point_type,
        user=names.user,
        sub_user=names.sub_user,
        name=command.name,
    )
    account.stock = Stock(account, using="")
    return account


def _join(book: Book, account: Account, command: Increase) -> None:
    """Let a new account join the book, and its type, if that is new, too."""
    if book.find(Account, command.holder) is not None:
        return
    names = TypeHolder(account.tenant, account.point_type)
    known = book.supplies[Account].get(names.digest)
    point_type = known or _make_type(book, names, order=SpendingOrder.EXPIRY)
    account.spending_order = point_type.spending_order
    book.open(account, command.holder)


def _make_type(book: Book, names: TypeHolder, *, order: SpendingOrder) -> PointType:
    point_type = PointType(
        digest=names.digest,
        tenant=names.tenant,
        name=names.name,
        spending_order=order.value,
        created_at=book.now,
    )
    book.supplies[Account][names.digest] = point_type
    book.keep(point_type)
    return point_type


def _to_release(
    draft: Draft, command: Release | Capture | Refund, points: Decimal
) -> Iterable[HoldPiece]:
    """Return the pieces to release: an order's, or one hold's, must be just so many points."""
    if command.is_by_order:
        pieces = draft.of_order(command.reference)
    elif isinstance(command, Release) and command.hold is not None:
        pieces = draft.of_hold(command.hold)
    else:
        rules.require_enough(available=draft.figures.frozen, asked=points)
        return draft.account.stock.pieces_in_order()
    held = sum((draft.held(piece).points for piece in pieces), Decimal(0))
    rules.require_exactly(found=held, asked=points)
    return pieces


def _release_first(draft: Draft, command: Capture | Refund, points: Decimal) -> list[Lot]:
    released = draft.begin(LogType.UNFREEZE)
    freed = draft.take_held(released, points, pieces=_to_release(draft, command, points))
    return [lot for lot in freed if _is_meant(lot, command)]


def _to_capture(draft: Draft, command: Capture) -> Iterator[HoldPiece]:
    by_order = command.is_by_order
    pieces = (
        draft.of_order(command.reference) if by_order else draft.account.stock.pieces_in_order()
    )
    yield from (piece for piece in pieces if _is_meant(piece.lot, command))


def _is_meant(lot: Lot, command: Capture | Refund) -> bool:
    """Tell whether a held lot is one of those that the command is limited to, if it is."""
    reference = command.lot_reference if isinstance(command, Capture) else ""
    return command.lot_id in {None, lot.pk} and reference in {"", lot.reference}


def _these_first(freed: list[Lot], lots: Iterable[Lot]) -> Iterator[Lot]:
    """Yield the lots just freed, then the others."""
    yield from freed
    first = {id(lot) for lot in freed}
    yield from (lot for lot in lots if id(lot) not in first)
