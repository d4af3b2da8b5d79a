"""How accounts and records are found by what an operator types."""

from typing import Any

from django.db.models import QuerySet

from gateway.desk.search import among, begins, ids
from wallets.models import Account, Record


def find_accounts(rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
    """Keep accounts whose user id begins so, whose name has it, or that have this trade number."""
    keys = {
        *ids(Account.objects.filter(begins(text, column="user"))),
        *ids(Account.objects.filter(name__icontains=text)),
        *ids(Record.objects.filter(number=text), column="account_id"),
    }
    return among(rows, pk=keys)


def find_records(rows: QuerySet[Any], *, text: str) -> QuerySet[Any]:
    """Keep the records of accounts with this user id, and those with this trade number."""
    return among(
        rows,
        account_id=ids(Account.objects.filter(user=text)),
        pk=ids(Record.objects.filter(number=text).order_by("-pk")),
    )
