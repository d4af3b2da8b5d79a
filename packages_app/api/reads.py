"""The package paths that only read."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from gateway import pages
from gateway.common import HOLDER, HOLDER_FILTERS, PERIOD, TRADE_NO_FILTER
from gateway.parameters import Choice, FreeText, Name
from gateway.registry import Arguments, Query, declare
from ledger import clock
from ledger.refusals import Code
from packages_app import queries
from packages_app.api import shapes
from packages_app.api.writes import PACKAGE_NAMED
from packages_app.commands import ChangeType
from packages_app.commands import Package as PackageHolder
from packages_app.models import Package
from wallets.models import Account
from wallets.queries import account as account_of

SPID_FILTER = Name(name="spid", length=64, help="Only this package.", example="sp1")


class PackageFilter(django_filters.FilterSet):
    """Which packages a list shows."""

    eid = django_filters.CharFilter(field_name="user", strip=False)
    group = django_filters.CharFilter(field_name="group", strip=False)
    spid = django_filters.CharFilter(field_name="code", strip=False)
    name = django_filters.CharFilter(method="filter_name", strip=False)
    account_type = django_filters.CharFilter(method="filter_type", strip=False)

    def filter_name(self, rows: QuerySet[Package], _name: str, value: str) -> QuerySet[Package]:
        """Keep the names that contain this."""
        return pages.containing(rows, field="name", text=value)

    def filter_type(self, rows: QuerySet[Package], _name: str, value: str) -> QuerySet[Package]:
        """Keep the groups that begin like this."""
        return pages.beginning(rows, field="group", text=value)


class RecordFilter(django_filters.FilterSet):
    """Which records a list shows."""

    trade_no = django_filters.CharFilter(field_name="number", strip=False)
    change_type = django_filters.NumberFilter(field_name="change_type")


def _package(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """Show a package, with its use of today."""
    names = (tenant, arguments["group"], arguments["user"])
    account_of(Account.held_by(*names))
    return _package_row(Package.held(PackageHolder(*names, arguments["code"])))


def _packages(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List packages, newest first. An absent filter filters nothing."""
    rows = PackageFilter(arguments, queryset=queries.packages(tenant)).qs
    return pages.page(rows, arguments=arguments, write=_package_row)


def _records(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List an account's records of packages, newest first; with `spid` those of one package."""
    names = (tenant, arguments["group"], arguments["user"])
    account = account_of(Account.held_by(*names))
    rows = queries.records(tenant).filter(account=account)
    if arguments["spid"]:
        rows = rows.filter(package=Package.held(PackageHolder(*names, arguments["spid"])))
    rows = pages.within(RecordFilter(arguments, queryset=rows).qs, arguments=arguments)
    return pages.page(rows, arguments=arguments, write=shapes.change_row)


def _package_row(package: Package) -> dict[str, Any]:
    today = clock.business_day(clock.now())
    return {**shapes.package_ids(package), **shapes.package_facts(package, today=today)}


for _path in ("/package/query", "/package/capacity/query"):
    declare(
        Query(
            path=_path,
            parameters=PACKAGE_NAMED,
            answer=shapes.PACKAGE,
            refusals=(Code.UNKNOWN_ACCOUNT, Code.UNKNOWN_PACKAGE),
            ask=_package,
        )
    )
declare(
    Query(
        path="/package/querylist",
        parameters=(
            *HOLDER_FILTERS,
            SPID_FILTER,
            FreeText(name="name", length=128, help="Only names that contain this."),
            *pages.PARAMETERS,
        ),
        answer=shapes.PACKAGE.listed(),
        ask=_packages,
    )
)
declare(
    Query(
        path="/package/record/query",
        parameters=(
            *HOLDER,
            SPID_FILTER,
            Choice(name="change_type", options=tuple(ChangeType), help="Only this change."),
            TRADE_NO_FILTER,
            *PERIOD,
            *pages.PARAMETERS,
        ),
        answer=shapes.CHANGE.listed(),
        refusals=(Code.UNKNOWN_ACCOUNT, Code.UNKNOWN_PACKAGE),
        ask=_records,
    )
)
