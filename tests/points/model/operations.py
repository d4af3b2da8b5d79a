"""The operations, one after the other, on state that is thrown away if one refuses."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.points.model import costs
from tests.points.model.answers import (
    BAD_STATE,
    MALFORMED,
    SEQ_REUSED,
    TOO_FEW,
    Refused,
    Row,
    Said,
)
from tests.points.model.parameters import BOUND, Wish, content, read
from tests.points.model.state import WORDS, Account, Hold, Key, Lot, Move, Piece, State, total

# What nobody asked for says nothing but, for a hold, whose it was.
SILENCE: dict[str, Any] = {
    "tag": "",
    "orderNo": "",
    "sourceType": None,
    "orderType": None,
    "payType": None,
    "note": "",
    "extra": "",
}


@dataclass
class Call:
    """One operation that is being carried out."""

    state: State
    account: Account
    wish: Wish
    now: datetime

    @property
    def words(self) -> dict[str, Any]:
        """What its own logs say."""
        return {**{word: self.wish[word] for word in WORDS}, "createTime": self.now}

    def book(self, source: str, target: str, moves: list[Move]) -> Row:
        return self.account.book(source, target, moves, self.words)

    def lots(self) -> list[Lot]:
        """List the lots that the operation may take from, in spending order."""
        return [lot for lot in self.account.lots_in_order() if self.may_touch(lot)]

    def may_touch(self, lot: Lot) -> bool:
        is_it = self.wish["recId"] in (None, lot.number)
        return is_it and self.wish.get("recOrderNo", "") in ("", lot.order_number)


def run(state: State, operation: str, now: datetime, parameters: Wish) -> Said:
    """Carry an operation out.

    :raises Refused: whatever the contract says
    """
    wish = read(operation, parameters)
    if operation == "addPointType":
        state.types.setdefault(wish["name"], wish["order"])
        return Said({"types": sorted(state.types)})
    call = Call(state, _account(state, operation, wish), wish, now)
    if operation in {"disableAccount", "enableAccount"}:
        call.account.is_enabled = operation == "enableAccount"
        return Said(_as_seen(call.account, now))
    if operation == "expire":
        since = len(call.account.logs)
        settle(call.account, now)
        return Said(_answer(call.account, since, None))
    return _change(call, operation)


def settle(account: Account, now: datetime) -> None:
    """Release the holds that are due, then expire the lots that are due."""
    for hold in account.open_holds():
        if hold.is_due(now):
            moves = _take_held([hold], hold.points, lambda _: True)
            words = {"orderNo": hold.order_number, "orderType": hold.order_type}
            account.book("frozen", "available", moves, {**SILENCE, **words, "createTime": now})
    _expire(account, now)


def _account(state: State, operation: str, wish: Wish) -> Account:
    key = Key(wish["type"], wish["uid"], wish["subUid"])
    if operation == "increase" and key not in state.accounts:
        order = state.types.setdefault(key.type, "expiry")
        state.accounts[key] = Account(key, order, name=wish["name"])
    if key not in state.accounts:
        raise Refused(MALFORMED)
    return state.accounts[key]


def _change(call: Call, operation: str) -> Said:
    account, wish = call.account, call.wish
    # "The seq only echoed": an increase of nothing neither keeps it nor looks it up.
    is_nothing = operation == "increase" and wish["point"] == 0
    key = (operation, "" if is_nothing else wish["seq"])
    if key in account.answers:
        asked, said = account.answers[key]
        if asked != content(wish):
            raise Refused(SEQ_REUSED)
        return Said(said.data, is_repeat=True)
    if not account.is_enabled:
        raise Refused(BAD_STATE)
    _require_time_to_come(call)
    if operation == "increase":
        _require_bounds(call)
    if is_nothing:
        _require_known_lot(call)
        return Said(_as_seen(account, call.now))
    since = len(account.logs)
    settle(account, call.now)
    _require_known_lot(call)
    own = OPERATIONS[operation](call)
    _expire(account, call.now)
    said = Said(_answer(account, since, own))
    if wish["seq"]:
        account.answers[key] = (content(wish), said)
    return said


def _require_time_to_come(call: Call) -> None:
    expires_at = call.wish.get("expireTime")
    if expires_at is not None and expires_at <= call.now:
        raise Refused(MALFORMED)


def _require_bounds(call: Call) -> None:
    lots = call.account.lots
    points = total(lot.total for lot in lots) + call.wish["point"]
    cost = total(lot.total_cost for lot in lots) + call.wish["cost"]
    if points >= BOUND or cost >= BOUND:
        raise Refused(MALFORMED)


def _require_known_lot(call: Call) -> None:
    # "In every operation": also in an increase, which has no other use for it.
    if call.wish["recId"] is not None:
        call.account.lot(call.wish["recId"])


def _answer(account: Account, since: int, own: Row | None) -> dict[str, Any]:
    return {
        **account.facts(),
        "opPoint": own["delta"] if own else Decimal(0),
        "opCost": own["deltaCost"] if own else Decimal(0),
        "logs": account.logs[since:],
        "recLogList": [row for row in account.lot_logs if row["seqNum"] > since],
    }


def _as_seen(account: Account, now: datetime) -> dict[str, Any]:
    # What books nothing answers as a query would: what has expired counts as expired.
    settled = copy.deepcopy(account)
    settle(settled, now)
    facts = {**settled.facts(), "seqNum": len(account.logs)}
    nothing = Decimal(0)
    return {**facts, "opPoint": nothing, "opCost": nothing, "logs": [], "recLogList": []}


def _expire(account: Account, now: datetime) -> None:
    due = [lot for lot in account.lots if lot.expires_at is not None and lot.is_due(now)]
    for lot in sorted(due, key=lambda lot: (lot.expires_at, lot.number)):
        if lot.points["available"] > 0:
            everything = Move(lot, lot.points["available"], lot.costs["available"])
            account.book("available", "expire", [everything], {**SILENCE, "createTime": now})


def _take_points(lots: list[Lot], wanted: Decimal) -> list[Move]:
    """Choose available points, lot by lot."""
    moves = []
    for lot in lots:
        points = min(lot.points["available"], wanted)
        if points > 0:
            moves.append(Move(lot, points, costs.cost_of_points(lot, points)))
            wanted -= points
    if wanted > 0:
        raise Refused(TOO_FEW)
    return moves


def _take_cost(lots: list[Lot], wanted: Decimal) -> list[Move]:
    """Choose available points that cost exactly so much, lot by lot."""
    moves = []
    for lot in lots:
        points = costs.points_for_cost(lot, wanted)
        if wanted > 0 and points > 0:
            cost = min(wanted, lot.costs["available"])
            moves.append(Move(lot, points, cost))
            wanted -= cost
    if wanted > 0:
        raise Refused(TOO_FEW)
    return moves


def _take_held(holds: list[Hold], wanted: Decimal, may_touch: Callable[[Lot], bool]) -> list[Move]:
    """Take points out of holds, piece by piece in the order frozen."""
    moves = []
    for hold in holds:
        for piece in hold.pieces:
            points = min(piece.points, wanted) if may_touch(piece.lot) else Decimal(0)
            if points > 0:
                cost = costs.cost_of_part(piece.lot, piece, points)
                moves.append(Move(piece.lot, points, cost))
                piece.points -= points
                piece.cost -= cost
                wanted -= points
        hold.pieces = [piece for piece in hold.pieces if piece.points > 0]
    if wanted > 0:
        raise Refused(TOO_FEW)
    return moves


def _increase(call: Call) -> Row:
    wish, account = call.wish, call.account
    if wish["name"]:
        account.name = wish["name"]
    call.state.lots_made += 1
    words = {word: wish[word] for word in (*WORDS, "issueTime", "expireTime") if word != "note"}
    lot = Lot(
        number=call.state.lots_made,
        sequence=len(account.logs) + 1,
        total=wish["point"],
        total_cost=wish["cost"],
        words=words,
    )
    account.lots.append(lot)
    return call.book("", "available", [Move(lot, wish["point"], wish["cost"])])


def _decrease(call: Call) -> Row:
    return call.book("available", "used", _take_points(call.lots(), call.wish["point"]))


def _freeze(call: Call) -> Row:
    return _hold(call, _take_points(call.lots(), call.wish["point"]))


def _freeze_by_rec_id(call: Call) -> Row:
    lot = call.account.lot(call.wish["recId"])
    if call.wish["point"] != lot.points["available"]:
        raise Refused(MALFORMED)
    return _freeze(call)


def _freeze_cost(call: Call) -> Row:
    _require_cost(call)
    lots, asked = call.lots(), call.wish["point"]
    moves = _take_cost(lots, call.wish["cost"])
    points = total(move.points for move in moves)
    if asked is not None and asked < points:
        raise Refused(MALFORMED)
    if asked is not None:
        free = [lot for lot in lots if lot.costs["available"] == 0]
        moves += _take_points(free, asked - points)
    return _hold(call, moves)


def _hold(call: Call, moves: list[Move]) -> Row:
    wish = call.wish
    pieces = [Piece(move.lot, move.points, move.cost) for move in moves]
    hold = Hold(wish["orderNo"], wish["orderType"], wish["expireTime"], pieces)
    call.account.holds.append(hold)
    return call.book("available", "frozen", moves)


def _require_cost(call: Call) -> None:
    figures = call.account.figures()
    if figures["cost"] - figures["frozenCost"] < call.wish["cost"]:
        raise Refused(TOO_FEW)


def _unfreeze(call: Call) -> Row:
    return _release(call, call.wish["point"])[0]


def _release(call: Call, points: Decimal) -> tuple[Row, set[int]]:
    """Release points; return the log and the ids of their lots."""
    holds = _holds(call)
    if call.wish["unfreezeByOrderNo"] and total(hold.points for hold in holds) != points:
        raise Refused(TOO_FEW)
    moves = _take_held(holds, points, lambda _: True)
    return call.book("frozen", "available", moves), {move.lot.number for move in moves}


def _holds(call: Call) -> list[Hold]:
    holds = call.account.open_holds()
    if not call.wish["unfreezeByOrderNo"]:
        return holds
    return [hold for hold in holds if hold.order_number == call.wish["orderNo"]]


def _released_first(call: Call) -> list[Lot]:
    """Release what is to be released; list its lots in spending order, then the others."""
    if call.wish["unfreezePoint"] is None:
        return call.lots()
    _, released = _release(call, call.wish["unfreezePoint"])
    return sorted(call.lots(), key=lambda lot: lot.number not in released)


def _decrease_frozen(call: Call) -> Row:
    points = call.wish["point"]
    if call.wish["unfreezePoint"] is None:
        return call.book("frozen", "used", _take_held(_holds(call), points, call.may_touch))
    return call.book("available", "used", _take_points(_released_first(call), points))


def _cancel(call: Call) -> Row:
    points = call.wish["point"]
    if call.wish["recId"] is not None:
        lot = call.account.lot(call.wish["recId"])
        # "An expired lot counts as used up", whatever of it is still frozen.
        if not lot.is_enabled or lot.is_due(call.now):
            raise Refused(MALFORMED)
        if points != lot.points["available"] or lot.points["frozen"] > 0:
            raise Refused(BAD_STATE)
    return call.book("available", "cancelled", _take_points(call.lots(), points))


def _refund(call: Call) -> Row:
    lots = _released_first(call)
    _require_cost(call)
    moves = _take_cost(lots, call.wish["cost"])
    if call.wish["point"] not in (0, total(move.points for move in moves)):
        raise Refused(MALFORMED)
    return call.book("available", "refund", moves)


OPERATIONS: dict[str, Callable[[Call], Row]] = {
    "increase": _increase,
    "decrease": _decrease,
    "freeze": _freeze,
    "freezeByRecId": _freeze_by_rec_id,
    "freezeCost": _freeze_cost,
    "unfreeze": _unfreeze,
    "decreaseFrozen": _decrease_frozen,
    "cancel": _cancel,
    "refund": _refund,
}
