"""The log of an account's steps, and of what each did to each lot."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ledger.fields import KeyField
from ledger.records import AppendOnlyManager, State, refuse_change, save_once
from ledger.records import Record as LedgerRecord
from ledger.tables import construct
from ledger.terms import Command
from points.commands import LogType
from points.models.accounts import FIGURES, Account, figure, within_bounds
from points.models.lots import COSTS, Lot

LOG_TYPES: dict[LogType, Promise] = {
    LogType.INCREASE: pgettext_lazy("points", "increase"),
    LogType.DECREASE: pgettext_lazy("points", "decrease"),
    LogType.FREEZE: pgettext_lazy("points", "freeze"),
    LogType.UNFREEZE: pgettext_lazy("points", "unfreeze"),
    LogType.EXPIRE: pgettext_lazy("points", "expire"),
    LogType.CANCEL: pgettext_lazy("points", "cancel"),
    LogType.REFUND: pgettext_lazy("points", "refund"),
}
UNCHANGED = {LogType.FREEZE, LogType.UNFREEZE}


def type_field() -> "models.PositiveSmallIntegerField[Any, Any]":
    """Return a column that says what kind of step it was."""
    return models.PositiveSmallIntegerField(
        _("change"), choices=[(each.value, label) for each, label in LOG_TYPES.items()]
    )


class Log(LedgerRecord):
    """One step on one account: what it moved, and the account after it.

    `number` is the caller's seq, `reference` the order. From `first_sequence` to `last_sequence`
    go the logs that the same operation made.
    """

    owner = "account"
    sealed_columns = (
        "log_type",
        "delta",
        "delta_cost",
        *FIGURES,
        "cost",
        "first_sequence",
        "last_sequence",
        "tag",
        "source_type",
        "order_type",
        "pay_type",
        "extra",
        "memo",
    )

    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="logs",
        verbose_name=_("point account"),
        db_index=False,
    )
    log_type = type_field()
    delta = figure(_("points"))
    delta_cost = figure(_("cost"))
    available = figure(_("available after"))
    frozen = figure(_("frozen after"))
    used = figure(_("used after"))
    refunded = figure(_("refunded after"))
    cancelled = figure(_("cancelled after"))
    expired = figure(_("expired after"))
    cost = figure(_("cost after"))
    frozen_cost = figure(_("cost of frozen points after"))
    first_sequence = models.PositiveBigIntegerField()
    last_sequence = models.PositiveBigIntegerField()
    tag = KeyField(_("tag"), max_length=128, blank=True)
    source_type = models.IntegerField(_("source type"), null=True)
    order_type = models.IntegerField(_("order type"), null=True)
    pay_type = models.IntegerField(_("pay type"), null=True)
    extra = models.TextField(_("extra"), null=True)  # noqa: DJ001 - null, {} and "" differ
    memo = models.CharField(_("memo"), max_length=1024, default="")

    class Meta(LedgerRecord.Meta):
        verbose_name = _("point log")
        verbose_name_plural = _("point logs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "sequence"], name="points_log_sequence"),
            models.CheckConstraint(
                condition=within_bounds(*FIGURES, "cost", "delta", "delta_cost"),
                name="points_log_bounds",
            ),
        ]
        indexes: ClassVar = [
            *LedgerRecord.Meta.indexes,
            models.Index(fields=["account", "id"], name="points_log_of_account"),
            models.Index(fields=["reference"], name="points_log_reference"),
            models.Index(fields=["tenant", "log_type", "created_at"], name="points_log_sums"),
        ]

    def __str__(self) -> str:
        return f"{self.get_log_type_display()} {self.number}"

    @property
    def points(self) -> Decimal:
        """Return the points still owed after it."""
        return self.available + self.frozen

    @property
    def change(self) -> Decimal:
        """Return by how much the points still owed changed."""
        if self.log_type in UNCHANGED:
            return Decimal(0)
        return self.delta if self.log_type == LogType.INCREASE else -self.delta

    @property
    def after(self) -> Decimal:
        """Return the points still owed after it."""
        return self.points

    def stamp(self, command: Command, *, owner: State, now: datetime, is_keyed: bool) -> None:
        """Keep the order: that of a hold which time has released is not the command's."""
        reference = self.reference
        super().stamp(command, owner=owner, now=now, is_keyed=is_keyed)
        self.reference = reference

    def together(self) -> "list[Log]":
        """Return the logs of the same operation, itself among them, in order."""
        memory = self.__dict__
        if "made_logs" not in memory:
            places = (self.first_sequence, self.last_sequence)
            logs = Log.objects.filter(account_id=self.account_id, sequence__range=places)
            memory["made_logs"] = list(logs.prefetch_related(LINES).order_by("sequence"))
        made: list[Log] = memory["made_logs"]
        return made

    def lines(self) -> "list[LotLog]":
        """Return what it did to each lot, in order."""
        memory = self.__dict__
        if "made_lines" in memory:
            made: list[LotLog] = memory["made_lines"]
            return made
        return self.stored_lines()

    def stored_lines(self) -> "list[LotLog]":
        """Return the same as the database has it, with ids."""
        made: list[LotLog] = self.__dict__.get("made_lines", [])
        if made and made[0].pk is not None:  # Not so on MySQL, which returns no ids.
            return made
        return sorted(self.lot_logs.all(), key=lambda line: line.pk)

    def sealed_lines(self) -> Iterable[Any]:
        """Let the hash cover what it did to each lot."""
        columns = ("log_type", "delta", "delta_cost", *FIGURES, *COSTS)
        for line in self.lines():
            yield from (line.lot.sequence, line.lot.place)
            yield from (getattr(line, name) for name in columns)


class LotLog(models.Model):
    """What one step did to one lot: what it moved, and the lot after it."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="lot_logs")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="logs", verbose_name=_("lot"), db_index=False
    )
    log_type = type_field()
    delta = figure(_("points"))
    delta_cost = figure(_("cost"))
    available = figure(_("available after"))
    frozen = figure(_("frozen after"))
    used = figure(_("used after"))
    refunded = figure(_("refunded after"))
    cancelled = figure(_("cancelled after"))
    expired = figure(_("expired after"))
    frozen_cost = figure(_("cost of frozen points after"))
    used_cost = figure(_("cost used after"))
    refunded_cost = figure(_("cost refunded after"))
    cancelled_cost = figure(_("cost cancelled after"))
    expired_cost = figure(_("cost expired after"))

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = _("lot log")
        verbose_name_plural = _("lot logs")
        indexes: ClassVar = [
            models.Index(fields=["lot", "id"], name="points_lotlog_of_lot"),
            models.Index(fields=["account", "id"], name="points_lotlog_of_account"),
        ]

    def __init__(self, *args: Any, **columns: Any) -> None:
        construct(self, *args, **columns)

    save = save_once
    delete = refuse_change

    def __str__(self) -> str:
        return f"{self.get_log_type_display()} {self.delta}"

    @property
    def cost(self) -> Decimal:
        """Return the money behind what was left of the lot."""
        gone = self.used_cost + self.refunded_cost + self.cancelled_cost + self.expired_cost
        return self.lot.total_cost - gone


# What `Log.lines` reads, fetched for many logs at once. (To prefetch the lots, too, would ask for
# them by a chain of ORs, which SQLite limits.)
LINES = models.Prefetch("lot_logs", LotLog.objects.select_related("lot"))
Log.verified_with = (LINES,)
