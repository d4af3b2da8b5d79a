"""What points promise beyond the kernel: every figure is the sum of what the logs say."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal

from django.db import transaction

from ledger.refusals import Refusal
from points.commands import LogType
from points.models import Account, HoldPiece, Log, Lot, LotLog
from points.models.drafts import MOVES
from points.rules import ZERO, AccountFigures, LotFigures, Pot

ROWS_PER_PAGE = 2_000
Held = dict[int, tuple[Decimal, Decimal]]


class Audit:
    """Follow one account's logs, and hold its lots and held pieces against them."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._figures = AccountFigures()
        self._sequence = 0
        self._lots: dict[int, LotFigures] = {}

    def see(self, log: Log) -> Iterator[str]:
        """Follow the account's and each lot's figures."""
        self._sequence = log.sequence
        for line in log.lines():
            yield from self._follow(line)
        moved = sum((line.delta for line in log.lines()), ZERO)
        cost = sum((line.delta_cost for line in log.lines()), ZERO)
        if (moved, cost) != (log.delta, log.delta_cost):
            yield f"its lot logs move {moved} for {cost}, not {log.delta} for {log.delta_cost}"
        yield from _differences(self._figures, log, ignored="granted_cost")

    def finish(self) -> Iterator[str]:
        """Compare the account, its lots and its held pieces, under its lock."""
        with transaction.atomic():
            problems = list(self._compare())
        yield from problems

    def _compare(self) -> Iterator[str]:
        account = Account.objects.select_for_update().get(pk=self._account.pk)
        later = Log.objects.filter(account=account, sequence__gt=self._sequence)
        for log in later.prefetch_related(*Log.verified_with).order_by("sequence"):
            yield from self.see(log)
        yield from _differences(self._figures, account)
        held: Held = defaultdict(lambda: (ZERO, ZERO))
        yield from self._check_pieces(account, held)
        yield from self._check_lots(account, held)

    def _follow(self, line: LotLog) -> Iterator[str]:
        if line.account_id != self._account.pk:
            yield f"has a line of account {line.account_id}"
        lot = self._lots.get(line.lot_id)
        try:
            if line.log_type == LogType.INCREASE:
                self._grant(line)
            elif lot is None:
                yield f"touches lot {line.lot_id}, which was never granted"
                return
            else:
                self._move(lot, line)
        except Refusal:
            yield f"moves more of lot {line.lot_id} than there was"
        except ValueError:
            yield f"does what is unknown ({line.log_type}) to lot {line.lot_id}"
        yield from _differences(self._lots[line.lot_id], line, ignored="total total_cost")

    def _grant(self, line: LotLog) -> None:
        self._lots[line.lot_id] = LotFigures(
            total=line.delta, total_cost=line.delta_cost, available=line.delta
        )
        self._figures.grant(line.delta, cost=line.delta_cost)

    def _move(self, lot: LotFigures, line: LotLog) -> None:
        kind = LogType(line.log_type)
        is_held = kind is LogType.UNFREEZE or (
            kind is LogType.DECREASE and line.frozen < lot.frozen
        )
        source = Pot.FROZEN if is_held else Pot.AVAILABLE
        lot.move(line.delta, cost=line.delta_cost, source=source, target=MOVES[kind])
        self._figures.move(line.delta, cost=line.delta_cost, source=source, target=MOVES[kind])

    def _check_pieces(self, account: Account, held: Held) -> Iterator[str]:
        """Check the open pieces, and sum up what they hold of each lot."""
        pieces = HoldPiece.objects.filter(account=account, is_open=True).select_related("lot")
        for piece in pieces.iterator(ROWS_PER_PAGE):
            piece.account = account
            points, cost = held[piece.lot_id]
            held[piece.lot_id] = (points + piece.points, cost + piece.cost)
            if not piece.has_sound_seal():
                yield f"the seal of held piece {piece.pk} does not match it"

    def _check_lots(self, account: Account, held: Held) -> Iterator[str]:
        missing = set(self._lots)
        for lot in Lot.objects.filter(account=account).iterator(ROWS_PER_PAGE):
            lot.account = account
            missing.discard(lot.pk)
            if not lot.has_sound_seal():
                yield f"the seal of lot {lot.pk} does not match it"
            if lot.pk not in self._lots:
                yield f"lot {lot.pk} was never granted"
                continue
            for difference in _differences(self._lots[lot.pk], lot):
                yield f"lot {lot.pk}: {difference}"
            if held.pop(lot.pk, (ZERO, ZERO)) != (lot.frozen, lot.frozen_cost):
                yield f"what is held of lot {lot.pk} is not what is frozen of it"
        for pk in sorted(missing):
            yield f"lot {pk} is gone"
        if held:
            yield f"points are held of lots {sorted(held)}, which are not this account's"


def _differences(
    figures: AccountFigures | LotFigures, row: Account | Log | Lot | LotLog, *, ignored: str = ""
) -> Iterator[str]:
    for each in fields(figures):
        kept, followed = getattr(row, each.name, None), getattr(figures, each.name)
        if each.name not in ignored.split() and kept != followed:
            yield f"{each.name} is {kept}, not {followed}"
