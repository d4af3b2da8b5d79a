"""The points paths that only read. What has expired is shown so, booked or not."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from gateway import pages
from gateway.common import IDENT
from gateway.parameters import Parameter, WallTime
from gateway.registry import Arguments, Form, Query, declare
from gateway.shapes import NUMBER, Shape, choice, shape
from ledger import clock
from ledger.refusals import Code
from points import queries
from points.api import filters, shapes
from points.api.parameters import HOLDER
from points.commands import LogType, Points
from points.models import Account, Log, Lot, LotLog
from points.rules import ZERO

BI_SHAPE = shape(logType=choice(LogType), delta=NUMBER, deltaCost=NUMBER)


def _as_they_are(row: Any) -> Any:
    return row


def _page(rows: QuerySet[Any], arguments: Arguments) -> dict[str, Any]:
    return pages.page(rows, arguments=arguments, write=_as_they_are, paging=pages.BY_ROW)


def _point(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """Show an account; null if there is none."""
    holder = Points(tenant, arguments["point_type"], arguments["user"], arguments["sub_user"])
    account = queries.account(holder)
    return {"data": None if account is None else _accounts([account])[0]}


def _points(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List accounts, newest first. An absent filter filters nothing."""
    queries.require_type(tenant, arguments["point_type"])
    rows = queries.accounts(tenant, point_type=arguments["point_type"])
    rows = filters.kept(rows, arguments, lookups=filters.ACCOUNT_LOOKUPS)
    if text := arguments["search"]:
        by_user = pages.containing(rows, field="user", text=text)
        rows = by_user | pages.containing(rows, field="name", text=text)
    listed = _page(rows, arguments)
    return {**listed, "data": _accounts(listed["data"])}


def _lots(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List lots, newest first. An absent filter filters nothing."""
    rows = filters.of_accounts(Lot.objects.select_related("account"), arguments, tenant)
    listed = _page(filters.lots(rows, arguments), arguments)
    lots = listed["data"]
    figures = queries.lots_now(lots, now=clock.now())
    data = [shapes.lot_row(lot, each) for lot, each in zip(lots, figures, strict=True)]
    if arguments["with_logs"]:
        logs = _logs_of(lots)
        data = [{**row, "recLogs": logs[row["recId"]]} for row in data]
    return {**listed, "data": data}


def _lot_logs(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List what logs did to lots, newest first. An absent filter filters nothing."""
    rows = filters.of_accounts(_told(LotLog.objects.all()), arguments, tenant)
    rows = filters.kept(rows, arguments, lookups=filters.LOT_LOG_LOOKUPS)
    if arguments["is_enabled"] is not None:
        lots = Lot.objects.filter(queries.open_at(clock.now()))
        rows = rows.filter(lot__in=lots) if arguments["is_enabled"] else rows.exclude(lot__in=lots)
    rows = filters.searched(rows, arguments, field="log__tag")
    listed = _page(rows, arguments)
    return {**listed, "data": [shapes.lot_log_row(line) for line in listed["data"]]}


def _logs(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List logs, newest first. An absent filter filters nothing."""
    rows = _filtered(arguments, tenant).select_related("account").alias(owed=filters.OWED)
    listed = _page(rows, arguments)
    return {**listed, "data": [shapes.log_row(log) for log in listed["data"]]}


def _sums(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """Sum up logs by their type."""
    sums = _filtered(arguments, tenant).order_by("log_type").values("log_type")
    rows: Iterable[Any] = sums.annotate(moved=Sum("delta"), moved_cost=Sum("delta_cost"))
    return {
        "data": [
            {"logType": row["log_type"], "delta": row["moved"], "deltaCost": row["moved_cost"]}
            for row in rows
        ]
    }


def _increased(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """Sum up what was granted from one second to another, both included."""
    rows = filters.of_accounts(Log.objects.all(), arguments, tenant).filter(
        log_type=LogType.INCREASE,
        created_at__gte=arguments["start"],
        created_at__lt=arguments["end"] + timedelta(seconds=1),
    )
    return {"data": rows.aggregate(granted=Sum("delta"))["granted"] or ZERO}


def _filtered(arguments: Arguments, tenant: str) -> QuerySet[Log]:
    rows = filters.of_accounts(Log.objects.all(), arguments, tenant)
    rows = filters.kept(rows, arguments, lookups=filters.LOG_LOOKUPS)
    start, end = arguments["period"]
    if start:
        rows = rows.filter(created_at__gte=start)
    if end:
        rows = rows.filter(created_at__lt=end)
    return filters.searched(rows, arguments, field="tag")


def _accounts(accounts: list[Account]) -> list[dict[str, Any]]:
    figures = queries.accounts_now(accounts, now=clock.now())
    return [shapes.account_row(row, each) for row, each in zip(accounts, figures, strict=True)]


def _told(rows: QuerySet[LotLog]) -> QuerySet[LotLog]:
    return rows.select_related("lot", "log__account")


def _logs_of(lots: Iterable[Lot]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in _told(LotLog.objects.filter(lot__in=lots)).order_by("pk"):
        found[line.lot_id].append(shapes.lot_log_row(line))
    return found


def _data(schema: Shape, example: Any) -> Form:
    return Form(schema=shape(data=schema), example={"data": example})


UNKNOWN_TYPE = (Code.UNKNOWN_TYPE,)
QUERIES: tuple[tuple[str, Any, tuple[Parameter, ...], Form], ...] = (
    ("listPoint", _points, filters.ACCOUNTS, shapes.ACCOUNT.listed(count="total")),
    ("listPointRecord", _lots, filters.LOTS, shapes.LOT.listed(count="total")),
    ("listPointRecordLog", _lot_logs, filters.LOT_LOGS, shapes.LOT_LOG.listed(count="total")),
    ("listPointLog", _logs, filters.LOGS, shapes.LOG.listed(count="total")),
    (
        "listPointLogBi",
        _sums,
        filters.SUMMED,
        _data({"type": "array", "items": BI_SHAPE}, [shapes.example_of(BI_SHAPE)]),
    ),
    (
        "getIncreasedPoint",
        _increased,
        (
            *filters.OF_ACCOUNT,
            WallTime(
                name="start", is_required=True, help="From then on.", example="2026-01-01 00:00:00"
            ),
            WallTime(name="end", is_required=True, help="To then.", example="2026-12-31 23:59:59"),
        ),
        _data(NUMBER, 100),
    ),
)
for _name, _ask, _parameters, _answer in QUERIES:
    declare(
        Query(
            path=f"/hyena/point/{_name}",
            parameters=(IDENT, *_parameters),
            answer=_answer,
            refusals=UNKNOWN_TYPE,
            ask=_ask,
        )
    )
declare(
    Query(
        path="/hyena/point/getPoint",
        parameters=HOLDER,
        answer=_data(
            {"anyOf": [shapes.ACCOUNT_SHAPE, {"type": "null"}]}, dict(shapes.ACCOUNT.example)
        ),
        ask=_point,
    )
)
