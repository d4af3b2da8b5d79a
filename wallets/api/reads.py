"""The wallet paths that only read."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from gateway import pages
from gateway.common import HOLDER, HOLDER_FILTERS, PERIOD, TRADE_NO_FILTER
from gateway.parameters import Choice, FreeText, Integer
from gateway.registry import Arguments, Query, declare
from ledger.refusals import Code
from wallets import queries
from wallets.api import shapes
from wallets.commands import ChangeType, TradeType, Wallet
from wallets.models import Account, Status

ID_MAX = 2**63 - 1


class AccountFilter(django_filters.FilterSet):
    """Which accounts a list shows."""

    eid = django_filters.CharFilter(field_name="user", strip=False)
    group = django_filters.CharFilter(field_name="group", strip=False)
    name = django_filters.CharFilter(method="filter_name", strip=False)
    status = django_filters.NumberFilter(field_name="status")
    account_type = django_filters.CharFilter(method="filter_prefix", strip=False)

    def filter_name(self, rows: QuerySet[Account], _name: str, value: str) -> QuerySet[Account]:
        """Keep the names that contain this."""
        return pages.containing(rows, field="name", text=value)

    def filter_prefix(self, rows: QuerySet[Account], _name: str, value: str) -> QuerySet[Account]:
        """Keep the groups that begin like this."""
        return pages.beginning(rows, field="group", text=value)


class RecordFilter(django_filters.FilterSet):
    """Which records a list shows."""

    account_id = django_filters.NumberFilter(field_name="account_id")
    change_type = django_filters.NumberFilter(field_name="change_type")
    trade_type = django_filters.NumberFilter(field_name="trade_type")
    trade_no = django_filters.CharFilter(field_name="number", strip=False)


def _account(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """Show an account."""
    wallet = Wallet(tenant, arguments["group"], arguments["user"])
    return shapes.account_row(queries.account(wallet))


def _accounts(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List accounts, newest first. An absent filter filters nothing."""
    rows = AccountFilter(arguments, queryset=queries.accounts(tenant)).qs
    return pages.page(rows, arguments=arguments, write=shapes.account_row)


def _records(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List records, newest first. An absent filter filters nothing."""
    rows = RecordFilter(arguments, queryset=queries.records(tenant)).qs
    holder = {
        "eid": "eid",
        "group": "group",
        "name": "account_name",
        "account_type": "account_type",
    }
    wanted = {name: arguments[sent] for name, sent in holder.items() if arguments[sent]}
    if wanted:
        accounts = AccountFilter(wanted, queryset=queries.accounts(tenant)).qs
        rows = queries.records_of(rows, accounts=accounts)
    rows = pages.within(rows, arguments=arguments)
    return pages.page(rows, arguments=arguments, write=shapes.change_row)


for _path in ("/account/query", "/account/balance/query"):
    declare(
        Query(
            path=_path,
            parameters=HOLDER,
            answer=shapes.ACCOUNT,
            refusals=(Code.UNKNOWN_ACCOUNT,),
            ask=_account,
        )
    )
declare(
    Query(
        path="/account/querylist",
        parameters=(
            *HOLDER_FILTERS,
            FreeText(name="name", length=128, help="Only names that contain this."),
            Choice(name="status", options=tuple(Status), help="0 normal, 1 locked."),
            *pages.PARAMETERS,
        ),
        answer=shapes.ACCOUNT.listed(),
        ask=_accounts,
    )
)
declare(
    Query(
        path="/account/record/query",
        parameters=(
            *HOLDER_FILTERS,
            Integer(name="account_id", least=1, most=ID_MAX, help="Only this account."),
            FreeText(name="account_name", length=128, help="Only names that contain this."),
            Choice(name="change_type", options=tuple(ChangeType), help="Only this change."),
            Choice(name="trade_type", options=tuple(TradeType), help="Only this purpose."),
            TRADE_NO_FILTER,
            *PERIOD,
            *pages.PARAMETERS,
        ),
        answer=shapes.CHANGE.listed(),
        ask=_records,
    )
)
