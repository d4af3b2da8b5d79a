"""What can be asked about wallets. Nothing here changes anything."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec
from django.db.models import QuerySet

from wallets.commands import ChangeType, Wallet
from wallets.models import Account, Record

IDS_MAX = 1_000


def account(wallet: Wallet) -> Account:
    """Return the account of that name.

    :raises Refusal: UNKNOWN_ACCOUNT
    """
    return Account.held(wallet)


def accounts(tenant: str) -> QuerySet[Account]:
    """Return a tenant's accounts."""
    return Account.objects.filter(tenant=tenant)


def records(tenant: str) -> QuerySet[Record]:
    """Return a tenant's records, each with its account."""
    return Record.objects.filter(tenant=tenant).select_related("account")


def records_of(rows: QuerySet[Record], *, accounts: QuerySet[Account]) -> QuerySet[Record]:
    """Return these accounts' records: by their ids if they are few, so that an index helps."""
    ids = list(accounts.order_by().values_list("pk", flat=True)[: IDS_MAX + 1])
    if len(ids) > IDS_MAX:
        return rows.filter(account__in=accounts)
    return rows.filter(account__in=ids)


class Audit:
    """What wallets promise beyond the kernel: the credit line is what its records say."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._credit = Decimal(0)

    def see(self, record: Record) -> Iterator[str]:
        """Follow the credit line."""
        if record.change_type != ChangeType.CREDIT_LINE:
            return
        try:
            self._credit = msgspec.json.decode(record.extra or "", type=_Credit).after
        except msgspec.MsgspecError:
            yield "does not say what the credit line became"

    def finish(self) -> Iterator[str]:
        """Compare the credit line."""
        if self._account.credit != self._credit:
            yield f"credit line {self._account.credit} is not its records' {self._credit}"


class _Credit(msgspec.Struct):
    """What a credit line's record says."""

    after: Decimal
