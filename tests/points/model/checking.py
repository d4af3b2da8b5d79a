"""What is always so of an account."""

from decimal import Decimal

from tests.points.model.parameters import BOUND
from tests.points.model.state import HEAPS, Account, Lot, total

# Where the points of each type of log have ended up, if nothing moves them on.
ENDS = {2: "used", 5: "expire", 6: "cancelled", 7: "refund"}


def check(account: Account) -> None:
    """Assert that an account, its lots, its holds and its logs agree."""
    for lot in account.lots:
        _check_lot(account, lot)
    _check_sums(account)
    _check_holds(account)
    _check_logs(account)


def _check_lot(account: Account, lot: Lot) -> None:
    assert min(*lot.points.values(), *lot.costs.values()) >= 0
    assert lot.total == total(lot.points.values())
    assert lot.total_cost == total(lot.costs.values())
    if lot.points["available"] == 0:
        assert lot.costs["available"] == 0
    if lot.points["frozen"] == 0:
        assert lot.costs["frozen"] == 0
    pieces = [piece for hold in account.holds for piece in hold.pieces if piece.lot is lot]
    assert lot.points["frozen"] == total(piece.points for piece in pieces)
    assert lot.costs["frozen"] == total(piece.cost for piece in pieces)
    facts = lot.facts()
    assert facts["enable"] == (facts["available"] + facts["frozen"] > 0)


def _check_sums(account: Account) -> None:
    figures = account.figures()
    lots = [lot.facts() for lot in account.lots]
    assert min(figures.values()) >= 0
    assert figures["point"] == figures["available"] + figures["frozen"]
    for name in (*HEAPS, "frozenCost"):
        assert figures[name] == total(lot[name] for lot in lots)
    gone = ("usedCost", "refundCost", "cancelledCost", "expireCost")
    spent = total(lot[name] for lot in lots for name in gone)
    assert figures["cost"] == total(lot["totalCost"] for lot in lots) - spent
    assert total(lot["total"] for lot in lots) < BOUND
    assert total(lot["totalCost"] for lot in lots) < BOUND


def _check_holds(account: Account) -> None:
    figures = account.figures()
    holds = account.open_holds()
    assert all(piece.points > 0 and piece.cost >= 0 for hold in holds for piece in hold.pieces)
    assert figures["frozen"] == total(hold.points for hold in holds)
    assert figures["frozenCost"] == total(hold.cost for hold in holds)


def _check_logs(account: Account) -> None:
    figures = account.figures()
    assert [log["seqNum"] for log in account.logs] == list(range(1, len(account.logs) + 1))
    for log in account.logs:
        rows = [row for row in account.lot_logs if row["seqNum"] == log["seqNum"]]
        assert log["delta"] == total(row["delta"] for row in rows) > 0
        assert log["deltaCost"] == total(row["deltaCost"] for row in rows) >= 0
        assert len({row["recId"] for row in rows}) == len(rows)
    for kind, heap in ENDS.items():
        assert figures[heap] == _sum(account, kind)
    assert _sum(account, 1) == total(lot.total for lot in account.lots)
    if account.logs:
        assert {name: account.logs[-1][name] for name in figures} == figures


def _sum(account: Account, kind: int) -> Decimal:
    return total(log["delta"] for log in account.logs if log["type"] == kind)
