"""What a wallet remembers: the account, its records, and the notes about its settings."""

from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import ClassVar

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger.amounts import MONEY, plain
from ledger.fields import AmountField, DigestField, KeyField
from ledger.records import (
    AppendOnlyManager,
    State,
    refuse_change,
    save_once,
)
from ledger.records import (
    Record as LedgerRecord,
)
from ledger.terms import DIGEST_BYTES, Command
from wallets.commands import Booking, ChangeType, Reversal, SetCredit, TradeType, Wallet

CHANGE_TYPES: dict[ChangeType, Promise] = {
    ChangeType.ADD: _("add"),
    ChangeType.DRAWING: _("drawing"),
    ChangeType.DEDUCT: _("deduct"),
    ChangeType.REFUND: _("refund"),
    ChangeType.TRADE_FLAT: _("trade flat"),
    ChangeType.BALANCE_FLAT: _("balance flat"),
    ChangeType.CREDIT_LINE: _("credit line"),
}
TRADE_TYPES: dict[TradeType, Promise] = {
    TradeType.TRADE: _("trade"),
    TradeType.FEE: _("fee"),
    TradeType.COMMISSION: _("commission"),
    TradeType.REVERSAL: _("reversal"),
}


class Status(IntEnum):
    """Whether money may leave an account."""

    NORMAL = 0
    LOCKED = 1


class Account(State):
    """One holder's money. Always balance >= -credit."""

    held_by = Wallet
    lock_rank = 1
    changing_columns = ("name", "balance", "credit", "status")
    holder_columns = ("tenant", "group", "user")
    figure_column = "balance"
    sealed_columns = ("name", "balance", "credit", "status")

    group = KeyField(_("group"), max_length=32, default="-")
    user = KeyField(_("user id"), max_length=64)
    name = KeyField(_("name"), max_length=128)
    balance = AmountField(_("balance"), digits=MONEY.digits, default=Decimal(0))
    credit = AmountField(_("credit line"), digits=MONEY.digits, default=Decimal(0))
    status = models.PositiveSmallIntegerField(
        _("status"),
        choices=[(Status.NORMAL.value, _("normal")), (Status.LOCKED.value, _("locked"))],
        default=Status.NORMAL.value,
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        permissions: ClassVar = [("adjust_account", "Can adjust accounts by hand")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "group", "user"], name="wallets_account_holder"
            ),
            models.CheckConstraint(
                condition=Q(
                    balance__gte=ExpressionWrapper(
                        F("credit") * models.Value(-1),
                        output_field=AmountField(digits=MONEY.digits),
                    )
                ),
                name="wallets_account_funds",
            ),
            models.CheckConstraint(
                condition=Q(balance__lt=MONEY.bound, balance__gt=-MONEY.bound),
                name="wallets_account_balance_bounds",
            ),
            models.CheckConstraint(
                condition=Q(credit__gte=0, credit__lt=MONEY.bound),
                name="wallets_account_credit_bounds",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]),
                name="wallets_account_status",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "id"], name="wallets_account_newest"),
            models.Index(fields=["tenant", "user"], name="wallets_account_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.name}"

    @property
    def is_locked(self) -> bool:
        """Tell whether money may not leave."""
        return self.status == Status.LOCKED

    def apply(
        self,
        command: Command,
        *,
        change: Decimal | int,
        original: LedgerRecord | None,
        now: datetime,
    ) -> "Record":
        """Change the balance (or the credit line) in memory and return the record of it."""
        if not isinstance(command, Booking):
            raise TypeError(command)
        self.balance = self.balance + change
        record = Record(
            change_type=command.change_type.value,
            trade_type=command.trade_type.value,
            amount=change,
            balance=self.balance,
            memo=command.memo,
            extra=command.extra,
        )
        if isinstance(command, Reversal) and original is not None:
            record.reversal_digest = original.key_digest
        if isinstance(command, SetCredit):
            record.extra = self._set_credit(command.credit)
        return record

    def _set_credit(self, credit: Decimal) -> str:
        before, self.credit = self.credit, credit
        return f'{{"before":{plain(before)},"after":{plain(credit)}}}'


class Record(LedgerRecord):
    """One change of one account's balance (or of its credit line)."""

    owner = "account"
    change_column = "amount"
    after_column = "balance"
    sealed_columns = (
        "change_type",
        "trade_type",
        "amount",
        "balance",
        "memo",
        "extra",
    )

    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="records",
        verbose_name=_("account"),
        db_index=False,  # Served by the indexes below.
    )
    change_type = models.PositiveSmallIntegerField(
        _("change"), choices=[(each.value, label) for each, label in CHANGE_TYPES.items()]
    )
    trade_type = models.PositiveSmallIntegerField(
        _("purpose"), choices=[(each.value, label) for each, label in TRADE_TYPES.items()]
    )
    reversal_digest = DigestField(length=DIGEST_BYTES, null=True, unique=True)
    amount = AmountField(_("amount"), digits=MONEY.digits)
    balance = AmountField(_("balance after"), digits=MONEY.digits)
    memo = models.CharField(_("memo"), max_length=1024, default="")
    extra = models.TextField(_("extra"), null=True)  # noqa: DJ001 - JSON null is no empty text

    class Meta(LedgerRecord.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "sequence"], name="wallets_record_sequence"),
            models.CheckConstraint(
                condition=Q(amount__lt=MONEY.bound, amount__gt=-MONEY.bound),
                name="wallets_record_amount_bounds",
            ),
            models.CheckConstraint(
                condition=Q(balance__lt=MONEY.bound, balance__gt=-MONEY.bound),
                name="wallets_record_balance_bounds",
            ),
        ]
        indexes: ClassVar = [
            *LedgerRecord.Meta.indexes,
            models.Index(fields=["account", "id"], name="wallets_record_of_account"),
            models.Index(fields=["tenant", "created_at"], name="wallets_record_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_type_display()} {self.number}"


class Note(models.Model):
    """One line of the audit trail: who changed which setting of an account, and why."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="notes", verbose_name=_("account")
    )
    setting = models.CharField(
        _("setting"),
        max_length=16,
        choices=[
            ("created", _("created")),
            ("name", _("name")),
            ("status", _("status")),
            ("credit", _("credit line")),
        ],
    )
    before = models.CharField(_("before"), max_length=128)
    after = models.CharField(_("after"), max_length=128)
    memo = models.CharField(_("memo"), max_length=1024)
    actor = KeyField(_("by"), max_length=200)
    request_id = KeyField(_("request"), max_length=64)
    created_at = models.DateTimeField(_("time"))

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    save = save_once
    delete = refuse_change

    def __str__(self) -> str:
        return f"{self.get_setting_display()}: {self.before} → {self.after}"
