"""The filters of the lists: parameters on the wire, and the rows they keep."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import ExpressionWrapper, F, Model, Q, QuerySet

from gateway import pages
from gateway.parameters import (
    Boolean,
    FreeText,
    Integer,
    Many,
    Name,
    Parameter,
    Period,
    Sorts,
    WallTime,
)
from gateway.registry import Arguments
from ledger import clock
from ledger.fields import AmountField
from points import queries
from points.api.parameters import ID_MAX, INTEGER_32, TYPE
from points.commands import SCALE
from points.models import Lot

M = TypeVar("M", bound=Model)

# Names on the wire -> columns.
LOG_COLUMNS = {
    "id": "pk",
    "seqNum": "sequence",
    "createTime": "created_at",
    "updateTime": "created_at",
    "point": "owed",
    "available": "available",
}
LOT_COLUMNS = {
    **LOG_COLUMNS,
    "updateTime": "updated_at",
    "point": "owed_now",
    "available": "available_now",
    "total": "total",
    "expireTime": "expires_at",
}
OWED = ExpressionWrapper(
    F("available") + F("frozen"), output_field=AmountField(digits=SCALE.digits)
)

UID_FILTER = Name(name="uid", attribute="user", length=128, help="Only this user.")
SUB_UID_FILTER = Name(name="subUid", attribute="sub_user", length=128, help="Only this one.")
TAG = FreeText(name="tag", length=128, help="Only this label.")
SEARCH = FreeText(name="sk", attribute="search", length=256, help="Only what contains this.")
ENABLE = Boolean(name="enable", attribute="is_enabled", default=None, help="Only such ones.")
ACCOUNT_ID = Integer(
    name="pid", attribute="account_id", least=1, most=ID_MAX, help="Only of this account."
)


def numbers(name: str, *, attribute: str, least: int = 1, most: int = ID_MAX) -> Many:
    """Return a list of integers."""
    item = Integer(name=name, least=least, most=most)
    return Many(name=name, attribute=attribute, item=item, help="Only these.")


def names(name: str, *, attribute: str) -> Many:
    """Return a list of names."""
    item = Name(name=name, length=128)
    return Many(name=name, attribute=attribute, item=item, help="Only these.")


def kinds(name: str, *, attribute: str) -> Many:
    """Return a list of 32-bit integers."""
    return numbers(name, attribute=attribute, least=-INTEGER_32, most=INTEGER_32 - 1)


REC_IDS = numbers("recIdList", attribute="lot_ids")
SEQUENCES = numbers("seqNumList", attribute="sequences")
OF_ACCOUNT: tuple[Parameter, ...] = (TYPE, UID_FILTER, SUB_UID_FILTER)
ACCOUNTS: tuple[Parameter, ...] = (
    TYPE,
    names("uidList", attribute="users"),
    ENABLE,
    SEARCH,
    *pages.BY_ROW.parameters,
)
LOTS: tuple[Parameter, ...] = (
    *OF_ACCOUNT,
    REC_IDS,
    TAG,
    SEQUENCES,
    names("orderNos", attribute="references"),
    Boolean(name="cost", attribute="has_cost", default=None, help="Only with, or without, a cost."),
    Boolean(name="frozen", attribute="has_frozen", default=None, help="Only with, or without."),
    WallTime(name="expireTime", attribute="expires_before", help="Only what expires before then."),
    ENABLE,
    SEARCH,
    Sorts(name="sorts", columns=LOT_COLUMNS, help="By which columns."),
    Boolean(name="fetchRecLogs", attribute="with_logs", help="Each with its logs."),
    *pages.BY_ROW.parameters,
)
LOT_LOGS: tuple[Parameter, ...] = (
    *OF_ACCOUNT,
    ACCOUNT_ID,
    SEQUENCES,
    REC_IDS,
    names("orderNoList", attribute="references"),
    TAG,
    ENABLE,
    SEARCH,
    *pages.BY_ROW.parameters,
)
SUMMED: tuple[Parameter, ...] = (
    *OF_ACCOUNT,
    ACCOUNT_ID,
    Integer(name="seqNum", attribute="sequence", least=1, most=ID_MAX, help="Only this one."),
    TAG,
    Name(name="orderNo", attribute="reference", length=128, help="Only this order."),
    Period(name="createTimeFilter", attribute="period", help="From then on, until before then."),
    kinds("logTypes", attribute="log_types"),
    kinds("sourceTypes", attribute="source_types"),
    kinds("orderTypes", attribute="order_types"),
    kinds("payTypes", attribute="pay_types"),
    ENABLE,
    SEARCH,
)
LOGS: tuple[Parameter, ...] = (
    *SUMMED,
    Sorts(name="sorts", columns=LOG_COLUMNS, help="By which columns."),
    *pages.BY_ROW.parameters,
)

ACCOUNT_LOOKUPS = {"users": "user__in", "is_enabled": "is_enabled"}
LOT_LOOKUPS = {
    "lot_ids": "pk__in",
    "tag": "tag",
    "sequences": "sequence__in",
    "references": "reference__in",
    "expires_before": "expires_at__lt",
}
LOT_LOG_LOOKUPS = {
    "account_id": "account_id",
    "sequences": "log__sequence__in",
    "lot_ids": "lot_id__in",
    "references": "log__reference__in",
    "tag": "log__tag",
}
LOG_LOOKUPS = {
    "account_id": "account_id",
    "sequence": "sequence",
    "tag": "tag",
    "reference": "reference",
    "log_types": "log_type__in",
    "source_types": "source_type__in",
    "order_types": "order_type__in",
    "pay_types": "pay_type__in",
    "is_enabled": "account__is_enabled",
}


def kept(rows: QuerySet[M], arguments: Arguments, *, lookups: Mapping[str, str]) -> QuerySet[M]:
    """Return the rows that pass the filters that are given; an absent one filters nothing."""
    given = {
        lookup: arguments[name]
        for name, lookup in lookups.items()
        if arguments[name] is not None and arguments[name] != ""
    }
    return rows.filter(**given)


def of_accounts(rows: QuerySet[M], arguments: Arguments, tenant: str) -> QuerySet[M]:
    """Return the rows of the accounts that type, uid and subUid name.

    :raises Refusal: UNKNOWN_TYPE
    """
    point_type, user = arguments["point_type"], arguments["user"]
    queries.require_type(tenant, point_type)
    accounts = queries.accounts(
        tenant, point_type=point_type, user=user, sub_user=arguments["sub_user"]
    )
    if user:  # A few: told by their ids, so that the rows' own index serves.
        return rows.filter(account_id__in=list(accounts.values_list("pk", flat=True)))
    return rows.filter(account__in=accounts)


def searched(rows: QuerySet[M], arguments: Arguments, *, field: str) -> QuerySet[M]:
    """Return the rows whose field contains what is searched for, if anything is."""
    text = arguments["search"]
    return pages.containing(rows, field=field, text=text) if text else rows


def lots(rows: QuerySet[Lot], arguments: Arguments) -> QuerySet[Lot]:
    """Return the lots that pass all filters, as they are now."""
    now = clock.now()
    rows = searched(kept(rows, arguments, lookups=LOT_LOOKUPS), arguments, field="tag")
    for name, condition in (
        ("is_enabled", queries.open_at(now)),
        ("has_frozen", queries.with_frozen_at(now)),
        ("has_cost", Q(total_cost__gt=0)),
    ):
        if arguments[name] is not None:
            rows = rows.filter(condition if arguments[name] else ~condition)
    return rows.alias(available_now=queries.available_at(now), owed_now=queries.owed_at(now))
