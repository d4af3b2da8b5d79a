"""How point accounts, lots and logs look on the wire, and how the schema describes them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.utils import timezone

from gateway.registry import MARK, Form, MarkedForm
from gateway.shapes import ANYTHING, ID, NUMBER, TEXT, Shape, choice, shape
from ledger import clock
from ledger.amounts import canonical
from ledger.terms import Posting
from points.commands import LogType
from points.models import NEVER, Account, Log, Lot, LotLog
from points.models.drafts import Draft
from points.rules import ZERO, AccountFigures, LotFigures

MAYBE_TEXT: Shape = {"type": ["string", "null"]}
MAYBE_INTEGER: Shape = {"type": ["integer", "null"]}
FLAG: Shape = {"type": "boolean"}


def wall_time(moment: datetime | None) -> str | None:
    """Return yyyy-MM-dd HH:mm:ss in the service's time zone; null for never."""
    if moment is None or moment == NEVER:
        return None
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return f"{local:%Y-%m-%d %H:%M:%S}"


def account_facts(
    account: Account, figures: AccountFigures, *, changed_at: datetime
) -> dict[str, Any]:
    """Return an account without its id."""
    return {
        "uid": account.user,
        "point": canonical(figures.points),
        "available": canonical(figures.available),
        "used": canonical(figures.used),
        "frozen": canonical(figures.frozen),
        "expire": canonical(figures.expired),
        "subUid": account.sub_user,
        "name": account.name,
        "refund": canonical(figures.refunded),
        "cancelled": canonical(figures.cancelled),
        "cost": canonical(figures.cost),
        "frozenCost": canonical(figures.frozen_cost),
        "seqNum": account.sequence,
        "enable": account.is_enabled,
        "createTime": wall_time(account.created_at),
        "updateTime": wall_time(changed_at),
    }


def account_row(account: Account, figures: AccountFigures) -> dict[str, Any]:
    """Return an account with its id."""
    facts = account_facts(account, figures, changed_at=account.updated_at)
    return {**facts, "id": account.pk, "pid": account.pk}


def lot_row(lot: Lot, figures: LotFigures) -> dict[str, Any]:
    """Return a lot as these figures have it."""
    return {
        "id": lot.pk,
        "recId": lot.pk,
        "pid": lot.account_id,
        "uid": lot.account.user,
        "subUid": lot.account.sub_user,
        "seqNum": lot.sequence,
        "total": canonical(figures.total),
        **_lot_figures(figures),
        "totalCost": canonical(figures.total_cost),
        "cost": canonical(figures.cost),
        **_lot_costs(figures),
        "orderNo": lot.reference,
        "tag": lot.tag,
        "sourceType": lot.source_type,
        "orderType": lot.order_type,
        "payType": lot.pay_type,
        "extra": _raw(lot.extra),
        "issueTime": wall_time(lot.issued_at),
        "expireTime": wall_time(lot.expires_at),
        "enable": figures.points > 0,
        "createTime": wall_time(lot.created_at),
        "updateTime": wall_time(lot.updated_at),
    }


def log_facts(log: Log, *, id_: Any, account: Account, account_id: Any) -> dict[str, Any]:
    """Return a log under these ids."""
    return {
        "id": id_,
        "pid": account_id,
        "uid": account.user,
        "subUid": account.sub_user,
        "seqNum": log.sequence,
        "type": log.log_type,
        "delta": canonical(log.delta),
        "deltaCost": canonical(log.delta_cost),
        "point": canonical(log.points),
        "available": canonical(log.available),
        "used": canonical(log.used),
        "frozen": canonical(log.frozen),
        "expire": canonical(log.expired),
        "refund": canonical(log.refunded),
        "cancelled": canonical(log.cancelled),
        "cost": canonical(log.cost),
        "frozenCost": canonical(log.frozen_cost),
        **_origin(log),
    }


def log_row(log: Log) -> dict[str, Any]:
    """Return a log with its ids."""
    return log_facts(log, id_=log.pk, account=log.account, account_id=log.account_id)


def lot_log_facts(
    line: LotLog, *, log: Log, account: Account, ids: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a log did to a lot under these ids."""
    return {
        **ids,
        "uid": account.user,
        "subUid": account.sub_user,
        "seqNum": log.sequence,
        "type": line.log_type,
        "delta": canonical(line.delta),
        "deltaCost": canonical(line.delta_cost),
        "total": canonical(line.lot.total),
        **_lot_figures(line),
        "totalCost": canonical(line.lot.total_cost),
        "cost": canonical(line.cost),
        **_lot_costs(line),
        **_origin(log),
        "recOrigOrderNo": line.lot.reference,
    }


def lot_log_row(line: LotLog) -> dict[str, Any]:
    """Return what a log did to a lot with its ids."""
    ids = {"id": line.pk, "pid": line.account_id, "recId": line.lot_id}
    return lot_log_facts(line, log=line.log, account=line.log.account, ids=ids)


def _lot_figures(figures: LotFigures | LotLog) -> dict[str, Any]:
    return {
        "available": canonical(figures.available),
        "used": canonical(figures.used),
        "frozen": canonical(figures.frozen),
        "expire": canonical(figures.expired),
        "refund": canonical(figures.refunded),
        "cancelled": canonical(figures.cancelled),
    }


def _lot_costs(figures: LotFigures | LotLog) -> dict[str, Any]:
    return {
        "usedCost": canonical(figures.used_cost),
        "frozenCost": canonical(figures.frozen_cost),
        "refundCost": canonical(figures.refunded_cost),
        "cancelledCost": canonical(figures.cancelled_cost),
        "expireCost": canonical(figures.expired_cost),
    }


def _origin(log: Log) -> dict[str, Any]:
    return {
        "orderNo": log.reference,
        "tag": log.tag,
        "sourceType": log.source_type,
        "orderType": log.order_type,
        "payType": log.pay_type,
        "extra": _raw(log.extra),
        "note": log.memo,
        "createTime": wall_time(log.created_at),
        "updateTime": wall_time(log.created_at),
    }


def _raw(text: str | None) -> msgspec.Raw | None:
    return None if text is None else msgspec.Raw(text.encode())


def _facts(posting: Posting) -> dict[str, Any]:
    """Return the account after an operation, and the logs that it made."""
    account = posting.row(Account)
    if posting.record is None:
        draft = Draft(account, now=clock.now())
        draft.settle()  # Not to be recorded: to show what has expired, as a query does.
        facts = account_facts(account, draft.figures, changed_at=account.updated_at)
        return {**facts, "opPoint": ZERO, "opCost": ZERO, "logs": [], "recLogList": []}
    own = posting.line(Log)
    logs = own.together()
    line_ids = {"id": MARK, "pid": MARK, "recId": MARK}
    return {
        **account_facts(account, account.figures, changed_at=own.created_at),
        "opPoint": canonical(own.delta),
        "opCost": canonical(own.delta_cost),
        "logs": [log_facts(log, id_=MARK, account=account, account_id=MARK) for log in logs],
        "recLogList": [
            lot_log_facts(line, log=log, account=account, ids=line_ids)
            for log in logs
            for line in log.lines()
        ],
    }


def _ids(posting: Posting) -> Iterator[int]:
    if posting.record is None:
        return
    logs = posting.line(Log).together()
    for log in logs:
        yield from (log.pk, log.account_id)
    for log in logs:
        for line in log.stored_lines():
            yield from (line.pk, line.account_id, line.lot_id)


_FIGURES = ("available", "used", "frozen", "expire", "refund", "cancelled")
_COSTS = ("usedCost", "frozenCost", "refundCost", "cancelledCost", "expireCost")
_NAMED: dict[str, Shape] = {"id": ID, "pid": ID, "uid": TEXT, "subUid": TEXT, "seqNum": ID}
_TIMES: dict[str, Shape] = {"createTime": TEXT, "updateTime": TEXT}
_KINDS: dict[str, Shape] = {
    "orderNo": TEXT,
    "tag": TEXT,
    "sourceType": MAYBE_INTEGER,
    "orderType": MAYBE_INTEGER,
    "payType": MAYBE_INTEGER,
    "extra": ANYTHING,
}
_MOVED: dict[str, Shape] = {"type": choice(LogType), "delta": NUMBER, "deltaCost": NUMBER}
_ACCOUNT: dict[str, Shape] = {
    "uid": TEXT,
    "point": NUMBER,
    **dict.fromkeys(_FIGURES[:4], NUMBER),
    "subUid": TEXT,
    "name": TEXT,
    **dict.fromkeys((*_FIGURES[4:], "cost", "frozenCost"), NUMBER),
    "seqNum": ID,
    "enable": FLAG,
    **_TIMES,
}
LOG_SHAPE = shape(
    **_NAMED,
    **_MOVED,
    point=NUMBER,
    **dict.fromkeys((*_FIGURES, "cost", "frozenCost"), NUMBER),
    **_KINDS,
    note=TEXT,
    **_TIMES,
)
LOT_LOG_SHAPE = shape(
    **_NAMED,
    recId=ID,
    **_MOVED,
    **dict.fromkeys(("total", *_FIGURES, "totalCost", "cost", *_COSTS), NUMBER),
    **_KINDS,
    note=TEXT,
    **_TIMES,
    recOrigOrderNo=TEXT,
)
LOT_SHAPE = shape(
    **_NAMED,
    recId=ID,
    **dict.fromkeys(("total", *_FIGURES, "totalCost", "cost", *_COSTS), NUMBER),
    **_KINDS,
    issueTime=MAYBE_TEXT,
    expireTime=MAYBE_TEXT,
    enable=FLAG,
    **_TIMES,
)


def example_of(described: Shape) -> dict[str, Any]:
    """Return an example of an object that is described by its members."""
    return {name: _sample(name, member) for name, member in described["properties"].items()}


def _sample(name: str, member: Shape) -> Any:
    samples = {
        "uid": "user_123",
        "createTime": "2026-01-01 12:00:00",
        "updateTime": "2026-01-01 12:00:00",
        "enable": True,
        "type": 1,
    }
    if name in samples:
        return samples[name]
    if member in (NUMBER, ID):
        return 1 if member is ID else 100
    return "" if member is TEXT else None


ACCOUNT_SHAPE = shape(**_ACCOUNT, id=ID, pid=ID)
POSTED_SHAPE = shape(
    **_ACCOUNT,
    opPoint=NUMBER,
    opCost=NUMBER,
    logs={"type": "array", "items": LOG_SHAPE},
    recLogList={"type": "array", "items": LOT_LOG_SHAPE},
)
POSTED = MarkedForm(
    facts=_facts,
    ids=_ids,
    schema=POSTED_SHAPE,
    example={
        **example_of(POSTED_SHAPE),
        "logs": [example_of(LOG_SHAPE)],
        "recLogList": [example_of(LOT_LOG_SHAPE)],
    },
)
ACCOUNT = Form(schema=ACCOUNT_SHAPE, example=example_of(ACCOUNT_SHAPE))
LOT = Form(schema=LOT_SHAPE, example=example_of(LOT_SHAPE))
LOG = Form(schema=LOG_SHAPE, example=example_of(LOG_SHAPE))
LOT_LOG = Form(schema=LOT_LOG_SHAPE, example=example_of(LOT_LOG_SHAPE))
