"""What can be asked about packages. Nothing here changes anything."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from ledger.clock import business_day
from packages_app.commands import ChangeType
from packages_app.models import Package, Record


def packages(tenant: str) -> QuerySet[Package]:
    """Return a tenant's packages."""
    return Package.objects.filter(tenant=tenant)


def records(tenant: str) -> QuerySet[Record]:
    """Return a tenant's records of packages."""
    return Record.objects.filter(tenant=tenant)


class Audit:
    """What packages promise beyond the kernel: the capacity and the day's use add up."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._capacity = 0
        self._day: date | None = None
        self._used = 0
        self._deducts: set[bytes] = set()

    def see(self, record: Record) -> Iterator[str]:
        """Follow the capacity and the day's use."""
        if record.change_type in {ChangeType.ADD, ChangeType.DRAWING}:
            self._capacity += record.quantity
        else:
            self._follow_day(record)
        if record.account_id != self._package.account_id:
            yield f"belongs to account {record.account_id}, not {self._package.account_id}"

    def finish(self) -> Iterator[str]:
        """Compare the capacity, the day's use and the account."""
        package = self._package
        if package.capacity != self._capacity:
            yield f"capacity {package.capacity} is not its records' {self._capacity}"
        kept, added_up = (package.used_on, package.used_today), (self._day, self._used)
        if kept != added_up:
            yield f"the day's use {kept} is not its records' {added_up}"
        owner, names = package.account, (package.tenant, package.group, package.user)
        if (owner.tenant, owner.group, owner.user) != names:
            yield "does not belong to the account that it names"

    def _follow_day(self, record: Record) -> None:
        day = business_day(record.created_at)
        if record.change_type == ChangeType.DEDUCT:
            if day != self._day:
                self._day, self._used, self._deducts = day, 0, set()
            self._deducts.add(record.key_digest)
            self._used -= record.quantity
        elif day == self._day and record.reference_digest in self._deducts:
            self._used -= record.quantity
