"""How packages and their records are found: by whole ids and numbers only."""

from typing import Any

from django.db.models import QuerySet

from gateway.desk.search import among, ids
from packages_app.models import Package, Record
from wallets.models import Account


def find_packages(rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
    """Keep packages with this id, of accounts with this user id, or that have this trade number."""
    keys = {
        *ids(Package.objects.filter(code=text)),
        *ids(Record.objects.filter(number=text), column="package_id"),
    }
    return among(rows, pk=keys, account_id=ids(Account.objects.filter(user=text)))


def find_records(rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
    """Keep records of packages with this id, of accounts with this user id, or so numbered."""
    return among(
        rows,
        package_id=ids(Package.objects.filter(code=text)),
        account_id=ids(Account.objects.filter(user=text)),
        pk=ids(Record.objects.filter(number=text).order_by("-pk")),
    )
