"""What an operation would do to an account: reckoned on copies, so that a refusal leaves no trace.

A verb makes a draft, takes its steps on it, and has it recorded at the end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby, islice
from operator import attrgetter

from ledger.book import Book
from ledger.refusals import Code, Refusal
from ledger.terms import Posting
from points import rules
from points.commands import Freeze, FreezeCost, Increase, LogType, PointCommand, Step
from points.models.accounts import FIGURES, Account
from points.models.logs import Log, LotLog
from points.models.lots import COSTS, NEVER, HoldPiece, Lot
from points.rules import ZERO, AccountFigures, LotFigures, Pot, copied

MOVES: dict[LogType, Pot] = {
    LogType.DECREASE: Pot.USED,
    LogType.FREEZE: Pot.FROZEN,
    LogType.UNFREEZE: Pot.AVAILABLE,
    LogType.EXPIRE: Pot.EXPIRED,
    LogType.CANCEL: Pot.CANCELLED,
    LogType.REFUND: Pot.REFUNDED,
}


@dataclass(slots=True)
class Line:
    """What a stage moved of one lot, and the lot after it."""

    lot: Lot
    after: LotFigures
    points: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(slots=True)
class Stage:
    """One log in the making."""

    kind: LogType
    of_hold: HoldPiece | None = None
    lines: dict[int, Line] = field(default_factory=dict)
    after: AccountFigures = field(default_factory=AccountFigures)

    @property
    def points(self) -> Decimal:
        """Return how many points it moved."""
        return sum((line.points for line in self.lines.values()), ZERO)

    @property
    def cost(self) -> Decimal:
        """Return how much cost it moved."""
        return sum((line.cost for line in self.lines.values()), ZERO)


@dataclass(slots=True)
class Held:
    """What is left of a held piece in the draft."""

    piece: HoldPiece
    points: Decimal
    cost: Decimal


class Draft:
    """An account as it would be: its own figures, and those of every lot and piece touched."""

    def __init__(self, account: Account, *, now: datetime) -> None:
        self.account = account
        self.figures = account.figures
        self.now = now
        self.stages: list[Stage] = []
        self._lots: dict[int, tuple[Lot, LotFigures]] = {}
        self._held: dict[int, Held] = {}
        self._granted: list[Lot] = []

    def of(self, lot: Lot) -> LotFigures:
        """Return a lot's figures as they are in the draft."""
        if id(lot) not in self._lots:
            self._lots[id(lot)] = (lot, lot.figures)
        return self._lots[id(lot)][1]

    def held(self, piece: HoldPiece) -> Held:
        """Return what a piece holds in the draft."""
        return self._held.setdefault(id(piece), Held(piece, piece.points, piece.cost))

    # What time has done.

    def settle(self, *, most: int | None = None) -> None:
        """Release the holds that have expired, the oldest first; then expire the lots due.

        With `most`, make at most so many logs.
        """
        expired = [each for each in self.account.stock.pieces() if each.expires_at <= self.now]
        for _hold, pieces in islice(groupby(expired, key=attrgetter("hold")), most):
            of_hold = list(pieces)
            points = sum((self.held(each).points for each in of_hold), ZERO)
            stage = self.begin(LogType.UNFREEZE, by=of_hold[0])
            self.take_held(stage, points, pieces=of_hold)
        self.expire(most=None if most is None else most - len(self.stages))

    def expire(self, *, most: int | None = None) -> None:
        """Let the lots due expire, each with a log of its own; with `most`, so many at most."""
        due = (lot for lot in self.account.stock.due(self.now) if self.of(lot).available)
        for lot in islice(due, most):
            stage = self.begin(LogType.EXPIRE)
            self.take(stage, self.of(lot).available, lots=[lot])

    # Where points are taken from.

    def chosen(self, command: Step) -> Iterable[Lot]:
        """Return the lots that a command may take from, in spending order.

        :raises Refusal: UNKNOWN_LOT
        """
        stock, reference = self.account.stock, getattr(command, "lot_reference", "")
        if command.lot_id is not None:
            lot = self.named(command.lot_id)
            return [lot] if reference in {"", lot.reference} else []
        return stock.lots_of(reference) if reference else stock.lots_in_order()

    def require_named(self, command: Step) -> None:
        """Check that a lot that a command names is the account's, though it takes none.

        :raises Refusal: UNKNOWN_LOT
        """
        if command.lot_id is not None:
            self.named(command.lot_id)

    def named(self, lot_id: int) -> Lot:
        """Return the account's lot of that id.

        :raises Refusal: UNKNOWN_LOT
        """
        lot = self.account.stock.lot(lot_id)
        if lot is None:
            raise Refusal(Code.UNKNOWN_LOT, fields={"lot_id": {"reason": "unknown-lot"}})
        return lot

    def of_order(self, reference: str) -> list[HoldPiece]:
        """Return the pieces held under an order."""
        pieces = self.account.stock.pieces()
        return [each for each in pieces if each.reference == reference and self.held(each).points]

    def of_hold(self, hold: int) -> list[HoldPiece]:
        """Return the pieces of one hold."""
        return [each for each in self.account.stock.pieces() if each.hold == hold]

    # How points are moved.

    def begin(self, kind: LogType, *, by: HoldPiece | None = None) -> Stage:
        """Begin another log; `by` is a piece of the hold that time has released."""
        stage = Stage(kind, by)
        self.stages.append(stage)
        return stage

    def grant(self, stage: Stage, lot: Lot) -> None:
        """Add a new lot."""
        figures = LotFigures(total=lot.total, total_cost=lot.total_cost, available=lot.total)
        self._lots[id(lot)] = (lot, figures)
        self._granted.append(lot)
        self.figures.grant(lot.total, cost=lot.total_cost)
        stage.lines[id(lot)] = Line(lot, copied(figures), lot.total, lot.total_cost)
        stage.after = copied(self.figures)

    def take(self, stage: Stage, points: Decimal, *, lots: Iterable[Lot]) -> None:
        """Take available points of these lots, in their order.

        :raises Refusal: INSUFFICIENT
        """
        rest = points
        for lot in lots:
            part = min(rest, self.of(lot).available)
            if part:
                self._move(stage, lot, part, self.of(lot).cost_of(part), source=Pot.AVAILABLE)
                rest -= part
            if not rest:
                break
        rules.require_enough(available=points - rest, asked=points)
        stage.after = copied(self.figures)

    def take_cost(self, stage: Stage, cost: Decimal, *, lots: Iterable[Lot]) -> None:
        """Take available points worth this cost, lot by lot.

        A lot whose last cent of a point costs more than what is left to take is passed over.

        :raises Refusal: INSUFFICIENT
        """
        rest = cost
        for lot in lots:
            part = min(rest, self.of(lot).available_cost)
            points = self.of(lot).points_for(part)
            if points:
                self._move(stage, lot, points, part, source=Pot.AVAILABLE)
                rest -= part
            if not rest:
                break
        rules.require_enough(available=cost - rest, asked=cost)
        stage.after = copied(self.figures)

    def take_held(self, stage: Stage, points: Decimal, *, pieces: Iterable[HoldPiece]) -> list[Lot]:
        """Take held points of these pieces, in their order; return the lots they belong to.

        :raises Refusal: INSUFFICIENT
        """
        rest, lots = points, dict[int, Lot]()
        for piece in pieces:
            held, lot = self.held(piece), piece.lot
            part = min(rest, held.points)
            if part:
                cost = rules.cost_of_part(
                    part, held=held.points, held_cost=held.cost, lot=self.of(lot)
                )
                self._move(stage, lot, part, cost, source=Pot.FROZEN)
                held.points, held.cost = held.points - part, held.cost - cost
                rest -= part
                lots[id(lot)] = lot
            if not rest:
                break
        rules.require_enough(available=points - rest, asked=points)
        stage.after = copied(self.figures)
        return self.account.stock.sort(lots.values())

    def _move(self, stage: Stage, lot: Lot, points: Decimal, cost: Decimal, *, source: Pot) -> None:
        target, figures = MOVES[stage.kind], self.of(lot)
        figures.move(points, cost=cost, source=source, target=target)
        self.figures.move(points, cost=cost, source=source, target=target)
        line = stage.lines.setdefault(id(lot), Line(lot, figures))
        line.points, line.cost, line.after = line.points + points, line.cost + cost, copied(figures)

    # How it becomes true.

    def record(self, book: Book, command: PointCommand, *, own: Stage) -> Posting:
        """Apply the draft and append its logs; `own` is the command's own. A verb's last step."""
        first = self.account.sequence + 1
        logs = [self._log(stage, command, first=first) for stage in self.stages]
        place = next(n for n, stage in enumerate(self.stages) if stage is own)
        logs[place].__dict__["made_logs"] = logs
        self.account.take_over(self.figures)
        for lot in self._granted:
            lot.sequence = first + place
        self._keep(book)
        self._hold(book, command, own, sequence=first + place)
        self.account.stock.make(lots=self._granted)
        posting = book.append(self.account, command, records=logs, own=logs[place])
        for log in logs:
            book.note(*log.lines())
        return posting

    def _keep(self, book: Book) -> None:
        touched = {id(line.lot) for stage in self.stages for line in stage.lines.values()}
        for lot, figures in (self._lots[key] for key in touched):
            lot.take_over(figures, now=self.now)
            book.keep(lot)
        for held in self._held.values():
            if held.points != held.piece.points:
                held.piece.take_over(points=held.points, cost=held.cost)
                book.keep(held.piece)

    def _hold(self, book: Book, command: PointCommand, own: Stage, *, sequence: int) -> None:
        if not isinstance(command, Freeze | FreezeCost):
            return
        pieces = [
            HoldPiece(
                account=self.account,
                lot=line.lot,
                hold=sequence,
                points=line.points,
                cost=line.cost,
                reference=command.reference,
                order_type=command.order_type,
                expires_at=command.expires_at or NEVER,
            )
            for line in own.lines.values()
        ]
        self.account.stock.make(pieces=pieces)
        book.keep(*pieces)

    def _log(self, stage: Stage, command: PointCommand, *, first: int) -> Log:
        log = Log(
            account=self.account,
            log_type=stage.kind.value,
            delta=stage.points,
            delta_cost=stage.cost,
            cost=stage.after.cost,
            first_sequence=first,
            last_sequence=first + len(self.stages) - 1,
            **{name: getattr(stage.after, name) for name in FIGURES},
        )
        if stage.of_hold is not None:
            log.reference, log.order_type = stage.of_hold.reference, stage.of_hold.order_type
        elif stage.kind is not LogType.EXPIRE and isinstance(command, Step):
            log.reference, log.tag, log.extra = command.reference, command.tag, command.extra
            log.source_type, log.order_type = command.source_type, command.order_type
            log.pay_type, log.memo = command.pay_type, command.memo
        log.__dict__["made_lines"] = list(self._lot_logs(stage, log))
        return log

    def _lot_logs(self, stage: Stage, log: Log) -> Iterator[LotLog]:
        for line in stage.lines.values():
            yield LotLog(
                log=log,
                account=self.account,
                lot=line.lot,
                log_type=stage.kind.value,
                delta=line.points,
                delta_cost=line.cost,
                **{name: getattr(line.after, name) for name in (*FIGURES, *COSTS)},
            )


def lot_of(command: Increase, account: Account, *, now: datetime) -> Lot:
    """Return the unsaved lot that an increase grants."""
    return Lot(
        account=account,
        tenant=account.tenant,
        total=command.points,
        total_cost=command.cost,
        reference=command.reference,
        tag=command.tag,
        source_type=command.source_type,
        order_type=command.order_type,
        pay_type=command.pay_type,
        extra=command.extra,
        issued_at=command.issued_at,
        expires_at=command.expires_at or NEVER,
        created_at=now,
        updated_at=now,
    )
