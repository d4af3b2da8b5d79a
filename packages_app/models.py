"""What a service package remembers: its capacity, its use of the day, and its records."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ledger.amounts import CAPACITY
from ledger.clock import business_day
from ledger.fields import KeyField
from ledger.records import Record as LedgerRecord
from ledger.records import State
from ledger.refusals import Code
from ledger.terms import Command
from packages_app.commands import Booking, ChangeType, Create
from packages_app.commands import Package as PackageHolder
from wallets.models import Account

CHANGE_TYPES: dict[ChangeType, Promise] = {
    ChangeType.ADD: pgettext_lazy("capacity", "add"),
    ChangeType.DRAWING: pgettext_lazy("capacity", "drawing"),
    ChangeType.DEDUCT: pgettext_lazy("capacity", "deduct"),
    ChangeType.REFUND: pgettext_lazy("capacity", "refund"),
}


class Package(State):
    """Prepaid capacity of one account. Always 0 <= remaining <= capacity."""

    held_by = PackageHolder
    unknown = Code.UNKNOWN_PACKAGE
    lock_rank = 2
    verified_with = ("account",)
    changing_columns = ("capacity", "remaining", "used_today", "used_on")
    holder_columns = ("tenant", "group", "user", "code")
    figure_column = "remaining"
    sealed_columns = (
        "name",
        "capacity",
        "remaining",
        "daily_limit",
        "used_today",
        "used_on",
        "expires_on",
    )

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="packages", verbose_name=_("account")
    )
    group = KeyField(_("group"), max_length=32)
    user = KeyField(_("user id"), max_length=64)
    code = KeyField(_("package id"), max_length=64)
    name = KeyField(_("name"), max_length=128)
    capacity = models.BigIntegerField(_("capacity"), default=0)
    remaining = models.BigIntegerField(_("remaining"), default=0)
    daily_limit = models.BigIntegerField(
        _("daily limit"), default=0, help_text=_("0 means no limit.")
    )
    used_today = models.BigIntegerField(_("used that day"), default=0)
    used_on = models.DateField(_("last used on"), null=True)
    expires_on = models.DateField(_("last valid day"))

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        permissions: ClassVar = [("adjust_package", "Can adjust packages by hand")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "code"], name="packages_package_code"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=F("capacity")),
                name="packages_package_remaining",
            ),
            models.CheckConstraint(
                condition=Q(capacity__lt=CAPACITY.bound), name="packages_package_bounds"
            ),
            models.CheckConstraint(
                condition=Q(daily_limit__gte=0, daily_limit__lt=CAPACITY.bound, used_today__gte=0),
                name="packages_package_daily",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "id"], name="packages_package_newest"),
            models.Index(fields=["expires_on"], name="packages_package_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"

    def used(self, today: date) -> int:
        """Return how much of the daily limit is used on that day."""
        return self.used_today if self.used_on == today else 0

    def apply(
        self,
        command: Command,
        *,
        change: Decimal | int,
        original: LedgerRecord | None,
        now: datetime,
    ) -> "Record":
        """Change the capacity, what remains and the day's use in memory; return the record."""
        if not isinstance(command, Booking | Create):
            raise TypeError(command)
        quantity = int(change)
        self.remaining += quantity
        if command.change_type in {ChangeType.ADD, ChangeType.DRAWING}:
            self.capacity += quantity
        else:
            self._count(-quantity, of=original, today=business_day(now))
        record = Record(
            account_id=self.account_id,
            change_type=command.change_type.value,
            quantity=quantity,
            remaining=self.remaining,
            memo=command.memo,
        )
        if self._state.adding:  # The account may be as new as this batch: its id comes later.
            record.account = self.account
        return record

    def _count(self, use: int, *, of: LedgerRecord | None, today: date) -> None:
        """Count a use of today, or take back one that was made today."""
        if of is not None and business_day(of.created_at) != today:
            return
        self.used_today, self.used_on = max(0, self.used(today) + use), today


class Record(LedgerRecord):
    """One change of one package's capacity."""

    owner = "package"
    change_column = "quantity"
    after_column = "remaining"
    sealed_columns = ("change_type", "quantity", "remaining", "memo")

    package = models.ForeignKey(
        Package,
        on_delete=models.PROTECT,
        related_name="records",
        verbose_name=_("package"),
        db_index=False,  # Served by the indexes below.
    )
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="package_records",
        verbose_name=_("account"),
        db_index=False,
    )
    change_type = models.PositiveSmallIntegerField(
        _("change"), choices=[(each.value, label) for each, label in CHANGE_TYPES.items()]
    )
    quantity = models.BigIntegerField(_("quantity"))
    remaining = models.BigIntegerField(_("remaining after"))
    memo = models.CharField(_("memo"), max_length=1024, default="")

    class Meta(LedgerRecord.Meta):
        verbose_name = _("package record")
        verbose_name_plural = _("package records")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["package", "sequence"], name="packages_record_sequence"
            ),
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lt=CAPACITY.bound),
                name="packages_record_remaining",
            ),
        ]
        indexes: ClassVar = [
            *LedgerRecord.Meta.indexes,
            models.Index(fields=["package", "id"], name="packages_record_of_package"),
            models.Index(fields=["account", "id"], name="packages_record_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_type_display()} {self.number}"
